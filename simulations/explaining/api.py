"""Why a date moved, over HTTP."""

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
from lineo.api.shapes import MOMENT, nullable, record, ref, shape, text
from lineo.api.shapes import UUID as ID
from lineo.jobs.api import present as present_job
from planning import selectors as planning
from planning import veil
from planning.api.views import PlanningView
from planning.api.words import instant
from planning.models import ForecastRecord, Project
from simulations import selectors
from simulations.explaining.models import Movement
from simulations.explaining.page import draft_of, readable_forecasts, result_of
from simulations.explaining.services import explain_movement

MOVEMENT = shape(
    "Movement",
    record(
        {
            "id": ID,
            "url": text(200),
            "project": ID,
            "from": ID,
            "to": ID,
            "created_at": MOMENT,
            "job": nullable(ref("Job")),
            "result": nullable(
                {
                    "type": "object",
                    "description": "`delta_days` of P80, its `parts` (`cause`, `days`, `lines`),"
                    " which sum to it, and what a mixture had to leave out: `inert`, `circles`.",
                }
            ),
            "draft": text(1_000_000, about="A paragraph to edit and post as an update."),
        },
        about="A change of P80 between two forecasts, split among its causes by Shapley’s rule.",
    ),
)
MOVEMENTS = page_of("Movement")
shape(
    "MovementNew",
    record({"from": ID, "to": ID}, about="Two forecasts of the project, by their ids."),
)


def present(row: Any) -> dict[str, Any]:
    """Return a movement as the API shows it; its job stands in ``job``."""
    return {
        "id": str(row.pk),
        "url": reverse("api:movement", args=[row.pk]),
        "project": str(row.project_id),
        "from": str(row.first_id),
        "to": str(row.second_id),
        "created_at": instant(row.created_at),
        "job": present_job(row.job) if row.job else None,
        "result": result_of(row),
        "draft": draft_of(row),
    }


class MovementView(PlanningView):
    """What the views of movements share."""

    tag = "movements"

    def answer(self, row: Movement, status: int = 200) -> Response:
        selectors.attach_jobs([row])
        return Response(present(row), status=status)

    def forecast(self, project: Project, record_id: str) -> ForecastRecord:
        return get_object_or_404(readable_forecasts(project), pk=record_id)

    def movements(self) -> QuerySet[Movement]:
        """Return what was asked of forecasts that the person may read."""
        scenarios = planning.scenarios_for(self.membership).select_related(None).values("pk")
        rows = Movement.objects.filter(
            first__scenario__in=scenarios, second__scenario__in=scenarios
        )
        return rows.select_related("first", "second")


class ProjectMovements(MovementView):
    """What was asked about the project's date, the newest first."""

    @operation(
        "list_movements",
        "List why a project's date moved",
        answers=MOVEMENTS,
        query=PAGE_QUERY,
    )
    def get(self, request: Request, project_id: UUID, *, query: dict[str, Any]) -> Response:
        project = self.project(project_id)
        veil.refuse(project.pk)
        rows = self.movements().filter(project=project)
        return page(request, rows, present, query, attach=selectors.attach_jobs)

    @operation(
        "explain_movement",
        "Ask why a date moved",
        body="MovementNew",
        answers=MOVEMENT,
        status=202,
    )
    def post(self, request: Request, project_id: UUID, *, body: dict[str, Any]) -> Response:
        """Split the change of P80 between two forecasts among its causes; a worker does it."""
        project = self.project(project_id)
        veil.refuse(project.pk)
        pair = [self.forecast(project, body[name]) for name in ("from", "to")]
        row = explain_movement(project, *pair, actor=self.actor)
        return self.answer(row, status=202)


class MovementDetail(MovementView):
    """One answer to why a date moved, with the update drafted from it."""

    @operation("read_movement", "Read why a date moved", answers=MOVEMENT)
    def get(self, request: Request, movement_id: UUID) -> Response:
        row = get_object_or_404(self.movements(), pk=movement_id)
        veil.refuse(row.project_id)
        return self.answer(row)


urlpatterns = [
    path("projects/<uuid:project_id>/movements/", ProjectMovements.as_view(), name="movements"),
    path("movements/<uuid:movement_id>/", MovementDetail.as_view(), name="movement"),
]
