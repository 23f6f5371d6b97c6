"""What is done to jobs. Every change of state is one UPDATE that says what it expects.

Promise: at-least-once execution, exactly-once effect.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Min, Q, Value, When
from django.db.models.functions import Now

from lineo.accounts.happened import Subject, tell
from lineo.accounts.models import User
from lineo.accounts.tenancy import (
    as_sweeper,
    current_person_id,
    workspace_context,
)
from lineo.jobs import backoff, doorbell, latest, pace, signals, turns, whole
from lineo.jobs.models import ACTIVE, FINAL, Failure, Job, JobDetail, Priority, Queue, State

logger = logging.getLogger(__name__)

ATTEMPTS = 3
"""How often what is asked for anew may be begun."""


class Claim(NamedTuple):
    """One attempt at one job: who holds it may write its end."""

    job_id: UUID
    attempt: int
    workspace_id: UUID
    person_id: UUID | None
    function: str
    parent_id: UUID | None = None
    request_id: str = ""
    progress: float = 0.0


class LostClaimError(Exception):
    """Another attempt holds the job now; nothing of this one may remain."""


def enqueue(
    function: str,
    *,
    payload: dict[str, Any],
    kind: str = "",
    queue: Queue = Queue.DEFAULT,
    priority: Priority = Priority.NORMAL,
    idempotency_key: str = "",
    topic: str = "",
    not_before: datetime | None = None,
) -> Job:
    """Ask for ``function`` to be done, in the workspace and for the person of the context.

    The row is written in the caller's transaction; on its commit the doorbell
    rings, and whether that works is no one's worry.

    Parameters
    ----------
    payload
        Keyword arguments for the function, as JSON: ids, not objects.
    idempotency_key
        Asked again with the same key, the first job comes back, with
        ``is_repeat`` set.
    not_before
        When it may be begun at the earliest.
    """
    job = _asked(
        function,
        kind=kind or function,
        queue=queue,
        priority=priority,
        idempotency_key=idempotency_key,
        topic=topic,
        not_before=not_before,
    )
    try:
        with transaction.atomic():
            job.save(force_insert=True)
            JobDetail.objects.create(id=job.pk, job=job, payload=payload)
    except IntegrityError:
        if not idempotency_key:
            raise
        return _asked_before(job)
    transaction.on_commit(lambda: doorbell.ring(job.pk, queue=queue))
    return job


def _asked(function: str, **fields: Any) -> Job:
    return Job(person_id=current_person_id(), function=function, **fields)


def enqueue_latest(
    function: str,
    *,
    topic: str,
    payload: dict[str, Any],
    kind: str = "",
    queue: Queue = Queue.DEFAULT,
    priority: Priority = Priority.NORMAL,
) -> None:
    """Ask for ``function`` unless one of that topic waits, which will see the newest state.

    One that is already running may have looked too early, so another follows it.

    Parameters
    ----------
    topic
        What the job looks at, such as one scenario.
    payload, kind, queue, priority
        As for :func:`enqueue`.
    """
    job = _asked(function, kind=kind or function, queue=queue, priority=priority, topic=topic)
    detail = JobDetail(id=job.pk, job=job, payload=payload)
    for rung in latest.ring_or_ask(job, detail, attempts=ATTEMPTS):
        transaction.on_commit(partial(doorbell.ring, rung.job_id, queue=rung.queue))


def enqueue_instead(function: str, *, topic: str, payload: dict[str, Any], **options: Any) -> Job:
    """Ask for ``function`` in place of whatever is under way for that topic, which is broken off.

    Parameters
    ----------
    topic
        What is looked at and by whom, such as one page of one person.
    payload, options
        As for :func:`enqueue`.
    """
    with transaction.atomic():
        turns.one_at_a_time(f"{function} {topic}")
        former = Job.objects.filter(topic=topic, function=function, state__in=ACTIVE)
        for job in former:
            cancel(job)
        return enqueue(function, topic=topic, payload=payload, **options)


def forget_former(held_id: UUID, *, topic: str) -> None:
    """Delete the ended jobs of a topic, but for the one that asks: they are no history."""
    ended = Job.objects.filter(topic=topic, state__in=FINAL).exclude(pk=held_id)
    job_ids = list(ended.values_list("pk", flat=True))
    if job_ids:
        # By id and without the cascades that Django would look for.
        for rows in (JobDetail.objects.filter(pk__in=job_ids), Job.objects.filter(pk__in=job_ids)):
            rows._raw_delete(rows.db)


def claim_next(queues: Sequence[str]) -> Claim | None:
    """Take the job of ``queues`` whose turn it is, if one waits."""
    with as_sweeper():
        return _claim(turns.next_in(queues))


def claim(job_id: UUID) -> Claim | None:
    """Take that job, if it still waits."""
    with as_sweeper():
        waiting = Job.objects.select_for_update(skip_locked=True).filter(
            pk=job_id, state=State.QUEUED, is_cancel_requested=False
        )
        return _claim(waiting.first())


def next_due(queues: Sequence[str], *, after: datetime | None = None) -> datetime | None:
    """Return when the first job that waits out its back-off may be begun.

    What was due by ``after`` (by now, if not given) and still waits is held up
    by something else, such as its workspace's share: time alone won't help.
    """
    with as_sweeper():
        waiting = Job.objects.filter(
            queue__in=queues,
            state=State.QUEUED,
            is_cancel_requested=False,
            not_before__gt=after or Now(),
        )
        due: datetime | None = waiting.aggregate(first=Min("not_before"))["first"]
    return due


def is_held(held: Claim) -> bool:
    """Return whether that attempt still has its job."""
    with as_sweeper():
        return bool(_held(held).exists())


def finish(held: Claim, *, result: Any) -> None:
    """End ``held`` well, within the transaction that holds its effects.

    Raises
    ------
    LostClaimError
        If the job was given to someone else: then roll everything back.
    """
    parent = whole.lock(held.parent_id)
    ended = _held(held).update(
        state=State.DONE, progress=1.0, stage="", lease_until=None, finished_at=Now()
    )
    if not ended:
        raise LostClaimError
    JobDetail.objects.filter(pk=held.job_id).update(result=result, error="", trace="")
    whole.part_is_done(parent)
    _tell(held, State.DONE)


def fail(held: Claim, *, failure: Failure, error: str = "", trace: str = "") -> bool:
    """End ``held`` badly, with a sentence for the person; say whether it was still held."""
    with workspace_context(held.workspace_id, held.person_id):
        parent = whole.lock(held.parent_id)
        ended = _held(held).update(
            state=State.FAILED, failure=failure, stage="", lease_until=None, finished_at=Now()
        )
        if ended:
            JobDetail.objects.filter(pk=held.job_id).update(error=error, trace=trace)
            whole.part_has_failed(parent, failure=failure, error=error)
            _tell(held, State.FAILED)
    return bool(ended)


def give_up(held: Claim) -> bool:
    """End ``held`` because its person cancelled it; say whether it was still held."""
    with workspace_context(held.workspace_id, held.person_id):
        ended = _held(held).update(
            state=State.CANCELLED, stage="", lease_until=None, finished_at=Now()
        )
        if ended:
            _tell(held, State.CANCELLED)
    return bool(ended)


def hand_back(held: Claim, *, counts: bool) -> None:
    """Let someone else try: the worker stops (``counts`` is false) or broke off.

    The attempt that was one too many ends in failure, and what is not wanted
    any more as cancelled.
    """
    with workspace_context(held.workspace_id, held.person_id):
        mine = _held(held)
        if counts and mine.filter(attempt__gte=F("max_attempts")).exists():
            fail(held, failure=Failure.LOST)
            return
        back = mine.update(
            **whole.queued_if_wanted(),
            lease_until=None,
            progress=0.0,
            stage="",
            rung_at=Now(),
            not_before=backoff.next_try() if counts else None,
            max_attempts=F("max_attempts") + (0 if counts else 1),
        )
        if back:
            whole.tell_where_it_went(held.job_id, rings=not counts)


def cancel(job: Job) -> bool:
    """Ask for ``job`` to be broken off; at once if no one has begun. Say whether it ends."""
    is_idle = Q(state=State.QUEUED) | Q(waits_for_parts=True)
    with transaction.atomic():
        # In one UPDATE, so that a job which starts, splits or comes back meanwhile can't slip by.
        asked = Job.objects.filter(pk=job.pk, state__in=ACTIVE).update(
            is_cancel_requested=True,
            state=Case(When(is_idle, then=Value(State.CANCELLED.value)), default=F("state")),
            finished_at=Case(When(is_idle, then=Now()), default=F("finished_at")),
            waits_for_parts=False,
        )
        if asked and Job.objects.filter(pk=job.pk, state=State.CANCELLED).exists():
            whole.stop_parts(job.pk)
            signals.send_ended(job.pk, workspace_id=job.workspace_id, state=State.CANCELLED)
    return bool(asked)


@transaction.atomic
def cancel_as(person: User, job: Job) -> bool:
    """Cancel ``job`` because ``person`` asked for it, which is recorded. Say whether it ends."""
    is_cancelled = cancel(job)
    if is_cancelled:
        _tell_deed("cancelled", job, person)
    return is_cancelled


@transaction.atomic
def try_again_as(person: User, job: Job) -> bool:
    """Try ``job`` again because ``person`` asked, which is recorded. Say whether it waits."""
    waits = try_again(job)
    if waits:
        _tell_deed("tried_again", job, person)
    return waits


def try_again(job: Job) -> bool:
    """Put a failed or cancelled ``job`` back into its queue, with three more attempts.

    A part goes back with its whole, which does again what of its parts is missing.
    """
    if job.parent is not None:
        job = job.parent
    again = Job.objects.filter(pk=job.pk, state__in=[State.FAILED, State.CANCELLED]).update(
        state=State.QUEUED,
        failure="",
        is_cancel_requested=False,
        progress=0.0,
        finished_at=None,
        not_before=None,
        rung_at=Now(),
        max_attempts=F("attempt") + ATTEMPTS,
    )
    if again:
        transaction.on_commit(lambda: doorbell.ring(job.pk, queue=job.queue))
    return bool(again)


def _tell_deed(deed: str, job: Job, person: User) -> None:
    subject = Subject("job", job.pk, job.kind)
    tell(f"job.{deed}", workspace=job.workspace_id, actor=person, subject=subject)


def _asked_before(job: Job) -> Job:
    known = Job.objects.get(function=job.function, idempotency_key=job.idempotency_key)
    known.is_repeat = True
    return known


def _claim(job: Job | None) -> Claim | None:
    if job is None:
        return None
    attempt = job.attempt + 1
    Job.objects.filter(pk=job.pk).update(
        state=State.RUNNING,
        attempt=attempt,
        started_at=Now(),
        heartbeat_at=Now(),
        lease_until=Now() + timedelta(seconds=pace.lease_seconds()),
    )
    return Claim(
        job.pk,
        attempt,
        job.workspace_id,
        job.person_id,
        job.function,
        job.parent_id,
        job.request_id,
        job.progress,
    )


def _held(held: Claim) -> Any:
    return Job.objects.filter(
        pk=held.job_id, attempt=held.attempt, state=State.RUNNING, waits_for_parts=False
    )


def _tell(held: Claim, state: State) -> None:
    signals.send_ended(held.job_id, workspace_id=held.workspace_id, state=state)
