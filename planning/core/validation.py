"""Is this a plan at all? Asked once, where a plan enters; inside, plans are trusted.

Each fault is a :class:`~planning.core.plan.PlanError` with its path in the
words of the plan file. Circles of links are found by the scheduler, which
must order the tasks anyway.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from planning.core.estimate_facts import check_estimate
from planning.core.plan import (
    Calendar,
    Constraint,
    ConstraintType,
    Driver,
    Impact,
    Plan,
    PlanError,
    ProjectSettings,
    Risk,
    Task,
    TaskKind,
)
from planning.core.references import field_of, references

MAX_DEPTH = 100
MAX_MINUTES = 2**31 - 1
# What no XML file, no picture and no screen can show.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DATELESS = {ConstraintType.ASAP, ConstraintType.ALAP}
# Where a row's key stands; those of links and correlations are made of several fields.
_KEY_FIELDS = {"calendars": ".id", "tasks": ".id", "risks": ".id", "drivers": ".name"}
_COLLECTIONS = ("calendars", "tasks", "dependencies", "risks", "drivers", "correlations")


def validate(plan: Plan, former: Plan | None = None) -> None:
    """Refuse what is not a plan.

    Parameters
    ----------
    plan : Plan
        Anything that a reader or an intention made.
    former : Plan, optional
        One that is known to be right. Rows that are the same objects there are
        not asked again, so an edit costs what it touches.

    Raises
    ------
    PlanError
        With the path of the first fault.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.plan import standard_calendar
    >>> settings = ProjectSettings("House", datetime(2026, 1, 5, 8))
    >>> validate(Plan(settings, (standard_calendar(),), (Task("A", "A", parent="B"),)))
    Traceback (most recent call last):
    planning.core.plan.PlanError: tasks[0].parent: refers to “B”, which is not among the tasks
    """
    _check_settings(plan.project)
    rows = _NewRows(plan, former)
    keys = {name: rows.keys(name) for name in _COLLECTIONS}
    _check_references(plan, rows, keys)
    if rows.may_be_another_tree("tasks"):
        _check_ancestry("tasks", plan.tasks)
    if rows.may_be_another_tree("calendars"):
        _check_ancestry("calendars", plan.calendars)
    for index, calendar in rows.of("calendars"):
        _check_calendar(calendar, f"calendars[{index}]")
    for collection in ("calendars", "tasks", "risks"):
        for index, row in rows.of(collection):
            _check_name(row.name, f"{collection}[{index}].name")
    for index, task in rows.of("tasks"):
        _check_task(task, f"tasks[{index}]")
    for index, risk in rows.of("risks"):
        _check_risk(risk, f"risks[{index}]")
    if former is None or plan.drivers is not former.drivers:
        _check_drivers(plan.drivers)
    for index, pair in rows.of("correlations"):
        if not -1 < pair.spearman < 1:
            raise PlanError("must lie between −1 and 1", path=f"correlations[{index}].spearman")
        if pair.first == pair.second:
            raise PlanError(f"names “{pair.first}” twice", path=f"correlations[{index}].tasks")


class _NewRows:
    """The rows of a plan that a former one, known to be right, has not."""

    def __init__(self, plan: Plan, former: Plan | None) -> None:
        self._plan = plan
        self._former = former
        self._new = {name: self._find(name) for name in _COLLECTIONS}

    def of(self, collection: str) -> list[tuple[int, Any]]:
        """Return the new rows of a collection, each with its place there."""
        return self._new[collection]

    def keys(self, collection: str) -> set[str]:
        """Return the keys of a collection, each of which may stand once.

        Of what nothing refers to, and which is the same, they are not asked.
        """
        is_same = self._former is not None and self._is_same(collection)
        if is_same and collection not in ("tasks", "calendars"):
            return set()
        return _keys(self._plan, collection)

    def all_of(self, collection: str) -> list[tuple[int, Any]]:
        """Return every row, each with its place."""
        return list(enumerate(getattr(self._plan, collection)))

    def lose(self, keys: dict[str, set[str]]) -> bool:
        """Whether something may be gone that old rows refer to."""
        if self._former is None:
            return True
        return any(
            row.key not in keys[name]
            for name in ("tasks", "calendars")
            if not self._is_same(name)
            for row in getattr(self._former, name)
        )

    def may_be_another_tree(self, collection: str) -> bool:
        """Whether a row may stand below another than before."""
        if self._former is None:
            return True
        before = {row.key: row.parent for row in getattr(self._former, collection)}
        return any(before.get(row.key, "") != row.parent for _, row in self._new[collection])

    def _is_same(self, collection: str) -> bool:
        return getattr(self._plan, collection) is getattr(self._former, collection)

    def _find(self, collection: str) -> list[tuple[int, Any]]:
        rows = getattr(self._plan, collection)
        if self._former is None:
            return list(enumerate(rows))
        if self._is_same(collection):
            return []
        known = {id(row) for row in getattr(self._former, collection)}
        return [(index, row) for index, row in enumerate(rows) if id(row) not in known]


def is_fit_name(name: str) -> bool:
    """Whether a name holds no control character, as a name of anything must.

    Examples
    --------
    >>> is_fit_name("Dig"), is_fit_name("Dig\\x07")
    (True, False)
    """
    return not _UNFIT.search(name)


def _check_name(name: str, path: str) -> None:
    if not is_fit_name(name):
        raise PlanError("a name can't hold control characters; type it again", path=path)


def _check_settings(project: ProjectSettings) -> None:
    _check_name(project.name, "project.name")
    if not 1 <= project.minutes_per_day <= 1440:
        raise PlanError("must lie between 1 and 1440", path="project.minutes_per_day")
    if not 1 <= project.minutes_per_week <= 10080:
        raise PlanError("must lie between 1 and 10080", path="project.minutes_per_week")
    _check_time_zone(project.time_zone)
    for name in ("low", "medium", "high"):
        level = project.risk_level(name)
        if not 0 <= level.low <= level.mode <= level.high:
            path = f"project.risk_levels.{name}"
            raise PlanError("must be three factors from small to large", path=path)


def is_time_zone(name: str) -> bool:
    """Whether there is a time zone of that name.

    Examples
    --------
    >>> is_time_zone("Europe/Berlin"), is_time_zone("Mars/Phobos")
    (True, False)
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _check_time_zone(name: str) -> None:
    if not is_time_zone(name):
        fault = f"“{name}” is no time zone; write one such as Europe/Berlin"
        raise PlanError(fault, path="project.time_zone")


def _keys(plan: Plan, collection: str) -> set[str]:
    """Return the keys of a collection, each of which may stand once."""
    rows: Sequence[Any] = getattr(plan, collection)
    seen: set[str] = set()
    for index, row in enumerate(rows):
        if row.key in seen:
            path = f"{collection}[{index}]{_KEY_FIELDS.get(collection, '')}"
            raise PlanError(f"“{row.key}” stands twice among the {collection}", path=path)
        if not row.key or "\x00" in row.key:
            path = f"{collection}[{index}]{_KEY_FIELDS.get(collection, '')}"
            raise PlanError("a key is text and not empty", path=path)
        seen.add(row.key)
    return seen


def _check_references(plan: Plan, rows: _NewRows, keys: dict[str, set[str]]) -> None:
    if plan.project.calendar not in keys["calendars"]:
        fault = f"refers to “{plan.project.calendar}”, which is not among the calendars"
        raise PlanError(fault, path="project.calendar")
    rows_of = rows.all_of if rows.lose(keys) else rows.of
    for collection in _COLLECTIONS:
        for index, row in rows_of(collection):
            for where, key in references(row):
                if key not in keys[where]:
                    fault = f"refers to “{key}”, which is not among the {where}"
                    path = f"{collection}[{index}].{field_of(row, (where, key))}"
                    raise PlanError(fault, path=path)
    for index, link in rows.of("dependencies"):
        if link.predecessor == link.successor:
            name = plan.task(link.successor).name
            raise PlanError(f"“{name}” can't wait for itself", path=f"dependencies[{index}]")


def _check_ancestry(collection: str, rows: Sequence[Task | Calendar]) -> None:
    """Refuse a row that is its own ancestor, and an outline deeper than people read."""
    parents: dict[str, str | None] = {row.key: row.parent for row in rows}
    depth: dict[str, int] = {}
    for index, row in enumerate(rows):
        chain: list[str] = []
        at: str | None = row.key
        while at is not None and at not in depth:
            if at in chain:
                raise PlanError(f"“{at}” is its own ancestor", path=f"{collection}[{index}].parent")
            chain.append(at)
            at = parents[at]
        height = depth[at] if at is not None else 0
        for key in reversed(chain):
            height += 1
            depth[key] = height
        if height > MAX_DEPTH:
            fault = f"stands deeper than {MAX_DEPTH} levels"
            raise PlanError(fault, path=f"{collection}[{index}].parent")


def _check_calendar(calendar: Calendar, path: str) -> None:
    if len(calendar.week) != 7:
        raise PlanError("has seven days", path=f"{path}.week")
    for day in calendar.week:
        _check_hours(day or (), f"{path}.week")
    for index, exception in enumerate(calendar.exceptions):
        where = f"{path}.exceptions[{index}]"
        if exception.last < exception.first:
            raise PlanError("ends before it begins", path=where)
        _check_hours(exception.work, where)


def _check_hours(hours: Iterable[Any], path: str) -> None:
    for interval in hours:
        if not 0 <= interval.start < interval.finish <= 2 * 1440:
            raise PlanError("an interval of working time begins before it ends", path=path)


def _check_task(task: Task, path: str) -> None:
    if not task.name.strip():
        raise PlanError("a task needs a name", path=f"{path}.name")
    if not 0 <= task.duration_minutes <= MAX_MINUTES:
        raise PlanError("must not be negative", path=f"{path}.duration")
    if task.kind is TaskKind.MILESTONE and task.duration_minutes:
        raise PlanError("a milestone takes no time", path=f"{path}.duration")
    if task.remaining_minutes is not None and task.remaining_minutes < 0:
        raise PlanError("must not be negative", path=f"{path}.remaining")
    if not 0 <= task.percent_complete <= 100:
        raise PlanError("must lie between 0 and 100", path=f"{path}.percent_complete")
    if not 0 <= task.existence <= 1:
        raise PlanError("must lie between 0 and 1", path=f"{path}.existence")
    if task.risk_level not in (None, "low", "medium", "high"):
        raise PlanError("must be low, medium or high", path=f"{path}.risk_level")
    if task.estimate is not None:
        check_estimate(task.estimate, path=f"{path}.estimate")
    _check_dates(task, path)
    _check_external_links(task, f"{path}.external_links")


def _check_external_links(task: Task, path: str) -> None:
    if task.external_links and task.kind is TaskKind.SUMMARY:
        fault = f"“{task.name}” waits for another project, which no summary can; link a task below"
        raise PlanError(fault, path=path)
    seen: set[str] = set()
    for index, link in enumerate(task.external_links):
        where = f"{path}[{index}]"
        if link.lag.percent is not None:
            fault = "a link to another project has a lag in time"
            raise PlanError(fault, path=where)
        if link.key in seen:
            raise PlanError("this link to another project stands twice", path=where)
        seen.add(link.key)


def _check_dates(task: Task, path: str) -> None:
    for name in ("constraint", "constraint2"):
        constraint: Constraint | None = getattr(task, name)
        if constraint and constraint.date is None and constraint.type not in _DATELESS:
            fault = f"missing; a constraint {constraint.type} needs a date"
            raise PlanError(fault, path=f"{path}.{name}.date")
    _check_order(task.manual_start, task.manual_finish, f"{path}.manual_finish")
    _check_order(task.actual_start, task.actual_finish, f"{path}.actual_finish")


def _check_order(start: Any, finish: Any, path: str) -> None:
    if start is not None and finish is not None and finish < start:
        raise PlanError("lies before the start", path=path)


def _check_risk(risk: Risk, path: str) -> None:
    _check_probability(risk.probability, path)
    _check_impacts(risk.impacts, f"{path}.impacts")
    if risk.after is not None:
        _check_probability(risk.after.probability, f"{path}.after")
        _check_impacts(risk.after.impacts, f"{path}.after.impacts")


def _check_probability(probability: float, path: str) -> None:
    if not 0 <= probability <= 1:
        raise PlanError("must lie between 0 and 1", path=f"{path}.probability")


def _check_impacts(impacts: Iterable[Impact], path: str) -> None:
    for index, impact in enumerate(impacts):
        check_estimate(impact.estimate, path=f"{path}[{index}].estimate", is_signed=True)


def _check_drivers(drivers: Iterable[Driver]) -> None:
    driver_of: dict[str, str] = {}
    for index, driver in enumerate(drivers):
        if not 0 <= driver.rho < 1:
            raise PlanError("must lie from 0 to less than 1", path=f"drivers[{index}].rho")
        for key in driver.tasks:
            if key in driver_of:
                fault = f"“{key}” already belongs to the driver “{driver_of[key]}”"
                raise PlanError(fault, path=f"drivers[{index}].tasks")
            driver_of[key] = driver.key
