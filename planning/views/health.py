"""What weakens this schedule, and how to mend it."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lineo.accounts.requests import PersonRequest
from planning import snapshot
from planning.core import health as core_health
from planning.core.best_practices import best_practices
from planning.pages import health_rows
from planning.views.loading import scenario_or_404


@require_safe
@login_required
def health(request: PersonRequest, pk: UUID) -> HttpResponse:
    """The fourteen points of the DCMA, what fails first, and the GAO's ten practices."""
    scenario = scenario_or_404(request, pk)
    held = snapshot.shown(scenario)
    findings = core_health.findings(held.plan, held.schedule)
    context = {
        "scenario": scenario,
        "rows": health_rows.rows_of(findings, held),
        "tally": health_rows.tally(findings),
        "practices": health_rows.practice_rows(best_practices(held.plan, findings), findings),
    }
    return render(request, "planning/health.html", context)
