"""What a merge would do to P80, over HTTP."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.api.operations import operation
from lineo.api.shapes import UUID as ID
from lineo.api.shapes import nullable, record, ref, shape, text
from lineo.jobs.api import present as present_job
from lineo.jobs.models import Job, JobDetail, State
from planning.api.merges import MergeView
from planning.services.merging import propose
from simulations.comparing.services import FORECAST_MERGE, forecast_merge

MERGE_FORECAST = shape(
    "MergeForecast",
    record(
        {
            "id": ID,
            "url": text(200),
            "job": ref("Job"),
            "result": nullable(
                {
                    "type": "object",
                    "description": "P80 `now` and `then`, the `days` between them with their"
                    " `interval`, and for each conflict P80 if ours, and if theirs stood.",
                }
            ),
        },
        about="The receiving plan and the merged one in the same futures.",
    ),
)


def present(job: Job) -> dict[str, Any]:
    """Return a forecast of a merge as the API shows it."""
    result = JobDetail.objects.get(pk=job.pk).result if job.state == State.DONE else None
    return {
        "id": str(job.pk),
        "url": reverse("api:merge-forecast", args=[job.pk]),
        "job": present_job(job),
        "result": result,
    }


class ScenarioMergeForecast(MergeView):
    """Simulate what some choices would do."""

    @operation(
        "forecast_merge",
        "Forecast a merge",
        body="MergeChoice",
        answers=MERGE_FORECAST,
        status=202,
    )
    def post(self, request: Request, scenario_id: UUID, *, body: dict[str, Any]) -> Response:
        """Ask for it; what you asked of this scenario before is broken off. A worker does it."""
        ours = self.scenario(scenario_id)
        theirs = self.other(ours, body["from"])
        chosen = self.choice(propose(ours, theirs), body)
        job = forecast_merge(ours, theirs, chosen, actor=self.actor)
        return Response(present(job), status=202)


class MergeForecastDetail(MergeView):
    """How far it is, and what it found; only for who asked."""

    @operation("read_merge_forecast", "Read the forecast of a merge", answers=MERGE_FORECAST)
    def get(self, request: Request, job_id: UUID) -> Response:
        jobs = Job.objects.filter(function=FORECAST_MERGE, person=self.actor)
        return Response(present(get_object_or_404(jobs, pk=job_id)))


urlpatterns = [
    path(
        "scenarios/<uuid:scenario_id>/merge/forecast/",
        ScenarioMergeForecast.as_view(),
        name="forecast-merge",
    ),
    path("merge-forecasts/<uuid:job_id>/", MergeForecastDetail.as_view(), name="merge-forecast"),
]
