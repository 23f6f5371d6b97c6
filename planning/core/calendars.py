"""A plan's calendars as working time, with everything that they inherit."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from planning.core.instants import midnight
from planning.core.plan import MINUTES_PER_CIVIL_DAY, Calendar, DayHours, PlanError
from planning.core.working_time import CLOCK, Clock, WorkingTime

__all__ = ["CLOCK", "Calendars", "Clock", "WorkingTime", "calendars_of"]

MAX_EXCEPTION_DAYS = 400 * 366


def _resolve(calendar: Calendar, by_key: Mapping[str, Calendar]) -> WorkingTime:
    """Return the working time of a calendar with everything that it inherits."""
    line = [calendar]
    while (parent := line[-1].parent) is not None:
        if parent not in by_key:
            raise PlanError(
                f"The calendar “{line[-1].name}” inherits from “{parent}”, which is not there."
            )
        if any(known.key == parent for known in line):
            names = " → ".join([*(known.name for known in line), by_key[parent].name])
            raise PlanError(f"These calendars inherit from each other in a circle: {names}.")
        line.append(by_key[parent])
    week: list[DayHours] = [()] * 7
    exceptions: dict[int, DayHours] = {}
    for ancestor in reversed(line):
        for number, hours in enumerate(ancestor.week):
            if hours is not None:
                week[number] = hours
        for exception in ancestor.exceptions:
            first, last = midnight(exception.first), midnight(exception.last)
            if last - first > MAX_EXCEPTION_DAYS * MINUTES_PER_CIVIL_DAY:
                raise PlanError(
                    f"An exception of the calendar “{ancestor.name}” lasts longer than 400 years."
                )
            days = range(first, last + 1, MINUTES_PER_CIVIL_DAY)
            exceptions.update(dict.fromkeys(days, exception.work))
    return WorkingTime(calendar.name, week, exceptions)


class Calendars:
    """The working times of a plan's calendars, each made when it is first asked for."""

    def __init__(self, calendars: Iterable[Calendar]) -> None:
        self._by_key = {calendar.key: calendar for calendar in calendars}
        self._made: dict[str, WorkingTime] = {}

    def __getitem__(self, key: str) -> WorkingTime:
        """Return the working time of the calendar of that key.

        Raises
        ------
        PlanError
            If there is none, if its parents form a circle, or if it has no
            working time at all.
        """
        made = self._made.get(key)
        if made is None:
            if key not in self._by_key:
                raise PlanError(f"There is no calendar with the key “{key}”.")
            made = _resolve(self._by_key[key], self._by_key)
            if made.never_works:
                raise PlanError(f"The calendar “{made.name}” has no working time.")
            self._made[key] = made
        return made


@lru_cache(maxsize=64)
def calendars_of(calendars: tuple[Calendar, ...]) -> Calendars:
    """Return the working times of a plan's calendars, shared by plans that have the same."""
    return Calendars(calendars)
