"""Jobs with dull defaults, and how they stand."""

from typing import Any

from lineo.accounts.models import User, Workspace
from lineo.accounts.tenancy import workspace_context
from lineo.jobs import services
from lineo.jobs.models import Job, JobDetail, Queue


def ask(workspace: Workspace, function: str, *, person: User | None = None, **payload: Any) -> Job:
    with workspace_context(workspace, person):
        return services.enqueue(function, payload=payload)


def ask_live(workspace: Workspace, function: str, **payload: Any) -> Job:
    with workspace_context(workspace):
        return services.enqueue(function, payload=payload, queue=Queue.LIVE)


def seen(job: Job) -> Job:
    """Return the job as it stands now."""
    with workspace_context(job.workspace_id):
        return Job.objects.get(pk=job.pk)


def detail(job: Job) -> JobDetail:
    with workspace_context(job.workspace_id):
        return JobDetail.objects.get(pk=job.pk)


def state(job: Job) -> str:
    return seen(job).state


def name_of(workspace: Workspace) -> str:
    with workspace_context(workspace):
        return Workspace.objects.get(pk=workspace.pk).name
