"""Calendars of Primavera XER: weeks, dated exceptions, base calendars."""

from collections.abc import Iterator
from dataclasses import replace

from planning.core.plan import (
    Calendar,
    CalendarException,
    DayHours,
    Interval,
    PlanError,
    standard_calendar,
)
from planning.interchange.combined_calendars import union
from planning.interchange.mspdi_values import minute_of_day
from planning.interchange.report import ReportBuilder
from planning.interchange.xer_calendar_text import Node, parse_calendar_text
from planning.interchange.xer_tables import Record, readable
from planning.interchange.xer_values import serial_day

DAY = 1440


def read_calendars(records: list[Record], report: ReportBuilder) -> dict[str, Calendar]:
    """Return every calendar of the file by its id, those of resources too.

    A calendar whose text cannot be read, or whose base is not there or goes
    round in a circle, is repaired and reported.
    """
    calendars: dict[str, Calendar] = {}
    for record in records:
        key = record.get("clndr_id", "")
        if not key or key in calendars:
            report.warn(f"A calendar has no id of its own ({key or 'none'}); it is left out.")
            continue
        calendars[key] = _calendar(record, key, report)
    return {key: _with_sound_base(calendars, key, report) for key in calendars}


def _calendar(record: Record, key: str, report: ReportBuilder) -> Calendar:
    name = readable(record.get("clndr_name", "")) or key
    calendar = Calendar(key, name, parent=record.get("base_clndr_id") or None)
    text = record.get("clndr_data", "")
    try:
        root = parse_calendar_text(text)
    except PlanError as fault:
        instead = "a usual week" if calendar.parent is None else "its base"
        report.warn(f"The calendar “{name}” cannot be read ({fault.message}); {instead} is taken.")
        return _repaired(calendar)
    data = root.child("CalendarData") or root
    if data.child("DaysOfWeek") is None and calendar.parent is None:
        report.warn(f"The calendar “{name}” has no week in this file; a usual one is taken.")
        calendar = _repaired(calendar)
        return replace(
            calendar, exceptions=tuple(_exceptions(data.child("Exceptions"), name, report))
        )
    return replace(
        calendar,
        week=_week(data.child("DaysOfWeek")),
        exceptions=tuple(_exceptions(data.child("Exceptions"), name, report)),
    )


def _repaired(calendar: Calendar) -> Calendar:
    """Return a calendar without a week of its own with a usual one, unless it has a base."""
    if calendar.parent is not None:
        return calendar
    return replace(calendar, week=standard_calendar().week)


def _week(days: Node | None) -> tuple[DayHours | None, ...]:
    """Return Monday to Sunday; P6 counts from Sunday, 1."""
    hours: list[DayHours | None] = [None] * 7
    for day in days.children if days else ():
        if day.name.isdecimal() and 1 <= int(day.name) <= 7:
            hours[(int(day.name) + 5) % 7] = _hours(day)
    return tuple(hours)


def _hours(day: Node) -> DayHours:
    intervals = [_interval(one.attributes) for one in day.children]
    return union([tuple(one for one in intervals if one is not None)])


def _interval(attributes: dict[str, str]) -> Interval | None:
    start = minute_of_day(attributes.get("s", ""))
    finish = minute_of_day(attributes.get("f", ""))
    if start is None or finish is None:
        return None
    start %= DAY  # a shift from 24:00 begins with the day
    return Interval(start, finish if finish > start else finish + DAY)


def _exceptions(days: Node | None, name: str, report: ReportBuilder) -> Iterator[CalendarException]:
    for day in days.children if days else ():
        date = serial_day(day.attributes.get("d", ""))
        if date is None:
            report.warn(f"An exception of the calendar “{name}” has no readable date; left out.")
            continue
        yield CalendarException(date, date, _hours(day))


def _with_sound_base(calendars: dict[str, Calendar], key: str, report: ReportBuilder) -> Calendar:
    calendar = calendars[key]
    if calendar.parent is None:
        return calendar
    if calendar.parent not in calendars:
        report.warn(f"The base calendar of “{calendar.name}” is not in the file; it has none.")
        return replace(calendar, parent=None)
    parent: str | None = calendar.parent
    seen = {key}
    while parent in calendars and parent not in seen:
        seen.add(parent)
        parent = calendars[parent].parent
    if parent not in seen:
        return calendar
    report.warn(f"The base calendars of “{calendar.name}” go round in a circle; it has none.")
    return replace(calendar, parent=None)
