"""Ranges as text: ``3..5..10d`` ⇄ a distribution.

The five typed forms of the plan format are ``5d``, ``3..8d``, ``3..5..10d``,
``5 ± 2d`` and ``P10 8 P90 18d``. Every other distribution is written with its
name before its values (``triangular 3..5..10d``), so that each estimate can be
shown and typed again exactly. One unit at the end serves all values; a number
without any unit means days; an ``e`` before a number makes all elapsed.
"""

import re
from dataclasses import dataclass

from planning.core.distributions import (
    Discrete,
    Estimate,
    Exponential,
    Fixed,
    LognormalMoments,
    LognormalPercentiles,
    Normal,
    Pert,
    PertClassical,
    Triangular,
    Trigen,
    Uniform,
)
from planning.core.durations import (
    STANDARD,
    TOO_LONG,
    Units,
    common_unit,
    format_number,
    parse_typed_duration,
    plain_number,
    shorten,
)
from planning.core.estimate_facts import check_estimate, estimate_values
from planning.core.plan import PlanError

HELP = "write a range such as 5d, 3..8d, 3..5..10d, 5 ± 2d or P10 8 P90 18d."
CLOCK = Units(minutes_per_day=1440, minutes_per_week=10080)

_NAME = re.compile(r"(triangular|pert-classical|pert|trigen|lognormal|normal|exponential)\b\s*")
_WEIGHT = re.compile(r"\s*(?:λ|lambda)\s*=?\s*(\d+(?:\.\d+)?)$")
_CUTS = re.compile(r"\s*\(p(\d+(?:\.\d+)?)\s*,\s*p(\d+(?:\.\d+)?)\)$")
_PERCENTILES = re.compile(r"p\s*10\s+(.+?)\s*[,;]?\s+p\s*90\s+(.+)")
_PLUS_MINUS = re.compile(r"\s*(?:±|\+\s*/?\s*-)\s*")
_DOTS = re.compile(r"\s*(?:\.\.\.?|…)\s*")
_UNIT = re.compile(r"[a-z]+$")
_ELAPSED = re.compile(r"\be(?=[\d.,])|(?<=[\d\s])e(?=[dhmw])")


@dataclass(frozen=True, slots=True)
class TypedEstimate:
    """What a person typed: a distribution, and whether its time is elapsed."""

    estimate: Estimate
    elapsed: bool = False


def parse_estimate(text: str, units: Units = STANDARD, *, is_signed: bool = False) -> TypedEstimate:
    """Read a typed range.

    Parameters
    ----------
    text : str
        One of the forms of this module.
    units : Units
        Working minutes of a day and a week.
    is_signed : bool
        Whether values below zero are allowed, as for a risk's impact.

    Returns
    -------
    TypedEstimate
        With values in whole minutes; ``5d`` is ``Fixed``.

    Raises
    ------
    PlanError
        If the text is no range, or its values are out of order.

    Examples
    --------
    >>> parse_estimate("3..5..10d").estimate
    Pert(low=1440, mode=2400, high=4800, weight=4.0)
    >>> parse_estimate("4h..2d").estimate
    Uniform(low=240, high=960)
    """
    cleaned = text.strip().lower()
    if not cleaned or len(cleaned) > 2000:
        raise PlanError(f"“{shorten(text)}” is no estimate; {HELP}")
    reader = _Reader(text, units)
    estimate = reader.read(cleaned)
    check_estimate(estimate, is_signed=is_signed)
    return TypedEstimate(estimate, reader.elapsed)


def format_estimate(
    estimate: Estimate, units: Units = STANDARD, *, elapsed: bool = False, unit: str = ""
) -> str:
    """Write a distribution so that :func:`parse_estimate` reads it back exactly.

    ``unit``, d, h or m, is the one in which all values are short and exact, if none is given.

    Examples
    --------
    >>> format_estimate(Pert(1440, 2400, 4800))
    '3..5..10d'
    >>> format_estimate(Triangular(240, 480, 960))
    'triangular 0.5..1..2d'
    """
    unit = unit or common_unit(estimate_values(estimate), units, elapsed=elapsed)
    size = units.minutes(unit, elapsed=elapsed)
    mark = "e" if elapsed else ""

    def number(value: int) -> str:
        return f"{'-' if value < 0 else ''}{mark}{format_number(abs(value), size)}"

    match estimate:
        case Fixed(value):
            return f"{number(value)}{unit}"
        case Uniform(low, high):
            return f"{number(low)}..{number(high)}{unit}"
        case Pert(low, mode, high, weight):
            tail = "" if weight == 4 else f" λ{plain_number(weight)}"
            return f"{number(low)}..{number(mode)}..{number(high)}{unit}{tail}"
        case Triangular(low, mode, high) | PertClassical(low, mode, high):
            values = f"{number(low)}..{number(mode)}..{number(high)}{unit}"
            return f"{estimate.distribution} {values}"
        case Trigen(low, mode, high, first, last):
            cuts = f" (P{plain_number(first)}, P{plain_number(last)})"
            tail = "" if (first, last) == (10, 90) else cuts
            return f"trigen {number(low)}..{number(mode)}..{number(high)}{unit}{tail}"
        case LognormalPercentiles(p10, p90):
            return f"P10 {number(p10)} P90 {number(p90)}{unit}"
        case LognormalMoments(mean, sd):
            return f"lognormal {number(mean)} ± {number(sd)}{unit}"
        case Normal(mean, sd):
            return f"{number(mean)} ± {number(sd)}{unit}"
        case Exponential(mean):
            return f"exponential {number(mean)}{unit}"
        case Discrete(pairs):
            return ", ".join(f"{number(v)}{unit} @ {plain_number(p)}" for v, p in pairs)


class _Reader:
    """Reads the values of one typed range, which share a unit."""

    def __init__(self, text: str, units: Units) -> None:
        self.text = text
        self.units = units
        self.elapsed = False

    def read(self, cleaned: str) -> Estimate:
        name = _NAME.match(cleaned)
        values = cleaned[name.end() :] if name else cleaned
        values, marks = _ELAPSED.subn("", values)
        if marks:
            self.elapsed, self.units = True, CLOCK
        if "@" in values:
            return self._discrete(values)
        return self._named(name[1], values) if name else self._plain(values)

    def _plain(self, text: str) -> Estimate:
        if match := _PERCENTILES.fullmatch(text):
            p10, p90 = self._minutes([match[1], match[2]])
            return LognormalPercentiles(p10, p90)
        if len(parts := _PLUS_MINUS.split(text)) == 2:
            mean, sd = self._minutes(parts)
            return Normal(mean, sd)
        return self._dotted(text)

    def _dotted(self, text: str) -> Estimate:
        weight = _WEIGHT.search(text)
        values = self._minutes(_DOTS.split(text[: weight.start()] if weight else text))
        match values:
            case [low, mode, high]:
                return Pert(low, mode, high, float(weight[1]) if weight else 4.0)
            case [value] if not weight:
                return Fixed(value)
            case [low, high] if not weight:
                return Uniform(low, high)
        raise self._no_range()

    def _named(self, name: str, text: str) -> Estimate:
        if name in {"pert", "normal"}:
            return self._plain(text)
        if name == "lognormal":
            return self._lognormal(text)
        cuts = _CUTS.search(text)
        match name, self._minutes(_DOTS.split(text[: cuts.start()] if cuts else text)):
            case "triangular", [low, mode, high] if not cuts:
                return Triangular(low, mode, high)
            case "pert-classical", [low, mode, high] if not cuts:
                return PertClassical(low, mode, high)
            case "trigen", [low, mode, high]:
                first, last = (float(cuts[1]), float(cuts[2])) if cuts else (10.0, 90.0)
                return Trigen(low, mode, high, first, last)
            case "exponential", [mean] if not cuts:
                return Exponential(mean)
        raise self._no_range()

    def _lognormal(self, text: str) -> Estimate:
        match self._plain(text):
            case Normal(mean, sd):
                return LognormalMoments(mean, sd)
            case LognormalPercentiles() as law:
                return law
        raise self._no_range()

    def _discrete(self, text: str) -> Estimate:
        pairs = [pair.split("@") for pair in re.split(r"\s*[,;]\s+", text)]
        if any(len(pair) != 2 for pair in pairs):
            raise self._no_range()
        values = self._minutes([pair[0] for pair in pairs])
        try:
            shares = [float(pair[1]) for pair in pairs]
        except ValueError:
            raise self._no_range() from None
        return Discrete(tuple(zip(values, shares, strict=True)))

    def _minutes(self, parts: list[str]) -> list[int]:
        """Read each part; one without a unit takes that of the last part."""
        last = _UNIT.search(parts[-1].strip())
        unit = last[0] if last else "d"
        return [self._one(part.strip(), unit) for part in parts]

    def _one(self, part: str, unit: str) -> int:
        text = part if _UNIT.search(part) else f"{part}{unit}"
        try:
            return parse_typed_duration(text, self.units).minutes
        except PlanError as fault:
            if TOO_LONG in fault.message:
                raise
            raise self._no_range() from None

    def _no_range(self) -> PlanError:
        return PlanError(f"“{shorten(self.text)}” is no estimate; {HELP}")
