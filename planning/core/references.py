"""Which rows of a plan stand on which others, and what falls with one.

A dependency stands on two tasks, a task on its parent and its calendar, a
risk on the tasks that it touches. :func:`without_dangling` takes out of a
plan whatever stands on a row that is not there.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from planning.core.plan import (
    Calendar,
    Correlation,
    Dependency,
    Driver,
    Impact,
    Plan,
    Risk,
    Task,
)

# A row's place in the plan: the name of the collection and its key.
Place = tuple[str, str]


def references(row: Any) -> Iterator[Place]:
    """Yield the places of the rows that ``row`` stands on."""
    return (place for _, place in _named(row))


def field_of(row: Any, place: Place) -> str:
    """Return which field of ``row`` names ``place``, in the words of the plan file.

    Examples
    --------
    >>> field_of(Correlation("A", "B", 0.3), ("tasks", "B"))
    'tasks[1]'
    """
    return next(field for field, named in _named(row) if named == place)


def _named(row: Any) -> Iterator[tuple[str, Place]]:
    """Yield each field that names another row, and that row's place."""
    match row:
        case Task():
            yield from _given("parent", "tasks", row.parent)
            yield from _given("calendar", "calendars", row.calendar)
            yield from _given("work_calendar", "calendars", row.work_calendar)
        case Calendar():
            yield from _given("parent", "calendars", row.parent)
        case Dependency():
            yield "from", ("tasks", row.predecessor)
            yield "to", ("tasks", row.successor)
        case Correlation():
            yield "tasks[0]", ("tasks", row.first)
            yield "tasks[1]", ("tasks", row.second)
        case Driver():
            for index, key in enumerate(row.tasks):
                yield f"tasks[{index}]", ("tasks", key)
        case Risk():
            yield from _touched(row.impacts, "impacts")
            if row.after is not None:
                yield from _touched(row.after.impacts, "after.impacts")


def _given(field: str, collection: str, key: str | None) -> Iterator[tuple[str, Place]]:
    if key is not None:
        yield field, (collection, key)


def _touched(impacts: tuple[Impact, ...], field: str) -> Iterator[tuple[str, Place]]:
    for index, impact in enumerate(impacts):
        yield f"{field}[{index}].task", ("tasks", impact.task)


def without_dangling(plan: Plan) -> Plan:
    """Return the plan without what stands on rows that it does not hold.

    Tasks below a missing parent go, links and correlations of a missing task
    go, risks and drivers lose it (and go when nothing is left of them), and a
    missing calendar gives way to the project's. Rows that stand well stay the
    same objects.
    """
    calendars = {calendar.key for calendar in plan.calendars}
    tasks = tuple(_on_calendars(task, calendars) for task in _rooted(plan.tasks))
    keys = {task.key for task in tasks}
    return replace(
        plan,
        calendars=tuple(_with_parent(calendar, calendars) for calendar in plan.calendars),
        tasks=tasks,
        dependencies=_standing(plan.dependencies, keys),
        correlations=_standing(plan.correlations, keys),
        risks=_kept(plan.risks, lambda risk: _risk_on(risk, keys)),
        drivers=_kept(plan.drivers, lambda driver: _driver_on(driver, keys)),
    )


def _rooted(tasks: tuple[Task, ...]) -> list[Task]:
    """Return the tasks whose line of parents is whole (or goes round)."""
    parent_of: Mapping[str, str | None] = {task.key: task.parent for task in tasks}
    sound: dict[str, bool] = {}
    for key in parent_of:
        line = []
        current: str | None = key
        while current is not None and current in parent_of and current not in sound:
            sound[current] = True
            line.append(current)
            current = parent_of[current]
        is_sound = current is None or (current in parent_of and sound[current])
        sound.update(dict.fromkeys(line, is_sound))
    return [task for task in tasks if sound[task.key]]


def _on_calendars(task: Task, calendars: set[str]) -> Task:
    missing: dict[str, Any] = {
        name: None
        for name in ("calendar", "work_calendar")
        if getattr(task, name) is not None and getattr(task, name) not in calendars
    }
    return replace(task, **missing) if missing else task


def _with_parent(calendar: Calendar, calendars: set[str]) -> Calendar:
    if calendar.parent is None or calendar.parent in calendars:
        return calendar
    return replace(calendar, parent=None)


def _standing(rows: tuple[Any, ...], keys: set[str]) -> tuple[Any, ...]:
    return tuple(row for row in rows if all(key in keys for _, key in references(row)))


def _kept(rows: tuple[Any, ...], trim: Callable[[Any], Any]) -> tuple[Any, ...]:
    return tuple(row for row in map(trim, rows) if row is not None)


def _risk_on(risk: Risk, keys: set[str]) -> Risk | None:
    if all(key in keys for _, key in references(risk)):
        return risk
    after = risk.after
    if after is not None:
        after = replace(after, impacts=_impacts_on(after.impacts, keys))
    impacts = _impacts_on(risk.impacts, keys)
    return replace(risk, impacts=impacts, after=after) if impacts else None


def _impacts_on(impacts: tuple[Impact, ...], keys: set[str]) -> tuple[Impact, ...]:
    return tuple(impact for impact in impacts if impact.task in keys)


def _driver_on(driver: Driver, keys: set[str]) -> Driver | None:
    tasks = tuple(key for key in driver.tasks if key in keys)
    if len(tasks) == len(driver.tasks):
        return driver
    return replace(driver, tasks=tasks) if tasks else None
