"""The days on which a recurring calendar exception of MS Project falls."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from xml.etree.ElementTree import Element

from dateutil.rrule import DAILY, FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, YEARLY, rrule

from planning.interchange.mspdi_values import date_of, flag_of, int_of

# Types of an Exception element.
DAILY_TYPE = 1
YEARLY_BY_DAY = 2
YEARLY_BY_POSITION = 3
MONTHLY_BY_DAY = 4
MONTHLY_BY_POSITION = 5
WEEKLY_TYPE = 6
EVERY_WEEKDAY = 8

MAX_DAYS = 20_000

# Bits of DaysOfWeek run from Sunday; so do the codes 3 to 9 of MonthItem.
_DAYS_FROM_SUNDAY = (SU, MO, TU, WE, TH, FR, SA)
_MONTH_ITEMS = {
    0: _DAYS_FROM_SUNDAY,
    1: (MO, TU, WE, TH, FR),
    2: (SA, SU),
    **{code: (_DAYS_FROM_SUNDAY[code - 3],) for code in range(3, 10)},
}
_POSITIONS = (1, 2, 3, 4, -1)


def occurrences(exception: Element, first: date, last: date) -> list[tuple[date, date]]:
    """Return the inclusive runs of days on which ``exception`` holds.

    Parameters
    ----------
    exception : Element
        An ``Exception`` with Type, Period, DaysOfWeek and the month's fields.
    first, last : date
        Its time period, inclusive.

    Returns
    -------
    list of (date, date)
        Runs in order; at most ``MAX_DAYS`` of them.
    """
    kind = int_of(exception, "Type", DAILY_TYPE)
    period = max(1, min(int_of(exception, "Period", 1) or 1, 999))
    if kind not in _RULES or (kind == DAILY_TYPE and period == 1):
        return [(first, last)]
    days: Iterable[date] = _RULES[kind](exception, first, last, period)
    if flag_of(exception, "EnteredByOccurrences"):
        days = islice(days, max(0, int_of(exception, "Occurrences", MAX_DAYS) or 0) or MAX_DAYS)
    return list(_runs(islice(days, MAX_DAYS)))


def _runs(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Join neighbouring days."""
    first: date | None = None
    last: date | None = None
    for day in days:
        if first is not None and last is not None:
            if day == last + timedelta(days=1):
                last = day
                continue
            yield first, last
        first = last = day
    if first is not None and last is not None:
        yield first, last


def _rule(frequency: int, first: date, last: date, interval: int, **by: object) -> Iterator[date]:
    start = datetime(first.year, first.month, first.day)
    until = datetime(last.year, last.month, last.day)
    rule = rrule(frequency, dtstart=start, until=until, interval=interval, **by)  # type: ignore[arg-type]
    return (moment.date() for moment in rule)


def _daily(_exception: Element, first: date, last: date, period: int) -> Iterator[date]:
    return _rule(DAILY, first, last, period)


def _weekdays(_exception: Element, first: date, last: date, _period: int) -> Iterator[date]:
    return _rule(WEEKLY, first, last, 1, byweekday=(MO, TU, WE, TH, FR))


def _weekly(exception: Element, first: date, last: date, period: int) -> Iterator[date]:
    bits = int_of(exception, "DaysOfWeek", 0) or 0
    days = [day for bit, day in enumerate(_DAYS_FROM_SUNDAY) if bits >> bit & 1]
    # MS Project counts weeks from Sunday when it skips some.
    return _rule(WEEKLY, first, last, period, byweekday=days or None, wkst=SU)


def _monthly_by_day(exception: Element, first: date, last: date, period: int) -> Iterator[date]:
    return _rule(MONTHLY, first, last, period, bymonthday=_month_day(exception, first))


def _monthly_by_position(
    exception: Element, first: date, last: date, period: int
) -> Iterator[date]:
    days, position = _position(exception)
    return _rule(MONTHLY, first, last, period, byweekday=days, bysetpos=position)


def _yearly_by_day(exception: Element, first: date, last: date, period: int) -> Iterator[date]:
    return _rule(
        YEARLY,
        first,
        last,
        period,
        bymonth=_month(exception, first),
        bymonthday=_month_day(exception, first),
    )


def _yearly_by_position(exception: Element, first: date, last: date, period: int) -> Iterator[date]:
    days, position = _position(exception)
    month = _month(exception, first)
    return _rule(YEARLY, first, last, period, bymonth=month, byweekday=days, bysetpos=position)


def _month(exception: Element, first: date) -> int:
    month = int_of(exception, "Month", first.month - 1)
    return month + 1 if month is not None and 0 <= month <= 11 else first.month


def _month_day(exception: Element, first: date) -> int:
    day = int_of(exception, "MonthDay", first.day)
    return day if day is not None and 1 <= day <= 31 else first.day


def _position(exception: Element) -> tuple[tuple[object, ...], int]:
    item = int_of(exception, "MonthItem", 0) or 0
    position = int_of(exception, "MonthPosition", 0) or 0
    return _MONTH_ITEMS.get(item, _DAYS_FROM_SUNDAY), _POSITIONS[min(max(position, 0), 4)]


_RULES = {
    DAILY_TYPE: _daily,
    YEARLY_BY_DAY: _yearly_by_day,
    YEARLY_BY_POSITION: _yearly_by_position,
    MONTHLY_BY_DAY: _monthly_by_day,
    MONTHLY_BY_POSITION: _monthly_by_position,
    WEEKLY_TYPE: _weekly,
    7: _daily,
    EVERY_WEEKDAY: _weekdays,
}


def period_of(element: Element) -> tuple[date, date] | None:
    """Return the inclusive days of a ``TimePeriod`` child, or None.

    Examples
    --------
    >>> from xml.etree.ElementTree import fromstring
    >>> period_of(fromstring("<Exception/>")) is None
    True
    """
    period = element.find("TimePeriod")
    if period is None:
        return None
    first, last = date_of(period, "FromDate"), date_of(period, "ToDate")
    if first is None or last is None or last < first:
        return None
    return first, last
