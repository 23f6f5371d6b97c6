"""The columns of the table: what each shows of a task, and whether it is edited in place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planning.core.durations import Units, format_duration
from planning.core.plan import TaskKind
from planning.drawing.bars import Spread
from planning.drawing.shapes import estimate_shape
from planning.models import Task
from planning.models.task import CONSTRAINT_CHOICES, RiskLevelName
from planning.table.listed import Listed
from planning.templatetags.look import days, percent, short_date, short_dates
from planning.typed.tasks import LinkRow, estimate_of, links_text, successors_text, typed_duration
from planning.work import typed as work_words
from planning.work.facts import NOTHING, Work

MIN_WIDTH, MAX_WIDTH = 40, 640
FIRST_COLUMNS = ("number", "name")
"""What always stands first, so that a row can be told from others."""
DEFAULT_COLUMNS = ("duration", "start", "finish", "p80", "predecessors")


Shown = Task | Listed
"""What a cell is of: a row as it is edited, or as the table lists it."""
_CONSTRAINTS = {kind.value: words for kind, words in CONSTRAINT_CHOICES}


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a task waits for in other projects: as it is shown, and as it can be typed."""

    text: str
    typed: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What rows are shown by besides their tasks."""

    units: Units
    numbers: Mapping[UUID, int]
    outline_numbers: Mapping[UUID, str] = field(default_factory=dict)
    links_into: Mapping[UUID, Sequence[LinkRow]] = field(default_factory=dict)
    links_from: Mapping[UUID, Sequence[LinkRow]] = field(default_factory=dict)
    forecasts: Mapping[str, Spread] = field(default_factory=dict)
    calendars: Mapping[UUID, str] = field(default_factory=dict)
    comments: Mapping[str, int] = field(default_factory=dict)
    work: Mapping[str, Work] = field(default_factory=dict)
    elsewhere: Mapping[UUID, Elsewhere] = field(default_factory=dict)
    say_date: Callable[[date | datetime | None], str] = field(default_factory=short_dates)

    def forecast(self, task: Shown, name: str) -> Any:
        """Return a fact of the task's forecast, None where there is none."""
        found = self.forecasts.get(task.key)
        return getattr(found, name) if found else None


Text = Callable[[Shown, Facts], str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, how its cells read, and what is typed into them.

    ``value`` is the text that editing begins with, None where it is the text shown;
    ``sort`` gives what rows are ordered by.
    """

    name: str
    label: str | Promise
    text: Text
    width: int = 84
    value: Callable[[Shown, Facts], str | None] | None = None
    is_editable: bool = False
    for_summaries: bool = True
    is_number: bool = False
    sort: Callable[[Shown, Facts], Any] | None = None
    shape: Text | None = None


class Cell(NamedTuple):
    """One cell: what it shows and what a person edits."""

    name: str
    text: str
    value: str = ""
    is_editable: bool = False
    is_number: bool = False
    shape: str = ""


def cell_of(column: Column, task: Shown, facts: Facts) -> Cell:
    """Return the cell of a column for a task; a summary's own duration is no one's to type."""
    is_shown = column.for_summaries or task.kind != TaskKind.SUMMARY
    text = column.text(task, facts) if is_shown else ""
    value = column.value(task, facts) if column.value else None
    return Cell(
        column.name,
        text,
        value=text if value is None else value,
        is_editable=column.is_editable and is_shown,
        is_number=column.is_number,
        shape=column.shape(task, facts) if column.shape and is_shown else "",
    )


def _date(name: str, label: Any, *, editable: bool = False, width: int = 88) -> Column:
    def moment(task: Shown) -> datetime | None:
        found: datetime | None = getattr(task, name)
        return found

    return Column(
        name,
        label,
        lambda task, facts: facts.say_date(found) if (found := moment(task)) else "",
        width=width,
        value=lambda task, _facts: found.date().isoformat() if (found := moment(task)) else "",
        is_editable=editable,
        is_number=True,
        sort=lambda task, _facts: moment(task),
    )


def _forecast_date(name: str, label: str) -> Column:
    return Column(
        name,
        label,
        lambda task, facts: facts.say_date(found) if (found := facts.forecast(task, name)) else "",
        width=88,
        is_number=True,
        sort=lambda task, facts: facts.forecast(task, name),
    )


def _float(name: str, label: Any) -> Column:
    def text(task: Shown, facts: Facts) -> str:
        minutes = getattr(task, name)
        return "" if minutes is None else days(minutes, facts.units.minutes_per_day)

    return Column(
        name, label, text, width=84, is_number=True, sort=lambda task, _facts: getattr(task, name)
    )


def _predecessors(task: Shown, facts: Facts, form: str) -> str:
    own = links_text(facts.links_into.get(task.pk, ()), facts.numbers, facts.units)
    found = facts.elsewhere.get(task.pk)
    return ", ".join(filter(None, [own, getattr(found, form)])) if found else own


def _typed_predecessors(task: Shown, facts: Facts) -> str | None:
    return _predecessors(task, facts, "typed") if task.pk in facts.elsewhere else None


def _remaining(task: Shown, facts: Facts) -> str:
    minutes = task.remaining_minutes
    if minutes is None:
        return ""
    return format_duration(minutes, facts.units, elapsed=task.elapsed)


def _constraint(task: Shown, _facts: Facts) -> str:
    date = f" {task.constraint_date:%Y-%m-%d}" if task.constraint_date else ""
    return f"{task.constraint_type}{date}"


def _constraint_words(task: Shown, _facts: Facts) -> str:
    if not task.constraint_type:
        return ""
    date = f" {short_date(task.constraint_date)}" if task.constraint_date else ""
    return f"{_CONSTRAINTS[task.constraint_type]}{date}"


def _criticality(task: Shown, facts: Facts) -> str:
    found = facts.forecast(task, "criticality")
    return "" if found is None else percent(found)


def _calendar(task: Shown, facts: Facts) -> str:
    return facts.calendars.get(task.calendar_id, "") if task.calendar_id else ""


def _work(name: str, label: Any, sort: Callable[[Work], Any], width: int = 120) -> Column:
    return Column(
        name,
        label,
        lambda task, facts: work_words.shown(facts.work.get(task.key, NOTHING), name),
        width=width,
        is_editable=True,
        sort=lambda task, facts: sort(facts.work.get(task.key, NOTHING)),
    )


def _parts(outline_number: str) -> list[int]:
    return [int(part) for part in outline_number.split(".") if part]


def _number(value: float) -> str:
    return number_format(round(value, 2), use_l10n=False).removesuffix(".0")


_RISK_ORDER = {"": None, **{name: place for place, name in enumerate(RiskLevelName.values)}}

COLUMNS = {
    column.name: column
    for column in (
        Column("number", "#", lambda task, _f: str(task.number), width=52),
        Column(
            "name", gettext_lazy("Task"), lambda task, _f: task.name, width=240, is_editable=True
        ),
        Column(
            "wbs",
            gettext_lazy("WBS"),
            lambda task, facts: facts.outline_numbers.get(task.pk, ""),
            width=72,
            sort=lambda task, facts: _parts(facts.outline_numbers.get(task.pk, "")),
        ),
        Column(
            "duration",
            gettext_lazy("Duration"),
            lambda task, facts: typed_duration(task, facts.units),
            width=124,
            is_editable=True,
            for_summaries=False,
            sort=lambda task, _f: task.duration_minutes,
            shape=lambda task, _f: estimate_shape(estimate_of(task)),
        ),
        _date("start", gettext_lazy("Start"), editable=True),
        _date("finish", gettext_lazy("Finish"), editable=True),
        _forecast_date("p50", "P50"),
        _forecast_date("p80", "P80"),
        Column(
            "predecessors",
            gettext_lazy("After"),
            lambda task, f: _predecessors(task, f, "text"),
            value=_typed_predecessors,
            is_editable=True,
        ),
        Column(
            "successors",
            gettext_lazy("Before"),
            lambda task, f: successors_text(f.links_from.get(task.pk, ()), f.numbers, f.units),
            is_editable=True,
        ),
        Column(
            "percent_complete",
            gettext_lazy("Complete"),
            lambda task, _f: percent(task.percent_complete / 100) if task.percent_complete else "",
            width=80,
            value=lambda task, _f: _number(task.percent_complete),
            is_editable=True,
            for_summaries=False,
            is_number=True,
            sort=lambda task, _f: task.percent_complete,
        ),
        _date("actual_start", gettext_lazy("Started"), editable=True),
        _date("actual_finish", gettext_lazy("Finished"), editable=True),
        Column(
            "remaining",
            gettext_lazy("Remaining"),
            _remaining,
            is_editable=True,
            for_summaries=False,
            sort=lambda task, _f: task.remaining_minutes,
        ),
        Column(
            "risk_level",
            gettext_lazy("Risk level"),
            lambda task, _f: str(RiskLevelName(task.risk_level).label) if task.risk_level else "",
            value=lambda task, _f: task.risk_level,
            is_editable=True,
            for_summaries=False,
            sort=lambda task, _f: _RISK_ORDER[task.risk_level],
        ),
        Column(
            "existence",
            gettext_lazy("Chance it is done at all"),
            lambda task, _f: percent(task.existence) if task.existence < 1 else "",
            value=lambda task, _f: _number(task.existence * 100),
            is_editable=True,
            for_summaries=False,
            is_number=True,
            sort=lambda task, _f: task.existence,
        ),
        Column("calendar", gettext_lazy("Calendar"), _calendar, width=120, is_editable=True),
        Column(
            "constraint",
            gettext_lazy("Constraint"),
            _constraint_words,
            width=180,
            value=_constraint,
            is_editable=True,
        ),
        _date("deadline", gettext_lazy("Deadline"), editable=True),
        _date("target", gettext_lazy("Target"), editable=True),
        _date("promised_finish", gettext_lazy("Promised finish"), width=110),
        _float("total_float_minutes", gettext_lazy("Total float")),
        _float("free_float_minutes", gettext_lazy("Free float")),
        Column(
            "is_critical",
            gettext_lazy("Critical"),
            lambda task, _f: _("yes") if task.is_critical else "",
            width=72,
            sort=lambda task, _f: not task.is_critical,
        ),
        Column(
            "criticality",
            gettext_lazy("Criticality"),
            _criticality,
            width=84,
            is_number=True,
            sort=lambda task, f: f.forecast(task, "criticality"),
        ),
        _work(
            "assignees",
            gettext_lazy("Assignees"),
            lambda work: [str(person).casefold() for person in work.assignees] or None,
            width=150,
        ),
        _work("priority", gettext_lazy("Priority"), lambda work: -work.priority or None, width=84),
        _work(
            "labels",
            gettext_lazy("Labels"),
            lambda work: [label.name.casefold() for label in work.labels] or None,
        ),
        _work(
            "cycle",
            gettext_lazy("Cycle"),
            lambda work: work.cycle and (work.cycle.first_day, work.cycle.name),
        ),
        Column(
            "comments",
            gettext_lazy("Comments"),
            lambda task, f: str(f.comments.get(task.key, "")),
            width=84,
            is_number=True,
            sort=lambda task, f: f.comments.get(task.key),
        ),
    )
}
CHOOSABLE = tuple(name for name in COLUMNS if name not in FIRST_COLUMNS)
