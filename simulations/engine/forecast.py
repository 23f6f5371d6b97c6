"""What a simulation leaves: plain Python numbers, and the same as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulations.engine.axis import to_datetime
from simulations.engine.network import Note
from simulations.engine.statistics import PERCENTILES


def iso(minutes: int) -> str:
    """Return a wall-clock minute as the plan file writes it.

    Examples
    --------
    >>> iso(0)
    '1970-01-01T00:00'
    """
    return to_datetime(minutes).isoformat(timespec="minutes")


def _named(values: Sequence[Any]) -> dict[str, Any]:
    return {str(p): value for p, value in zip(PERCENTILES, values, strict=True)}


@dataclass(frozen=True, slots=True)
class TaskForecast:
    """The forecast of one task, milestone or summary.

    Percentiles are wall-clock minutes since 1970, in the order of
    :data:`simulations.engine.statistics.PERCENTILES`. Indices are None where
    they have no meaning (milestones and summaries have no duration indices).
    """

    key: str
    start_minutes: tuple[int, ...]
    finish_minutes: tuple[int, ...]
    p_planned: float
    p_target: float | None
    criticality: float | None
    cruciality: float | None
    ssi: float | None
    significance: float | None
    first_order_share: float | None
    mean_duration_days: float | None
    sd_duration_days: float | None

    def start_percentile(self, percentile: int) -> datetime:
        """Return one percentile of the start."""
        return to_datetime(self.start_minutes[PERCENTILES.index(percentile)])

    def finish_percentile(self, percentile: int) -> datetime:
        """Return one percentile of the finish."""
        return to_datetime(self.finish_minutes[PERCENTILES.index(percentile)])

    def to_json(self) -> dict[str, Any]:
        """Return the task's entry of ``simulate --json``."""
        return {
            "id": self.key,
            "criticality": self.criticality,
            "cruciality": self.cruciality,
            "ssi": self.ssi,
            "significance": self.significance,
            "first_order_share": self.first_order_share,
            "start_percentiles": _named([iso(minute) for minute in self.start_minutes]),
            "finish_percentiles": _named([iso(minute) for minute in self.finish_minutes]),
            "p_planned": self.p_planned,
            "p_target": self.p_target,
            "mean_duration_days": self.mean_duration_days,
            "sd_duration_days": self.sd_duration_days,
        }


@dataclass(frozen=True, slots=True)
class MergeBranch:
    """One branch that meets others: how often it sets the date, and its own mean.

    ``share`` is the share of iterations in which this link sets the start of
    the task where branches meet (ties count for each).
    """

    predecessor: str
    type: str
    share: float


@dataclass(frozen=True, slots=True)
class Merge:
    """Days lost where branches meet: E[max of the links] − max of their means."""

    key: str
    days_lost: float
    branches: tuple[MergeBranch, ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """The distributions that a simulation found, each figure with its noise.

    ``duration_days`` and its bands are working days from the project's start
    on the project calendar; None where the plan has no tasks. ``finishes``
    holds the finish of every iteration in working minutes from the project's
    start (the project's, under the key "", and the milestones').
    """

    iterations: int
    seed: int
    engine_seconds: float
    engine_version: str
    plan_hash: str
    data_date: datetime | None
    notes: tuple[Note, ...]
    mean_days: float | None
    sd_days: float | None
    percentile_days: tuple[float, ...] | None
    band_days: tuple[tuple[float, float], ...] | None
    finish_minutes: tuple[int, ...] | None
    planned_finish: datetime | None
    planned_days: float | None
    p_target: float | None
    p_planned: float | None
    tasks: tuple[TaskForecast, ...]
    merges: tuple[Merge, ...]
    finishes: dict[str, bytes]
    measured_iterations: int
    swept_iterations: int

    def days(self, percentile: int) -> float | None:
        """Return one percentile of the duration in working days."""
        if self.percentile_days is None:
            return None
        return self.percentile_days[PERCENTILES.index(percentile)]

    def band(self, percentile: int) -> tuple[float, float] | None:
        """Return the 95 % band of one percentile of the duration."""
        if self.band_days is None:
            return None
        return self.band_days[PERCENTILES.index(percentile)]

    def finish(self, percentile: int) -> datetime | None:
        """Return one percentile of the finish."""
        if self.finish_minutes is None:
            return None
        return to_datetime(self.finish_minutes[PERCENTILES.index(percentile)])

    def buffer_days(self, percentile: int) -> float | None:
        """Return the days between the planned finish and a percentile of it."""
        days = self.days(percentile)
        if days is None or self.planned_days is None:
            return None
        return days - self.planned_days

    def to_json(self) -> dict[str, Any]:
        """Return what ``simulate --json`` prints."""
        nothing = dict.fromkeys(map(str, PERCENTILES))
        days, bands, finish = self.percentile_days, self.band_days, self.finish_minutes
        return {
            "iterations": self.iterations,
            "seed": self.seed,
            "engine_seconds": self.engine_seconds,
            "engine_version": self.engine_version,
            "plan_hash": self.plan_hash,
            "notes": [{"path": note.path, "reason": note.reason} for note in self.notes],
            "duration_days": {
                "mean": self.mean_days,
                "sd": self.sd_days,
                "percentiles": nothing if days is None else _named(days),
                "bands": nothing if bands is None else _named([list(band) for band in bands]),
            },
            "finish": {
                "percentiles": nothing
                if finish is None
                else _named([iso(minute) for minute in finish]),
                "p_target": self.p_target,
                "p_planned": self.p_planned,
            },
            "tasks": [task.to_json() for task in self.tasks],
        }
