"""The end of a job, told on commit to whoever stands above."""

from uuid import UUID

from django.db import transaction
from django.dispatch import Signal

# job_id, workspace_id, state
job_ended = Signal()


def send_ended(job_id: UUID, *, workspace_id: UUID, state: str) -> None:
    """Send ``job_ended`` once the transaction has committed; a receiver's failure is logged."""
    transaction.on_commit(
        lambda: job_ended.send_robust(
            None, job_id=job_id, workspace_id=workspace_id, state=str(state)
        )
    )
