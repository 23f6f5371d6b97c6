"""What the pages of the ledger show: the promise most in danger, and how good estimates were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy

from lineo.accounts.models import User
from simulations.engine.results.statistics import chance_band
from simulations.ledger.charts import COURSE, LINE, Course, PlacesChart, course, places_chart
from simulations.ledger.correction import LEAST, Correction
from simulations.ledger.scoring import (
    Brier,
    Coverage,
    Place,
    coverage,
    flat_band,
    histogram,
)
from simulations.ledger.selectors import Calibration, Entry, Scored, Standing

STANDINGS = {
    Standing.OPEN: gettext_lazy("Open"),
    Standing.OVERDUE: gettext_lazy("Overdue"),
    Standing.KEPT: gettext_lazy("Kept"),
    Standing.MISSED: gettext_lazy("Missed"),
    Standing.WITHDRAWN: gettext_lazy("Withdrawn"),
}
PERCENTILES = (50, 80, 90)


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One commitment in the list."""

    entry: Entry
    standing: str
    line: Course | None

    @property
    def is_open(self) -> bool:
        return self.entry.standing in (Standing.OPEN, Standing.OVERDUE)


@dataclass(frozen=True, slots=True)
class Ledger:
    """All commitments of a project: those that are open, and those that are history."""

    open: list[LedgerRow]
    past: list[LedgerRow]
    danger: LedgerRow | None
    kept: int
    missed: int


def ledger(entries: Sequence[Entry]) -> Ledger:
    """Return the list, the open ones by date, and which of them is most in danger."""
    rows = [_ledger_row(entry) for entry in entries]
    standings = [entry.standing for entry in entries]
    known = [row for row in rows if row.is_open and row.entry.now]
    return Ledger(
        open=[row for row in rows if row.is_open],
        past=[row for row in rows if not row.is_open],
        danger=min(known, key=_chance_now, default=None),
        kept=standings.count(Standing.KEPT),
        missed=standings.count(Standing.MISSED),
    )


def _ledger_row(entry: Entry) -> LedgerRow:
    points = [(timezone.localtime(point.made_at), point.chance) for point in entry.points]
    line = course(points, _until(entry), LINE)
    return LedgerRow(entry, str(STANDINGS[entry.standing]), line)


def _chance_now(row: LedgerRow) -> float:
    return 1.0 if row.entry.chance_now is None else row.entry.chance_now


def _until(entry: Entry) -> datetime:
    """Return where the course ends: now, or with the commitment."""
    if entry.row.withdrawn_at is not None:
        return timezone.localtime(entry.row.withdrawn_at)
    if entry.is_settled and entry.points:
        return timezone.localtime(entry.points[-1].made_at)
    return timezone.localtime()


@dataclass(frozen=True, slots=True)
class PointRow:
    """One forecast of a commitment: its chance, its noise, and which forecast it was."""

    at: datetime
    chance: float
    noise: float
    scenario: str
    revision: int
    is_given: bool


@dataclass(frozen=True, slots=True)
class CommitmentPage:
    """One commitment: the course of its chance, and every forecast behind it."""

    entry: Entry
    standing: str
    course: Course | None
    points: list[PointRow]


def commitment_page(entry: Entry) -> CommitmentPage:
    """Return the page of one commitment, the newest forecast first in its list."""
    points = [(timezone.localtime(point.made_at), point.chance) for point in entry.points]
    rows = []
    for point in entry.points:
        low, high = chance_band(point.chance, point.iterations)
        rows.append(
            PointRow(
                at=point.made_at,
                chance=point.chance,
                noise=(high - low) / 2,
                scenario=point.record.scenario.name,
                revision=point.record.revision,
                is_given=point.is_given,
            )
        )
    return CommitmentPage(
        entry, str(STANDINGS[entry.standing]), course(points, _until(entry), COURSE), rows[::-1]
    )


@dataclass(frozen=True, slots=True)
class Measure:
    """How often one kind of forecast held, and where its outcomes lay."""

    count: int
    coverages: list[Coverage]
    chart: PlacesChart

    @property
    def at_50(self) -> Coverage:
        return self._at(50)

    @property
    def at_80(self) -> Coverage:
        return self._at(80)

    def _at(self, percentile: int) -> Coverage:
        return next(one for one in self.coverages if one.percentile == percentile)

    @property
    def is_off(self) -> bool:
        return any(one.is_off for one in self.coverages)


@dataclass(frozen=True, slots=True)
class EstimatorRow:
    """One estimator, or everybody: coverage, and the correction that it calls for."""

    estimator: User | None
    count: int
    coverages: list[Coverage]
    correction: Correction | None
    telling: int

    @property
    def missing(self) -> int:
        """How many more finished tasks a correction needs."""
        return max(LEAST - self.telling, 0)


@dataclass(frozen=True, slots=True)
class CalibrationPage:
    """How good were our estimates?"""

    finished: int
    finishes: Measure | None
    durations: Measure | None
    rows: list[EstimatorRow]
    brier: Brier | None
    least: int = LEAST

    @property
    def headline(self) -> Measure | None:
        return self.finishes or self.durations


def calibration_page(found: Calibration) -> CalibrationPage:
    """Return the page: both measures, then everybody and each estimator."""
    everybody = [found.everybody] if found.everybody.count else []
    return CalibrationPage(
        finished=found.finished,
        finishes=_measure(found.finishes),
        durations=_measure(found.everybody.durations),
        rows=[_row(one) for one in (*everybody, *found.estimators)],
        brier=found.brier,
    )


def coverages_of(places: Sequence[Place]) -> list[Coverage]:
    """Return how often P50, P80 and P90 held."""
    return [coverage(places, percentile) for percentile in PERCENTILES]


def _measure(places: Sequence[Place]) -> Measure | None:
    if not places:
        return None
    chart = places_chart(histogram(places), flat_band(len(places)))
    return Measure(len(places), coverages_of(places), chart)


def _row(one: Scored) -> EstimatorRow:
    return EstimatorRow(
        one.estimator, one.count, coverages_of(one.durations), one.correction, one.telling
    )
