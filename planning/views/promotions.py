"""Which plan is promised: review, promote, restore, and how we came here."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lineo.accounts.policy import Action
from lineo.accounts.requests import PersonRequest
from planning import selectors
from planning.access import may_on
from planning.errors import LostRaceError
from planning.forms.plans import PromoteForm
from planning.models import Scenario
from planning.pages.differences import difference_page
from planning.pages.lineage import figures_from, lineage_page, promotion_page
from planning.pages.sides import Side, beside
from planning.services import promotions
from planning.views.loading import project_or_404, scenario_or_404, status_of


@require_safe
@login_required
def lineage(request: PersonRequest, pk: UUID) -> HttpResponse:
    """How did we come here?"""
    project = project_or_404(request, pk)
    context = {"project": project, "page": lineage_page(project, request.membership)}
    return render(request, "planning/lineage.html", context)


@require_safe
@login_required
def promotion(request: PersonRequest, pk: UUID) -> HttpResponse:
    """One decision, and all that it changed."""
    found = get_object_or_404(selectors.promotions_for(request.membership), pk=pk)
    context = {
        "project": project_or_404(request, found.project_id),
        "page": promotion_page(found),
    }
    return render(request, "planning/promotion.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def promote(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Shall we promise this plan? A former baseline is restored, any other promoted."""
    found = scenario_or_404(request, pk)
    form = PromoteForm(request.POST or None)
    if not form.is_bound:
        return _review(request, found, form)
    if not form.is_valid():
        return _review(request, found, form, status=422)
    try:
        with transaction.atomic():
            _service_for(found)(
                found, actor=request.user, reason=form.cleaned_data["reason"], seen=form.seen()
            )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _review(
            request,
            scenario_or_404(request, pk),
            form,
            status=status_of(error),
            is_stale=isinstance(error, LostRaceError),
        )
    messages.success(request, _("“%(name)s” is the baseline now.") % {"name": found.name})
    return redirect("planning:lineage", found.project_id)


def _service_for(scenario: Scenario) -> Any:
    is_restore = scenario.is_archived and promotions.stands_as_promised(scenario)
    return promotions.restore_baseline if is_restore else promotions.promote_scenario


def _review(
    request: PersonRequest,
    found: Scenario,
    form: PromoteForm,
    *,
    status: int = 200,
    is_stale: bool = False,
) -> HttpResponse:
    baseline = promotions.baseline_to_leave(found.project, request.user)
    sides = Side(baseline, baseline.revision), Side(found, found.revision)
    context = {
        "scenario": found,
        "baseline": baseline,
        "figures": [figures_from(promotions.figures_of(one)) for one in (baseline, found)],
        "diff": difference_page(beside(*sides), request.GET.get("page", "")),
        "form": form,
        "is_stale": is_stale,
        "is_restore": _service_for(found) is promotions.restore_baseline,
        "may_promote": may_on(found, request.membership, Action.PROMOTE),
    }
    return render(request, "planning/promote.html", context, status=status)
