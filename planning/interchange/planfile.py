"""The plan file: JSON ⇄ Plan, exactly both ways.

The shape is validated against the published schema; then each row is read
with the words of ``planning.core.words``, what is left out is filled in, and
the whole plan is checked once. Every fault names its path, as in
``tasks[3].estimate.high: less than mode``.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from planning.core.durations import Units, parse_duration
from planning.core.estimate_facts import estimate_values, planned_minutes
from planning.core.estimate_words import read_estimate
from planning.core.estimates import TypedEstimate
from planning.core.fields import inside, read_date
from planning.core.plan import Plan, PlanError, ProjectSettings, Task, standard_calendar
from planning.core.project_words import read_project, write_project
from planning.core.validation import validate
from planning.core.words import ROW_KINDS, RowKind, read_task
from planning.interchange.day_edges import DayEdges
from planning.interchange.json_text import parse_json
from planning.interchange.plan_schema import schema_faults

FORMAT = 1

_STARTS = ("manual_start", "promised_start", "actual_start", "resumed", "external_start")
_FINISHES = (
    "deadline",
    "target",
    "manual_finish",
    "promised_finish",
    "actual_finish",
    "suspended",
    "expected_finish",
    "external_finish",
)
_SPANS = (
    ("manual_start", "manual_finish"),
    ("actual_start", "actual_finish"),
    ("promised_start", "promised_finish"),
)
_PROJECT_STARTS = ("start", "data_date")
_PROJECT_FINISHES = ("target", "must_finish_by")
_START_CONSTRAINTS = {"SNET", "SNLT", "MSO"}
_DATE_LENGTH = len("2026-01-05")
_TASK_PATH = re.compile(r"tasks\[(\d+)\]")
Result = TypeVar("Result")


class PlanFileError(PlanError):
    """One or more faults of a plan file; the message is the first one's."""

    def __init__(self, faults: Iterable[PlanError]) -> None:
        self.faults = tuple(faults)
        first = self.faults[0]
        more = len(self.faults) - 1
        tail = f" (and {more} more fault{'s' if more > 1 else ''})" if more else ""
        super().__init__(f"{first.message}{tail}", path=first.path)


def plan_from_json(text: str) -> Plan:
    """Return the plan that a plan file holds.

    Raises
    ------
    PlanFileError
        If a field is unknown, missing or senseless; ``faults`` holds each.
    PlanError
        If the text is no JSON.
    """
    return plan_from_data(parse_json(text))


def plan_from_data(data: Any) -> Plan:
    """Return the plan of a parsed plan file.

    Raises
    ------
    PlanFileError
        If a field is unknown, missing or senseless; ``faults`` holds each.
    """
    if faults := schema_faults(data):
        raise PlanFileError(faults)
    return _Reader(data).plan()


def plan_to_json(plan: Plan) -> str:
    """Return the plan as a plan file, one row a line.

    ``plan_from_json`` gives the same plan again, to the minute and in the
    same order.
    """
    return f"{_laid_out(plan_to_data(plan))}\n"


def plan_to_data(plan: Plan) -> dict[str, Any]:
    """Return the plan as the plain values of a plan file."""
    units = Units.of(plan.project)
    rows = {
        kind.collection: [kind.write(row, units) for row in getattr(plan, kind.collection)]
        for kind in ROW_KINDS
    }
    return {"lineo": FORMAT, "project": write_project(plan.project), **rows}


class _Reader:
    """Reads one file, collecting the faults of all its rows."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.faults: list[PlanError] = []
        project = data["project"]
        self.calendar: str = project.get("calendar", "standard")
        self.units = Units(
            int(project.get("minutes_per_day", 480)), int(project.get("minutes_per_week", 2400))
        )

    def plan(self) -> Plan:
        kinds = {kind.collection: kind for kind in ROW_KINDS}
        calendars = self._rows(kinds["calendars"]) or [standard_calendar()]
        self.edges = DayEdges({calendar.key: calendar for calendar in calendars})
        project = self._collect("project", self._project)
        tasks = [
            self._collect(f"tasks[{index}]", self._task, words)
            for index, words in enumerate(self.data.get("tasks", ()))
        ]
        others = {
            name: tuple(self._rows(kind))
            for name, kind in kinds.items()
            if name not in {"calendars", "tasks"}
        }
        if self.faults or project is None:
            raise PlanFileError(self.faults)
        rows = parents_first([task for task in tasks if task is not None])
        plan = Plan(project, tuple(calendars), tuple(rows), **others)
        try:
            validate(plan)
        except PlanError as fault:
            raise PlanFileError([_in_file(fault, tasks, rows)]) from None
        return plan

    def _rows(self, kind: RowKind) -> list[Any]:
        rows = [
            self._collect(f"{kind.collection}[{index}]", kind.read, words, self.units)
            for index, words in enumerate(self.data.get(kind.collection, ()))
        ]
        return [row for row in rows if row is not None]

    def _collect(self, path: str, read: Callable[..., Result], *arguments: Any) -> Result | None:
        try:
            return read(*arguments)
        except PlanError as fault:
            self.faults.append(inside(path, fault))
            return None

    def _project(self) -> ProjectSettings:
        return read_project(with_times_of_project(self.data["project"], self.edges, self.calendar))

    def _task(self, words: dict[str, Any]) -> Task:
        words = {"name": words["id"], **words}
        words = with_times(words, self.edges, words.get("calendar") or self.calendar)
        typed = self._estimate(words.pop("estimate", None))
        is_given = "duration" in words
        if not is_given:
            words["duration"] = "0d" if words.get("kind") == "milestone" else "1d"
        task = read_task(words, self.units)
        if typed is not None:
            task = _with_estimate(task, typed, is_given=is_given)
        self._check_remaining(words, task)
        return task

    def _estimate(self, words: Any) -> TypedEstimate | None:
        if words is None:
            return None
        try:
            return read_estimate(words, self.units)
        except PlanError as fault:
            raise inside("estimate", fault) from None

    def _check_remaining(self, words: dict[str, Any], task: Task) -> None:
        text = words.get("remaining")
        if text is None:
            return
        remaining = parse_duration(text, self.units)
        if remaining.minutes and remaining.elapsed != task.elapsed:
            raise PlanError("must be elapsed time just where the duration is", path="remaining")


def with_times(words: Mapping[str, Any], edges: DayEdges, calendar: str) -> dict[str, Any]:
    """Return a task's words with a time for each date that stands without one.

    Parameters
    ----------
    words : mapping
        Fields of a task; all or some.
    edges : DayEdges
        The calendars of the plan.
    calendar : str
        The key of the calendar by which the task is done.
    """
    completed = _completed(words, _STARTS, edges.first_minute, calendar)
    completed |= _completed(words, _FINISHES, edges.last_minute, calendar)
    for start, finish in _SPANS:
        if start in completed and finish in completed:
            moments = edges.span(calendar, read_date(words[start]), read_date(words[finish]))
            completed |= dict(zip((start, finish), map(_text, moments), strict=True))
    for name in ("constraint", "constraint2"):
        constraint = words.get(name)
        if constraint is None:
            continue
        is_start = constraint["type"] in _START_CONSTRAINTS
        edge = edges.first_minute if is_start else edges.last_minute
        try:
            dates = _completed(constraint, ("date",), edge, calendar)
        except PlanError as fault:
            raise inside(name, fault) from None
        completed[name] = {**constraint, **dates}
    return {**words, **completed}


def with_times_of_project(
    words: Mapping[str, Any], edges: DayEdges, calendar: str
) -> dict[str, Any]:
    """Return the words of plan settings with a time for each date without one."""
    starts = _completed(words, _PROJECT_STARTS, edges.first_minute, calendar)
    finishes = _completed(words, _PROJECT_FINISHES, edges.last_minute, calendar)
    return {**words, **starts, **finishes}


def _completed(
    words: Mapping[str, Any], names: Iterable[str], edge: Callable[..., Any], calendar: str
) -> dict[str, Any]:
    completed = {}
    for name in names:
        text = words.get(name)
        if text is None or len(text) != _DATE_LENGTH:
            continue
        try:
            moment = edge(calendar, read_date(text))
        except PlanError as fault:
            raise inside(name, fault) from None
        completed[name] = _text(moment)
    return completed


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _in_file(fault: PlanError, in_file: Sequence[Task | None], rows: Sequence[Task]) -> PlanError:
    """Return a fault of the plan with the place where its task stands in the file."""
    match = _TASK_PATH.match(fault.path)
    if match is None:
        return fault
    task = rows[int(match[1])]
    place = next(index for index, other in enumerate(in_file) if other is task)
    return PlanError(fault.message, path=f"tasks[{place}]{fault.path[match.end() :]}")


def _with_estimate(task: Task, typed: TypedEstimate, *, is_given: bool) -> Task:
    """Return the task with its estimate, which sets a duration left out."""
    if not is_given:
        minutes = planned_minutes(typed.estimate)
        task = replace(task, duration_minutes=minutes, elapsed=typed.elapsed)
    elif typed.elapsed != task.elapsed and any(estimate_values(typed.estimate)):
        raise PlanError("must be elapsed time just where the duration is", path="estimate")
    return replace(task, estimate=typed.estimate)


def parents_first(tasks: list[Task]) -> list[Task]:
    """Return the tasks with each parent above its children.

    Rows that stand right keep their order; those that come before their
    parent follow it. A parent that is missing, or a circle of parents, is
    left for the validation of the plan to name.
    """
    keys = {task.key for task in tasks}
    waiting: dict[str, list[Task]] = {}
    placed: dict[str, None] = {}
    ordered: list[Task] = []

    for task in tasks:
        if task.parent in keys and task.parent not in placed:
            waiting.setdefault(str(task.parent), []).append(task)
            continue
        released = [task]
        while released:
            current = released.pop()
            placed[current.key] = None
            ordered.append(current)
            released.extend(reversed(waiting.pop(current.key, [])))
    ordered.extend(task for rest in waiting.values() for task in rest)
    return ordered


def _laid_out(data: dict[str, Any]) -> str:
    lines = []
    for name, value in data.items():
        if isinstance(value, list) and value:
            rows = ",\n    ".join(_json(row) for row in value)
            lines.append(f"  {_json(name)}: [\n    {rows}\n  ]")
        else:
            lines.append(f"  {_json(name)}: {_json(value)}")
    return "{\n" + ",\n".join(lines) + "\n}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
