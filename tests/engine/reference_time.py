"""The working time of a plain, slow simulation: nothing of the engine is used."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from planning.core.plan import (
    Calendar,
)

ORIGIN = datetime(2020, 1, 1)
YEARS = 40


class WorkingTime:
    """The working minutes of one calendar, as a list of intervals in minutes since ORIGIN."""

    def __init__(self, intervals: Iterator[tuple[int, int]]) -> None:
        joined: list[list[int]] = []
        for start, finish in sorted(intervals):
            if joined and start <= joined[-1][1]:
                joined[-1][1] = max(joined[-1][1], finish)
            else:
                joined.append([start, finish])
        self.starts = [start for start, _ in joined]
        self.finishes = [finish for _, finish in joined]
        self.before = [0]
        for start, finish in joined:
            self.before.append(self.before[-1] + finish - start)

    def work_before(self, instant: int) -> int:
        place = bisect_right(self.starts, instant) - 1
        if place < 0:
            return 0
        return self.before[place] + min(instant, self.finishes[place]) - self.starts[place]

    def first_with(self, work: int) -> int:
        """The first instant with that many minutes before it."""
        place = bisect_left(self.before, work) - 1
        return self.starts[place] + work - self.before[place]

    def last_with(self, work: int) -> int:
        """The last instant with that many minutes before it."""
        place = bisect_right(self.before, work) - 1
        return self.starts[place] + work - self.before[place]

    def add(self, instant: int, minutes: int) -> int:
        if minutes == 0:
            return instant
        work = self.work_before(instant) + minutes
        return self.first_with(work) if minutes > 0 else self.last_with(work)

    def next_start(self, instant: int) -> int:
        return self.last_with(self.work_before(instant))

    def last_finish(self, instant: int) -> int:
        return self.first_with(self.work_before(instant))


CLOCK = WorkingTime(iter([(0, YEARS * 366 * 1440)]))


def minute(moment: datetime) -> int:
    return (moment - ORIGIN) // timedelta(minutes=1)


@cache
def working_time(calendars: tuple[Calendar, ...], key: str) -> WorkingTime:
    """The hours of a calendar through its parents: the later exception wins, and any wins."""
    by_key = {one.key: one for one in calendars}
    chain = [by_key[key]]
    while chain[-1].parent is not None:
        chain.append(by_key[chain[-1].parent])

    def hours(day: date) -> tuple[Any, ...]:
        for calendar in chain:
            for exception in reversed(calendar.exceptions):
                if exception.first <= day <= exception.last:
                    return exception.work
        for calendar in chain:
            week = calendar.week[day.weekday()]
            if week is not None:
                return week
        return ()

    def intervals() -> Iterator[tuple[int, int]]:
        for number in range(YEARS * 366):
            day = ORIGIN.date() + timedelta(days=number)
            for one in hours(day):
                yield number * 1440 + one.start, number * 1440 + one.finish

    return WorkingTime(intervals())
