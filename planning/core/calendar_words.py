"""Working time as the plan file writes it."""

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

from planning.core.durations import Units
from planning.core.edits import EditKind
from planning.core.fields import Field, inside, plain, read_date, simple, table
from planning.core.plan import Calendar, CalendarException, DayHours, Interval, PlanError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Week = tuple[DayHours | None, ...]

# Minutes after midnight on the left; on the right 24:00 is one of them.
_INTERVAL = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]|24(?=:00)):([0-5]\d)", re.ASCII)


class WeekdayField(Field):
    """The hours of one weekday, so that two people may change two of them."""

    __slots__ = ()

    def value(self, row: Calendar) -> DayHours | None:
        return row.week[self._index]

    def put(self, row: Calendar, words: Any, units: Units) -> Calendar:
        week = list(row.week)
        week[self._index] = read_hours(words)
        return replace(row, week=tuple(week))

    @property
    def _index(self) -> int:
        return WEEKDAYS.index(self.name.removeprefix("week."))


def _weekday(day: str) -> WeekdayField:
    index = WEEKDAYS.index(day)
    return WeekdayField(
        f"week.{day}",
        EditKind.CALENDAR,
        ("week",),
        lambda calendar, _: write_hours(calendar.week[index]),
        lambda words, _: {"week": read_hours(words)},
    )


def write_hours(hours: DayHours | None) -> list[str] | None:
    """Write a day's work as ``["08:00-12:00", "13:00-17:00"]``."""
    return None if hours is None else _intervals(hours)


def read_hours(texts: list[str] | None) -> DayHours | None:
    """Read a day's work; an interval that ends before it starts passes midnight.

    Raises
    ------
    PlanError
        If two intervals overlap.
    """
    if texts is None:
        return None
    hours = sorted((_interval(text) for text in texts), key=lambda interval: interval.start)
    for earlier, later in pairwise(hours):
        if later.start < earlier.finish:
            raise PlanError(
                f"the hours from {_clock(earlier.start)} and {_clock(later.start)} overlap"
            )
    return tuple(hours)


def write_calendar(calendar: Calendar, _units: Units) -> dict[str, Any]:
    """Return the calendar as it stands in a plan file."""
    return {
        "id": calendar.key,
        "name": calendar.name,
        "parent": calendar.parent,
        "week": calendar_week_to_words(calendar.week),
        "exceptions": exceptions_to_words(calendar.exceptions),
    }


def read_calendar(words: dict[str, Any], _units: Units) -> Calendar:
    """Read what :func:`write_calendar` wrote; a weekday left out is inherited."""
    key = words["id"]
    try:
        week = calendar_week_from_words(words.get("week", {}))
    except PlanError as fault:
        raise inside("week", fault) from None
    try:
        exceptions = exceptions_from_words(words.get("exceptions", []))
    except PlanError as fault:
        raise inside("exceptions", fault) from None
    return Calendar(key, words.get("name", key), words.get("parent"), week, exceptions)


def calendar_week_to_words(week: Week) -> dict[str, list[str]]:
    """Return the hours of each weekday that is not inherited."""
    days = zip(WEEKDAYS, week, strict=True)
    return {day: _intervals(hours) for day, hours in days if hours is not None}


def calendar_week_from_words(words: dict[str, list[str] | None]) -> Week:
    """Return seven days, Monday first; one that is left out is inherited."""
    days: list[DayHours | None] = []
    for day in WEEKDAYS:
        try:
            days.append(read_hours(words.get(day)))
        except PlanError as fault:
            raise inside(day, fault) from None
    return tuple(days)


def exceptions_to_words(exceptions: tuple[CalendarException, ...]) -> list[dict[str, Any]]:
    """Return dated exceptions as a plan file lists them."""
    return [
        {
            "from": exception.first.isoformat(),
            "to": exception.last.isoformat(),
            "work": _intervals(exception.work),
        }
        for exception in exceptions
    ]


def exceptions_from_words(words: list[dict[str, Any]]) -> tuple[CalendarException, ...]:
    """Read what :func:`exceptions_to_words` wrote."""
    exceptions = []
    for index, item in enumerate(words):
        try:
            exceptions.append(_read_exception(item))
        except PlanError as fault:
            raise inside(f"[{index}]", fault) from None
    return tuple(exceptions)


def _read_exception(words: dict[str, Any]) -> CalendarException:
    first = read_date(words["from"])
    last = read_date(words.get("to", words["from"]))
    if last < first:
        raise PlanError("before from", path="to")
    return CalendarException(first, last, read_hours(words.get("work", [])) or ())


def _intervals(hours: DayHours) -> list[str]:
    return [f"{_clock(interval.start)}-{_clock(interval.finish)}" for interval in hours]


def _clock(minutes: int) -> str:
    minutes = minutes if minutes <= 1440 else minutes - 1440
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _interval(text: str) -> Interval:
    match = _INTERVAL.fullmatch(text)
    if match is None:
        raise PlanError(f"“{text[:40]}” is no interval of a day; write one such as 08:00-12:00")
    start, finish = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    return Interval(start, finish if finish > start else finish + 1440)


CALENDAR_FIELDS = table(
    plain("name", EditKind.CALENDAR),
    plain("parent", EditKind.CALENDAR),
    *(_weekday(day) for day in WEEKDAYS),
    simple(
        "exceptions",
        EditKind.CALENDAR,
        lambda exceptions, _: exceptions_to_words(exceptions),
        lambda words, _: exceptions_from_words(words),
    ),
)
