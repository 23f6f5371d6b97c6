"""What comparing says of plans: finishes that are set side by side, and the figures of it.

NumPy alone, no kernel: a web process reads these too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planning.core.plan import Plan
from simulations.engine.axis import Axis, project_axis, to_datetime
from simulations.engine.results.statistics import PERCENTILES, chance_band

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Finishes:
    """One finish (the project's or a milestone's) in every iteration.

    Attributes
    ----------
    work : int64 (iterations,)
        Working minutes from the project's start on its calendar.
    instants : int64 (iterations,)
        The same as minutes since 1970.
    axis, origin
        The project's calendar, and the work before its start on it.
    """

    work: Ints
    instants: Ints
    axis: Axis
    origin: int

    @classmethod
    def from_work(cls, plan: Plan, work: NDArray[np.int32] | Ints) -> "Finishes":
        """Return finishes from working minutes after a plan's start."""
        axis, origin = project_axis(plan)
        behind = np.asarray(work, np.int64) + origin
        axis = axis.reaching(int(behind.max(initial=0)))
        instants = np.maximum(axis.as_finish(behind), axis.as_start(origin))
        return cls(behind - origin, instants, axis, origin)

    def on(self, other: "Finishes") -> Ints:
        """Return these finishes as working minutes from the other's start."""
        if self.axis.hours == other.axis.hours:
            shift = int(self.axis.as_start(self.origin)), int(other.axis.as_start(other.origin))
            if shift[0] == shift[1]:
                return self.work
        axis = other.axis.covering(int(self.instants.max()))
        return axis.work_before(self.instants) - other.origin


@dataclass(frozen=True, slots=True)
class KeptFinishes:
    """What a forecast has kept of its iterations.

    Attributes
    ----------
    plan : Plan
        The plan that the forecast describes.
    seed : int
    engine_version : str
    work : mapping of str to int32 (iterations,)
        ``Forecast.finishes`` as arrays: working minutes from the project's
        start, the project's own under the empty key, then the milestones'.
    """

    plan: Plan
    seed: int
    engine_version: str
    work: Mapping[str, NDArray[np.int32]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two plans differ in the same futures; a delta is first minus second.

    Each interval holds its figure with 95 % confidence. ``sd_days`` is the
    standard deviation of the difference, iteration by iteration.
    """

    iterations: int
    seed: int
    p_first_earlier: float
    p_second_earlier: float
    p_tie: float
    mean_days: float
    p50_days: float
    p80_days: float
    p80_interval_days: tuple[float, float]
    p50_interval_days: tuple[float, float]
    mean_interval_days: tuple[float, float]
    sd_days: float

    def to_json(self) -> dict[str, Any]:
        """Return what ``compare --json`` prints of two plans."""
        chances = {
            "p_first_earlier": self.p_first_earlier,
            "p_second_earlier": self.p_second_earlier,
            "p_tie": self.p_tie,
        }
        return {
            "iterations": self.iterations,
            "seed": self.seed,
            **chances,
            "delta_days": {
                "mean": self.mean_days,
                "p50": self.p50_days,
                "p80": self.p80_days,
                "p80_interval": list(self.p80_interval_days),
                "p50_interval": list(self.p50_interval_days),
                "mean_interval": list(self.mean_interval_days),
                "sd": self.sd_days,
            },
            "bands": {
                name: list(chance_band(chance, self.iterations)) for name, chance in chances.items()
            },
        }


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """One of the plans compared: its finish in the futures of all.

    Durations are working days from the *first* plan's start on the first
    plan's project calendar, so that they can be set side by side. ``points``
    is the S-curve, at most 200 pairs of a date and the share of iterations
    that have finished by then. ``p_target`` is the chance of the plan's own
    target, ``p_first_target`` that of the first plan's.
    """

    mean_days: float
    sd_days: float
    percentile_days: tuple[float, ...]
    band_days: tuple[tuple[float, float], ...]
    finish_minutes: tuple[int, ...]
    p_target: float | None
    p_first_target: float | None
    points: tuple[tuple[datetime, float], ...]

    def days(self, percentile: int) -> float:
        """Return one percentile in days."""
        return self.percentile_days[PERCENTILES.index(percentile)]

    def band(self, percentile: int) -> tuple[float, float]:
        """Return the 95 % band of one percentile in days."""
        return self.band_days[PERCENTILES.index(percentile)]

    def finish(self, percentile: int) -> datetime:
        """Return one percentile as a date."""
        return to_datetime(self.finish_minutes[PERCENTILES.index(percentile)])

    def to_json(self) -> dict[str, Any]:
        """Return one entry of ``plans`` in ``compare --json``."""
        names = [str(p) for p in PERCENTILES]
        dates = [to_datetime(m).isoformat(timespec="minutes") for m in self.finish_minutes]
        return {
            "mean": self.mean_days,
            "sd": self.sd_days,
            "percentiles": dict(zip(names, self.percentile_days, strict=True)),
            "bands": dict(zip(names, map(list, self.band_days), strict=True)),
            "finish_percentiles": dict(zip(names, dates, strict=True)),
            "p_target": self.p_target,
            "p_first_target": self.p_first_target,
        }


@dataclass(frozen=True, slots=True)
class MilestoneComparison:
    """One milestone of the first plan against the same in each other plan.

    ``pairs`` has an entry for each other plan, None where it lacks the
    milestone.
    """

    key: str
    pairs: tuple[Comparison | None, ...]


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Two to five plans in the same futures, each against the first.

    ``pairs[i]`` compares the first plan with plan ``i + 1``.
    """

    iterations: int
    seed: int
    plans: tuple[PlanFigures, ...]
    pairs: tuple[Comparison, ...]
    milestones: tuple[MilestoneComparison, ...]

    def to_json(self) -> dict[str, Any]:
        """Return what ``compare --json`` prints; of two plans also the pair's own fields."""
        of_two = self.pairs[0].to_json() if len(self.pairs) == 1 else {}
        return {
            **of_two,
            "iterations": self.iterations,
            "seed": self.seed,
            "plans": [plan.to_json() for plan in self.plans],
            "pairs": [_without_futures(pair) for pair in self.pairs],
            "milestones": [
                {
                    "id": one.key,
                    "pairs": [pair and _without_futures(pair) for pair in one.pairs],
                }
                for one in self.milestones
            ],
        }


def _without_futures(pair: Comparison) -> dict[str, Any]:
    return {
        name: value for name, value in pair.to_json().items() if name not in ("iterations", "seed")
    }
