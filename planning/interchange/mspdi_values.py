"""Values as MS Project XML writes them: dates, durations, flags and units."""

import re
from datetime import date, datetime, timedelta
from xml.etree.ElementTree import Element

from planning.core.durations import MAX_DURATION_MINUTES
from planning.core.fields import FIRST_YEAR, LAST_YEAR
from planning.core.plan import ConstraintType, LinkType, PlanError

CONSTRAINTS = (
    ConstraintType.ASAP,
    ConstraintType.ALAP,
    ConstraintType.MSO,
    ConstraintType.MFO,
    ConstraintType.SNET,
    ConstraintType.SNLT,
    ConstraintType.FNET,
    ConstraintType.FNLT,
)
LINK_TYPES = (LinkType.FF, LinkType.FS, LinkType.SF, LinkType.SS)

# Units of DurationFormat and LagFormat; 32 more marks a value as estimated.
ESTIMATED_FORMAT = 32
ELAPSED_FORMATS = frozenset({4, 6, 8, 10, 12, 20})
PERCENT_FORMATS = frozenset({19, 20})

MAX_MINUTES = MAX_DURATION_MINUTES

_DURATION = re.compile(
    r"(?P<sign>-)?P"
    r"(?:(?P<years>\d+(?:\.\d+)?)Y)?(?:(?P<months>\d+(?:\.\d+)?)M)?(?:(?P<days>\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?"
    r"(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)
_TIME = re.compile(
    r"(?:^|[T ])(\d{1,2}):(\d\d)(?::\d\d(?:\.\d+)?)?(?:\s*([AaPp])\.?[Mm]\.?)?$", re.ASCII
)
_MINUTES_OF = {
    "years": 365 * 1440.0,
    "months": 30 * 1440.0,
    "days": 1440.0,
    "hours": 60.0,
    "minutes": 1.0,
    "seconds": 1 / 60,
}


def text_of(element: Element, name: str) -> str:
    """Return the trimmed text of a child, or "" where it is absent or empty."""
    return (element.findtext(name) or "").strip()


def flag_of(element: Element, name: str, *, default: bool = False) -> bool:
    """Return a 0/1 child as a bool."""
    text = text_of(element, name).lower()
    return default if not text else text in ("1", "true")


def int_of(element: Element, name: str, default: int | None = None) -> int | None:
    """Return a whole number, or ``default`` where none can be read."""
    value = float_of(element, name)
    return default if value is None else round(value)


def float_of(element: Element, name: str) -> float | None:
    """Return a finite number, or None where none can be read."""
    try:
        value = float(text_of(element, name))
    except ValueError:
        return None
    return value if abs(value) < 1e15 else None


def parse_moment(text: str) -> datetime | None:
    """Return an instant to the minute, or None for an absent or unreadable one.

    A time zone is left out: files say wall-clock times of the project.
    Instants outside the years of a plan count as unreadable, as does ``NA``.

    Examples
    --------
    >>> parse_moment("2026-01-05T08:00:00")
    datetime.datetime(2026, 1, 5, 8, 0)
    """
    try:
        moment = datetime.fromisoformat(text.strip()).replace(tzinfo=None)
        if moment.second >= 30:
            moment += timedelta(minutes=1)
    except (ValueError, OverflowError):
        return None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return moment.replace(second=0, microsecond=0)


def moment_of(element: Element, name: str) -> datetime | None:
    """Return the instant in a child, or None."""
    return parse_moment(text_of(element, name))


def date_of(element: Element, name: str) -> date | None:
    """Return the calendar date in a child, or None; 23:59:59 is still that day."""
    moment = parse_moment(text_of(element, name)[:10])
    return moment.date() if moment else None


def parse_duration(text: str) -> int | None:
    """Return the minutes of an XML Schema duration, or None for none.

    Examples
    --------
    >>> parse_duration("PT7H30M0S"), parse_duration("-PT1H"), parse_duration("")
    (450, -60, None)
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None or text.strip() in ("P", "-P"):
        return None
    total = 0.0
    for unit, minutes in _MINUTES_OF.items():
        if (number := match.group(unit)) is not None:
            total += float(number) * minutes
    if total > MAX_MINUTES:
        raise PlanError(f"The duration {text.strip()[:40]} is longer than a hundred years.")
    return round(-total if match.group("sign") else total)


def duration_of(element: Element, name: str) -> int | None:
    """Return the minutes of a duration child, or None."""
    return parse_duration(text_of(element, name))


def minute_of_day(text: str) -> int | None:
    """Return the minutes after midnight of ``08:30:00`` or ``8:30 PM``, or None.

    Examples
    --------
    >>> minute_of_day("08:30:00"), minute_of_day("8:30 PM"), minute_of_day("24:00")
    (510, 1230, 1440)
    """
    match = _TIME.search(text.strip())
    if match is None:
        return None
    hours, minutes = int(match.group(1)), int(match.group(2))
    half = (match.group(3) or "").lower()
    if half and 1 <= hours <= 12:
        hours = hours % 12 + (12 if half == "p" else 0)
    total = hours * 60 + minutes
    return total if minutes < 60 and total <= 1440 else None


def plain_format(element: Element, name: str) -> int:
    """Return a unit code without the mark for an estimated value (7: days)."""
    code = int_of(element, name, 7) or 7
    return code - ESTIMATED_FORMAT if 35 <= code <= 52 else code


def is_elapsed(element: Element, name: str) -> bool:
    """Whether the unit code in a child stands for wall-clock time."""
    return plain_format(element, name) in ELAPSED_FORMATS
