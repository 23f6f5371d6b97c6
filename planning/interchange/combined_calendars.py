"""Working time that two calendars have together, or have in common.

A task on which several people work is worked on whenever one of them does
(the union of their calendars); one with a calendar of its own only while that
allows it too (the intersection).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from planning.core.plan import Calendar, CalendarException, DayHours, Interval

DAY = 1440
MAX_DAYS = 60_000
ONE_DAY = timedelta(days=1)

Combine = Callable[[Sequence[DayHours]], DayHours]


def union(hours: Sequence[DayHours]) -> DayHours:
    """Return the time in any of several days.

    Examples
    --------
    >>> union([(Interval(480, 720),), (Interval(600, 780),)])
    (Interval(start=480, finish=780),)
    """
    result: list[Interval] = []
    for interval in sorted(
        (one for day in hours for one in day), key=lambda one: (one.start, one.finish)
    ):
        if result and interval.start <= result[-1].finish:
            result[-1] = Interval(result[-1].start, max(result[-1].finish, interval.finish))
        else:
            result.append(interval)
    return tuple(result)


def intersection(hours: Sequence[DayHours]) -> DayHours:
    """Return the time in all of several days.

    Examples
    --------
    >>> intersection([(Interval(480, 720),), (Interval(600, 780),)])
    (Interval(start=600, finish=720),)
    """
    common = hours[0]
    for day in hours[1:]:
        pairs = ((one, other) for one in common for other in day)
        common = union(
            [
                tuple(
                    Interval(max(one.start, other.start), min(one.finish, other.finish))
                    for one, other in pairs
                    if max(one.start, other.start) < min(one.finish, other.finish)
                )
            ]
        )
    return common


def combined(
    calendars: dict[str, Calendar], keys: Sequence[str], *, combine: Combine, key: str, name: str
) -> Calendar:
    """Return one calendar made of several, without a parent.

    Every day is cut at midnight, so that a shift over midnight stands in both
    of its days.
    """
    lines = [_Lineage(calendars, one) for one in keys]
    week = tuple(combine([line.usual_hours(weekday) for line in lines]) for weekday in range(7))
    exceptions = _runs(
        (day, combine([line.hours(day) for line in lines])) for day in _exceptional_days(lines)
    )
    return Calendar(key, name, None, week, tuple(exceptions))


def weekly_minutes(calendars: dict[str, Calendar], key: str) -> int:
    """Return the working minutes of a usual week, parents included."""
    line = _Lineage(calendars, key)
    days = (line.usual_hours(weekday) for weekday in range(7))
    return sum(one.finish - one.start for day in days for one in day)


def is_within(calendars: dict[str, Calendar], inner: str, outer: str) -> bool:
    """Whether all working time of one calendar is working time of another."""
    lines = [_Lineage(calendars, inner), _Lineage(calendars, outer)]
    one, other = lines
    if any(
        intersection([one.usual_hours(day), other.usual_hours(day)]) != one.usual_hours(day)
        for day in range(7)
    ):
        return False
    return all(
        intersection([one.hours(day), other.hours(day)]) == one.hours(day)
        for day in _exceptional_days(lines)
    )


def cut_at_midnight(calendar: Calendar, calendars: dict[str, Calendar]) -> Calendar:
    """Return a calendar without shifts over midnight and overlapping exceptions.

    MS Project and P6 have neither; such a calendar is written out whole,
    parents included.
    """
    line: list[Calendar] = []
    one: Calendar | None = calendar
    while one is not None and one not in line:
        line.append(one)
        one = calendars.get(one.parent) if one.parent else None
    is_plain = not any(_passes_midnight(one) for one in line) and not _overlap(calendar.exceptions)
    if is_plain:
        return calendar
    return combined(calendars, (calendar.key,), combine=union, key=calendar.key, name=calendar.name)


def _passes_midnight(calendar: Calendar) -> bool:
    days = [*(hours or () for hours in calendar.week), *(one.work for one in calendar.exceptions)]
    return any(interval.finish > DAY for hours in days for interval in hours)


def _overlap(exceptions: tuple[CalendarException, ...]) -> bool:
    ordered = sorted((one.first, one.last) for one in exceptions)
    return any(following[0] <= one[1] for one, following in pairwise(ordered))


class _Lineage:
    """A calendar with its parents, asked for the hours of a day."""

    def __init__(self, calendars: dict[str, Calendar], key: str) -> None:
        self._chain: list[Calendar] = []
        calendar = calendars.get(key)
        while calendar is not None and calendar not in self._chain:
            self._chain.append(calendar)
            calendar = calendars.get(calendar.parent) if calendar.parent else None
        self.dated: dict[date, DayHours] = {}
        for one in reversed(self._chain):
            for exception in one.exceptions:
                self.dated.update(dict.fromkeys(_days(exception), exception.work))

    def usual_hours(self, weekday: int) -> DayHours:
        """Return a weekday from midnight to midnight, exceptions aside."""
        return _cut(self._week(weekday), self._week((weekday + 6) % 7))

    def hours(self, day: date) -> DayHours:
        """Return a date's hours from midnight to midnight."""
        return _cut(self._own(day), self._own(day - ONE_DAY))

    def _own(self, day: date) -> DayHours:
        hours = self.dated.get(day)
        return self._week(day.weekday()) if hours is None else hours

    def _week(self, weekday: int) -> DayHours:
        for calendar in self._chain:
            hours = calendar.week[weekday]
            if hours is not None:
                return hours
        return ()


def _days(exception: CalendarException) -> Iterator[date]:
    length = min((exception.last - exception.first).days + 1, MAX_DAYS)
    return (exception.first + timedelta(days=offset) for offset in range(length))


def _cut(today: DayHours, yesterday: DayHours) -> DayHours:
    """Return today's hours up to midnight and what yesterday's shift left over."""
    kept = [Interval(one.start, min(one.finish, DAY)) for one in today if one.start < DAY]
    spilt = [
        Interval(max(0, one.start - DAY), one.finish - DAY) for one in yesterday if one.finish > DAY
    ]
    return union([tuple(kept), tuple(spilt)])


def _exceptional_days(lines: Sequence[_Lineage]) -> list[date]:
    """Return the days that an exception touches, the day after each included."""
    days = {day for line in lines for day in line.dated}
    return sorted(days | {day + ONE_DAY for day in days})


def _runs(days: Iterable[tuple[date, DayHours]]) -> list[CalendarException]:
    """Join neighbouring days of the same hours."""
    runs: list[CalendarException] = []
    for day, hours in days:
        if runs and runs[-1].last + ONE_DAY == day and runs[-1].work == hours:
            runs[-1] = CalendarException(runs[-1].first, day, hours)
        else:
            runs.append(CalendarException(day, day, hours))
    return runs
