"""Finds what fell on the floor: jobs whose worker is gone, and bells that no one heard."""

import logging
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Now

from lineo.accounts import failed_tries, passes
from lineo.accounts.limits import forget_old_tries
from lineo.accounts.tenancy import as_sweeper
from lineo.jobs import backoff, doorbell, pace, signals, whole
from lineo.jobs.models import ACTIVE, Failure, Job, State

logger = logging.getLogger(__name__)

_AT_ONCE = 200
_OUT_OF_ATTEMPTS = Q(attempt__gte=F("max_attempts"))


class Swept(NamedTuple):
    """How many jobs one sweep took back, ended, and rang for again."""

    taken_back: int
    ended: int
    rung: int


def sweep() -> Swept:
    """Take back expired leases, then ring for what waits too long. Safe to run anywhere, often."""
    with as_sweeper():
        expired = _expired()
        ended = _end([row for row in expired if not _may_go_on(row)]) + _end(_unwanted())
        taken_back = _take_back([row.pk for row in expired if _may_go_on(row)])
    with as_sweeper():
        whole.settle()
    with as_sweeper():
        waiting = _unheard()
    rung = sum(doorbell.ring(job_id, queue=queue) for job_id, queue in waiting)
    failed_tries.tell_all()
    forget_old_tries()
    passes.forget_what_is_over()
    swept = Swept(taken_back, ended, rung)
    if any(swept):
        logger.info("Swept: %s taken back, %s ended, %s rung again.", *swept)
    return swept


def _expired() -> list[Job]:
    rows = Job.objects.select_for_update(skip_locked=True).filter(
        state=State.RUNNING, lease_until__lt=Now()
    )
    return list(rows.order_by("lease_until")[:_AT_ONCE])


def _unwanted() -> list[Job]:
    """Return what waits though it is cancelled, which no worker takes."""
    rows = Job.objects.select_for_update(skip_locked=True).filter(
        state=State.QUEUED, is_cancel_requested=True
    )
    return list(rows[:_AT_ONCE])


def _may_go_on(job: Job) -> bool:
    return job.attempt < job.max_attempts and not job.is_cancel_requested


def _end(jobs: list[Job]) -> int:
    cancelled = Q(is_cancel_requested=True)
    ended = Job.objects.filter(pk__in=[job.pk for job in jobs], state__in=ACTIVE).update(
        state=_either(cancelled, State.CANCELLED, State.FAILED),
        failure=_either(cancelled, "", Failure.LOST),
        lease_until=None,
        stage="",
        finished_at=Now(),
    )
    for job in jobs:
        state = State.CANCELLED if job.is_cancel_requested else State.FAILED
        signals.send_ended(job.pk, workspace_id=job.workspace_id, state=state)
    return ended


def _take_back(job_ids: list[UUID]) -> int:
    """Make them wait again; the bell rings in the same sweep, as if it were long ago."""
    return Job.objects.filter(pk__in=job_ids, state=State.RUNNING).update(
        state=State.QUEUED,
        lease_until=None,
        progress=0.0,
        stage="",
        rung_at=Now() - timedelta(seconds=pace.ring_again_seconds() + 1),
        not_before=backoff.next_try(),
    )


def _unheard() -> list[tuple[UUID, str]]:
    too_long = Now() - timedelta(seconds=pace.ring_again_seconds())
    rows = Job.objects.select_for_update(skip_locked=True).filter(
        backoff.is_over(), state=State.QUEUED, rung_at__lt=too_long
    )
    waiting = list(rows.order_by("-priority", "id").values_list("pk", "queue")[:_AT_ONCE])
    Job.objects.filter(pk__in=[job_id for job_id, _ in waiting]).update(rung_at=Now())
    return waiting


def _either(condition: Q, then: str, default: str) -> Case:
    return Case(
        When(condition, then=Value(str(then))),
        default=Value(str(default)),
        output_field=CharField(),
    )
