"""The first and the last working minute of a date that has no time."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from planning.core.plan import Calendar, DayHours

SEARCH_DAYS = 370


class DayEdges:
    """Answers for the calendars of one plan.

    A date without work moves on to the next day that has some, or back to the
    one before for a finish; both are the same instant in working time.
    """

    def __init__(self, calendars: Mapping[str, Calendar]) -> None:
        self._calendars = calendars

    def works_on(self, key: str, day: date) -> bool:
        """Return whether the calendar ``key`` has any work on ``day``."""
        return any(True for _ in self._work(key, day))

    def first_minute(self, key: str, day: date) -> datetime:
        """Return when work begins on ``day`` by the calendar ``key``."""
        for offset in range(SEARCH_DAYS):
            minutes = [start for start, _ in self._work(key, day + timedelta(days=offset))]
            if minutes:
                return _at(day + timedelta(days=offset), min(minutes))
        return _at(day, 0)

    def last_minute(self, key: str, day: date) -> datetime:
        """Return when work ends on ``day`` by the calendar ``key``."""
        for offset in range(SEARCH_DAYS):
            minutes = [finish for _, finish in self._work(key, day - timedelta(days=offset))]
            if minutes:
                return _at(day - timedelta(days=offset), max(minutes))
        return _at(day, 1440)

    def span(self, key: str, first: date, last: date) -> tuple[datetime, datetime]:
        """Return when work begins on ``first`` and ends on ``last`` by the calendar ``key``.

        Work that was done where the calendar knows none, on a Saturday, took the hours of the
        next working day.
        """
        start, finish = self.first_minute(key, first), self.last_minute(key, last)
        if start <= finish or last < first:
            return start, finish
        midnight = _at(start.date(), 0)
        opens, closes = start - midnight, self.last_minute(key, start.date()) - midnight
        return _at(first, 0) + opens, _at(last, 0) + closes

    def minutes_between(self, key: str, start: datetime, finish: datetime) -> int:
        """Return the working minutes from ``start`` to ``finish``."""
        total = 0
        for offset in range((finish.date() - start.date()).days + 1):
            day = start.date() + timedelta(days=offset)
            for first, last in self._work(key, day):
                overlap = min(finish, _at(day, last)) - max(start, _at(day, first))
                total += max(0, int(overlap.total_seconds()) // 60)
        return total

    def _work(self, key: str, day: date) -> Iterator[tuple[int, int]]:
        """Yield the working minutes of one civil day, shifts of the eve included."""
        for interval in self._hours(key, day - timedelta(days=1)):
            if interval.finish > 1440:
                yield 0, interval.finish - 1440
        for interval in self._hours(key, day):
            yield interval.start, min(interval.finish, 1440)

    def _hours(self, key: str, day: date) -> DayHours:
        seen: set[str] = set()
        current = self._calendars.get(key)
        while current is not None and current.key not in seen:
            seen.add(current.key)
            for exception in reversed(current.exceptions):
                if exception.first <= day <= exception.last:
                    return exception.work
            hours = current.week[day.weekday()]
            if hours is not None:
                return hours
            current = self._calendars.get(current.parent) if current.parent else None
        return ()


def _at(day: date, minutes: int) -> datetime:
    return datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)
