"""What is read of jobs. The context's walls decide which are seen at all."""

from uuid import UUID

from django.db.models import QuerySet

from lineo.accounts.models import Membership
from lineo.accounts.policy import Action, may, scope_chain
from lineo.jobs.models import Job, JobDetail


def job_for(membership: Membership | None, job_id: UUID) -> Job | None:
    """Return that job if the person may see it: their own, or any for those who may read."""
    if membership is None:
        return None
    job = Job.objects.select_related("person").filter(pk=job_id).first()
    if job is None or not (_is_own(membership, job) or _may(membership, Action.READ)):
        return None
    return job


def jobs_for(
    membership: Membership | None, *, state: str | None = None, kind: str | None = None
) -> QuerySet[Job]:
    """Return the jobs that the person may see, the newest first."""
    if membership is None:
        return Job.objects.none()
    rows = Job.objects.filter(workspace_id=membership.workspace_id).order_by("-id")
    if not _may(membership, Action.READ):
        rows = rows.filter(person_id=membership.person_id)
    if state is not None:
        rows = rows.filter(state=state)
    return rows if kind is None else rows.filter(kind=kind)


def may_cancel(membership: Membership | None, job: Job) -> bool:
    """Return whether the person may break ``job`` off: their own, or any as an admin."""
    if membership is None or not job.is_active:
        return False
    return _is_own(membership, job) or _may(membership, Action.ADMINISTER)


def may_see_outcome(membership: Membership | None, job: Job) -> bool:
    """Return whether the person may read what came of ``job``: who asked for it, or an admin.

    It may speak of a project that others may not see; that something was done is no secret.
    """
    if membership is None:
        return False
    return _is_own(membership, job) or _may(membership, Action.ADMINISTER)


def reason_for(membership: Membership | None, job: Job) -> str:
    """Return the sentence that says why a failed job failed; empty for the others."""
    if not job.failure:
        return ""
    told = None
    if may_see_outcome(membership, job):
        told = JobDetail.objects.filter(pk=job.pk).values_list("error", flat=True).first()
    return told or job.get_failure_display()


def result_of(membership: Membership | None, job: Job) -> object:
    """Return what the function of a finished job returned, to whom it concerns."""
    if not may_see_outcome(membership, job):
        return None
    return JobDetail.objects.values_list("result", flat=True).get(pk=job.pk)


def _is_own(membership: Membership, job: Job) -> bool:
    return job.person_id == membership.person_id and not membership.is_suspended


def _may(membership: Membership, action: Action) -> bool:
    return may(membership, action, scopes=scope_chain(membership.workspace_id))
