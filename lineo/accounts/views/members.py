"""The workspace: its name, its people, who is invited."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lineo.accounts import invitations, services
from lineo.accounts.forms import WorkspaceForm
from lineo.accounts.models import Invitation, Membership, Role
from lineo.accounts.people_forms import ROLES, InviteForm, RoleForm
from lineo.accounts.requests import PersonRequest
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
def members(request: PersonRequest) -> HttpResponse:
    """Everybody in the workspace, and who is invited."""
    return _page(request)


@require_POST
@login_required
def rename(request: PersonRequest) -> HttpResponse:
    """Give the workspace another name."""
    actor, form = manager(request), WorkspaceForm(request.POST)
    if not form.is_valid():
        return _page(request, rename_form=form, status=422)
    services.rename_workspace(actor.workspace, name=form.cleaned_data["name"], actor=actor)
    return redirect("accounts:members")


@require_POST
@login_required
def invite(request: PersonRequest) -> HttpResponse:
    """Mail an invitation."""
    actor = manager(request)
    form = InviteForm(request.POST, membership=actor)
    if form.is_valid():
        data = form.cleaned_data
        try:
            invitations.invite(
                email=data["email"],
                role=Role(data["role"]),
                project=data["project"],
                actor=actor,
                address=invitation_address(request),
            )
        except ValidationError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Invited %(email)s.") % {"email": data["email"]})
            return redirect("accounts:members")
    return _page(request, invite_form=form, status=422)


@require_POST
@login_required
def revoke_invitation(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Let the invitation's link lead nowhere."""
    actor = manager_or_404(request)
    found = get_object_or_404(Invitation, pk=pk, workspace=actor.workspace_id)
    invitations.revoke(found, actor=actor)
    return redirect("accounts:members")


@require_POST
@login_required
def change_role(request: PersonRequest, pk: UUID) -> HttpResponse:
    member_or_404(request, pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _page(request, refusal=_("Choose a role."), status=422)
    role = Role(form.cleaned_data["role"])
    return _act(
        request, pk, lambda member, actor: services.change_role(member, role=role, actor=actor)
    )


@require_POST
@login_required
def suspend(request: PersonRequest, pk: UUID) -> HttpResponse:
    return _act(request, pk, lambda member, actor: services.suspend(member, actor=actor))


@require_POST
@login_required
def reinstate(request: PersonRequest, pk: UUID) -> HttpResponse:
    return _act(request, pk, lambda member, actor: services.reinstate(member, actor=actor))


@require_POST
@login_required
def remove(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Let a member go, or leave oneself."""
    return _act(request, pk, lambda member, actor: services.remove(member, actor=actor))


def invitation_address(request: Any) -> str:
    """Return how the link of an invitation begins; its secret follows."""
    return str(request.build_absolute_uri(reverse("accounts:invitation", args=["-"])))[:-2]


def _act(
    request: PersonRequest, pk: UUID, act: Callable[[Membership, Membership], None]
) -> HttpResponse:
    actor = own_membership(request)
    member = member_or_404(request, pk)
    try:
        act(member, actor)
    except ValidationError as error:
        return _page(request, refusal=sentence(error), status=422)
    return redirect("/" if member.person_id == actor.person_id else "accounts:members")


def _page(request: PersonRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    actor = own_membership(request)
    manages = may_manage(actor)
    rows = Membership.objects.filter(workspace=actor.workspace_id).select_related("person")
    if actor.role == Role.GUEST:
        rows = rows.filter(pk=actor.pk)
    context = {
        "members": rows.order_by("is_suspended", "person__name", "pk"),
        "roles": ROLES,
        "manages": manages,
        "invitations": invitations.invitations_for(actor) if manages else [],
        "invite_form": InviteForm(membership=actor) if manages else None,
        "rename_form": WorkspaceForm(initial={"name": actor.workspace.name}),
    }
    return render(request, "accounts/members.html", {**context, **more}, status=status)
