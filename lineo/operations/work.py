"""How the work of the whole site stands: what waits, what runs, what had to be tried again.

Counts only, seen by the sweeper's role: no content of a workspace.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Min, Sum
from django.utils import timezone

from lineo.accounts.tenancy import as_sweeper
from lineo.jobs.models import Job, Queue, State


@dataclass(frozen=True)
class QueueState:
    """One queue: how many jobs wait in it, and for how long the oldest has."""

    name: str
    depth: int
    age_seconds: float


@dataclass(frozen=True)
class WorkState:
    """All queues, the jobs by kind and state, and how many attempts were repeats."""

    queues: list[QueueState]
    jobs: dict[tuple[str, str], int]
    repeats: int

    def of_state(self, state: str) -> int:
        """Return how many jobs of every kind are in ``state``."""
        return sum(count for (_kind, found), count in self.jobs.items() if found == state)


def look() -> WorkState:
    """Ask PostgreSQL, in one short transaction."""
    with as_sweeper():
        waiting = Job.objects.filter(state=State.QUEUED).order_by().values("queue")
        queued = {
            row["queue"]: (row["depth"], row["first"])
            for row in waiting.annotate(depth=Count("id"), first=Min("created_at"))
        }
        kinds = Job.objects.order_by().values_list("kind", "state").annotate(Count("id"))
        jobs = {(kind, state): count for kind, state, count in kinds}
        tried = Job.objects.filter(attempt__gt=1).aggregate(sum=Sum(F("attempt") - 1))
    queues = [_queue(name, *queued.get(name, (0, None))) for name in Queue.values]
    return WorkState(queues, jobs, tried["sum"] or 0)


def _queue(name: str, depth: int, first: datetime | None) -> QueueState:
    age = (timezone.now() - first).total_seconds() if first else 0.0
    return QueueState(name, depth, age)
