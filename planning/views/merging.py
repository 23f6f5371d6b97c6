"""Merge and rebase: choose, see what it does, and take it in at once."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lineo.accounts.policy import Action
from lineo.accounts.requests import PersonRequest
from lineo.htmx import wants_partial
from lineo.numbers import needed_number
from planning import selectors
from planning.access import may_on
from planning.models import Scenario
from planning.pages.differences import choices_for
from planning.pages.merging import choice_from, effect_of, merge_page
from planning.services import promotions
from planning.services.merging import merge_scenario, propose, rebase_scenario
from planning.views.loading import may_edit, scenario_or_404, sentences, status_of


@require_safe
@login_required
def merge(request: PersonRequest, pk: UUID) -> HttpResponse:
    """What did they change, and what of it do we take?"""
    return _page(request, scenario_or_404(request, pk), request.GET)


@require_POST
@login_required
def preview_merge(request: PersonRequest, pk: UUID) -> HttpResponse:
    """What the choices so far do to the planned finish; nothing is written."""
    ours = scenario_or_404(request, pk)
    if not wants_partial(request):
        return _page(request, ours, request.POST)
    theirs = _other(request, ours, request.POST)
    try:
        proposal = propose(ours, theirs)
        effect = effect_of(proposal, choice_from(request.POST, proposal))
    except ValidationError as error:
        return render(
            request, "planning/_merge_effect.html", {"error": sentences(error)}, status=422
        )
    context = {"scenario": ours, "other": theirs, "effect": effect}
    return render(request, "planning/_merge_effect.html", context)


@require_POST
@login_required
def apply_merge(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Take the chosen changes in, all in one change that undo takes back."""
    ours = scenario_or_404(request, pk)
    try:
        theirs = _named(request, ours)
        service = rebase_scenario if theirs.is_baseline else merge_scenario
        seen = _seen(request)
        choice = choice_from(request.POST, propose(ours, theirs))
        with transaction.atomic():
            change = service(
                ours,
                theirs,
                actor=request.user,
                decisions=choice.decisions,
                chosen=choice.chosen,
                seen=seen,
            )
    except ValidationError as error:
        return _page(request, ours, request.POST, error=error)
    messages.success(request, change.summary if change else _("There was nothing to take in."))
    return redirect(ours)


@require_POST
@login_required
def promote_rows(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Take the chosen rows into a copy of the baseline, and promote the copy."""
    baseline = scenario_or_404(request, pk)
    try:
        theirs = _named(request, baseline)
        seen = promotions.Seen(baseline.pk, *_seen(request))
        choice = choice_from(request.POST, propose(baseline, theirs))
        with transaction.atomic():
            promotions.promote_rows(
                theirs,
                name=request.POST.get("name", "")[:200],
                reason=request.POST.get("reason", "")[:5000],
                actor=request.user,
                chosen=choice.chosen,
                decisions=choice.decisions,
                seen=seen,
            )
    except ValidationError as error:
        return _page(request, baseline, request.POST, error=error)
    messages.success(request, _("The chosen rows are promoted."))
    return redirect("planning:lineage", baseline.project_id)


def _named(request: PersonRequest, ours: Scenario) -> Scenario:
    """Return the scenario that gives, which a request that writes has to name."""
    try:
        UUID(request.POST.get("from", ""))
    except ValueError:
        message = _("This does not say which scenario to take from: choose one.")
        raise ValidationError(message) from None
    return _other(request, ours, request.POST)


def _seen(request: PersonRequest) -> tuple[int, int]:
    """Return the revisions that a request that writes was decided on."""
    return (
        needed_number(request.POST, "ours_revision"),
        needed_number(request.POST, "theirs_revision"),
    )


def _other(request: PersonRequest, ours: Scenario, data: QueryDict) -> Scenario:
    """Return the scenario that gives; the baseline, or a source, where none is named."""
    others = selectors.scenarios_for(request.membership).filter(project=ours.project_id)
    wanted = data.get("from", "")
    try:
        pk = UUID(wanted)
    except ValueError:
        default = others.filter(is_baseline=True).exclude(pk=ours.pk).first()
        return default or others.exclude(pk=ours.pk).order_by("-created_at").first() or ours
    return get_object_or_404(others, pk=pk)


def _page(
    request: PersonRequest,
    ours: Scenario,
    data: QueryDict,
    *,
    error: ValidationError | None = None,
) -> HttpResponse:
    fresh = scenario_or_404(request, ours.pk)
    theirs = _other(request, fresh, data)
    context = {
        "scenario": fresh,
        "other": theirs,
        "choices": [(pk, name) for pk, name in choices_for(fresh) if pk != fresh.pk],
        "is_rebase": theirs.is_baseline,
        "may_edit": may_edit(request, fresh),
        "may_simulate": may_on(fresh, request.membership, Action.SIMULATE),
        "may_promote": fresh.is_baseline and may_on(fresh, request.membership, Action.PROMOTE),
        "error": sentences(error) if error else "",
        "typed": {"name": data.get("name", ""), "reason": data.get("reason", "")},
    }
    status = status_of(error) if error else 200
    try:
        proposal = propose(fresh, theirs)
        context["page"] = merge_page(proposal, choice_from(data, proposal))
    except ValidationError as fault:
        context["error"] = sentences(fault)
        status = max(status, 422) if data.get("from") else status
    return render(request, "planning/merge.html", context, status=status)
