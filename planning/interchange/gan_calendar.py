"""The calendar of a GanttProject file: a week of whole days, and dated days."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from xml.etree.ElementTree import Element

from planning.core.plan import Calendar, CalendarException, DayHours, Interval
from planning.interchange.report import ReportBuilder

KEY = "standard"
MINUTES_PER_DAY = 480
WORK: DayHours = (Interval(480, 720), Interval(780, 1020))
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
YEARS_AHEAD = 30
ONE_DAY = timedelta(days=1)


def read_calendar(root: Element, start: date, report: ReportBuilder) -> Calendar:
    """Return the file's calendar; each working day is eight hours from 08:00.

    A date without a year comes every year: it is written out from the year
    before ``start`` for thirty years.
    """
    day_types = root.find("calendars/day-types")
    week = [WORK] * 5 + [()] * 2
    if day_types is not None:
        week = _week(day_types, week)
    exceptions: dict[date, DayHours] = {}
    for element in root.iterfind("calendars/date"):
        hours = WORK if element.get("type", "").upper() == "WORKING_DAY" else ()
        days = list(_days(element, start.year))
        if not days:
            report.warn("A holiday of this file has no readable date; it is left out.")
        exceptions.update(dict.fromkeys(days, hours))
    return Calendar(
        KEY,
        "GanttProject",
        week=tuple(week),
        exceptions=tuple(
            CalendarException(day, day, exceptions[day]) for day in sorted(exceptions)
        ),
    )


def _week(day_types: Element, usual: list[DayHours]) -> list[DayHours]:
    only_shown = day_types.find("only-show-weekends")
    if only_shown is not None and only_shown.get("value") == "true":
        return [WORK] * 7
    default = day_types.find("default-week")
    if default is None:
        return usual
    return [() if default.get(day, "0") == "1" else WORK for day in DAYS]


def _days(element: Element, first_year: int) -> Iterator[date]:
    try:
        month, day = int(element.get("month", "")), int(element.get("date", ""))
        year = element.get("year", "").strip()
        years = [int(year)] if year else range(first_year - 1, first_year + YEARS_AHEAD)
    except ValueError:
        return
    for one in years:
        try:
            yield date(one, month, day)
        except ValueError:  # 29 February
            continue


def is_working(calendar: Calendar, day: date) -> bool:
    """Whether anything is done on that day."""
    for exception in reversed(calendar.exceptions):
        if exception.first <= day <= exception.last:
            return bool(exception.work)
    return bool(calendar.week[day.weekday()])


def finish_of(calendar: Calendar, start: date, days: int) -> datetime:
    """Return when ``days`` working days from ``start`` on are over."""
    day, left = start, max(days, 1)
    for _ in range(20_000):
        if is_working(calendar, day):
            left -= 1
        if left == 0:
            break
        day += ONE_DAY
    return datetime(day.year, day.month, day.day, 17)
