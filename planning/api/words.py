"""Rows as the plan file writes them, and what is written back to them.

Out: each field of a row, whether it has its default or not. In: the words of a body, whose shape
has been checked, as attributes of the core's values.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from lineo.api.errors import Fault, InvalidError
from planning import columns
from planning.columns import KeyNames
from planning.core import plan as core
from planning.core.durations import Units, parse_duration
from planning.core.estimate_facts import estimate_values, planned_minutes
from planning.core.estimate_words import read_estimate
from planning.core.fields import inside, read_fields, write_moment
from planning.core.plan import Plan, PlanError
from planning.core.words import TASK_FIELDS
from planning.interchange.day_edges import DayEdges
from planning.interchange.planfile import with_times
from planning.models import Scenario, Task

Words = Mapping[str, Any]


def units_of(scenario: Scenario) -> Units:
    """Return how long a day and a week of the scenario are."""
    return Units(scenario.minutes_per_day, scenario.minutes_per_week)


def moment(value: datetime | None) -> str | None:
    """Return a date of the plan, without a zone."""
    return write_moment(value)


def instant(value: datetime | None) -> str | None:
    """Return a moment of the real world, in UTC."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")


def task_words(row: Task) -> dict[str, Any]:
    """Return every field of a task; its calendar and parent must have been selected."""
    units = units_of(row.scenario)
    names = KeyNames(
        calendars={row.calendar.pk: row.calendar.key} if row.calendar else {},
        tasks={row.parent.pk: row.parent.key} if row.parent else {},
    )
    task = columns.task_of(row, names)
    return {name: field.write(task, units) for name, field in TASK_FIELDS.items()}


@contextmanager
def explained(path: str = "") -> Iterator[None]:
    """Answer 422, naming each fault below ``path``, to words that make no sense."""
    try:
        yield
    except PlanError as fault:
        faults = getattr(fault, "faults", (fault,))
        placed = [inside(path, each) if path else each for each in faults]
        raise InvalidError(*(Fault(each.path, each.message) for each in placed)) from fault


def task_attributes(words: Words, plan: Plan, current: core.Task | None = None) -> dict[str, Any]:
    """Return the attributes of a core Task that ``words`` stand for.

    Parameters
    ----------
    words
        Fields of a task in the words of the plan file: all or some.
    current
        The task as it stands, where there is one.

    Notes
    -----
    As in the plan file, an estimate without a duration also sets the duration
    that the schedule plans with; not so once work has begun, for then it
    describes only what remains.
    """
    calendar = words.get("calendar") or (current and current.calendar) or plan.project.calendar
    edges = DayEdges({calendar.key: calendar for calendar in plan.calendars})
    given = with_times(words, edges, calendar)
    units = Units.of(plan.project)
    estimate = given.pop("estimate", None)
    attributes = read_fields(given, TASK_FIELDS, units)
    if "estimate" in words:
        attributes |= _estimate(estimate, attributes, current, plan)
    _check_remaining(given.get("remaining"), attributes, current, units)
    return attributes


def _estimate(
    words: Any, attributes: Mapping[str, Any], current: core.Task | None, plan: Plan
) -> dict[str, Any]:
    if words is None:
        return {"estimate": None}
    try:
        typed = read_estimate(words, Units.of(plan.project))
    except PlanError as fault:
        raise inside("estimate", fault) from None
    found: dict[str, Any] = {"estimate": typed.estimate}
    if "duration_minutes" not in attributes and not (current and plan.has_begun(current)):
        minutes = planned_minutes(typed.estimate)
        return {**found, "duration_minutes": minutes, "elapsed": typed.elapsed}
    is_elapsed = attributes.get("elapsed", current.elapsed if current else False)
    if typed.elapsed != is_elapsed and any(estimate_values(typed.estimate)):
        raise PlanError("must be elapsed time just where the duration is", path="estimate")
    return found


def _check_remaining(
    text: str | None, attributes: Mapping[str, Any], current: core.Task | None, units: Units
) -> None:
    if text is None:
        return
    remaining = parse_duration(text, units)
    is_elapsed = attributes.get("elapsed", current.elapsed if current else False)
    if remaining.minutes and remaining.elapsed != is_elapsed:
        raise PlanError("must be elapsed time just where the duration is", path="remaining")
