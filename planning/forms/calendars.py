"""A calendar as a form: a week of hours, and the days that differ."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planning.core.calendar_words import (
    WEEKDAYS,
    exceptions_from_words,
    exceptions_to_words,
    read_hours,
    write_hours,
)
from planning.core.plan import Calendar, CalendarException, DayHours, PlanError
from planning.drawing.days_off import calendars_by_key
from planning.models import Scenario

DAY_OFF = "–"
HOURS = re.compile(r"(?:[01]\d|2[0-4]):[0-5]\d-(?:[01]\d|2[0-4]):[0-5]\d")
LABELS = dict(
    zip(
        WEEKDAYS,
        (
            gettext_lazy("Monday"),
            gettext_lazy("Tuesday"),
            gettext_lazy("Wednesday"),
            gettext_lazy("Thursday"),
            gettext_lazy("Friday"),
            gettext_lazy("Saturday"),
            gettext_lazy("Sunday"),
        ),
        strict=True,
    )
)


class HoursField(forms.CharField):
    """Hours of a weekday: ``08:00-12:00, 13:00-17:00``, – for none, empty to inherit."""

    def clean(self, value: Any) -> DayHours | None:
        typed = super().clean(value).strip()
        if not typed:
            return None
        if typed in (DAY_OFF, "-"):
            return ()
        return _hours(typed)


class CalendarForm(forms.Form):
    """Working time, with a parent that it inherits from."""

    name = forms.CharField(label=gettext_lazy("Calendar"), max_length=200)
    parent = forms.ChoiceField(label=gettext_lazy("Inherits from"), required=False)
    exceptions = forms.CharField(
        label=gettext_lazy("Days that differ"),
        required=False,
        widget=forms.Textarea({"rows": 6}),
        help_text=gettext_lazy(
            "One a line: 2026-12-24 to 2026-12-26 is off; 2026-12-19 08:00-12:00 is worked."
        ),
    )

    def __init__(
        self, data: Any = None, *, scenario: Scenario, calendar: Calendar | None = None
    ) -> None:
        self._known = calendars_by_key(scenario)
        self._calendar = calendar
        super().__init__(data, initial=_initial(calendar) if calendar else {})
        for day in WEEKDAYS:
            self.fields[day] = HoursField(label=LABELS[day], max_length=120, required=False)
        self.order_fields(["name", "parent", *WEEKDAYS, "exceptions"])
        others = [(key, one.name) for key, one in self._known.items() if one != calendar]
        self.fields["parent"].choices = [("", _("Nothing")), *others]  # type: ignore[attr-defined]

    def clean_exceptions(self) -> tuple[CalendarException, ...]:
        lines = [line.strip() for line in self.cleaned_data["exceptions"].splitlines()]
        try:
            return exceptions_from_words([_exception(line) for line in lines if line])
        except PlanError as error:
            raise ValidationError(error.message) from error

    def value(self) -> Calendar:
        """Return the calendar as the plan holds it."""
        given = self.cleaned_data
        return Calendar(
            key=self._calendar.key if self._calendar else self._free_key(given["name"]),
            name=given["name"],
            parent=given["parent"] or None,
            week=tuple(given[day] for day in WEEKDAYS),
            exceptions=given["exceptions"],
        )

    def _free_key(self, name: str) -> str:
        stem = slugify(name) or "calendar"
        candidates = [stem, *(f"{stem}-{number}" for number in range(2, len(self._known) + 3))]
        return next(key for key in candidates if key not in self._known)


def hours_text(hours: DayHours | None) -> str:
    """Write the hours of a day as :class:`HoursField` reads them."""
    written = write_hours(hours)
    return "" if written is None else ", ".join(written) or DAY_OFF


def exception_lines(exceptions: tuple[CalendarException, ...]) -> list[str]:
    """Write the days that differ, one a line."""
    lines = []
    for words in exceptions_to_words(exceptions):
        days = (
            words["from"] if words["from"] == words["to"] else f"{words['from']} to {words['to']}"
        )
        lines.append(f"{days} {', '.join(words['work'])}".rstrip())
    return lines


def _initial(calendar: Calendar) -> dict[str, Any]:
    week = dict(zip(WEEKDAYS, calendar.week, strict=True))
    return {
        "name": calendar.name,
        "parent": calendar.parent or "",
        "exceptions": "\n".join(exception_lines(calendar.exceptions)),
        **{day: hours_text(hours) for day, hours in week.items()},
    }


def _hours(typed: str) -> DayHours:
    texts = [part.strip().replace("–", "-") for part in typed.split(",") if part.strip()]
    if not all(HOURS.fullmatch(part) for part in texts):
        raise ValidationError(_("Write hours such as 08:00-12:00, 13:00-17:00."))
    try:
        return read_hours(texts) or ()
    except PlanError as error:
        raise ValidationError(error.message) from error


def _exception(line: str) -> dict[str, Any]:
    """``2026-12-24 to 2026-12-26 08:00-12:00`` in the words of the plan file."""
    parts = line.replace(" to ", " ").replace("..", " ").split()
    days = [part for part in parts if ":" not in part]
    if not 1 <= len(days) <= 2:
        raise PlanError(f"“{line[:40]}” is no day; write 2026-12-24 to 2026-12-26.")
    work = [part.rstrip(",") for part in parts if ":" in part]
    if not all(HOURS.fullmatch(part) for part in work):
        raise PlanError(f"“{line[:40]}” has no hours such as 08:00-12:00.")
    return {"from": days[0], "to": days[-1], "work": work}
