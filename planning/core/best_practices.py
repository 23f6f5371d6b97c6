"""The ten best practices of the GAO, each with the findings that bear on it.

A program sees whether links are missing; whether every activity is in the
plan, only a person can say. So each row names its findings, and what still
needs a person's judgement and why.

References
----------
.. [1] GAO, "Schedule Assessment Guide", GAO-16-89G, 2015.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from planning.core.health_data import Finding, Status
from planning.core.plan import Plan

JUDGEMENT = "needs a person's judgement"


@dataclass(frozen=True, slots=True)
class Practice:
    """One best practice.

    ``checks`` are the findings that bear on it, ``failed`` those among them
    that found something; ``note`` says what else there is to say.
    """

    number: int
    title: str
    checks: tuple[str, ...]
    failed: tuple[str, ...]
    note: str

    def to_json(self) -> dict[str, Any]:
        """Return the practice as plain JSON values."""
        return {
            "practice": self.number,
            "title": self.title,
            "checks": list(self.checks),
            "failed": list(self.failed),
            "note": self.note,
        }


_PRACTICES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "Capturing all activities",
        (),
        "no file says which activities are missing from it",
    ),
    (
        "Sequencing all activities",
        ("missing_logic", "leads", "lags", "relationship_types", "hard_constraints"),
        "",
    ),
    (
        "Assigning resources to all activities",
        ("resources",),
        "Lineo keeps no resources",
    ),
    ("Establishing the duration of all activities", ("high_duration",), ""),
    (
        "Verifying that the schedule can be traced horizontally and vertically",
        ("missing_logic", "critical_path_test"),
        "whether hand-offs and levels of the plan agree, only those who work by it know",
    ),
    (
        "Confirming that the critical path is valid",
        ("critical_path_test", "hard_constraints", "lags"),
        "",
    ),
    ("Ensuring reasonable total float", ("high_float", "negative_float"), ""),
    ("Conducting a schedule risk analysis", (), ""),
    (
        "Updating the schedule using actual progress and logic",
        ("invalid_dates",),
        "",
    ),
    ("Maintaining a baseline schedule", ("missed_tasks", "bei", "cpli"), ""),
)
_RISK_ANALYSIS = 8


def best_practices(plan: Plan, findings: Iterable[Finding]) -> tuple[Practice, ...]:
    """Return the ten practices with the findings that bear on each."""
    by_check = {finding.check: finding for finding in findings}
    rows = []
    for number, (title, checks, why) in enumerate(_PRACTICES, start=1):
        found = [by_check[check] for check in checks]
        failed = tuple(finding.check for finding in found if finding.status is Status.FAIL)
        note = _uncertainty(plan) if number == _RISK_ANALYSIS else _note(found, why)
        rows.append(Practice(number, title, checks, failed, note))
    return tuple(rows)


def _note(found: list[Finding], why: str) -> str:
    if why:
        return f"{JUDGEMENT}: {why}"
    silent = [finding for finding in found if finding.status is Status.NOT_APPLICABLE]
    # What nobody could look at is not in order because the rest is.
    if silent and not any(finding.status is Status.FAIL for finding in found):
        return f"{JUDGEMENT}: {silent[0].advice[:1].lower()}{silent[0].advice[1:].rstrip('.')}"
    return ""


def _uncertainty(plan: Plan) -> str:
    """Say how much of what is left is known as a range."""
    left = [task for task in plan.leaves() if not task.is_finished]
    ranged = sum(task.estimate is not None or task.risk_level is not None for task in left)
    if not ranged and not plan.risks:
        return f"{JUDGEMENT}: no task has a range and no risk is named, so nothing can be simulated"
    return f"{ranged} of {len(left)} tasks that are left have a range; {len(plan.risks)} risks"
