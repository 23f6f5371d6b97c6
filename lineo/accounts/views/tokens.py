"""Tokens of one's own, and those of the workspace's agents."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lineo.accounts import tokens
from lineo.accounts.models import Membership, Role, Token
from lineo.accounts.people_forms import AgentForm, TokenForm
from lineo.accounts.requests import PersonRequest
from lineo.accounts.tokens import Minted
from lineo.accounts.views.loading import (
    manager,
    manager_or_404,
    may_manage,
    member_or_404,
    own_membership,
    sentence,
)


@require_safe
@login_required
def own_tokens(request: PersonRequest) -> HttpResponse:
    return _own_page(request)


@require_POST
@login_required
@never_cache
def create_token(request: PersonRequest) -> HttpResponse:
    """Make a token of one's own; the page that answers shows its secret, once."""
    actor = own_membership(request)
    form = TokenForm(request.POST, membership=actor)
    minted = _minted(form, actor, actor)
    return _own_page(request, minted=minted, form=form, status=200 if minted else 422)


@require_safe
@login_required
def agents(request: PersonRequest) -> HttpResponse:
    """The workspace's agents with their tokens."""
    return _agents_page(request)


@require_POST
@login_required
def create_agent(request: PersonRequest) -> HttpResponse:
    actor, form = manager(request), AgentForm(request.POST)
    if form.is_valid():
        name, role = form.cleaned_data["name"], Role(form.cleaned_data["role"])
        tokens.create_agent(name=name, role=role, actor=actor)
        return redirect("accounts:agents")
    return _agents_page(request, agent_form=form, status=422)


@require_POST
@login_required
@never_cache
def create_agent_token(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Make a token for an agent; the page that answers shows its secret, once."""
    actor, agent = manager_or_404(request), member_or_404(request, pk)
    form = TokenForm(request.POST, membership=actor)
    minted = _minted(form, agent, actor)
    return _agents_page(
        request, minted=minted, form=form, agent=agent, status=200 if minted else 422
    )


@require_POST
@login_required
@never_cache
def rotate_token(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Give a token another secret, which the page that answers shows, once."""
    token = _token_or_404(request, pk)
    page = _agents_page if token.membership.person.is_agent else _own_page
    try:
        minted = tokens.rotate_token(token, actor=own_membership(request))
    except ValidationError as error:
        return page(request, refusal=sentence(error), status=422)
    return page(request, minted=minted)


@require_POST
@login_required
def revoke_token(request: PersonRequest, pk: UUID) -> HttpResponse:
    token = _token_or_404(request, pk)
    tokens.revoke_token(token, actor=own_membership(request))
    is_agents = token.membership.person.is_agent
    return redirect("accounts:agents" if is_agents else "accounts:tokens")


def _minted(form: TokenForm, holder: Membership, actor: Membership) -> Minted | None:
    if not form.is_valid():
        return None
    data = form.cleaned_data
    project = data["project"]
    try:
        return tokens.create_token(
            holder,
            name=data["name"],
            scopes=data["scopes"],
            days=data["days"],
            project_id=project.id if project else None,
            actor=actor,
        )
    except ValidationError as error:
        form.add_error(None, sentence(error))
        return None


def _token_or_404(request: PersonRequest, pk: UUID) -> Token:
    actor = own_membership(request)
    rows = Token.objects.select_related("membership__person").filter(pk=pk)
    found = rows.first()
    if found is None:
        raise Http404
    is_own = found.membership_id == actor.pk
    if not is_own and not (found.membership.person.is_agent and may_manage(actor)):
        raise Http404
    return found


def _own_page(request: PersonRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    actor = own_membership(request)
    # A form that did its work is offered empty again.
    form = more.pop("form", None)
    if form is None or more.get("minted"):
        form = TokenForm(membership=actor)
    context = {"tokens": tokens.tokens_for(actor), "form": form, **more}
    return render(request, "accounts/tokens.html", context, status=status)


def _agents_page(request: PersonRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    actor = manager(request)
    rows = Membership.objects.filter(workspace=actor.workspace_id, person__is_agent=True)
    found = list(rows.select_related("person").order_by("person__name", "pk"))
    by_agent: dict[UUID, list[Token]] = {}
    for token in tokens.agent_tokens_for(actor):
        by_agent.setdefault(token.membership_id, []).append(token)
    bound = more.pop("form", None) if not more.get("minted") else None
    agent = more.pop("agent", None)
    cards = [
        {
            "member": one,
            "tokens": by_agent.get(one.pk, []),
            "form": bound
            if bound is not None and agent == one
            else TokenForm(membership=actor, auto_id=f"id_{one.pk}_%s"),
        }
        for one in found
    ]
    more.pop("form", None)
    context = {"cards": cards, "agent_form": AgentForm(), **more}
    return render(request, "accounts/agents.html", context, status=status)
