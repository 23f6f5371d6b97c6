"""Calendars of MS Project XML: weeks, work weeks, exceptions, base calendars."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from xml.etree.ElementTree import Element

from planning.core.plan import (
    Calendar,
    CalendarException,
    DayHours,
    Interval,
    standard_calendar,
)
from planning.interchange.mspdi_recurrence import occurrences, period_of
from planning.interchange.mspdi_values import flag_of, int_of, minute_of_day, text_of
from planning.interchange.report import ReportBuilder

DAY = 1440
DEFAULT_HOURS: DayHours = (Interval(480, 720), Interval(780, 1020))
DATED_DAY = 0
MAX_WORK_WEEK_DAYS = 100_000

Week = tuple[DayHours | None, ...]


def read_calendars(root: Element, report: ReportBuilder) -> dict[str, Calendar]:
    """Return every calendar of the file, those of resources too, by UID.

    A base calendar that is not in the file counts as none, and is reported.
    """
    calendars: dict[str, Calendar] = {}
    for element in root.iterfind("Calendars/Calendar"):
        key = text_of(element, "UID")
        if not key or key in calendars:
            report.warn(f"A calendar has no UID of its own ({key or 'none'}); it is left out.")
            continue
        calendars[key] = _calendar(element, key, report)
    sound = {key: _with_known_parent(calendars, key, report) for key in calendars}
    return {key: _with_a_week(calendar, report) for key, calendar in sound.items()}


def _with_a_week(calendar: Calendar, report: ReportBuilder) -> Calendar:
    """Return a calendar that says nothing of any weekday, and has no base, with a usual week."""
    if calendar.parent is not None or any(hours is not None for hours in calendar.week):
        return calendar
    report.warn(f"The calendar “{calendar.name}” has no week in this file; a usual one is taken.")
    return replace(calendar, week=standard_calendar().week)


def _calendar(element: Element, key: str, report: ReportBuilder) -> Calendar:
    parent = text_of(element, "BaseCalendarUID")
    name = text_of(element, "Name") or key
    return Calendar(
        key=key,
        name=name,
        parent=parent if parent not in ("", "-1", key) else None,
        week=_week(element),
        exceptions=(*_work_weeks(element), *_exceptions(element, name, report)),
    )


def _with_known_parent(calendars: dict[str, Calendar], key: str, report: ReportBuilder) -> Calendar:
    calendar = calendars[key]
    parent, seen = calendar.parent, {key}
    while parent is not None and parent in calendars and parent not in seen:
        seen.add(parent)
        parent = calendars[parent].parent
    if parent is None:
        return calendar
    if parent == "0":  # some programs write 0 for “no base calendar”
        return replace(calendar, parent=None)
    report.warn(
        f"The base calendar of “{calendar.name}” is missing or goes round in a circle; "
        "it stands alone now."
    )
    return replace(calendar, parent=None)


def _week(element: Element) -> Week:
    """Return Monday to Sunday of the WeekDay children; DayType 1 is Sunday."""
    hours: list[DayHours | None] = [None] * 7
    for day in element.iterfind("WeekDays/WeekDay"):
        number = int_of(day, "DayType", DATED_DAY) or DATED_DAY
        if 1 <= number <= 7:
            hours[(number + 5) % 7] = _hours(day)
    return tuple(hours)


def _hours(day: Element) -> DayHours:
    """Return a day's working times; a working day that names none has the usual ones."""
    if not flag_of(day, "DayWorking"):
        return ()
    times = [_interval(element) for element in day.iterfind("WorkingTimes/WorkingTime")]
    return merged([interval for interval in times if interval]) if times else DEFAULT_HOURS


def _interval(element: Element) -> Interval | None:
    start = minute_of_day(text_of(element, "FromTime"))
    finish = minute_of_day(text_of(element, "ToTime"))
    if start is None or finish is None:
        return None
    start %= DAY  # a shift from 24:00 begins with the day
    return Interval(start, finish if finish > start else finish + DAY)


def merged(intervals: list[Interval]) -> DayHours:
    """Return the intervals in order, those that touch or overlap as one.

    Examples
    --------
    >>> merged([Interval(780, 1020), Interval(480, 720), Interval(720, 780)])
    (Interval(start=480, finish=1020),)
    """
    result: list[Interval] = []
    for interval in sorted(intervals, key=lambda one: (one.start, one.finish)):
        if result and interval.start <= result[-1].finish:
            finish = max(result[-1].finish, interval.finish)
            result[-1] = Interval(result[-1].start, min(finish, result[-1].start + DAY))
        else:
            result.append(interval)
    return tuple(result)


def _exceptions(element: Element, name: str, report: ReportBuilder) -> Iterator[CalendarException]:
    """Yield dated exceptions, from the newer element where the file has it.

    Newer files repeat their exceptions as week days of type 0 for older
    programs; reading both would undo a recurrence.
    """
    newer = element.findall("Exceptions/Exception")
    dated = [
        day
        for day in element.iterfind("WeekDays/WeekDay")
        if int_of(day, "DayType", DATED_DAY) == DATED_DAY
    ]
    for exception in newer or dated:
        period = period_of(exception)
        if period is None:
            report.warn(f"An exception of the calendar “{name}” has no readable dates; left out.")
            continue
        hours = _hours(exception)
        for first, last in occurrences(exception, *period) if newer else [period]:
            yield CalendarException(first, last, hours)


def _work_weeks(element: Element) -> Iterator[CalendarException]:
    """Yield other weeks that hold for a while, as the exceptions they amount to."""
    for work_week in element.iterfind("WorkWeeks/WorkWeek"):
        period = period_of(work_week)
        if period is None:
            continue
        week = _week(work_week)
        if any(hours is not None for hours in week):
            yield from _week_as_exceptions(week, *period)


def _week_as_exceptions(week: Week, first: date, last: date) -> Iterator[CalendarException]:
    if len(set(week)) == 1 and week[0] is not None:
        yield CalendarException(first, last, week[0])
        return
    days = min((last - first).days + 1, MAX_WORK_WEEK_DAYS)
    for offset in range(days):
        day = first + timedelta(days=offset)
        hours = week[day.weekday()]
        if hours is not None:
            yield CalendarException(day, day, hours)
