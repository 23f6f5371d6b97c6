"""Durations and lags as text: ``5d``, ``-e2d``, ``50%`` ⇄ whole minutes.

A plan file writes ``-?e?NUMBER(m|h|d|w)``; a person may also type a bare
number (days), a decimal comma, a space, or ``5 days``. Days and weeks are
working time, reckoned by the plan's ``minutes_per_day`` and
``minutes_per_week``; an ``e`` makes it elapsed wall-clock time.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from planning.core.plan import Lag, PlanError, ProjectSettings

MAX_DURATION_MINUTES = 100 * 366 * 1440
MAX_LAG_PERCENT = 10_000
MAX_DIGITS = 60
TOO_LONG = "longer than a hundred years"

_FILE_DURATION = re.compile(r"(?P<sign>-?)(?P<e>e?)(?P<number>\d+(?:\.\d+)?)(?P<unit>[mhdw])")
_TYPED_DURATION = re.compile(
    r"(?P<sign>[-−]?)\s*(?P<e>e?)\s*(?P<number>\d+(?:[.,]\d+)?|[.,]\d+)\s*(?P<e2>e?)(?P<unit>[a-z]*)"
)
_PERCENT = re.compile(r"(?P<number>-?\d+(?:\.\d+)?)\s?%")
_UNIT_WORDS = {
    "m": "m", "min": "m", "mins": "m", "minute": "m", "minutes": "m",
    "h": "h", "hr": "h", "hrs": "h", "hour": "h", "hours": "h",
    "": "d", "d": "d", "day": "d", "days": "d",
    "w": "w", "wk": "w", "wks": "w", "week": "w", "weeks": "w",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Duration:
    """Whole minutes of working time, or of wall-clock time if ``elapsed``."""

    minutes: int
    elapsed: bool = False


@dataclass(frozen=True, slots=True)
class Units:
    """How many working minutes a day and a week of the plan hold."""

    minutes_per_day: int = 480
    minutes_per_week: int = 2400

    @classmethod
    def of(cls, project: ProjectSettings) -> "Units":
        """Return the units of a plan's settings."""
        return cls(project.minutes_per_day, project.minutes_per_week)

    def minutes(self, unit: str, *, elapsed: bool = False) -> int:
        """Return the minutes of one ``unit``, which is m, h, d or w."""
        if unit == "m":
            return 1
        if unit == "h":
            return 60
        if elapsed:
            return 1440 if unit == "d" else 10080
        return self.minutes_per_day if unit == "d" else self.minutes_per_week


STANDARD = Units()
# Too long a day to be written, so that text in these units holds in any plan.
EXACT = Units(minutes_per_day=10**9, minutes_per_week=10**9)


@lru_cache(maxsize=4096)
def parse_duration(text: str, units: Units = STANDARD) -> Duration:
    """Read a duration as a plan file writes it.

    Parameters
    ----------
    text : str
        ``-?e?NUMBER(m|h|d|w)``.
    units : Units
        Working minutes of a day and a week.

    Returns
    -------
    Duration
        Rounded to whole minutes, halves away from zero.

    Raises
    ------
    PlanError
        If the text is no duration, or is longer than a hundred years.

    Examples
    --------
    >>> parse_duration("1.5d")
    Duration(minutes=720, elapsed=False)
    >>> parse_duration("-e2d")
    Duration(minutes=-2880, elapsed=True)
    """
    match = _FILE_DURATION.fullmatch(text) if text.isascii() else None
    if match is None:
        raise PlanError(f"“{shorten(text)}” is no duration; write one such as 5d, 4h, 90m or e2d.")
    return _duration(match, match["unit"], bool(match["e"]), units)


def parse_typed_duration(text: str, units: Units = STANDARD) -> Duration:
    """Read a duration as a person types it: a bare number means days.

    Raises
    ------
    PlanError
        If the text is no duration, or is longer than a hundred years.

    Examples
    --------
    >>> parse_typed_duration("2,5"), parse_typed_duration("3 ed").elapsed
    (Duration(minutes=1200, elapsed=False), True)
    """
    match = _TYPED_DURATION.fullmatch(text.strip().lower()) if len(text) < 100 else None
    unit = _UNIT_WORDS.get(match["unit"]) if match else None
    if match is None or unit is None:
        raise PlanError(
            f"“{shorten(text)}” is no duration; write one such as 5, 5d, 4h, 90m or 2w."
        )
    return _duration(match, unit, bool(match["e"] or match["e2"]), units)


def parse_lag(text: str, units: Units = STANDARD) -> Lag:
    """Read a lag: a duration that may be negative, or a per cent.

    Raises
    ------
    PlanError
        If the text is neither.

    Examples
    --------
    >>> parse_lag("50%").percent, parse_lag("-1d").minutes
    (50.0, -480)
    """
    if match := _PERCENT.fullmatch(text):
        return Lag(percent=_percent(match["number"]))
    duration = parse_duration(text, units)
    return Lag(duration.minutes, duration.elapsed)


def parse_typed_lag(text: str, units: Units = STANDARD) -> Lag:
    """Read a lag as a person types it: ``2``, ``+1d``, ``-4h`` or ``50%``."""
    cleaned = text.strip().removeprefix("+").strip().replace("−", "-")
    if match := _PERCENT.fullmatch(cleaned):
        return Lag(percent=_percent(match["number"]))
    duration = parse_typed_duration(cleaned, units)
    return Lag(duration.minutes, duration.elapsed)


def format_duration(minutes: int, units: Units = STANDARD, *, elapsed: bool = False) -> str:
    """Write minutes in the largest unit that says them exactly and shortly.

    Reading the text back gives the same minutes.

    Examples
    --------
    >>> format_duration(1200), format_duration(120), format_duration(-50)
    ('2.5d', '2h', '-50m')
    """
    return _format(minutes, units.minutes_per_day, units.minutes_per_week, elapsed)


@lru_cache(maxsize=4096)
def _format(minutes: int, minutes_per_day: int, minutes_per_week: int, elapsed: bool) -> str:
    """Write minutes; whole numbers are hashed far faster than units are."""
    units = Units(minutes_per_day, minutes_per_week)
    unit = common_unit([minutes], units, elapsed=elapsed)
    number = format_number(abs(minutes), units.minutes(unit, elapsed=elapsed))
    return f"{'-' if minutes < 0 else ''}{'e' if elapsed else ''}{number}{unit}"


def format_lag(lag: Lag, units: Units = STANDARD) -> str:
    """Write a lag so that :func:`parse_lag` reads it back exactly."""
    if lag.percent is not None:
        return f"{plain_number(lag.percent)}%"
    return format_duration(lag.minutes, units, elapsed=lag.elapsed)


def common_unit(values: list[int], units: Units, *, elapsed: bool = False) -> str:
    """Return the unit, d, h or m, in which all ``values`` are short and exact."""
    largest = max((abs(value) for value in values), default=0)
    for unit in ("d", "h"):
        size = units.minutes(unit, elapsed=elapsed)
        is_large = largest >= size or largest == 0 or unit == "h"
        if is_large and all(value * 100 % size == 0 for value in values):
            return unit
    return "m"


def format_number(minutes: int, size: int) -> str:
    """Write ``minutes`` in units of ``size`` minutes, without trailing zeros."""
    whole, rest = divmod(minutes, size)
    if not rest:
        return str(whole)
    return f"{whole}.{rest * 100 // size:02d}".rstrip("0")


def plain_number(value: float) -> str:
    """Write a float exactly, without an exponent and without a needless ``.0``.

    Examples
    --------
    >>> plain_number(50.0), plain_number(1e-07)
    ('50', '0.0000001')
    """
    text = format(Decimal(repr(float(value))), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def shorten(text: str, length: int = 60) -> str:
    """Return ``text`` on one line, cut to a length that fits into a sentence."""
    line = " ".join(text[:1000].split())
    return line if len(line) <= length else f"{line[: length - 1]}…"


def _duration(match: re.Match[str], unit: str, elapsed: bool, units: Units) -> Duration:
    number = match["number"].replace(",", ".")
    if len(number) > MAX_DIGITS:
        raise PlanError(f"“{shorten(match[0])}” is {TOO_LONG}.")
    exact = Decimal(number) * units.minutes(unit, elapsed=elapsed)
    if exact > MAX_DURATION_MINUTES:
        raise PlanError(f"“{shorten(match[0])}” is {TOO_LONG}.")
    minutes = int(exact.to_integral_value(ROUND_HALF_UP))
    return Duration(-minutes if match["sign"] else minutes, elapsed)


def _percent(number: str) -> float:
    percent = float(number) if len(number) <= MAX_DIGITS else float("inf")
    if abs(percent) > MAX_LAG_PERCENT:
        raise PlanError(f"A lag of {shorten(number)} % is too long; the limit is 10000 %.")
    return percent
