"""Findings on a schedule, laid out for the page that shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from planning.core.best_practices import Practice
from planning.core.health_data import Finding, Status
from planning.snapshot import Snapshot

SHOWN_TASKS = 8

_ORDER = {Status.FAIL: 0, Status.PASS: 1, Status.NOT_APPLICABLE: 2}


@dataclass(frozen=True, slots=True)
class TaskLink:
    """One task that a finding is about."""

    id: UUID
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class HealthRow:
    """One finding, its value in words, and the first of its tasks."""

    finding: Finding
    title: str
    advice: str
    value: str
    threshold: str
    tasks: list[TaskLink]
    more: int

    @property
    def fails(self) -> bool:
        """Whether it wants attention."""
        return self.finding.status is Status.FAIL

    @property
    def passes(self) -> bool:
        """Whether it is in order."""
        return self.finding.status is Status.PASS


def rows_of(findings: Sequence[Finding], held: Snapshot) -> list[HealthRow]:
    """Return the findings as rows, what fails first."""
    rows = [_row(finding, held) for finding in findings]
    return sorted(rows, key=lambda row: _ORDER[row.finding.status])


@dataclass(frozen=True, slots=True)
class PracticeRow:
    """One best practice of the GAO: the findings that bear on it, or who must judge."""

    number: int
    title: str
    note: str
    failed: list[str]


def practice_rows(practices: Sequence[Practice], findings: Sequence[Finding]) -> list[PracticeRow]:
    """Return the ten practices in the person's language, by the titles of their findings."""
    titles = {finding.check: _(finding.title) for finding in findings}
    return [
        PracticeRow(
            practice.number,
            _(practice.title),
            _(practice.note) if practice.note else "",
            [titles[check] for check in practice.failed],
        )
        for practice in practices
    ]


def tally(findings: Sequence[Finding]) -> Mapping[str, int]:
    """Return how many findings fail, pass, and can't be said."""
    statuses = [finding.status for finding in findings]
    return {status.value: statuses.count(status) for status in Status}


def _row(finding: Finding, held: Snapshot) -> HealthRow:
    links = [
        TaskLink(identity.id, identity.number, held.plan.task(key).name)
        for key in finding.tasks[:SHOWN_TASKS]
        if (identity := held.identities["tasks"].get(key))
    ]
    return HealthRow(
        finding,
        # The core speaks English; here its sentences are looked up for the person.
        _(finding.title),
        _(finding.advice),
        _said(finding.value, finding.unit),
        _said(finding.threshold, finding.unit),
        links,
        max(len(finding.tasks) - SHOWN_TASKS, 0),
    )


def _said(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    number = f"{value:.2f}".rstrip("0").rstrip(".")
    units = {"percent": _("%(number)s %%"), "days": _("%(number)s d")}
    return units.get(unit, "%(number)s") % {"number": number}
