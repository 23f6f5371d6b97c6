"""Calendars of a plan as MS Project XML."""

from collections.abc import Iterable
from datetime import date, timedelta
from xml.etree.ElementTree import Element, SubElement

from planning.core.plan import Calendar, CalendarException, DayHours, Plan
from planning.interchange.combined_calendars import cut_at_midnight
from planning.interchange.export import fit

DAY = 1440
NO_BASE = -1


def write_calendars(
    root: Element, plan: Plan, numbers: dict[str, int], people: Iterable[str]
) -> None:
    """Add every calendar; those in ``people`` become calendars of resources."""
    parent = SubElement(root, "Calendars")
    personal = set(people)
    calendars = {calendar.key: calendar for calendar in plan.calendars}
    for calendar in plan.calendars:
        plain = cut_at_midnight(calendar, calendars)
        _write_calendar(parent, plain, numbers, is_base=calendar.key not in personal)


def _write_calendar(
    parent: Element, calendar: Calendar, numbers: dict[str, int], *, is_base: bool
) -> None:
    element = SubElement(parent, "Calendar")
    base = numbers.get(calendar.parent or "", NO_BASE)
    add(element, "UID", numbers[calendar.key])
    add(element, "Name", fit(calendar.name, numbers[calendar.key]))
    add(element, "IsBaseCalendar", int(is_base))
    add(element, "BaseCalendarUID", base)
    if any(hours is not None for hours in calendar.week):
        _write_week(SubElement(element, "WeekDays"), calendar.week)
    if calendar.exceptions:
        exceptions = SubElement(element, "Exceptions")
        for exception in calendar.exceptions:
            _write_exception(SubElement(exceptions, "Exception"), exception)


def _write_week(parent: Element, week: tuple[DayHours | None, ...]) -> None:
    for number in range(1, 8):
        hours = week[(number + 5) % 7]
        if hours is None:
            continue
        day = SubElement(parent, "WeekDay")
        add(day, "DayType", number)
        _write_hours(day, hours)


def _write_exception(element: Element, exception: CalendarException) -> None:
    add(element, "EnteredByOccurrences", 0)
    period = SubElement(element, "TimePeriod")
    add(period, "FromDate", f"{_iso(exception.first)}T00:00:00")
    add(period, "ToDate", f"{_iso(exception.last)}T23:59:00")
    add(element, "Occurrences", (exception.last - exception.first + timedelta(days=1)).days)
    add(element, "Type", 1)
    _write_hours(element, exception.work)


def _write_hours(parent: Element, hours: DayHours) -> None:
    add(parent, "DayWorking", int(bool(hours)))
    if hours:
        times = SubElement(parent, "WorkingTimes")
        for interval in hours:
            time = SubElement(times, "WorkingTime")
            add(time, "FromTime", _clock(interval.start))
            add(time, "ToTime", _clock(interval.finish % DAY))


def add(parent: Element, name: str, value: object) -> Element:
    """Append a child with a text."""
    element = SubElement(parent, name)
    element.text = str(value)
    return element


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}:00"


def _iso(day: date) -> str:
    return day.isoformat()
