"""Risk-adjusted scenarios over HTTP."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY, page, page_of
from lineo.api.shapes import FLAG, MOMENT, nullable, record, ref, shape, text
from lineo.api.shapes import UUID as ID
from lineo.jobs.api import present as present_job
from planning import selectors as planning
from planning import veil
from planning.api.history import person
from planning.api.views import PlanningView
from planning.api.words import instant
from simulations import selectors
from simulations.adjusting.models import Adjustment
from simulations.adjusting.services import adjust_scenario

PERCENTS = (70, 80, 90, 99)
_PERCENT = {"type": "integer", "enum": list(PERCENTS)}

ADJUSTMENT = shape(
    "Adjustment",
    record(
        {
            "id": ID,
            "url": text(200),
            "source": ID,
            "scenario": nullable(ID),
            "name": text(200),
            "percent": _PERCENT,
            "gathered": FLAG,
            "created_by": nullable(record({"id": ID, "name": text(300)})),
            "created_at": MOMENT,
            "job": nullable(ref("Job")),
            "result": nullable(
                {
                    "type": "object",
                    "description": "The `achieved` chance, `checked` in futures that had no part"
                    " in sizing the buffers, its `band`, and each buffer in `minutes`.",
                }
            ),
        },
        about="A branch whose planned finish is as sure as was asked for, measured on the"
        " durations as they are; `scenario` and `result` are there once its job is done.",
    ),
)
ADJUSTMENTS = page_of("Adjustment")
shape(
    "AdjustmentNew",
    record(
        {
            "name": text(200, least=1),
            "percent": {**_PERCENT, "default": 80},
            "gathered": {**FLAG, "default": False},
        },
        required=("name",),
        about="`gathered` puts the time into a project buffer and feeding buffers, else each task"
        " gets its share by criticality × σ.",
    ),
)


def present(row: Any) -> dict[str, Any]:
    """Return a risk-adjusted scenario as the API shows it; its job stands in ``job``."""
    return {
        "id": str(row.pk),
        "url": reverse("api:adjustment", args=[row.pk]),
        "source": str(row.source_id),
        "scenario": str(row.scenario_id) if row.scenario_id else None,
        "name": row.name,
        "percent": row.percent,
        "gathered": row.is_gathered,
        "created_by": person(row.created_by),
        "created_at": instant(row.created_at),
        "job": present_job(row.job) if row.job else None,
        "result": row.result,
    }


class AdjustmentView(PlanningView):
    """What the views of risk-adjusted scenarios share."""

    tag = "adjustments"

    def answer(self, row: Adjustment, status: int = 200) -> Response:
        selectors.attach_jobs([row])
        return Response(present(row), status=status)


class ScenarioAdjustments(AdjustmentView):
    """The risk-adjusted scenarios that were asked for of a plan, the newest first."""

    @operation(
        "list_adjustments",
        "List the risk-adjusted scenarios of a plan",
        answers=ADJUSTMENTS,
        query=PAGE_QUERY,
    )
    def get(self, request: Request, scenario_id: UUID, *, query: dict[str, Any]) -> Response:
        source = self.scenario(scenario_id)
        veil.refuse(source.project_id)
        rows = Adjustment.objects.filter(source=source)
        rows = rows.select_related("created_by")
        return page(request, rows, present, query, attach=selectors.attach_jobs)

    @operation(
        "adjust_scenario",
        "Make a risk-adjusted scenario",
        body="AdjustmentNew",
        answers=ADJUSTMENT,
        status=202,
    )
    def post(self, request: Request, scenario_id: UUID, *, body: dict[str, Any]) -> Response:
        """Ask for a branch with the buffers that it takes; a worker sizes them."""
        row = adjust_scenario(
            self.scenario(scenario_id),
            name=body["name"],
            percent=body.get("percent", 80),
            is_gathered=body.get("gathered", False),
            actor=self.actor,
        )
        return self.answer(row, status=202)


class AdjustmentDetail(AdjustmentView):
    """One risk-adjusted scenario: how far it is, and how sure it became."""

    @operation("read_adjustment", "Read a risk-adjusted scenario", answers=ADJUSTMENT)
    def get(self, request: Request, adjustment_id: UUID) -> Response:
        scenarios = planning.scenarios_for(self.membership).values("pk")
        rows: QuerySet[Adjustment] = Adjustment.objects.filter(source__in=scenarios)
        rows = planning.with_scenario(rows, of="source").select_related("created_by")
        row = get_object_or_404(rows, pk=adjustment_id)
        veil.refuse(row.source.project_id)
        return self.answer(row)


urlpatterns = [
    path(
        "scenarios/<uuid:scenario_id>/adjustments/",
        ScenarioAdjustments.as_view(),
        name="adjustments",
    ),
    path("adjustments/<uuid:adjustment_id>/", AdjustmentDetail.as_view(), name="adjustment"),
]
