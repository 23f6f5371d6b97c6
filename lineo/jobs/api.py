"""Jobs over HTTP: what is being done, how far it is, what came of it."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import path
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.accounts.models import Membership
from lineo.accounts.policy import Action, demand_reach
from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY, page, page_of
from lineo.api.queries import Query
from lineo.api.shapes import FLAG, MOMENT, NUMBER, choice, nullable, record, shape, text, whole
from lineo.api.shapes import UUID as ID
from lineo.api.views import ApiView
from lineo.jobs import selectors, services
from lineo.jobs.models import Failure, Job, State

_FIELDS = {
    "id": ID,
    "url": text(200),
    "kind": text(40),
    "state": choice(*State.values),
    "progress": {**NUMBER, "minimum": 0, "maximum": 1},
    "stage": text(200),
    "attempt": whole(0, 2**31 - 1),
    "cancel_requested": FLAG,
    "failure": nullable(choice(*Failure.values)),
    "created_at": MOMENT,
    "started_at": nullable(MOMENT),
    "finished_at": nullable(MOMENT),
}
JOB = shape(
    "Job",
    record(_FIELDS, about="Something done by a worker; done, failed and cancelled are for ever."),
)
JOBS = page_of("Job")
JOB_WITH_RESULT = shape(
    "JobWithResult",
    record(
        {
            **_FIELDS,
            "result": {"description": "What came of it: fields that depend on the kind, or null."},
            "error": text(10_000, about="Why it failed, in a sentence; else empty."),
        }
    ),
)


def present(row: Job) -> dict[str, Any]:
    """Return a job as the API shows it, without what came of it."""
    return {
        "id": str(row.pk),
        "url": reverse("api:job", args=[row.pk]),
        "kind": row.kind,
        "state": row.state,
        "progress": row.progress,
        "stage": row.stage,
        "attempt": row.attempt,
        "cancel_requested": row.is_cancel_requested,
        "failure": row.failure or None,
        "created_at": row.created_at,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
    }


class JobView(ApiView):
    """What the views of jobs share."""

    tag = "jobs"

    @property
    def membership(self) -> Membership:
        return self.request.membership  # type: ignore[attr-defined,no-any-return]

    def job(self, job_id: UUID) -> Job:
        job = selectors.job_for(self.membership, job_id)
        if job is None:
            raise Http404
        return job

    def answer(self, job: Job, status: int = 200) -> Response:
        detail = {
            "result": selectors.result_of(self.membership, job),
            "error": selectors.reason_for(self.membership, job),
        }
        return Response({**present(job), **detail}, status=status)


class Jobs(JobView):
    """The jobs of the workspace, the newest first."""

    @operation(
        "list_jobs",
        "List jobs",
        answers=JOBS,
        query=(
            *PAGE_QUERY,
            Query("state", choice(*State.values), "Only jobs in this state."),
            Query("kind", text(40, least=1), "Only jobs of this kind, such as simulation."),
        ),
    )
    def get(self, request: Request, *, query: dict[str, Any]) -> Response:
        rows = selectors.jobs_for(self.membership, state=query["state"], kind=query["kind"])
        return page(request, rows, present, query)


class JobDetail(JobView):
    """One job: its state, its progress, its result or why it failed."""

    @operation("read_job", "Read a job", answers=JOB_WITH_RESULT)
    def get(self, request: Request, job_id: UUID) -> Response:
        return self.answer(self.job(job_id))


class JobCancel(JobView):
    """Break a job off."""

    @operation("cancel_job", "Cancel a job", answers=JOB_WITH_RESULT)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Ask for the job to be broken off; one that has ended stays as it is."""
        job = self.job(job_id)
        if job.is_active:
            if not selectors.may_cancel(self.membership, job):
                raise PermissionDenied(_("Only who asked for a job, or an admin, can cancel it."))
            demand_reach(self.membership, Action.SIMULATE)
            services.cancel_as(self.membership.person, job)
            job = self.job(job_id)
        return self.answer(job)


urlpatterns = [
    path("jobs/", Jobs.as_view(), name="jobs"),
    path("jobs/<uuid:job_id>/", JobDetail.as_view(), name="job"),
    path("jobs/<uuid:job_id>/cancel/", JobCancel.as_view(), name="cancel-job"),
]
