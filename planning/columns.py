"""Values of a Plan as columns of a row, and back; used by the snapshot only.

JSON columns hold whole minutes, so they mean the same whatever a day's
length is set to.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from planning.core import plan
from planning.core.durations import EXACT
from planning.core.external_words import read_external_links
from planning.core.fields import fields_without, read_fields, writer
from planning.core.words import TASK_FIELDS
from planning.estimate_columns import estimate_of, estimate_of_column, estimate_to_column
from planning.models import (
    Calendar,
    Correlation,
    Dependency,
    Driver,
    Risk,
    RiskImpact,
    Task,
)


class RowIds(Protocol):
    """What tells which row holds which value: a snapshot."""

    def row_id(self, collection: str, key: str | None) -> UUID | None: ...

    def driver_of(self, task: str) -> str | None: ...


# Fields that a Task row and a core Task call by the same name and hold alike.
_SAME_TASK_FIELDS = (
    "name",
    "duration_minutes",
    "elapsed",
    "existence",
    "deadline",
    "target",
    "manual_start",
    "manual_finish",
    "promised_start",
    "promised_finish",
    "percent_complete",
    "actual_start",
    "actual_finish",
    "remaining_minutes",
    "suspended",
    "resumed",
)

_TASK_COLUMNS = {
    *_SAME_TASK_FIELDS,
    "parent",
    "kind",
    "estimate",
    "risk_level",
    "calendar",
    "constraint",
    "constraint2",
}

# What only files of other tools carry has no column of its own: it stands in `options`, in the
# words of the plan file and in units that no setting changes.
_TASK_OPTIONS = fields_without(TASK_FIELDS, _TASK_COLUMNS)
_write_task_options = writer(plan.Task, _TASK_OPTIONS)

WRITTEN: dict[str, list[str]] = {
    "calendars": ["name", "parent_id", "week", "exceptions", "position"],
    "drivers": ["rho"],
    "tasks": [
        *_SAME_TASK_FIELDS,
        "parent_id",
        "position",
        "kind",
        "estimate",
        "risk_level",
        "calendar_id",
        "constraint_type",
        "constraint_date",
        "constraint2_type",
        "constraint2_date",
        "driver_id",
        "options",
    ],
    "dependencies": ["lag_minutes", "lag_elapsed", "lag_percent", "lag_calendar"],
    "risks": [
        "name",
        "probability",
        "has_mitigation",
        "mitigated_probability",
        "mitigation_cost",
    ],
    "correlations": ["spearman"],
}
"""The columns of each kind that a change may write."""


class KeyNames(NamedTuple):
    """Keys of the rows that other rows point at, by row id."""

    calendars: Mapping[UUID, str]
    tasks: Mapping[UUID, str]


def calendar_of(row: Calendar, names: KeyNames) -> plan.Calendar:
    """Return the value of a calendar row."""
    return plan.Calendar(
        key=row.key,
        name=row.name,
        parent=names.calendars[row.parent_id] if row.parent_id else None,
        week=tuple(None if day is None else _intervals(day) for day in row.week),
        exceptions=tuple(
            plan.CalendarException(
                _date(exception["from"]), _date(exception["to"]), _intervals(exception["work"])
            )
            for exception in row.exceptions
        ),
    )


def task_of(row: Task, names: KeyNames) -> plan.Task:
    """Return the value of a task row."""
    return plan.Task(
        key=row.key,
        parent=names.tasks[row.parent_id] if row.parent_id else None,
        kind=plan.TaskKind(row.kind),
        estimate=estimate_of_column(row.estimate),
        risk_level=row.risk_level or None,
        calendar=names.calendars[row.calendar_id] if row.calendar_id else None,
        constraint=_constraint(row.constraint_type, row.constraint_date),
        constraint2=_constraint(row.constraint2_type, row.constraint2_date),
        **{name: getattr(row, name) for name in _SAME_TASK_FIELDS},
        **read_fields(row.options, _TASK_OPTIONS, EXACT),
    )


def external_links_of(options: Mapping[str, Any]) -> tuple[plan.ExternalLink, ...]:
    """Return what a task row waits for in other projects, from its options alone."""
    words = options.get("external_links")
    return read_external_links(words, EXACT) if words else ()


def dependency_of(row: Dependency, names: KeyNames) -> plan.Dependency:
    """Return the value of a dependency row."""
    return plan.Dependency(
        predecessor=names.tasks[row.predecessor_id],
        successor=names.tasks[row.successor_id],
        type=plan.LinkType(row.type),
        lag=plan.Lag(row.lag_minutes, row.lag_elapsed, row.lag_percent),
        lag_calendar=plan.LagCalendar(row.lag_calendar) if row.lag_calendar else None,
    )


def risks_of(
    rows: Iterable[Risk], impacts: Iterable[RiskImpact], names: KeyNames
) -> Iterator[plan.Risk]:
    """Yield the values of risk rows with their impacts."""
    by_risk: dict[tuple[UUID, bool], list[plan.Impact]] = defaultdict(list)
    for impact in impacts:
        by_risk[impact.risk_id, impact.is_mitigated].append(_impact_of(impact, names))
    for row in rows:
        after = None
        if row.has_mitigation:
            after = plan.Mitigation(
                row.mitigated_probability or 0.0,
                tuple(by_risk[row.pk, True]),
                row.mitigation_cost,
            )
        yield plan.Risk(row.key, row.name, row.probability, tuple(by_risk[row.pk, False]), after)


def drivers_of(rows: Iterable[Driver], tasks: Iterable[Task]) -> Iterator[plan.Driver]:
    """Yield the values of driver rows, whose members are a column of the tasks."""
    members: dict[UUID, list[str]] = defaultdict(list)
    for task in tasks:
        if task.driver_id:
            members[task.driver_id].append(task.key)
    for row in rows:
        yield plan.Driver(row.key, row.rho, tuple(sorted(members[row.pk])))


def correlation_of(row: Correlation, names: KeyNames) -> plan.Correlation:
    """Return the value of a correlation row."""
    return plan.Correlation(names.tasks[row.first_id], names.tasks[row.second_id], row.spearman)


def driver_by_task(value: plan.Plan) -> dict[str, str]:
    """Return the key of each task's driver."""
    return {task: driver.key for driver in value.drivers for task in driver.tasks}


def columns_of(collection: str, value: Any, identity: Any, rows: RowIds) -> dict[str, Any]:
    """Return the columns of the row that holds ``value``."""
    return _COLUMNS[collection](value, identity, rows)


def _task_columns(task: plan.Task, identity: Any, rows: RowIds) -> dict[str, Any]:
    return {
        "key": task.key,
        "number": identity.number,
        "position": identity.position,
        "parent_id": rows.row_id("tasks", task.parent),
        "kind": task.kind.value,
        "estimate": estimate_to_column(task.estimate),
        "risk_level": task.risk_level or "",
        "calendar_id": rows.row_id("calendars", task.calendar),
        "driver_id": rows.row_id("drivers", rows.driver_of(task.key)),
        "options": _write_task_options(task, EXACT),
        **_constraint_columns("constraint", task.constraint),
        **_constraint_columns("constraint2", task.constraint2),
        **{name: getattr(task, name) for name in _SAME_TASK_FIELDS},
    }


def _calendar_columns(value: plan.Calendar, identity: Any, rows: RowIds) -> dict[str, Any]:
    return {
        "key": value.key,
        "name": value.name,
        "parent_id": rows.row_id("calendars", value.parent),
        "position": identity.position,
        "week": [None if day is None else _pairs(day) for day in value.week],
        "exceptions": [
            {"from": x.first.isoformat(), "to": x.last.isoformat(), "work": _pairs(x.work)}
            for x in value.exceptions
        ],
    }


def _driver_columns(value: plan.Driver, identity: Any, rows: RowIds) -> dict[str, Any]:
    return {"key": value.key, "rho": value.rho}


def _dependency_columns(value: plan.Dependency, identity: Any, rows: RowIds) -> dict[str, Any]:
    return {
        "predecessor_id": rows.row_id("tasks", value.predecessor),
        "successor_id": rows.row_id("tasks", value.successor),
        "type": value.type.value,
        "lag_minutes": value.lag.minutes,
        "lag_elapsed": value.lag.elapsed,
        "lag_percent": value.lag.percent,
        "lag_calendar": value.lag_calendar.value if value.lag_calendar else "",
    }


def _risk_columns(value: plan.Risk, identity: Any, rows: RowIds) -> dict[str, Any]:
    after = value.after
    return {
        "key": value.key,
        "name": value.name,
        "probability": value.probability,
        "has_mitigation": after is not None,
        "mitigated_probability": after.probability if after else None,
        "mitigation_cost": after.cost if after else None,
    }


def _correlation_columns(value: plan.Correlation, identity: Any, rows: RowIds) -> dict[str, Any]:
    return {
        "first_id": rows.row_id("tasks", value.first),
        "second_id": rows.row_id("tasks", value.second),
        "spearman": value.spearman,
    }


_COLUMNS: dict[str, Callable[[Any, Any, RowIds], dict[str, Any]]] = {
    "calendars": _calendar_columns,
    "drivers": _driver_columns,
    "tasks": _task_columns,
    "dependencies": _dependency_columns,
    "risks": _risk_columns,
    "correlations": _correlation_columns,
}


def impact_columns(risk: plan.Risk, rows: RowIds) -> Iterator[dict[str, Any]]:
    """Yield the columns of the rows that hold a risk's impacts, before and after."""
    groups = [(False, risk.impacts), (True, risk.after.impacts if risk.after else ())]
    for is_mitigated, impacts in groups:
        for position, impact in enumerate(impacts):
            yield {
                "risk_id": rows.row_id("risks", risk.key),
                "task_id": rows.row_id("tasks", impact.task),
                "estimate": {
                    **(estimate_to_column(impact.estimate) or {}),
                    "relative": impact.relative,
                },
                "is_mitigated": is_mitigated,
                "position": position,
            }


def _impact_of(row: RiskImpact, names: KeyNames) -> plan.Impact:
    values = dict(row.estimate)
    relative = values.pop("relative")
    estimate = estimate_of(values)
    return plan.Impact(names.tasks[row.task_id], estimate, relative)


def _constraint(type_: str, date: Any) -> plan.Constraint | None:
    return plan.Constraint(plan.ConstraintType(type_), date) if type_ else None


def _constraint_columns(name: str, value: plan.Constraint | None) -> dict[str, Any]:
    return {
        f"{name}_type": value.type.value if value else "",
        f"{name}_date": value.date if value else None,
    }


def _pairs(hours: plan.DayHours) -> list[list[int]]:
    return [[interval.start, interval.finish] for interval in hours]


def _intervals(pairs: Iterable[Iterable[int]]) -> plan.DayHours:
    return tuple(plan.Interval(*pair) for pair in pairs)


def _date(text: str) -> Any:
    return date.fromisoformat(text)
