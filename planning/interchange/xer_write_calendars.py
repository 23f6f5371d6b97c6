"""Calendars of a plan as the nested text of P6."""

from datetime import date, timedelta

from planning.core.plan import Calendar, CalendarException, DayHours, Plan
from planning.interchange.combined_calendars import cut_at_midnight
from planning.interchange.export import fit
from planning.interchange.xer_tables import Record

DAY = 1440
DAY_ZERO = date(1899, 12, 30)
BASE, PERSONAL = "CA_Base", "CA_Rsrc"


def calendar_records(plan: Plan, numbers: dict[str, int], personal: frozenset[str]) -> list[Record]:
    """Return the rows of the table CALENDAR.

    A week of P6 is complete, so what a calendar inherits is written out; its
    base stays named for the holidays.
    """
    calendars = {calendar.key: calendar for calendar in plan.calendars}
    hours_a_day = _number(plan.project.minutes_per_day / 60)
    hours_a_week = _number(plan.project.minutes_per_week / 60)
    plain = [cut_at_midnight(calendar, calendars) for calendar in plan.calendars]
    return [
        {
            "clndr_id": str(numbers[calendar.key]),
            "default_flag": "Y" if calendar.key == plan.project.calendar else "N",
            "clndr_name": fit(calendar.name, numbers[calendar.key]),
            "proj_id": "",
            "base_clndr_id": str(numbers[calendar.parent]) if calendar.parent in numbers else "",
            "last_chng_date": "",
            "clndr_type": PERSONAL if calendar.key in personal else BASE,
            "day_hr_cnt": hours_a_day,
            "week_hr_cnt": hours_a_week,
            "month_hr_cnt": "",
            "year_hr_cnt": "",
            "rsrc_private": "N",
            "clndr_data": _text(calendar, calendars),
        }
        for calendar in plain
    ]


def _text(calendar: Calendar, calendars: dict[str, Calendar]) -> str:
    week = tuple(_inherited(calendar, calendars, weekday) for weekday in range(7))
    days = "".join(f"(0||{number}()({_hours(week[(number + 5) % 7])}))" for number in range(1, 8))
    dated = _by_day(calendar.exceptions)
    exceptions = "".join(
        f"(0||{index}(d|{(day - DAY_ZERO).days})({_hours(hours)}))"
        for index, (day, hours) in enumerate(dated)
    )
    return (
        f"(0||CalendarData()((0||DaysOfWeek()({days}))(0||VIEW(ShowTotal|Y)())"
        f"(0||Exceptions()({exceptions}))))"
    )


def _inherited(calendar: Calendar, calendars: dict[str, Calendar], weekday: int) -> DayHours:
    """Return a weekday's hours, from the first calendar of the line that says them."""
    one: Calendar | None = calendar
    seen: set[str] = set()
    while one is not None and one.key not in seen:
        hours = one.week[weekday]
        if hours is not None:
            return hours
        seen.add(one.key)
        one = calendars.get(one.parent) if one.parent else None
    return ()


def _by_day(exceptions: tuple[CalendarException, ...]) -> list[tuple[date, DayHours]]:
    """Return each day of the exceptions once, in order; the later exception wins."""
    days: dict[date, DayHours] = {}
    for exception in exceptions:
        for offset in range((exception.last - exception.first).days + 1):
            days[exception.first + timedelta(days=offset)] = exception.work
    return sorted(days.items())


def _hours(hours: DayHours) -> str:
    return "".join(
        f"(0||{index}(s|{_clock(one.start)}|f|{_clock(one.finish)})())"
        for index, one in enumerate(hours)
    )


def _clock(minute: int) -> str:
    return f"{minute % DAY // 60:02}:{minute % 60:02}"


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")
