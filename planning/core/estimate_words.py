"""Distributions as the plan file writes them, and a typed range beside them."""

import re
from typing import Any

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
    EXACT,
    Duration,
    Units,
    format_duration,
    parse_duration,
    plain_number,
    shorten,
)
from planning.core.estimate_facts import check_estimate
from planning.core.estimates import TypedEstimate, format_estimate, parse_estimate
from planning.core.fields import inside, number
from planning.core.plan import PlanError

_VALUES: dict[str, tuple[str, ...]] = {
    "fixed": ("value",),
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "pert": ("low", "mode", "high"),
    "pert-classical": ("low", "mode", "high"),
    "trigen": ("low", "mode", "high"),
    "normal": ("mean", "sd"),
    "exponential": ("mean",),
}
_LAWS: dict[str, type[Any]] = {
    law.distribution: law
    for law in (Fixed, Uniform, Triangular, Pert, PertClassical, Trigen, Normal, Exponential)
}
# Per cents are held in hundredths: they are read and written as days of a hundred minutes.
_PER_CENTS = Units(minutes_per_day=100, minutes_per_week=100)
_WITH_UNIT = re.compile(r"\d\s*e?[mhdw]")
_MIXED = "per cents and durations cannot stand in one impact"
_EXTRAS = {
    "pert": {"lambda": ("weight", 4.0)},
    "trigen": {
        "low_percentile": ("low_percentile", 10.0),
        "high_percentile": ("high_percentile", 90.0),
    },
}


def estimate_to_words(
    estimate: Estimate, units: Units = EXACT, *, elapsed: bool = False, is_relative: bool = False
) -> dict[str, Any]:
    """Return ``{"distribution": "pert", "low": "1d", …}``.

    ``is_relative`` writes the values, hundredths of a per cent, as ``"20%"``.
    """

    def value(amount: int) -> str:
        if is_relative:
            return f"{plain_number(amount / 100)}%"
        return format_duration(amount, units, elapsed=elapsed)

    words: dict[str, Any] = {"distribution": estimate.distribution}
    if isinstance(estimate, Discrete):
        words["values"] = [[value(v), number(share)] for v, share in estimate.values]
        return words
    for name in _names_of(estimate):
        words[name] = value(getattr(estimate, name))
    for name, (attribute, default) in _EXTRAS.get(estimate.distribution, {}).items():
        if getattr(estimate, attribute) != default:
            words[name] = number(getattr(estimate, attribute))
    return words


def read_estimate(
    words: dict[str, Any] | str, units: Units, *, is_signed: bool = False
) -> TypedEstimate:
    """Read a distribution, or a typed range such as ``"3..5..10d"``.

    Raises
    ------
    PlanError
        If a value is no duration, elapsed and working time are mixed, or the
        law does not exist; the path names the value.
    """
    if isinstance(words, str):
        return parse_estimate(words, units, is_signed=is_signed)
    reader = _Values(units)
    estimate = reader.law(words)
    check_estimate(estimate, is_signed=is_signed)
    return TypedEstimate(estimate, reader.is_elapsed())


def estimate_from_words(
    words: dict[str, Any] | str, units: Units = EXACT, *, is_signed: bool = False
) -> Estimate:
    """Return the distribution alone, of a task or, in per cents, of an impact."""
    return read_relative(words) or read_estimate(words, units, is_signed=is_signed).estimate


def read_relative(words: dict[str, Any] | str) -> Estimate | None:
    """Read a distribution whose values are per cents, or return ``None``.

    As people type it, ``%`` stands where a unit would: ``"10..20%"``.

    Raises
    ------
    PlanError
        If per cents and durations are mixed.
    """
    if isinstance(words, str):
        return read_typed_per_cents(words) if "%" in words else None
    texts = [pair[0] for pair in words.get("values", ())]
    texts += [
        text for text in words.values() if isinstance(text, str) and text[:1] in "-0123456789e"
    ]
    are_percents = {text.endswith("%") for text in texts if text != words["distribution"]}
    if are_percents != {True}:
        if True in are_percents:
            raise PlanError(_MIXED)
        return None
    estimate = _Percents(Units()).law(words)
    check_estimate(estimate, is_signed=True)
    return estimate


def read_typed_per_cents(text: str) -> Estimate:
    """Read a range in per cents, held in hundredths of one.

    Examples
    --------
    >>> read_typed_per_cents("-20..-10%")
    Uniform(low=-2000, high=-1000)
    """
    if _WITH_UNIT.search(text.lower()):
        raise PlanError(_MIXED)
    try:
        typed = parse_estimate(text.replace("%", "d"), _PER_CENTS, is_signed=True)
    except PlanError as fault:
        if fault.path:
            raise
        raise PlanError(
            f"“{shorten(text)}” is no range of per cents; write 20%, 10..20% or 10..15..30%."
        ) from None
    if typed.elapsed:
        raise PlanError(_MIXED)
    return typed.estimate


def write_typed_per_cents(estimate: Estimate) -> str:
    """Write a range of hundredths of a per cent as :func:`read_typed_per_cents` reads it.

    Examples
    --------
    >>> write_typed_per_cents(Pert(1000, 1550, 3000))
    '10..15.5..30%'
    """
    return re.sub(r"(?<=\d)d", "%", format_estimate(estimate, _PER_CENTS, unit="d"))


class _Values:
    """Reads the values of one distribution and remembers which were elapsed."""

    def __init__(self, units: Units) -> None:
        self.units = units
        self.read: list[Duration] = []

    def law(self, words: dict[str, Any]) -> Estimate:
        name = words["distribution"]
        if name == "discrete":
            pairs = enumerate(words["values"])
            return Discrete(
                tuple((self.value(pair[0], f"values[{i}][0]"), float(pair[1])) for i, pair in pairs)
            )
        if name == "lognormal":
            return self._lognormal(words)
        values = {field: self.value(words[field], field) for field in _VALUES[name]}
        extras = {
            attribute: float(words[field])
            for field, (attribute, _) in _EXTRAS.get(name, {}).items()
            if field in words
        }
        law: Estimate = _LAWS[name](**values, **extras)
        return law

    def _lognormal(self, words: dict[str, Any]) -> Estimate:
        if "p10" in words:
            return LognormalPercentiles(
                self.value(words["p10"], "p10"), self.value(words["p90"], "p90")
            )
        return LognormalMoments(self.value(words["mean"], "mean"), self.value(words["sd"], "sd"))

    def value(self, text: str, path: str) -> int:
        try:
            duration = parse_duration(text, self.units)
        except PlanError as fault:
            raise inside(path, fault) from None
        self.read.append(duration)
        return duration.minutes

    def is_elapsed(self) -> bool:
        marks = {duration.elapsed for duration in self.read if duration.minutes}
        if len(marks) > 1:
            raise PlanError("elapsed and working time cannot stand in one estimate")
        return marks == {True}


class _Percents(_Values):
    """Reads ``"12.5%"`` as hundredths of a per cent."""

    def value(self, text: str, path: str) -> int:
        hundredths = round(float(text.removesuffix("%")) * 100)
        if abs(hundredths) > 1_000_000:
            raise PlanError(f"{text} is too much; the limit is 10000 %", path=path)
        return hundredths


def _names_of(estimate: Estimate) -> tuple[str, ...]:
    if isinstance(estimate, LognormalPercentiles):
        return "p10", "p90"
    if isinstance(estimate, LognormalMoments):
        return "mean", "sd"
    return _VALUES[estimate.distribution]
