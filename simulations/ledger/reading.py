"""The ledger of one project, read with its baseline: what pages and API share."""

from collections.abc import Iterable

from planning import veil
from planning.core.plan import TaskKind
from planning.models import Project, Task
from simulations.ledger.models import Commitment
from simulations.ledger.selectors import (
    Calibration,
    Entry,
    Scored,
    commitments_of,
    entries_of,
)


def entries(project: Project, rows: Iterable[Commitment] | None = None) -> list[Entry]:
    """Return commitments of a project as they stand; every one by default."""
    return entries_of(commitments_of(project) if rows is None else rows)


def entry(commitment: Commitment) -> Entry:
    """Return one commitment as it stands."""
    rows = commitments_of(commitment.project).filter(pk=commitment.pk)
    return entries(commitment.project, rows)[0]


def milestones(project: Project) -> list[tuple[str, str]]:
    """Return the baseline's open milestones, which a date may be given for."""
    rows = Task.objects.filter(
        scenario__project=project, scenario__is_baseline=True, kind=TaskKind.MILESTONE
    )
    hidden = veil.hidden().by_project.get(project.pk, frozenset())
    rows = rows.exclude(scenario__in=veil.closed_scenarios()).exclude(key__in=hidden)
    found = rows.filter(actual_finish=None).order_by("position")
    return list(found.values_list("key", "name"))


def scored_of(found: Calibration, estimator: str) -> Scored:
    """Return the score of the estimator of that id; everybody's where it is empty.

    Raises
    ------
    LookupError
        If there is no such estimator here.
    """
    if not estimator:
        return found.everybody
    for one in found.estimators:
        if one.estimator is not None and str(one.estimator.pk) == estimator:
            return one
    raise LookupError(estimator)
