"""Dates as columns: computed at commit, written in one statement, read by pages."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from planning.core.schedule import Schedule, ScheduledTask
from planning.models import Scenario

RowId = Callable[[str, str | None], UUID | None]


class _Column(NamedTuple):
    """A column of the task row, its type, the value that it holds, and whose field that is."""

    name: str
    type: str
    value: Callable[[ScheduledTask], Any]
    renamed: str = ""

    @property
    def field(self) -> str:
        """What the scheduled task calls it."""
        return self.renamed or self.name


def _reasons(name: str) -> Callable[[ScheduledTask], Any]:
    return lambda task: [reason.to_json() for reason in getattr(task, name)]


def _moment(name: str) -> Callable[[ScheduledTask], str | None]:
    def read(task: ScheduledTask) -> str | None:
        moment = getattr(task, name)
        return None if moment is None else moment.isoformat()

    return read


def _plain(name: str) -> Callable[[ScheduledTask], Any]:
    return lambda task: getattr(task, name)


MOMENTS = (
    "start",
    "finish",
    "early_start",
    "early_finish",
    "late_start",
    "late_finish",
    "network_start",
    "network_finish",
)
_COLUMNS = (
    *(_Column(name, "timestamp", _moment(name)) for name in MOMENTS),
    _Column("total_float_minutes", "int", _plain("total_float_minutes")),
    _Column("free_float_minutes", "int", _plain("free_float_minutes")),
    _Column("is_critical", "bool", _plain("critical"), "critical"),
    _Column("on_longest_path", "bool", _plain("on_longest_path")),
    _Column("driven_by", "jsonb", _reasons("driven_by")),
    _Column("limited_by", "jsonb", _reasons("limited_by")),
)


def write(scenario: Scenario, schedule: Schedule, row_id: RowId) -> None:
    """Write the dates of all tasks of a plan that is new."""
    moved = Moved.between(None, schedule)
    # One JSON document: psycopg would escape thousands of array elements one by one.
    rows = [{"id": str(row_id("tasks", key)), **moved.record(key)} for key in moved.keys]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_update(moved.columns), [json.dumps(rows), scenario.workspace_id])


@dataclass(frozen=True)
class Moved:
    """Which tasks have other dates, reasons or floats than before, and in which columns.

    Only those columns are written in which any of these tasks differs: most edits move many
    tasks, and change the reasons of few.
    """

    keys: Sequence[str]
    columns: tuple[_Column, ...]
    schedule: Schedule

    @classmethod
    def between(cls, before: Schedule | None, after: Schedule) -> "Moved":
        """Return what moved from one schedule to the next; without one before, everything."""
        changed = list(_changed(before, after))
        columns = _differing(changed, before) if changed else ()
        return cls([key for key, _task in changed], columns, after)

    @cached_property
    def index(self) -> frozenset[str]:
        """The keys, to ask for one of them."""
        return frozenset(self.keys)

    @property
    def types(self) -> dict[str, str]:
        """The columns that are written, with their types."""
        return {column.name: column.type for column in self.columns}

    def record(self, key: str) -> dict[str, Any]:
        """Return what the task of that key holds in the columns that are written."""
        task = self.schedule.tasks[key]
        return {column.name: column.value(task) for column in self.columns}


def _changed(before: Schedule | None, after: Schedule) -> Iterator[tuple[str, ScheduledTask]]:
    former = before.tasks if before is not None else {}
    for key, task in after.tasks.items():
        known = former.get(key)
        if known is not task and known != task:
            yield key, task


def _differing(
    changed: Sequence[tuple[str, ScheduledTask]], before: Schedule | None
) -> tuple[_Column, ...]:
    """Return the columns in which any of the tasks is other than before; all where one is new."""
    former = before.tasks if before is not None else {}
    pairs = [(former[key], task) for key, task in changed if key in former]
    if len(pairs) < len(changed):
        return _COLUMNS
    return tuple(
        column
        for column in _COLUMNS
        if any(getattr(one, column.field) != getattr(other, column.field) for one, other in pairs)
    )


@lru_cache(maxsize=64)
def _update(columns: tuple[_Column, ...]) -> str:
    return _UPDATE.format(
        assignments=", ".join(f"{column.name} = new.{column.name}" for column in columns),
        columns=", ".join(f"{column.name} {column.type}" for column in columns),
    )


_UPDATE = """
UPDATE planning_task AS row SET {assignments}
FROM jsonb_to_recordset(%s::jsonb) AS new(id uuid, {columns})
WHERE row.id = new.id AND row.workspace_id = %s
"""
