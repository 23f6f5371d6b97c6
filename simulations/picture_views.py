"""Charts as files, and the report."""

from collections.abc import Callable
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from lineo.accounts.happened import tell
from lineo.accounts.policy import Action
from lineo.accounts.requests import PersonRequest
from lineo.attachments import saved_as
from planning.access import demand_on
from planning.drawing.gantt import DEFINITIONS
from planning.models import Scenario
from planning.views.loading import scenario_or_404
from planning.views.workbench import look_of, workbench_of
from simulations.forecast_page import ForecastPage, forecast_page
from simulations.pictures import charts
from simulations.pictures.gantt import SHEET_BARS, GanttPicture
from simulations.pictures.report import report_pdf
from simulations.pictures.typesetting import png_of

MOST_PNG_ROWS = 500
CHARTS: dict[str, Callable[[ForecastPage], str]] = {
    "curve": charts.curve,
    "tornado": charts.tornado,
    "milestones": charts.milestones,
    "trend": charts.trend,
}
TYPES = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}


@require_safe
@login_required
def paper(request: PersonRequest, pk: UUID) -> HttpResponse:
    """The Gantt as it is printed: what this person looks at, a sheet for so many rows."""
    scenario = scenario_or_404(request, pk)
    workbench = workbench_of(request, scenario)
    drawn = GanttPicture(scenario, workbench.view, pixels=SHEET_BARS)
    context = {
        "scenario": scenario,
        "sheets": drawn.sheets(),
        "look": look_of(workbench),
        "today": timezone.localdate(),
        "definitions": mark_safe(DEFINITIONS),  # noqa: S308 - a constant
    }
    return render(request, "simulations/paper.html", context)


@require_safe
@login_required
def picture(request: PersonRequest, pk: UUID, suffix: str) -> HttpResponse:
    """One chart as SVG or PNG (``gantt-svg``, ``curve-png``), or ``report-pdf``."""
    scenario = scenario_or_404(request, pk)
    demand_on(scenario, request.user, Action.EXPORT)
    name, _, kind = suffix.rpartition("-")
    if suffix == "report-pdf":
        return _file(request, scenario, "report", "pdf", report_pdf(scenario))
    if kind not in ("svg", "png"):
        raise Http404
    svg = _drawn(scenario, name, last=MOST_PNG_ROWS if kind == "png" else None)
    return _file(request, scenario, name, kind, png_of(svg) if kind == "png" else svg.encode())


def _drawn(scenario: Scenario, name: str, *, last: int | None) -> str:
    if name == "gantt":
        return GanttPicture(scenario).svg(0, last)
    page = forecast_page(scenario)
    if name not in CHARTS or page is None or (name == "trend" and page.trend is None):
        raise Http404
    return CHARTS[name](page)


def _file(
    request: PersonRequest, scenario: Scenario, name: str, kind: str, content: bytes
) -> HttpResponse:
    tell(
        "forecast.exported",
        workspace=request.workspace,
        actor=request.user,
        subject=scenario,
        after=f"{name}.{kind}",
    )
    title = f"{scenario.project.name} {scenario.name} {name}"
    return HttpResponse(content, content_type=TYPES[kind], headers=saved_as(f"{title}.{kind}"))
