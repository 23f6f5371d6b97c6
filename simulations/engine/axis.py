"""Working time as arithmetic: wall-clock minutes and working minutes, in bulk.

Instants are minutes since 1970-01-01T00:00 of the project's wall clock. An
:class:`Axis` lists the working intervals of one calendar over a horizon and
counts working minutes from its own beginning, so that conversions of whole
arrays are two look-ups.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planning.core.plan import MINUTES_PER_CIVIL_DAY, Calendar, DayHours, Plan, PlanError

Minutes = NDArray[np.int64]

EPOCH = datetime(1970, 1, 1)
LONGEST_DAYS = 366 * 4000
_EPOCH_DAY = EPOCH.date()
_EPOCH_WEEKDAY = EPOCH.weekday()


def to_minutes(instant: datetime) -> int:
    """Return wall-clock minutes since 1970.

    Examples
    --------
    >>> to_minutes(datetime(1970, 1, 2, 0, 1))
    1441
    """
    return int((instant - EPOCH) // timedelta(minutes=1))


def to_datetime(minutes: int) -> datetime:
    """Return the wall-clock time of that minute.

    Examples
    --------
    >>> to_datetime(1441)
    datetime.datetime(1970, 1, 2, 0, 1)
    """
    return EPOCH + timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of one calendar, inheritance resolved."""

    week: tuple[DayHours, ...]
    exceptions: dict[int, DayHours]

    @property
    def weekly_minutes(self) -> int:
        """Working minutes of an ordinary week."""
        return sum(slot.finish - slot.start for day in self.week for slot in day)


AROUND_THE_CLOCK = Hours(week=(), exceptions={})


def resolve(calendars: Sequence[Calendar], key: str) -> Hours:
    """Return a calendar's hours with everything it inherits.

    Raises
    ------
    PlanError
        If a calendar is unknown or its parents form a circle.

    Examples
    --------
    >>> from planning.core.plan import standard_calendar
    >>> resolve([standard_calendar()], "standard").weekly_minutes
    2400
    """
    by_key = {calendar.key: calendar for calendar in calendars}
    chain: list[Calendar] = []
    wanted: str | None = key
    while wanted is not None:
        if wanted not in by_key:
            raise PlanError(f"There is no calendar with the key “{wanted}”.")
        if any(calendar.key == wanted for calendar in chain):
            raise PlanError(f"The calendar “{wanted}” is its own ancestor.")
        chain.append(by_key[wanted])
        wanted = chain[-1].parent
    week: list[DayHours] = [()] * 7
    exceptions: dict[int, DayHours] = {}
    for calendar in reversed(chain):
        for weekday, hours in enumerate(calendar.week):
            if hours is not None:
                week[weekday] = hours
        for exception in calendar.exceptions:
            first, last = _day_number(exception.first), _day_number(exception.last)
            exceptions.update(dict.fromkeys(range(first, last + 1), exception.work))
    return Hours(tuple(week), exceptions)


def _day_number(day: date) -> int:
    return (day - _EPOCH_DAY).days


@dataclass(frozen=True, slots=True)
class Axis:
    """The working intervals of one calendar between two days.

    Attributes
    ----------
    starts, finishes : ndarray (intervals,)
        Wall-clock minutes of each working interval, in order, apart.
    before : ndarray (intervals,)
        Working minutes before each interval begins.
    """

    starts: Minutes
    finishes: Minutes
    before: Minutes
    hours: Hours
    first_day: int
    last_day: int

    @classmethod
    def build(cls, hours: Hours, first_day: int, last_day: int) -> "Axis":
        """List the working time of the days ``first_day`` to ``last_day``."""
        days = np.arange(first_day - 1, last_day + 1, dtype=np.int64)
        weekday = (days + _EPOCH_WEEKDAY) % 7
        exceptional = np.isin(days, np.fromiter(hours.exceptions, np.int64))
        starts, finishes = [], []
        for number, slots in enumerate(hours.week):
            midnights = days[(weekday == number) & ~exceptional] * MINUTES_PER_CIVIL_DAY
            for slot in slots:
                starts.append(midnights + slot.start)
                finishes.append(midnights + slot.finish)
        extra = [
            (day * MINUTES_PER_CIVIL_DAY + slot.start, day * MINUTES_PER_CIVIL_DAY + slot.finish)
            for day, slots in hours.exceptions.items()
            if days[0] <= day <= days[-1]
            for slot in slots
        ]
        if extra:
            added = np.array(extra, dtype=np.int64)
            starts.append(added[:, 0])
            finishes.append(added[:, 1])
        if not starts or not sum(part.size for part in starts):
            raise PlanError("A calendar has no working time where the plan needs it.")
        joined = _joined(np.concatenate(starts), np.concatenate(finishes))
        return cls(*joined, hours, first_day, last_day)

    def reaching(self, work: int) -> "Axis":
        """Return this axis, or a longer one, with more than ``work`` minutes in it.

        Raises
        ------
        PlanError
            If the calendar has no working time left.
        """
        axis = self
        while axis.total <= work:
            days = max(axis.last_day - axis.first_day, 366)
            if axis.hours.weekly_minutes == 0 or days > LONGEST_DAYS:
                raise PlanError("A calendar has no working time where the plan needs it.")
            axis = Axis.build(axis.hours, axis.first_day, axis.last_day + days)
        return axis

    def covering(self, instant: int) -> "Axis":
        """Return this axis, or a longer one that reaches beyond an instant."""
        last = instant // MINUTES_PER_CIVIL_DAY + 1
        if last <= self.last_day:
            return self
        return Axis.build(self.hours, self.first_day, last + 31)

    @property
    def total(self) -> int:
        """Working minutes between the ends of the axis."""
        return int(self.before[-1] + self.finishes[-1] - self.starts[-1])

    def work_before(self, instants: ArrayLike) -> Minutes:
        """Return the working minutes before each instant."""
        moments = np.asarray(instants, dtype=np.int64)
        place = np.maximum(np.searchsorted(self.starts, moments, side="right") - 1, 0)
        inside = np.clip(moments - self.starts[place], 0, (self.finishes - self.starts)[place])
        return np.asarray(self.before[place] + inside)

    def as_start(self, work: ArrayLike) -> Minutes:
        """Return the first instants at which that much work lies behind and more follows."""
        amount = np.asarray(work, dtype=np.int64)
        place = np.maximum(np.searchsorted(self.before, amount, side="right") - 1, 0)
        return np.asarray(self.starts[place] + amount - self.before[place])

    def as_finish(self, work: ArrayLike) -> Minutes:
        """Return the first instants at which that much work lies behind."""
        amount = np.asarray(work, dtype=np.int64)
        place = np.maximum(np.searchsorted(self.before, amount, side="left") - 1, 0)
        return np.asarray(self.starts[place] + amount - self.before[place])


def project_axis(plan: Plan) -> tuple[Axis, int]:
    """Return the project's calendar around its start, and the work before that.

    Examples
    --------
    >>> from planning.core.plan import ProjectSettings, standard_calendar
    >>> plan = Plan(ProjectSettings("Shed", datetime(2026, 1, 5, 8)), (standard_calendar(),))
    >>> axis, origin = project_axis(plan)
    >>> to_datetime(int(axis.as_finish(origin + 480)))
    datetime.datetime(2026, 1, 5, 17, 0)
    """
    return _axis_around(to_minutes(plan.project.start), plan.calendars, plan.project.calendar)


@lru_cache(maxsize=16)
def _axis_around(start: int, calendars: tuple[Calendar, ...], key: str) -> tuple[Axis, int]:
    """Build an axis, or return that of a plan that had the same calendar, edited or not."""
    hours = resolve(calendars, key)
    day = start // MINUTES_PER_CIVIL_DAY
    axis = Axis.build(hours, day - 400, day + 800)
    return axis, int(axis.work_before(start))


def _joined(starts: Minutes, finishes: Minutes) -> tuple[Minutes, Minutes, Minutes]:
    """Sort intervals, join those that touch or overlap, and count what lies before."""
    order = np.argsort(starts, kind="stable")
    starts, finishes = starts[order], np.maximum.accumulate(finishes[order])
    fresh = np.concatenate(([True], starts[1:] > finishes[:-1]))
    last = np.concatenate((fresh[1:], [True]))
    starts, finishes = starts[fresh], finishes[last]
    lengths = finishes - starts
    return starts, finishes, np.cumsum(lengths) - lengths
