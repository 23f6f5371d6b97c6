"""Everything that can be stated of one task, as one form."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planning.core.durations import format_duration
from planning.core.plan import Constraint, ConstraintType, TaskKind
from planning.drawing.days_off import calendars_by_key
from planning.forms.fields import (
    DateInput,
    FinishDateField,
    StartDateField,
    day_edge,
    duration_or_error,
    minutes_or_error,
    units_of,
)
from planning.interchange.day_edges import DayEdges
from planning.models import Task
from planning.models.task import CONSTRAINT_CHOICES, KIND_CHOICES, RiskLevelName
from planning.typed import task_links
from planning.typed.tasks import typed_duration

DATES = ("actual_start", "actual_finish", "constraint_date", "deadline", "target")
REPORTS = {"started": ("actual_start",), "done": ("actual_start", "actual_finish")}
DATELESS = (ConstraintType.ASAP, ConstraintType.ALAP)


class TaskForm(forms.Form):
    """Everything that can be stated of one task."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Task"), max_length=500)
    duration = forms.CharField(
        label=gettext_lazy("Duration"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("5d, or a range: 3..8d, 3..5..10d, 5 ± 2d, P10 8 P90 18d"),
    )
    predecessors = forms.CharField(
        label=gettext_lazy("After"),
        max_length=2000,
        required=False,
        help_text=gettext_lazy("Numbers of the tasks it waits for: 3, 5SS, 7FS+2d"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=KIND_CHOICES)
    risk_level = forms.ChoiceField(
        label=gettext_lazy("Risk level"),
        choices=[("", gettext_lazy("None")), *RiskLevelName.choices],
        required=False,
    )
    calendar = forms.ChoiceField(label=gettext_lazy("Calendar"), required=False)
    percent_complete = forms.FloatField(
        label=gettext_lazy("Complete, %"), min_value=0, max_value=100, required=False
    )
    remaining = forms.CharField(label=gettext_lazy("Remaining"), max_length=30, required=False)
    actual_start = StartDateField(label=gettext_lazy("Started on"), required=False)
    actual_finish = FinishDateField(label=gettext_lazy("Finished on"), required=False)
    constraint_type = forms.ChoiceField(
        label=gettext_lazy("Constraint"),
        choices=[("", gettext_lazy("None")), *CONSTRAINT_CHOICES],
        required=False,
    )
    constraint_date = forms.DateField(label=gettext_lazy("on"), widget=DateInput, required=False)
    deadline = FinishDateField(label=gettext_lazy("Deadline"), required=False)
    target = FinishDateField(label=gettext_lazy("Target"), required=False)

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._task = task
        self._units = units_of(task.scenario)
        self._calendars = calendars_by_key(task.scenario)
        choices = [("", _("The project’s"))]
        choices += [(key, calendar.name) for key, calendar in self._calendars.items()]
        self.fields["calendar"].choices = choices  # type: ignore[attr-defined]
        if task.kind == TaskKind.SUMMARY:
            for name in ("duration", "kind", "risk_level", "remaining"):
                del self.fields[name]
        else:
            self.fields["kind"].choices = [  # type: ignore[attr-defined]
                choice for choice in KIND_CHOICES if choice[0] != TaskKind.SUMMARY
            ]

    @classmethod
    def showing(cls, task: Task, data: Any = None) -> "TaskForm":
        """Return the form with ``task`` as it stands, and what a person sent of it."""
        return cls(_reported(task, data), task=task, initial=_initial(task))

    def clean_duration(self) -> dict[str, Any]:
        return duration_or_error(
            self.cleaned_data["duration"], self._units, TaskKind(self._task.kind)
        )

    def clean_remaining(self) -> int | None:
        typed = self.cleaned_data["remaining"]
        return minutes_or_error(typed, self._units) if typed else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        wanted = cleaned.get("constraint_type")
        needs_date = wanted and wanted not in DATELESS
        if needs_date and not cleaned.get("constraint_date"):
            self.add_error("constraint_date", _("This constraint needs a date."))
        return cleaned

    def changed_fields(self) -> dict[str, Any]:
        """Return the fields of the core task that differ from what the form showed."""
        changed = set(self.changed_data)
        fields: dict[str, Any] = {}
        if "duration" in changed:
            fields |= self.cleaned_data["duration"]
        for name in changed & {"name", "percent_complete"}:
            fields[name] = self.cleaned_data[name] or ("" if name == "name" else 0.0)
        for name in changed & {"risk_level", "calendar"}:
            fields[name] = self.cleaned_data[name] or None
        if "kind" in changed:
            fields["kind"] = TaskKind(self.cleaned_data["kind"])
        if "remaining" in changed:
            fields["remaining_minutes"] = self.cleaned_data["remaining"]
        for name in changed & {"actual_start", "actual_finish", "deadline", "target"}:
            fields[name] = self._moment(name, self.cleaned_data[name])
        if changed & {"actual_start", "actual_finish"}:
            fields |= self._work_on_days_off()
        if changed & {"constraint_type", "constraint_date"}:
            fields["constraint"] = self._constraint()
        return fields

    def _constraint(self) -> Constraint | None:
        wanted = self.cleaned_data["constraint_type"]
        if not wanted:
            return None
        kind = ConstraintType(wanted)
        day = self.cleaned_data["constraint_date"]
        if day is None or kind in DATELESS:
            return Constraint(kind)
        is_start = kind in (ConstraintType.SNET, ConstraintType.SNLT, ConstraintType.MSO)
        return Constraint(kind, self._edge(day, is_start=is_start))

    def _work_on_days_off(self) -> dict[str, datetime]:
        """Return when work began and ended that was done where the calendar knows none."""
        first, last = (self.cleaned_data[name] for name in ("actual_start", "actual_finish"))
        if first is None or last is None:
            return {}
        if self._edge(first, is_start=True) <= self._edge(last, is_start=False):
            return {}
        start, finish = DayEdges(self._calendars).span(self._calendar_key(), first, last)
        return {"actual_start": start, "actual_finish": finish}

    def _moment(self, name: str, day: date | None) -> datetime | None:
        if day is None:
            return None
        return self._edge(day, is_start=isinstance(self.fields[name], StartDateField))

    def _edge(self, day: date, *, is_start: bool) -> datetime:
        return day_edge(self._calendars, self._calendar_key(), day, is_start=is_start)

    def _calendar_key(self) -> str:
        return str(self.cleaned_data.get("calendar") or self._task.scenario.calendar_key)


def _reported(task: Task, data: Any) -> Any:
    """Return what was sent, with today where a button said that work began or was done today."""
    fields = REPORTS.get((data or {}).get("report", ""))
    if fields is None:
        return data
    zone = ZoneInfo(task.scenario.project.time_zone)
    told = data.copy()
    for name in fields:
        told[name] = told.get(name) or timezone.now().astimezone(zone).date().isoformat()
    if "actual_finish" in fields:
        told["percent_complete"] = "100"
    return told


def _initial(task: Task) -> dict[str, Any]:
    units = units_of(task.scenario)
    remaining = task.remaining_minutes
    dates = {name: getattr(task, name) for name in DATES}
    return {
        "version": task.version,
        "name": task.name,
        "duration": typed_duration(task, units),
        "predecessors": task_links.text_into(task),
        "kind": task.kind,
        "risk_level": task.risk_level,
        "calendar": task.calendar.key if task.calendar else "",
        "percent_complete": _plain(task.percent_complete),
        "remaining": "" if remaining is None else format_duration(remaining, units),
        "constraint_type": task.constraint_type,
        **{name: moment.date() if moment else None for name, moment in dates.items()},
    }


def _plain(number: float) -> float | int:
    """The number without a needless “.0”."""
    return int(number) if number == int(number) else round(number, 2)
