"""Tasks as the table lists them: the columns that cells show, without the cost of a whole row."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from lineo.composed import Composed
from planning import columns, veil
from planning.models import Scenario, Task
from planning.snapshot import Snapshot


class Listed(NamedTuple):
    """One task, by the names of its columns."""

    id: UUID
    key: str
    number: int
    version: int
    name: str
    kind: str
    duration_minutes: int
    elapsed: bool
    estimate: dict[str, Any] | None
    risk_level: str
    existence: float
    calendar_id: UUID | None
    constraint_type: str
    constraint_date: datetime | None
    deadline: datetime | None
    target: datetime | None
    percent_complete: float
    actual_start: datetime | None
    actual_finish: datetime | None
    remaining_minutes: int | None
    promised_finish: datetime | None
    start: datetime | None
    finish: datetime | None
    total_float_minutes: int | None
    free_float_minutes: int | None
    is_critical: bool

    @property
    def pk(self) -> UUID:
        return self.id


def listed_tasks(scenario: Scenario, ids: Collection[UUID] | None = None) -> dict[UUID, Listed]:
    """Return the scenario's tasks of these ids, or all, as whoever asks may see them."""
    found = _all.rows(scenario.pk) if ids is None else _some.rows(scenario.pk, list(ids))
    rows = map(Listed._make, found)
    hidden = veil.hidden_ids()
    if not hidden:
        return {row.id: row for row in rows}
    return {row.id: _bare(row) if row.id in hidden else row for row in rows}


@Composed
def _all(scenario: UUID) -> QuerySet[Task, tuple[Any, ...]]:
    return Task.objects.filter(scenario=scenario).order_by().values_list(*Listed._fields)


@Composed
def _some(scenario: UUID, ids: UUID) -> QuerySet[Task, tuple[Any, ...]]:
    rows = Task.objects.filter(scenario=scenario, pk__any_of=ids)
    return rows.order_by().values_list(*Listed._fields)


def listed_in(held: Snapshot, key: str) -> Listed:
    """Return a task of a plan in memory as its row is listed."""
    identity, dates = held.identity("tasks", key), held.schedule.tasks[key]
    values = {
        "id": identity.id,
        "version": held.version("tasks", key),
        "is_critical": dates.critical,
        **columns.columns_of("tasks", held.plan.task(key), identity, held),
    }
    return Listed._make(
        values[name] if name in values else getattr(dates, name) for name in Listed._fields
    )


def _bare(row: Listed) -> Listed:
    return row._replace(**veil.bare_values(Task, Listed._fields))
