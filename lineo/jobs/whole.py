"""What the end of a part does to the job that it is a part of.

Whoever ends a part locks its whole first, so that of the last two parts one
sees the other's end, and no two wait for each other's rows.
"""

from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Avg, Case, F, QuerySet, Value, When
from django.db.models.functions import Now

from lineo.jobs import doorbell, signals
from lineo.jobs.models import ACTIVE, Job, JobDetail, State

PARTS_SHARE = 0.9
"""How much of a whole's progress its parts are; the rest is putting them together."""


def lock(parent_id: UUID | None) -> Job | None:
    """Return the whole if it still waits for its parts, locked until the transaction ends."""
    if parent_id is None:
        return None
    return _waiting().select_for_update().filter(pk=parent_id).first()


def part_is_done(parent: Job | None) -> None:
    """Say how far the whole is, and call it again when its last part is done."""
    if parent is None:
        return
    parts = _parts_of(parent)
    if parts.filter(state__in=ACTIVE).exists():
        share = Case(When(state=State.DONE, then=Value(1.0)), default=F("progress"))
        done = parts.aggregate(share=Avg(share))["share"] or 0.0
        _waiting().filter(pk=parent.pk).update(progress=PARTS_SHARE * done)
    else:
        _wake(parent)


def part_has_failed(parent: Job | None, *, failure: str, error: str) -> None:
    """Fail the whole for the reason of its part, and stop the other parts."""
    if parent is None:
        return
    if _end(parent, state=State.FAILED, failure=failure):
        JobDetail.objects.filter(pk=parent.pk).update(error=error)


def stop_parts(parent_id: UUID) -> None:
    """Cancel the parts that wait, and ask those that run to break off."""
    parts = Job.objects.filter(parent=parent_id)
    parts.filter(state=State.QUEUED).update(
        state=State.CANCELLED, is_cancel_requested=True, finished_at=Now()
    )
    parts.filter(state=State.RUNNING).update(is_cancel_requested=True)


def settle() -> int:
    """End or wake the wholes whose parts ended without telling; for the sweeper. Say how many."""
    settled = 0
    for parent in _waiting().select_for_update(skip_locked=True).order_by("id"):
        parts = _parts_of(parent)
        failed = parts.filter(state=State.FAILED).first()
        if failed:
            settled += _end(parent, state=State.FAILED, failure=failed.failure)
        elif parent.is_cancel_requested or parts.filter(state=State.CANCELLED).exists():
            settled += _end(parent, state=State.CANCELLED, failure="")
        elif not parts.filter(state__in=ACTIVE).exists():
            settled += _wake(parent)
    return settled


def _end(parent: Job, *, state: State, failure: str) -> int:
    ended = _waiting().filter(pk=parent.pk)
    count = ended.update(
        state=state, failure=failure, waits_for_parts=False, stage="", finished_at=Now()
    )
    stop_parts(parent.pk)
    signals.send_ended(parent.pk, workspace_id=parent.workspace_id, state=state)
    return count


def _wake(parent: Job) -> int:
    """Let the whole wait for a worker again, which will find all that its parts left."""
    woken = _waiting().filter(pk=parent.pk)
    count = woken.update(
        **queued_if_wanted(),
        waits_for_parts=False,
        stage="",
        progress=PARTS_SHARE,
        rung_at=Now(),
    )
    if count:
        tell_where_it_went(parent.pk)
    return count


def queued_if_wanted() -> dict[str, Any]:
    """Return what puts a job back into its queue, or ends it if that was asked for meanwhile.

    A cancel request is for who runs the job: in the queue no one would read it.
    """
    return {
        "state": Case(
            When(is_cancel_requested=True, then=Value(State.CANCELLED.value)),
            default=Value(State.QUEUED.value),
        ),
        "finished_at": Case(When(is_cancel_requested=True, then=Now()), default=F("finished_at")),
    }


def tell_where_it_went(job_id: UUID, *, rings: bool = True) -> None:
    """Tell the end of a job that was not wanted back, or ring for one that is in its queue."""
    job = Job.objects.only("workspace", "queue", "state").get(pk=job_id)
    if job.state == State.CANCELLED:
        stop_parts(job.pk)
        signals.send_ended(job.pk, workspace_id=job.workspace_id, state=State.CANCELLED)
    elif rings:
        transaction.on_commit(partial(doorbell.ring, job.pk, queue=job.queue))


def _parts_of(parent: Job) -> QuerySet[Job]:
    """Return the parts that this attempt began; those of a former one are over."""
    return Job.objects.filter(parent=parent.pk, created_at__gte=parent.started_at)


def _waiting() -> QuerySet[Job]:
    return Job.objects.filter(state=State.RUNNING, waits_for_parts=True)
