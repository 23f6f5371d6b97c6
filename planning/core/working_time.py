"""Working time as arithmetic.

A :class:`WorkingTime` counts working minutes. Where its dated exceptions lie
it holds one table of working intervals; before and after them the week
repeats for ever, so that 1900 and 2200 cost what tomorrow costs. Daylight
saving plays no part: plan dates are wall-clock times.

Instants are those of :mod:`planning.core.instants`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from threading import Lock
from typing import NamedTuple

from planning.core.instants import MINUTES_PER_CIVIL_WEEK
from planning.core.plan import MINUTES_PER_CIVIL_DAY, DayHours, PlanError

MAX_TABLE_WEEKS = 100 * 53
GROWTH_WEEKS = 53

Spans = list[tuple[int, int]]


class _Table(NamedTuple):
    """The working intervals of some whole weeks, and the work before each.

    ``offsets`` are ``before`` less ``starts``: added to an instant within an
    interval they give the work before it.
    """

    first: int
    last: int
    starts: list[int]
    finishes: list[int]
    before: list[int]
    offsets: list[int]
    low: int
    high: int

    @classmethod
    def of(cls, first: int, last: int, spans: Spans, low: int) -> "_Table":
        """Return the table of intervals with ``low`` minutes of work before them."""
        starts = [start for start, _ in spans]
        work = list(accumulate((finish - start for start, finish in spans), initial=low))
        before = work[:-1]
        offsets = [one - start for one, start in zip(before, starts, strict=True)]
        return cls(first, last, starts, [end for _, end in spans], before, offsets, low, work[-1])

    def joined(self, later: "_Table") -> "_Table":
        """Return this table with the one that follows it."""
        return _Table(
            self.first,
            later.last,
            self.starts + later.starts,
            self.finishes + later.finishes,
            self.before + later.before,
            self.offsets + later.offsets,
            self.low,
            later.high,
        )

    def beyond(self, work: int, *, is_before: bool) -> tuple[int, int]:
        """Return an end of the table and the work from there, negative before it."""
        return (self.first, work - self.low) if is_before else (self.last, work - self.high)


_GROWING = Lock()


class WorkingTime:
    """The working minutes of one calendar, inheritance resolved.

    Parameters
    ----------
    name : str
        What error messages call it.
    week : sequence of DayHours
        Seven days, Monday first.
    exceptions : mapping of int to DayHours
        Hours of the days that differ, by the instant of their midnight.

    Notes
    -----
    The table covers whole weeks around all exceptions and grows by ordinary
    weeks where it is asked beyond itself, up to ``MAX_TABLE_WEEKS``; outside,
    the week repeats. It is replaced as a whole, never changed, so threads
    may share a calendar; what was counted before it grew stays true.
    """

    __slots__ = ("_table", "_week", "name", "weekly_minutes")

    def __init__(
        self, name: str, week: Sequence[DayHours], exceptions: Mapping[int, DayHours]
    ) -> None:
        self.name = name
        self._week = _week_spans(week)
        self.weekly_minutes = sum(finish - start for start, finish in self._week)
        self._table = _Table.of(*_exceptional(week, exceptions, self._week), 0)

    @property
    def never_works(self) -> bool:
        """Whether there is no working minute at all."""
        return self.weekly_minutes == 0 and self._table.low == self._table.high

    def work_before(self, instant: int) -> int:
        """Return the working minutes between a fixed moment of the past and ``instant``.

        Only differences mean something. They are exact and never decrease.
        """
        first, last, starts, finishes, _, offsets, low, _ = self._table
        if not first <= instant < last:
            return self._work_outside(instant)
        place = bisect_right(starts, instant) - 1
        if place < 0:
            return low
        finish = finishes[place]
        return offsets[place] + (instant if instant < finish else finish)  # noqa: FURB136 - faster

    def _work_outside(self, instant: int) -> int:
        if self._grow_to(instant):
            return self.work_before(instant)
        table = self._table
        is_before = instant < table.first
        base, work = (table.first, table.low) if is_before else (table.last, table.high)
        weeks, rest = divmod(instant - base, MINUTES_PER_CIVIL_WEEK)
        inside = sum(max(0, min(rest, finish) - start) for start, finish in self._week)
        return work + weeks * self.weekly_minutes + inside

    def work_between(self, first: int, second: int) -> int:
        """Return the working minutes from ``first`` to ``second``, negative if it is earlier."""
        return self.work_before(second) - self.work_before(first)

    def as_finish(self, work: int) -> int:
        """Return the first instant with that much work before it: the end of a working minute.

        Raises
        ------
        PlanError
            If the calendar has no working time left.
        """
        table = self._table
        if table.low < work <= table.high:
            return work - table.offsets[bisect_left(table.before, work) - 1]
        base, amount = table.beyond(work, is_before=work <= table.low)
        weeks, rest = divmod(amount - 1, self._weekly())
        return base + weeks * MINUTES_PER_CIVIL_WEEK + self._in_week(rest) + 1

    def as_start(self, work: int) -> int:
        """Return the last instant with that much work before it: the begin of a working minute.

        Raises
        ------
        PlanError
            If the calendar has no working time left.
        """
        table = self._table
        if table.low <= work < table.high:
            return work - table.offsets[bisect_right(table.before, work) - 1]
        base, amount = table.beyond(work, is_before=work < table.low)
        weeks, rest = divmod(amount, self._weekly())
        return base + weeks * MINUTES_PER_CIVIL_WEEK + self._in_week(rest)

    def _in_week(self, minute: int) -> int:
        """Return the time of the week at which its working minute of that number begins."""
        for start, finish in self._week:
            if minute < finish - start:
                return start + minute
            minute -= finish - start
        raise AssertionError("a week has as many working minutes as it has")

    def _weekly(self) -> int:
        if self.weekly_minutes == 0:
            raise PlanError(f"The calendar “{self.name}” has no working time where it is needed.")
        return self.weekly_minutes

    def _grow_to(self, instant: int) -> bool:
        """Let the table reach an instant, and a year more; False if it is too far away."""
        with _GROWING:
            table = self._table
            monday = instant // MINUTES_PER_CIVIL_WEEK * MINUTES_PER_CIVIL_WEEK
            if table.first == table.last:
                table = table._replace(first=monday, last=monday)
            first, last = min(table.first, monday), max(table.last, monday + MINUTES_PER_CIVIL_WEEK)
            if last - first > MAX_TABLE_WEEKS * MINUTES_PER_CIVIL_WEEK:
                return False
            if first < table.first:
                table = self._grown_back(table, first - GROWTH_WEEKS * MINUTES_PER_CIVIL_WEEK)
            if last > table.last:
                table = self._grown_on(table, last + GROWTH_WEEKS * MINUTES_PER_CIVIL_WEEK)
            self._table = table
        return True

    def _grown_on(self, table: "_Table", last: int) -> "_Table":
        spans = self._ordinary(table.last, last)
        return table.joined(_Table.of(table.last, last, spans, table.high))

    def _grown_back(self, table: "_Table", first: int) -> "_Table":
        spans = self._ordinary(first, table.first)
        work = sum(finish - start for start, finish in spans)
        return _Table.of(first, table.first, spans, table.low - work).joined(table)

    def _ordinary(self, first: int, last: int) -> Spans:
        mondays = range(first, last, MINUTES_PER_CIVIL_WEEK)
        return [(monday + start, monday + end) for monday in mondays for start, end in self._week]

    def add(self, instant: int, minutes: int) -> int:
        """Return the instant that many working minutes later, or earlier if negative.

        What is added ends at the end of a working minute (17:00), what is
        taken away at the begin of one (08:00). Nothing added changes nothing.
        """
        if minutes > 0:
            return self.as_finish(self.work_before(instant) + minutes)
        if minutes < 0:
            return self.as_start(self.work_before(instant) + minutes)
        return instant

    def next_start(self, instant: int) -> int:
        """Return ``instant`` if a working minute begins there, else the next that does."""
        first, last, starts, finishes, *_ = self._table
        if first <= instant < last:
            place = bisect_right(starts, instant)
            if place and instant < finishes[place - 1]:
                return instant
            if place < len(starts):
                return starts[place]
        return self.as_start(self.work_before(instant))

    def last_finish(self, instant: int) -> int:
        """Return ``instant`` if a working minute ends there, else the last that did."""
        first, last, starts, finishes, *_ = self._table
        if first <= instant < last:
            place = bisect_left(starts, instant)
            if place:
                finish = finishes[place - 1]
                return instant if instant < finish else finish  # noqa: FURB136 - faster
        return self.as_finish(self.work_before(instant))

    def spans(self, first: int, last: int) -> Spans:
        """Return the working intervals between two instants, in order, apart.

        Intervals are cut at ``first`` and ``last``.
        """
        found: Spans = []
        if self.never_works or first >= last:
            return found
        work, end = self.work_before(first), self.work_before(last)
        while work < end:
            start = max(first, self.as_start(work))
            length = self._rest_of_span(start)
            found.append((start, min(start + length, last)))
            work += length
        return _joined(found)

    def _rest_of_span(self, start: int) -> int:
        """Return how long work goes on without a break from a working minute."""
        table = self._table
        if table.first <= start < table.last:
            return table.finishes[bisect_right(table.starts, start) - 1] - start
        base = table.first if start < table.first else table.last
        minute = (start - base) % MINUTES_PER_CIVIL_WEEK
        return next(finish - minute for begin, finish in self._week if begin <= minute < finish)


class Clock(WorkingTime):
    """Every minute works: what elapsed durations and 24-hour lags are measured in."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("24 hours", ((),) * 7, {})
        self.weekly_minutes = MINUTES_PER_CIVIL_WEEK

    @property
    def never_works(self) -> bool:
        """Whether there is no working minute at all."""
        return False

    def work_before(self, instant: int) -> int:
        """Return the instant itself."""
        return instant

    def as_finish(self, work: int) -> int:
        """Return the instant itself."""
        return work

    def as_start(self, work: int) -> int:
        """Return the instant itself."""
        return work

    def add(self, instant: int, minutes: int) -> int:
        """Return the instant that many minutes later."""
        return instant + minutes

    def spans(self, first: int, last: int) -> Spans:
        """Return the one interval that there is."""
        return [(first, last)] if first < last else []


def _week_spans(week: Sequence[DayHours]) -> Spans:
    """Return the intervals of a week that repeats, cut where the week turns."""
    spans: Spans = []
    for number, hours in enumerate(week):
        for slot in hours:
            start, finish = (
                number * MINUTES_PER_CIVIL_DAY + slot.start,
                number * MINUTES_PER_CIVIL_DAY + slot.finish,
            )
            spans.append((start, min(finish, MINUTES_PER_CIVIL_WEEK)))
            if finish > MINUTES_PER_CIVIL_WEEK:
                spans.append((0, finish - MINUTES_PER_CIVIL_WEEK))
    return _joined(spans)


def _exceptional(
    week: Sequence[DayHours], exceptions: Mapping[int, DayHours], regular: Spans
) -> tuple[int, int, Spans]:
    """Return the whole weeks around the exceptions, and the intervals of that time."""
    if not exceptions:
        return 0, 0, []
    first = min(exceptions) // MINUTES_PER_CIVIL_WEEK * MINUTES_PER_CIVIL_WEEK
    # A night shift of the last exception may reach into the week after it.
    last = (max(exceptions) // MINUTES_PER_CIVIL_WEEK + 2) * MINUTES_PER_CIVIL_WEEK
    special = {day // MINUTES_PER_CIVIL_WEEK for day in exceptions}
    special |= {number + 1 for number in special}
    spans: Spans = []
    for monday in range(first, last, MINUTES_PER_CIVIL_WEEK):
        if monday // MINUTES_PER_CIVIL_WEEK in special:
            spans += _special_week(monday, week, exceptions)
        else:
            spans += [(monday + start, monday + finish) for start, finish in regular]
    spans = [(max(start, first), min(finish, last)) for start, finish in spans]
    return first, last, _joined(spans)


def _special_week(
    monday: int, week: Sequence[DayHours], exceptions: Mapping[int, DayHours]
) -> Spans:
    """Return the intervals of one week day by day, the night before it included."""
    spans: Spans = []
    for number in range(-1, 7):
        day = monday + number * MINUTES_PER_CIVIL_DAY
        hours = exceptions.get(day, week[number % 7])
        spans += [(day + slot.start, day + slot.finish) for slot in hours]
    sunday_night = monday + MINUTES_PER_CIVIL_WEEK
    return [
        (max(start, monday), min(finish, sunday_night))
        for start, finish in spans
        if finish > monday
    ]


def _joined(spans: Iterable[tuple[int, int]]) -> Spans:
    """Return the intervals in order, with those that touch or overlap made one."""
    joined: Spans = []
    for start, finish in sorted(spans):
        if start >= finish:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(finish, joined[-1][1]))
        else:
            joined.append((start, finish))
    return joined


CLOCK = Clock()
