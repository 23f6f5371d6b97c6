"""A task's row in the words that people type: "3..5..10d", "3FS+2d"."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from planning.core.distributions import Estimate
from planning.core.durations import Units, format_duration
from planning.core.estimates import format_estimate
from planning.core.plan import Dependency, Lag, LinkType, TaskKind
from planning.estimate_columns import estimate_of_column
from planning.models import Dependency as DependencyRow
from planning.models import Task
from planning.table.listed import Listed
from planning.typed.values import link_text


def estimate_of(task: Task | Listed) -> Estimate | None:
    """Return the estimate that the row holds."""
    return estimate_of_column(task.estimate)


def typed_duration(task: Task | Listed, units: Units) -> str:
    """Return the duration or range as a person would type it; a milestone has none."""
    if task.kind == TaskKind.MILESTONE and not task.duration_minutes:
        return ""
    estimate = estimate_of(task)
    if estimate is not None:
        return format_estimate(estimate, units, elapsed=task.elapsed)
    return format_duration(task.duration_minutes, units, elapsed=task.elapsed)


class LinkRow(NamedTuple):
    """A link in the columns that say it, by their names."""

    id: UUID
    predecessor_id: UUID
    successor_id: UUID
    type: str
    lag_minutes: int
    lag_elapsed: bool
    lag_percent: float | None


def links_text(
    links: Iterable[LinkRow | DependencyRow], numbers: Mapping[UUID, int], units: Units
) -> str:
    """Return the links into a task, by the numbers of their predecessors."""
    ordered = sorted(links, key=lambda link: numbers[link.predecessor_id])
    return ", ".join(
        link_text(_value(link), numbers[link.predecessor_id], units) for link in ordered
    )


def successors_text(links: Iterable[LinkRow], numbers: Mapping[UUID, int], units: Units) -> str:
    """Return the links out of a task, by the numbers of their successors."""
    ordered = sorted(links, key=lambda link: numbers[link.successor_id])
    return ", ".join(link_text(_value(link), numbers[link.successor_id], units) for link in ordered)


def _value(link: LinkRow | DependencyRow) -> Dependency:
    lag = Lag(link.lag_minutes, link.lag_elapsed, link.lag_percent)
    return Dependency("", "", LinkType(link.type), lag)
