"""What a simulation leaves: plain Python numbers, and the same as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from planning.core.plan import MINUTES_PER_CIVIL_DAY
from simulations.engine.axis import EPOCH, to_datetime
from simulations.engine.lowering.network import Note
from simulations.engine.results.noise import (
    Band,
    correlation_band,
    mean_band,
    narrowing_days,
    sd_band,
    share_band,
    significance_band,
    ssi_band,
)
from simulations.engine.results.statistics import PERCENTILES, chance_band

BUFFERS = (70, 80, 90, 99)
REFINEMENTS_REPORTED = 20
DIGITS = 6
# A forecast tells sixty thousand dates of a few hundred days.
CLOCK = tuple(f"T{minute // 60:02}:{minute % 60:02}" for minute in range(MINUTES_PER_CIVIL_DAY))


def iso(minutes: int) -> str:
    """Return a wall-clock minute as the plan file writes it.

    Examples
    --------
    >>> iso(0), iso(-1)
    ('1970-01-01T00:00', '1969-12-31T23:59')
    """
    day, minute = divmod(minutes, MINUTES_PER_CIVIL_DAY)
    return _day(day) + CLOCK[minute]


@lru_cache(maxsize=1 << 14)
def _day(number: int) -> str:
    return (EPOCH + timedelta(days=number)).date().isoformat()


def _named(values: Sequence[Any]) -> dict[str, Any]:
    return {str(p): value for p, value in zip(PERCENTILES, values, strict=True)}


class TaskForecast(NamedTuple):
    """The forecast of one task, milestone or summary.

    Percentiles are wall-clock minutes since 1970, in the order of
    :data:`simulations.engine.results.statistics.PERCENTILES`. Indices are None where
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

    def bands(self, iterations: int, measured: int, swept: int) -> dict[str, Band]:
        """Return the 95 % band of each chance and index that the task has.

        Parameters
        ----------
        iterations, measured, swept : int
            How many iterations lie behind chances, behind significance, and
            behind cruciality and shares; see :class:`Forecast`.
        """
        found = {"p_planned": chance_band(self.p_planned, iterations)}
        if self.p_target is not None:
            found["p_target"] = chance_band(self.p_target, iterations)
        if self.criticality is not None:
            found["criticality"] = chance_band(self.criticality, iterations)
        if self.cruciality is not None:
            varies = bool(self.sd_duration_days)
            found["cruciality"] = correlation_band(self.cruciality, swept) if varies else (0.0, 0.0)
        if self.ssi is not None and self.criticality is not None:
            varies = bool(self.sd_duration_days)
            found["ssi"] = (
                ssi_band(self.ssi, self.criticality, iterations) if varies else (0.0, 0.0)
            )
        if self.significance is not None:
            found["significance"] = significance_band(self.significance, measured)
        if self.first_order_share is not None:
            varies = bool(self.sd_duration_days)
            found["first_order_share"] = (
                share_band(self.first_order_share, swept) if varies else (0.0, 0.0)
            )
        return found

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
    """Days lost where branches meet: E[max of the links] − max of their means, with their noise."""

    key: str
    days_lost: float
    band_days: Band
    branches: tuple[MergeBranch, ...]

    def to_json(self, measured: int) -> dict[str, Any]:
        """Return one entry of ``merges``; ``measured`` iterations lie behind the shares."""
        return {
            "task": self.key,
            "days_lost": self.days_lost,
            "band": _short(self.band_days),
            "branches": [
                {
                    "from": branch.predecessor,
                    "type": branch.type,
                    "share": branch.share,
                    "band": _short(chance_band(branch.share, measured)),
                }
                for branch in self.branches
            ],
        }


@dataclass(frozen=True, slots=True)
class Buffer:
    """The days between the planned finish and a percentile of it, with the percentile's band."""

    percentile: int
    days: float
    band_days: Band


@dataclass(frozen=True, slots=True)
class Refinement:
    """How much narrower the finish would be if one duration were known.

    σ(T) − √E[Var(T|D)] = σ(T)·(1 − √(1 − S)), with S the first-order share:
    days of standard deviation that refining that estimate could win at most.
    """

    key: str
    days: float
    band_days: Band


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
    tasks: Sequence[TaskForecast]
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

    def buffers(self) -> tuple[Buffer, ...]:
        """Return the buffers for P70, P80, P90 and P99, each with its noise."""
        if self.planned_days is None or self.percentile_days is None:
            return ()
        found = []
        for percentile in BUFFERS:
            days, band = self.days(percentile), self.band(percentile)
            assert days is not None
            assert band is not None
            low, high = (end - self.planned_days for end in band)
            found.append(Buffer(percentile, days - self.planned_days, (low, high)))
        return tuple(found)

    def refinements(self) -> tuple[Refinement, ...]:
        """Return which estimates to refine first, by what knowing them would narrow."""
        sd = self.sd_days or 0.0
        found = []
        for task in self.tasks:
            if task.first_order_share and task.sd_duration_days:
                low, high = share_band(task.first_order_share, self.swept_iterations)
                band = narrowing_days(sd, low), narrowing_days(sd, high)
                days = narrowing_days(sd, task.first_order_share)
                found.append(Refinement(task.key, days, band))
        return tuple(sorted(found, key=lambda one: (-one.days, one.key)))

    def _sd_band_days(self) -> Band | None:
        if self.sd_days is None or self.planned_days is None or not self.finishes.get(""):
            return None
        low, high = sd_band(np.frombuffer(self.finishes[""], np.int32))
        work = np.frombuffer(self.finishes[""], np.int32).std()
        scale = self.sd_days / float(work) if work > 0 else 0.0
        return low * scale, high * scale

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
                "mean_band": self._mean_band(),
                "sd_band": _short(self._sd_band_days()),
            },
            "finish": {
                "percentiles": nothing
                if finish is None
                else _named([iso(minute) for minute in finish]),
                "p_target": self.p_target,
                "p_planned": self.p_planned,
                "bands": {
                    name: None if chance is None else _short(chance_band(chance, self.iterations))
                    for name, chance in (("p_target", self.p_target), ("p_planned", self.p_planned))
                },
            },
            "tasks": [self._task_json(task) for task in self.tasks],
            "merges": [merge.to_json(self.measured_iterations) for merge in self.merges],
            "buffers": {
                str(one.percentile): {"days": one.days, "band": _short(one.band_days)}
                for one in self.buffers()
            },
            "refinements": [
                {"id": one.key, "days": one.days, "band": _short(one.band_days)}
                for one in self.refinements()[:REFINEMENTS_REPORTED]
            ],
            "noise": {
                "measured_iterations": self.measured_iterations,
                "swept_iterations": self.swept_iterations,
            },
        }

    def _mean_band(self) -> list[float] | None:
        if self.mean_days is None or self.sd_days is None:
            return None
        return _short(mean_band(self.mean_days, self.sd_days, self.iterations))

    def _task_json(self, task: TaskForecast) -> dict[str, Any]:
        bands = task.bands(self.iterations, self.measured_iterations, self.swept_iterations)
        return task.to_json() | {"bands": {name: _short(band) for name, band in bands.items()}}


def _short(band: Band | None) -> list[float] | None:
    """Return a band as JSON, without digits that nobody can trust."""
    return None if band is None else [round(end, DIGITS) for end in band]
