"""Instants as whole minutes: arithmetic without time zones.

An instant is the number of wall-clock minutes since 0001-01-01T00:00, a
Monday, so that ``instant % MINUTES_PER_CIVIL_WEEK`` is the time of the week.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache

from planning.core.plan import MINUTES_PER_CIVIL_DAY, PlanError

MINUTES_PER_CIVIL_WEEK = 7 * MINUTES_PER_CIVIL_DAY
FIRST = 0
LAST = date.max.toordinal() * MINUTES_PER_CIVIL_DAY - 1

_EPOCH = datetime(1, 1, 1)


def to_minutes(moment: datetime) -> int:
    """Return the minutes since 0001-01-01 of a wall-clock time; seconds are cut.

    Examples
    --------
    >>> to_minutes(datetime(1, 1, 2, 0, 5, 59))
    1445
    """
    return (moment.toordinal() - 1) * MINUTES_PER_CIVIL_DAY + moment.hour * 60 + moment.minute


@lru_cache(maxsize=1 << 16)
def to_datetime(instant: int) -> datetime:
    """Return the wall-clock time of an instant.

    Raises
    ------
    PlanError
        If it lies before the year 1 or after the year 9999.

    Examples
    --------
    >>> to_datetime(1445)
    datetime.datetime(1, 1, 2, 0, 5)
    """
    if not FIRST <= instant <= LAST:
        raise PlanError(
            "The plan reaches beyond the years 1 to 9999; look for a duration too long."
        )
    return _EPOCH + timedelta(minutes=instant)


def midnight(day: date) -> int:
    """Return the instant at which a day begins."""
    return (day.toordinal() - 1) * MINUTES_PER_CIVIL_DAY
