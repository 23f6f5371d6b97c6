"""Comparisons over HTTP."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.accounts.policy import Action
from lineo.api.operations import operation
from lineo.api.shapes import MOMENT, listing, nullable, record, ref, shape, text, whole
from lineo.api.shapes import UUID as ID
from lineo.jobs.api import present as present_job
from lineo.jobs.models import Job
from planning import selectors as planning
from planning.access import denied_scenarios
from planning.api.views import PlanningView
from planning.api.words import instant
from planning.models import Scenario
from simulations.comparing.models import MAX_ITERATIONS, Comparison
from simulations.comparing.services import start_comparison

_COUNT = whole(1, 2**31 - 1)

COMPARISON = shape(
    "Comparison",
    record(
        {
            "id": ID,
            "url": text(200),
            "project": ID,
            "scenarios": listing(record({"scenario": ID, "revision": _COUNT}), 5),
            "iterations": _COUNT,
            "seed": {"type": "integer"},
            "created_at": MOMENT,
            "job": nullable(ref("Job")),
            "result": nullable({"type": "object"}),
        },
        about="Two to five scenarios in the same futures; `result` is what `compare --json` prints,"
        " once its job is done.",
    ),
)
shape(
    "ComparisonNew",
    record(
        {
            "scenarios": {**listing(ID, 5), "minItems": 2, "uniqueItems": True},
            "iterations": whole(100, MAX_ITERATIONS),
            "seed": whole(-(2**53), 2**53),
        },
        required=("scenarios",),
        about="The first scenario is what the others are compared with.",
    ),
)


def present(row: Comparison) -> dict[str, Any]:
    """Return a comparison as the API shows it."""
    job = Job.objects.filter(pk=str(row.job_id)).first()
    return {
        "id": str(row.pk),
        "url": reverse("api:comparison", args=[row.pk]),
        "project": str(row.project_id),
        "scenarios": [{"scenario": pk, "revision": revision} for pk, revision in row.parts],
        "iterations": row.iterations,
        "seed": row.seed,
        "created_at": instant(row.created_at),
        "job": present_job(job) if job else None,
        "result": row.result,
    }


class ProjectComparisons(PlanningView):
    """Scenarios of a project in the same futures."""

    tag = "comparisons"

    @operation(
        "compare_scenarios",
        "Compare scenarios",
        body="ComparisonNew",
        answers=COMPARISON,
        status=202,
    )
    def post(self, request: Request, project_id: UUID, *, body: dict[str, Any]) -> Response:
        """Simulate two to five scenarios in the same futures; a worker does it."""
        project = self.project(project_id)
        visible = planning.scenarios_for(self.membership).filter(project=project)
        scenarios: list[Scenario] = [
            get_object_or_404(visible, pk=pk) for pk in body.pop("scenarios")
        ]
        row = start_comparison(project, scenarios, actor=self.actor, **body)
        return Response(present(row), status=202)


class ComparisonDetail(PlanningView):
    """One comparison: how far it is, and what it found."""

    tag = "comparisons"

    @operation("read_comparison", "Read a comparison", answers=COMPARISON)
    def get(self, request: Request, comparison_id: UUID) -> Response:
        rows = Comparison.objects.filter(project__in=planning.projects_for(self.membership))
        row = get_object_or_404(rows, pk=comparison_id)
        denied = set(map(str, denied_scenarios(self.membership, Action.READ)))
        if denied.intersection(pk for pk, _revision in row.parts):
            raise Http404
        return Response(present(row))


urlpatterns = [
    path(
        "projects/<uuid:project_id>/comparisons/",
        ProjectComparisons.as_view(),
        name="comparisons",
    ),
    path("comparisons/<uuid:comparison_id>/", ComparisonDetail.as_view(), name="comparison"),
]
