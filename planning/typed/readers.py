"""What people type in a cell, column by column: text → fields of a task."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.translation import gettext as _

from planning import veil
from planning.core.durations import Units, parse_typed_duration
from planning.core.editing import TaskEdit
from planning.core.plan import (
    Calendar,
    Constraint,
    ConstraintType,
    Plan,
    PlanError,
    Task,
    TaskKind,
)
from planning.drawing.days_off import calendars_by_key
from planning.forms.fields import day_edge
from planning.models import Scenario
from planning.models.task import CONSTRAINT_CHOICES, RiskLevelName
from planning.typed import other_names, task_links
from planning.typed.values import TaskNumbers, kind_and_duration, predecessor_links, successor_links

MAX_NAME = 500
_STARTS = (ConstraintType.SNET, ConstraintType.SNLT, ConstraintType.MSO)
_DATELESS = (ConstraintType.ASAP, ConstraintType.ALAP)
_SHORT_DATES = ("%d %b", "%d %b %Y", "%d %B", "%d %B %Y", "%d %b ’%y", "%d.%m.%Y")
_LEVELS = {"0": "", "1": "low", "2": "medium", "3": "high", "l": "low", "m": "medium", "h": "high"}


class CellReader:
    """Reads cells of one scenario, as one person types them one after the other."""

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        self.scenario = scenario
        self.plan = plan
        self.units = Units(scenario.minutes_per_day, scenario.minutes_per_week)

    def read(self, task: Task, column: str, typed: str) -> TaskEdit:
        """Return what ``typed`` in that column asks for.

        Raises
        ------
        PlanError
            If the text does not fit, or no such column can be edited.
        """
        typed = typed.strip()
        if column == "predecessors":
            own, elsewhere = other_names.split(typed, self.scenario.project.code)
            fields = other_names.fields_from(elsewhere, task, self.scenario)
            links = predecessor_links(own, task.key, self._named, self.numbers)
            return TaskEdit(fields, predecessors=links)
        if column == "successors":
            links = successor_links(typed, task.key, self._named, self.numbers)
            return TaskEdit(successors=links)
        reader = _READERS.get(column)
        if reader is None:
            raise PlanError(_("This column can’t be edited."))
        if task.kind is TaskKind.SUMMARY and column in NOT_OF_SUMMARIES:
            raise PlanError(_("A summary takes this from the tasks below it."))
        return TaskEdit(fields=reader(self, task, typed))

    def edge(self, task: Task, typed: str, *, is_start: bool) -> datetime | None:
        """Return the first or last working minute of a typed day; None where nothing is typed."""
        if not typed:
            return None
        key = task.calendar or self.scenario.calendar_key
        return day_edge(self._calendars, key, read_day(typed), is_start=is_start)

    def calendar_key(self, typed: str) -> str:
        """Return the key of the calendar of that name."""
        for calendar in self._calendars.values():
            if typed.casefold() in (calendar.name.casefold(), calendar.key.casefold()):
                return calendar.key
        names = ", ".join(calendar.name for calendar in self._calendars.values())
        raise PlanError(
            _("There is no calendar “%(name)s”; this plan has: %(names)s.")
            % {"name": typed[:40], "names": names}
        )

    @cached_property
    def _named(self) -> Plan:
        """The plan by whose names tasks are found: nobody finds what is hidden from them."""
        return veil.over(self.plan, self.scenario.project_id)

    @cached_property
    def numbers(self) -> TaskNumbers:
        """What people call the tasks by; a paste knows better and sets its own."""
        return task_links.numbers_of(self.scenario)

    @cached_property
    def _calendars(self) -> dict[str, Calendar]:
        return calendars_by_key(self.scenario)


def read_day(typed: str) -> date:
    """Return the day that a person typed, in their locale's ways, ISO or “2 Mar”."""
    formats = ["%Y-%m-%d", *get_format("DATE_INPUT_FORMATS"), *_SHORT_DATES]
    try:
        found = forms.DateField(input_formats=formats).clean(_without_time(typed))
    except ValidationError:
        raise PlanError(
            _("“%(text)s” is no date; write it as 2026-03-31 or 31 Mar 2026.")
            % {"text": typed[:40]}
        ) from None
    day: date = found
    return day.replace(year=timezone.localdate().year) if day.year == 1900 else day


def _without_time(typed: str) -> str:
    return typed[:10] if typed[4:5] == typed[7:8] == "-" else typed


def _name(_reader: CellReader, _task: Task, typed: str) -> dict[str, Any]:
    if not typed:
        raise PlanError(_("A task needs a name."))
    return {"name": typed[:MAX_NAME]}


def _duration(reader: CellReader, task: Task, typed: str) -> dict[str, Any]:
    return kind_and_duration(typed, reader.units, task.kind)


def _share(typed: str, most: float) -> float:
    try:
        number = float(typed.rstrip("% ").replace(",", ".") or 0)
    except ValueError:
        number = -1.0
    if not 0 <= number <= most:
        raise PlanError(_("Write a number from 0 to 100."))
    return number


def _wish(kind: ConstraintType, day_field: str) -> Callable[..., dict[str, Any]]:
    """A typed start or finish: the task keeps its links and is held back until that day."""

    def read(reader: CellReader, task: Task, typed: str) -> dict[str, Any]:
        held = task.constraint
        if held is not None and held.type not in (kind, ConstraintType.ASAP):
            label = dict(CONSTRAINT_CHOICES)[held.type]
            raise PlanError(
                _("“%(name)s” has the constraint “%(label)s”; change it in its own column.")
                % {"name": task.name, "label": label}
            )
        moment = reader.edge(task, typed, is_start=kind in _STARTS)
        return {"constraint": None if moment is None else Constraint(kind, moment)}

    read.__name__ = f"_{day_field}"
    return read


def _moment(name: str, *, is_start: bool) -> Callable[..., dict[str, Any]]:
    def read(reader: CellReader, task: Task, typed: str) -> dict[str, Any]:
        return {name: reader.edge(task, typed, is_start=is_start)}

    return read


def _remaining(reader: CellReader, _task: Task, typed: str) -> dict[str, Any]:
    minutes = parse_typed_duration(typed, reader.units).minutes if typed else None
    return {"remaining_minutes": minutes}


def _risk_level(_reader: CellReader, _task: Task, typed: str) -> dict[str, Any]:
    word = typed.casefold()
    labels = {str(label).casefold(): value for value, label in RiskLevelName.choices}
    level = _LEVELS.get(word, labels.get(word, word))
    if level not in ("", *RiskLevelName.values):
        raise PlanError(_("A risk level is low, medium or high, or nothing."))
    return {"risk_level": level or None}


def _calendar(reader: CellReader, _task: Task, typed: str) -> dict[str, Any]:
    return {"calendar": reader.calendar_key(typed) if typed else None}


def _constraint(reader: CellReader, task: Task, typed: str) -> dict[str, Any]:
    if not typed:
        return {"constraint": None}
    kind, rest = _constraint_type(typed)
    if kind in _DATELESS:
        return {"constraint": Constraint(kind)}
    if not rest:
        raise PlanError(_("This constraint needs a date."))
    return {"constraint": Constraint(kind, reader.edge(task, rest, is_start=kind in _STARTS))}


def _constraint_type(typed: str) -> tuple[ConstraintType, str]:
    for kind, label in CONSTRAINT_CHOICES:
        for word in (kind.value, str(label)):
            if typed.casefold().startswith(word.casefold()):
                return kind, typed[len(word) :].strip()
    raise PlanError(
        _("Write a constraint such as SNET 2026-03-31; its kinds are %(kinds)s.")
        % {"kinds": ", ".join(kind.value for kind, _label in CONSTRAINT_CHOICES)}
    )


NOT_OF_SUMMARIES = {"duration", "percent_complete", "remaining", "risk_level", "existence"}
_READERS: dict[str, Callable[[CellReader, Task, str], dict[str, Any]]] = {
    "name": _name,
    "duration": _duration,
    "start": _wish(ConstraintType.SNET, "start"),
    "finish": _wish(ConstraintType.FNET, "finish"),
    "percent_complete": lambda _r, _t, typed: {"percent_complete": _share(typed, 100)},
    "actual_start": _moment("actual_start", is_start=True),
    "actual_finish": _moment("actual_finish", is_start=False),
    "remaining": _remaining,
    "risk_level": _risk_level,
    "existence": lambda _r, _t, typed: {"existence": _share(typed or "100", 100) / 100},
    "calendar": _calendar,
    "constraint": _constraint,
    "deadline": _moment("deadline", is_start=False),
    "target": _moment("target", is_start=False),
}
