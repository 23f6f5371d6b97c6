"""A job in parts that any number of workers do, on any machine."""

from functools import partial

from django.db import transaction
from django.db.models import F

from lineo.accounts.tenancy import current_person_id
from lineo.jobs import doorbell
from lineo.jobs.handle import CancelledError
from lineo.jobs.models import Job, JobDetail, Priority, State
from lineo.jobs.registry import Parts
from lineo.jobs.services import Claim, LostClaimError


def split(held: Claim, parts: Parts) -> None:
    """Let ``held`` wait for its parts without a worker, in the transaction that begins them.

    Raises
    ------
    LostClaimError, CancelledError
        If the job was given to someone else, or is not wanted any more: then
        roll everything back.
    """
    mine = Job.objects.filter(
        pk=held.job_id, attempt=held.attempt, state=State.RUNNING, waits_for_parts=False
    )
    waits = mine.update(waits_for_parts=True, lease_until=None, max_attempts=F("max_attempts") + 1)
    if not waits:
        raise LostClaimError
    queue, is_unwanted = Job.objects.values_list("queue", "is_cancel_requested").get(pk=held.job_id)
    if is_unwanted:
        raise CancelledError
    jobs = [
        Job(
            person_id=current_person_id(),
            function=parts.function,
            kind=parts.kind or parts.function,
            queue=queue,
            priority=Priority.BATCH,
            parent_id=held.job_id,
        )
        for _ in parts.payloads
    ]
    Job.objects.bulk_create(jobs)
    JobDetail.objects.bulk_create(
        JobDetail(id=job.pk, job=job, payload=payload)
        for job, payload in zip(jobs, parts.payloads, strict=True)
    )
    for job in jobs:
        transaction.on_commit(partial(doorbell.ring, job.pk, queue=queue))
