"""What every writer shares: the bytes with their report, numbers for keys, clean text."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from planning.core.plan import Plan
from planning.interchange.report import ImportReport, ReportBuilder

# Start and finish of each task as scheduled, by key.
Dates = Mapping[str, tuple[datetime | None, datetime | None]]

# What XML 1.0 cannot hold, and what would break a line of a table.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Export:
    """A file, and what of the plan its format could not hold."""

    data: bytes
    report: ImportReport


def numbered(keys: Iterable[str]) -> dict[str, int]:
    """Return a whole number for each key: itself where it is one, else a free one.

    Examples
    --------
    >>> numbered(["7", "A", "007"])
    {'7': 7, 'A': 8, '007': 9}
    """
    known = list(keys)
    numbers = {key: int(key) for key in known if _is_number(key)}
    following = max(numbers.values(), default=0) + 1
    result: dict[str, int] = {}
    for key in known:
        if key in numbers:
            result[key] = numbers[key]
        else:
            result[key] = following
            following += 1
    return result


def _is_number(key: str) -> bool:
    if not (key.isascii() and key.isdecimal() and len(key) <= 9):
        return False
    return key == str(int(key)) and int(key) > 0


def fit(text: str, fallback: object = "") -> str:
    """Return a text on one line without characters that no file can hold, else ``fallback``."""
    return " ".join(_UNFIT.sub(" ", text).split()) or str(fallback)


def drop_uncertainty(plan: Plan, report: ReportBuilder) -> None:
    """Count what only Lineo knows of: estimates, risks, drivers, correlations."""
    for task in plan.tasks:
        for name in ("estimate", "risk_level", "target"):
            if getattr(task, name) is not None:
                report.drop(f"tasks.{name}")
        if task.existence != 1:
            report.drop("tasks.existence")
    report.drop("risks", len(plan.risks))
    report.drop("drivers", len(plan.drivers))
    report.drop("correlations", len(plan.correlations))
    if plan.project.target is not None:
        report.drop("project.target")
    if plan.project.time_zone != "UTC":
        report.drop("project.time_zone")
