"""Whose turn it is: the most urgent job, of the workspace that has the fewest under way.

A workspace has no more jobs under way at once than the setting says, and what
has waited for a minute counts as more urgent by one step, so nobody starves.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Case, Count, F, IntegerField, OuterRef, Subquery, When
from django.db.models.functions import Coalesce, Now

from lineo.jobs import backoff
from lineo.jobs.models import Job, Priority, State

PATIENCE = timedelta(minutes=1)
_STEP = Priority.URGENT - Priority.NORMAL
_ONE_AT_A_TIME = 7_401_862


def next_in(queues: Sequence[str]) -> Job | None:
    """Return the job that is next, locked; for the sweeper's role, that sees all workspaces."""
    with connection.cursor() as cursor:
        # Two that counted at once could both take the last place of a workspace.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    waiting = Job.objects.select_for_update(skip_locked=True).filter(
        backoff.is_over(), queue__in=queues, state=State.QUEUED, is_cancel_requested=False
    )
    turn = waiting.annotate(
        under_way=Coalesce(Subquery(_under_way(queues)), 0),
        urgency=Case(
            When(created_at__lt=Now() - PATIENCE, then=F("priority") + _STEP),
            default=F("priority"),
            output_field=IntegerField(),
        ),
    )
    cap = settings.JOB_WORKSPACE_CAP
    if cap:
        turn = turn.filter(under_way__lt=cap)
    return turn.order_by("-urgency", "under_way", "id").first()


def one_at_a_time(name: str) -> None:
    """Wait until no other transaction does what ``name`` says; until the end of this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _under_way(queues: Sequence[str]) -> Any:
    """Return how many jobs the workspace has with workers; a whole that waits has none."""
    running = Job.objects.filter(
        workspace=OuterRef("workspace"),
        queue__in=queues,
        state=State.RUNNING,
        waits_for_parts=False,
    )
    return running.order_by().values("workspace").annotate(n=Count("pk")).values_list("n")
