"""The words of the plan file: rows of a Plan ⇄ plain JSON values.

Each kind of row has a table of its fields and two functions, one that writes
the whole row and one that reads it. Reading trusts the shape of its input (a
plan file has been validated against its schema, an edit was written here) but
no value: a duration, a moment or a law that makes no sense raises
``PlanError`` with the path inside the row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from planning.core.calendar_words import CALENDAR_FIELDS, read_calendar, write_calendar
from planning.core.durations import Units, format_duration, format_lag, parse_duration, parse_lag
from planning.core.edits import EditKind
from planning.core.estimate_words import estimate_to_words, read_estimate
from planning.core.external_words import (
    read_external_dates,
    read_external_links,
    write_external_dates,
    write_external_links,
)
from planning.core.fields import (
    Field,
    choice,
    inside,
    moment,
    plain,
    ratio,
    read_fields,
    read_moment,
    simple,
    table,
    write_moment,
    writer,
)
from planning.core.plan import (
    Constraint,
    ConstraintType,
    Dependency,
    LagCalendar,
    LinkType,
    PlanError,
    Task,
    TaskKind,
)
from planning.core.risk_words import (
    CORRELATION_FIELDS,
    DRIVER_FIELDS,
    RISK_FIELDS,
    read_correlation,
    read_driver,
    read_risk,
    write_correlation,
    write_driver,
    write_risk,
)


@dataclass(frozen=True, slots=True)
class RowKind:
    """One kind of row: where the Plan holds it and how it is written."""

    kind: EditKind
    collection: str
    fields: dict[str, Field]
    write: Callable[[Any, Units], dict[str, Any]]
    read: Callable[[dict[str, Any], Units], Any]


def _write_constraint(constraint: Constraint, _units: Units) -> dict[str, Any]:
    words: dict[str, Any] = {"type": str(constraint.type)}
    if constraint.date is not None:
        words["date"] = write_moment(constraint.date)
    return words


def _read_constraint(words: dict[str, Any], _units: Units) -> Constraint:
    type_ = ConstraintType(words["type"])
    if type_ in {ConstraintType.ASAP, ConstraintType.ALAP}:
        return Constraint(type_)
    try:
        date = read_moment(words.get("date"))
    except PlanError as fault:
        raise inside("date", fault) from None
    if date is None:
        raise PlanError(f"missing; a constraint {type_} needs a date", path="date")
    return Constraint(type_, date)


def _read_duration(words: str, units: Units) -> dict[str, Any]:
    duration = parse_duration(words, units)
    if duration.minutes < 0:
        raise PlanError("must not be negative")
    return {"duration_minutes": duration.minutes, "elapsed": duration.elapsed}


def _write_remaining(task: Task, units: Units) -> str | None:
    if task.remaining_minutes is None:
        return None
    return format_duration(task.remaining_minutes, units, elapsed=task.elapsed)


def _read_remaining(words: str | None, units: Units) -> dict[str, Any]:
    minutes = None if words is None else _read_duration(words, units)["duration_minutes"]
    return {"remaining_minutes": minutes}


def _write_task_estimate(task: Task, units: Units) -> dict[str, Any] | None:
    if task.estimate is None:
        return None
    return estimate_to_words(task.estimate, units, elapsed=task.elapsed)


def _read_task_estimate(words: dict[str, Any] | str | None, units: Units) -> dict[str, Any]:
    return {"estimate": None if words is None else read_estimate(words, units).estimate}


TASK_FIELDS = table(
    plain("name", EditKind.TASK),
    plain("parent", EditKind.TASK),
    choice("kind", EditKind.TASK, TaskKind),
    Field(
        "duration",
        EditKind.TASK,
        ("duration_minutes", "elapsed"),
        lambda task, units: format_duration(task.duration_minutes, units, elapsed=task.elapsed),
        _read_duration,
    ),
    Field("estimate", EditKind.ESTIMATE, ("estimate",), _write_task_estimate, _read_task_estimate),
    plain("risk_level", EditKind.TASK),
    ratio("existence", EditKind.TASK),
    plain("calendar", EditKind.TASK),
    plain("work_calendar", EditKind.TASK),
    simple("constraint", EditKind.TASK, _write_constraint, _read_constraint),
    simple("constraint2", EditKind.TASK, _write_constraint, _read_constraint),
    moment("deadline", EditKind.TASK),
    moment("target", EditKind.TASK),
    moment("manual_start", EditKind.TASK),
    moment("manual_finish", EditKind.TASK),
    moment("promised_start", EditKind.TASK),
    moment("promised_finish", EditKind.TASK),
    ratio("percent_complete", EditKind.PROGRESS),
    moment("actual_start", EditKind.PROGRESS),
    moment("actual_finish", EditKind.PROGRESS),
    Field(
        "remaining", EditKind.PROGRESS, ("remaining_minutes",), _write_remaining, _read_remaining
    ),
    moment("suspended", EditKind.PROGRESS),
    moment("resumed", EditKind.PROGRESS),
    moment("expected_finish", EditKind.PROGRESS),
    moment("external_start", EditKind.TASK),
    moment("external_finish", EditKind.TASK),
    simple("external_links", EditKind.TASK, write_external_links, read_external_links),
    simple("external_dates", EditKind.TASK, write_external_dates, read_external_dates),
    plain("start_milestone", EditKind.TASK),
    Field(
        "leveling_delay",
        EditKind.TASK,
        ("leveling_delay_minutes",),
        lambda task, units: format_duration(task.leveling_delay_minutes, units, elapsed=True),
        lambda words, units: {"leveling_delay_minutes": parse_duration(words, units).minutes},
    ),
    plain("active", EditKind.TASK),
)
_write_task_fields = writer(
    Task, TASK_FIELDS, always=frozenset({"name", "parent", "kind", "duration"})
)


def write_task(task: Task, units: Units) -> dict[str, Any]:
    """Return the task as it stands in a plan file, without what is default."""
    return {"id": task.key, **_write_task_fields(task, units)}


def read_task(words: dict[str, Any], units: Units) -> Task:
    """Read a task whose ``name`` and ``duration`` are given."""
    given = {name: value for name, value in words.items() if name != "id"}
    return Task(words["id"], **read_fields(given, TASK_FIELDS, units))


DEPENDENCY_FIELDS = table(
    simple("lag", EditKind.DEPENDENCY, format_lag, parse_lag),
    choice("lag_calendar", EditKind.DEPENDENCY, LagCalendar),
)


_write_dependency_fields = writer(Dependency, DEPENDENCY_FIELDS)


def write_dependency(dependency: Dependency, units: Units) -> dict[str, Any]:
    """Return the link as it stands in a plan file."""
    words = {
        "from": dependency.predecessor,
        "to": dependency.successor,
        "type": str(dependency.type),
        "lag": format_lag(dependency.lag, units),
    }
    return words | _write_dependency_fields(dependency, units)


def read_dependency(words: dict[str, Any], units: Units) -> Dependency:
    """Read what :func:`write_dependency` wrote."""
    given = {name: words[name] for name in DEPENDENCY_FIELDS if name in words}
    return Dependency(
        words["from"],
        words["to"],
        LinkType(words.get("type", "FS")),
        **read_fields(given, DEPENDENCY_FIELDS, units),
    )


TASKS = RowKind(EditKind.TASK, "tasks", TASK_FIELDS, write_task, read_task)
CALENDARS = RowKind(EditKind.CALENDAR, "calendars", CALENDAR_FIELDS, write_calendar, read_calendar)
DEPENDENCIES = RowKind(
    EditKind.DEPENDENCY, "dependencies", DEPENDENCY_FIELDS, write_dependency, read_dependency
)
RISKS = RowKind(EditKind.RISK, "risks", RISK_FIELDS, write_risk, read_risk)
DRIVERS = RowKind(EditKind.DRIVER, "drivers", DRIVER_FIELDS, write_driver, read_driver)
CORRELATIONS = RowKind(
    EditKind.CORRELATION, "correlations", CORRELATION_FIELDS, write_correlation, read_correlation
)
ROW_KINDS = (CALENDARS, TASKS, DEPENDENCIES, RISKS, DRIVERS, CORRELATIONS)
