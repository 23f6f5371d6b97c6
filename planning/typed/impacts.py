"""A risk's impacts as lines that people type: ``12: 3..5..10d``, ``14: 20%``."""

import re
from collections.abc import Iterable

from planning.core.durations import Units
from planning.core.estimate_words import read_typed_per_cents, write_typed_per_cents
from planning.core.estimates import format_estimate, parse_estimate
from planning.core.plan import Impact, PlanError
from planning.typed.values import TaskNumbers

_LINE = re.compile(r"(?:[A-Za-z][A-Za-z0-9]*-)?(?P<number>\d{1,9})\s*[:=]?\s+(?P<impact>\S.*)")


def impacts_of_text(text: str, numbers: TaskNumbers, units: Units) -> tuple[Impact, ...]:
    """Read one impact a line: a task's number, then days or per cents, signed.

    Raises
    ------
    PlanError
        If a line is no impact, or names a task that the plan lacks.
    """
    lines = [line.strip() for line in text.splitlines()]
    return tuple(_impact(line, numbers, units) for line in lines if line)


def text_of_impacts(impacts: Iterable[Impact], numbers: TaskNumbers, units: Units) -> str:
    """Write impacts so that :func:`impacts_of_text` reads them back."""
    return "\n".join(
        f"{numbers.number_of[impact.task]}: {impact_text(impact, units)}" for impact in impacts
    )


def impact_text(impact: Impact, units: Units) -> str:
    """Write what a risk adds to one task, such as ``2..5d`` or ``20%``."""
    if not impact.relative:
        return format_estimate(impact.estimate, units)
    return write_typed_per_cents(impact.estimate)


def _impact(line: str, numbers: TaskNumbers, units: Units) -> Impact:
    match = _LINE.fullmatch(line)
    if match is None:
        raise PlanError(
            f"“{line[:40]}” is no impact; write a task’s number and days, as 12: 3..5d."
        )
    key = numbers.key_of.get(int(match["number"]))
    if key is None:
        raise PlanError(f"There is no task with the number {match['number']} in this plan.")
    typed = match["impact"].strip()
    if "%" not in typed:
        return Impact(key, parse_estimate(typed, units, is_signed=True).estimate)
    return Impact(key, read_typed_per_cents(typed), relative=True)
