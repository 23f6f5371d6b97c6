"""Fields of our forms: dates that mean a working minute, typed durations, what others set."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from planning.core.durations import Units, parse_typed_duration
from planning.core.plan import Calendar, PlanError, TaskKind
from planning.interchange.day_edges import DayEdges
from planning.models import Scenario
from planning.typed.values import kind_and_duration

DATE_FORMAT = "%Y-%m-%d"


class DateInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self, **attributes: Any) -> None:
        super().__init__(attributes, format=DATE_FORMAT)


class StartDateField(forms.DateField):
    """A day that means its first working minute."""

    widget = DateInput


class FinishDateField(forms.DateField):
    """A day that means its last working minute."""

    widget = DateInput


def meanwhile(field: forms.Field, now: Any) -> str:
    """Say what somebody else has set a field to, in the words of the page."""
    choices: Any = field.choices if isinstance(field, forms.ChoiceField) else ()
    names = dict(choices)
    shown = "" if now is None else names.get(now, now)
    return _("Meanwhile this is “%(value)s”; saving again replaces it.") % {"value": shown}


def units_of(scenario: Scenario) -> Units:
    """Return how long a day and a week are in this plan."""
    return Units(scenario.minutes_per_day, scenario.minutes_per_week)


def duration_or_error(text: str, units: Units, kind: TaskKind = TaskKind.TASK) -> dict[str, Any]:
    """Return the fields that a typed duration stands for; none where nothing was typed."""
    if not text.strip():
        return {}
    try:
        return kind_and_duration(text, units, kind)
    except PlanError as error:
        raise ValidationError(str(error)) from error


def day_edge(calendars: Mapping[str, Calendar], key: str, day: date, *, is_start: bool) -> datetime:
    """Return the first or the last working minute of a day."""
    edges = DayEdges(calendars)
    return edges.first_minute(key, day) if is_start else edges.last_minute(key, day)


def minutes_or_error(text: str, units: Units) -> int:
    """Return the minutes that a typed duration stands for."""
    try:
        return parse_typed_duration(text, units).minutes
    except PlanError as error:
        raise ValidationError(str(error)) from error
