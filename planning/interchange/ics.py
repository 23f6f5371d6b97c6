"""Holidays of an iCalendar file → exceptions of a calendar.

An event that lasts whole days is a day off; one that lasts hours is no
holiday and is counted as left out. Recurring events are written out over the
years asked for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import Component

from planning.core.fields import FIRST_YEAR
from planning.core.plan import CalendarException, PlanError
from planning.interchange.report import ImportReport, ReportBuilder

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2060, 12, 31)
MAX_BYTES = 20 * 1024 * 1024
MAX_EVENTS = 20_000
MAX_DAYS_OF_ONE = 366
MAX_EXCEPTIONS = 50_000
ONE_DAY = timedelta(days=1)
FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})


@dataclass(frozen=True, slots=True)
class Holidays:
    """Days off, in order, and what the file held besides."""

    exceptions: tuple[CalendarException, ...]
    report: ImportReport


def holidays(
    data: bytes, *, first: date = FIRST_DAY, last: date = LAST_DAY
) -> tuple[CalendarException, ...]:
    """Return the days off of an iCalendar file between two dates.

    Raises
    ------
    PlanError
        If the file is not iCalendar.
    """
    return read_holidays(data, first=first, last=last).exceptions


def read_holidays(data: bytes, *, first: date = FIRST_DAY, last: date = LAST_DAY) -> Holidays:
    """Return the days off of an iCalendar file, with a report.

    Parameters
    ----------
    data : bytes
        One or more iCalendar components.
    first, last : date
        The days wanted, inclusive; recurring events are written out between.
    """
    report = ReportBuilder()
    days: set[date] = set()
    for event in islice(_events(_parse(data)), MAX_EVENTS):
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            report.drop("events.cancelled")
            continue
        days.update(_days_of(event, first, last, report))
        if len(days) > MAX_EXCEPTIONS:
            raise PlanError(f"This file has more than {MAX_EXCEPTIONS:,} days off.")
    return Holidays(tuple(_runs(sorted(days))), report.build())


def _parse(data: bytes) -> list[Component]:
    if len(data) > MAX_BYTES:
        raise PlanError(f"This file is larger than {MAX_BYTES // 1024**2} MB.")
    try:
        components = Component.from_ical(data.decode("utf-8-sig", errors="replace"), multiple=True)
    except Exception:  # noqa: BLE001 - a parser of others meets what strangers write
        raise PlanError("This iCalendar file cannot be read.") from None
    if not components:
        raise PlanError("This is not an iCalendar file: it holds no component.")
    return list(components)


def _events(components: Iterable[Component]) -> Iterator[Component]:
    for component in components:
        yield from component.walk("VEVENT")


def _days_of(event: Component, first: date, last: date, report: ReportBuilder) -> Iterator[date]:
    """Yield every day off that one event amounts to."""
    try:
        start, length = _span(event)
        if length is None:
            report.drop("events.of_hours")
            return
        starts = list(_starts(event, start, first - length * ONE_DAY, last, report))
    except Exception:  # noqa: BLE001 - values are parsed lazily, by the same parser
        report.drop("events.unreadable")
        return
    for one in starts:
        for offset in range(length):
            day = one + offset * ONE_DAY
            if first <= day <= last:
                yield day


def _span(event: Component) -> tuple[date, int | None]:
    """Return the first day and the number of whole days, None for hours.

    Raises
    ------
    ValueError
        If the event has no start, or one outside the years of a plan.
    """
    start = event.decoded("DTSTART")
    day = _date(start)
    if not FIRST_YEAR <= day.year <= LAST_DAY.year:
        raise ValueError("outside the years of a plan")
    if "DTEND" in event:
        length = _wall(event.decoded("DTEND")) - _wall(start)
    elif "DURATION" in event:
        length = event.decoded("DURATION")
    else:
        length = timedelta() if isinstance(start, datetime) else ONE_DAY
    is_dated = not isinstance(start, datetime)
    if not is_dated and (start.time() != time() or length < ONE_DAY or length % ONE_DAY):
        return day, None
    return day, min(max(length // ONE_DAY, 1 if is_dated else 0), MAX_DAYS_OF_ONE)


def _starts(
    event: Component, start: date, first: date, last: date, report: ReportBuilder
) -> Iterator[date]:
    """Yield the days on which the event begins, recurrences included."""
    skipped = set(_listed(event, "EXDATE"))
    yield from (day for day in [start, *_listed(event, "RDATE")] if day not in skipped)
    for rule in _as_list(event.get("RRULE")):
        parts = {str(name).upper(): values for name, values in dict(rule).items()}
        if str(parts.get("FREQ", [""])[0]).upper() not in FREQUENCIES:
            report.drop("events.recurrences")
            continue
        yield from (day for day in _recurring(parts, start, first, last) if day not in skipped)


def _recurring(parts: dict[str, Any], start: date, first: date, last: date) -> Iterator[date]:
    """Yield the days of one rule; bounded, so that a rule that never fits ends too."""
    until = _as_list(parts.pop("UNTIL", None))
    count = _as_list(parts.pop("COUNT", None))
    bound = min([last, *(_date(one) for one in until)])
    text = ";".join(
        f"{name}={','.join(str(one) for one in _as_list(values))}"
        for name, values in parts.items()
        if not name.startswith("BYHOUR") and name not in ("BYMINUTE", "BYSECOND", "SKIP", "RSCALE")
    )
    rule = rrulestr(f"RRULE:{text};UNTIL={bound:%Y%m%d}", dtstart=_midnight(start))
    days = (moment.date() for moment in rule)
    limit = int(count[0]) if count else MAX_EXCEPTIONS
    return (day for day in islice(days, max(0, min(limit, MAX_EXCEPTIONS))) if day >= first)


def _listed(event: Component, name: str) -> Iterator[date]:
    for entry in _as_list(event.get(name)):
        for value in getattr(entry, "dts", []):
            moment = value.dt[0] if isinstance(value.dt, tuple) else value.dt
            yield _date(moment)


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    raise ValueError("no date")


def _wall(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return _midnight(_date(value))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


def _runs(days: list[date]) -> Iterator[CalendarException]:
    """Join neighbouring days off."""
    start: date | None = None
    for index, day in enumerate(days):
        start = start or day
        if index + 1 == len(days) or days[index + 1] != day + ONE_DAY:
            yield CalendarException(start, day)
            start = None
