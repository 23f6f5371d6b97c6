"""What makes the ledger move: a new baseline, and work that is reported done."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import DatabaseError

from lineo.accounts.tenancy import workspace_context
from lineo.jobs import services as jobs
from planning.models import Scenario
from simulations.ledger import recording

logger = logging.getLogger(__name__)

SCORE = "score-finished"
_FINISHED = {"kind": "progress", "field": "actual_finish"}


def follow_baseline(*, workspace_id: UUID, project_id: UUID, scenario_id: UUID, **_: Any) -> None:
    """Go on with the forecast that the new baseline brings; never stands in a promotion's way."""
    try:
        with workspace_context(workspace_id):
            recording.take_over(Scenario.objects.select_related("project").get(pk=scenario_id))
            ask_for_scores(project_id)
    except DatabaseError as error:
        logger.warning("The ledger of project %s did not follow: %s", project_id, error)


def score_after_change(
    *, workspace_id: UUID, scenario_id: UUID, edits: Iterable[Mapping[str, Any]], **_: Any
) -> None:
    """Ask for scores where the change reports, or takes back, that the baseline's work is done."""
    if not any(edit.items() >= _FINISHED.items() for edit in edits):
        return
    with workspace_context(workspace_id):
        baseline = Scenario.objects.filter(pk=scenario_id, is_baseline=True)
        for project_id in baseline.values_list("project_id", flat=True):
            ask_for_scores(project_id)


def ask_for_scores(project_id: UUID) -> None:
    """Ask a worker to score what the project's baseline has finished."""
    jobs.enqueue_latest(
        SCORE,
        topic=f"{SCORE} {project_id}",
        payload={"project": str(project_id)},
        kind="scores",
    )
