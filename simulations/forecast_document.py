"""The forecast that a scenario holds, read back from its JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from planning.models import Scenario
from simulations import seen
from simulations.charts import Distribution

Percentiles = dict[int, datetime]


@dataclass(frozen=True, slots=True)
class ForecastDocument:
    """One forecast: dates by percentile, their noise, the curve, and the tasks."""

    distribution: Distribution
    finishes: Percentiles
    days: dict[int, float]
    bands_days: dict[int, tuple[float, float]]
    sd_days: float
    tasks: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    costs: list[dict[str, Any]]
    merges: list[dict[str, Any]]
    buffers: dict[str, dict[str, Any]]
    refinements: list[dict[str, Any]] | None

    def noise_days(self, percentile: int) -> float:
        """Half the width of the 95 % band of a percentile, in working days."""
        low, high = self.bands_days[percentile]
        return (high - low) / 2

    def band(self, percentile: int) -> tuple[datetime, datetime]:
        """The 95 % band of a percentile as dates, read off the forecast's own percentiles."""
        low, high = self.bands_days[percentile]
        return self._date_of(low), self._date_of(high)

    def _date_of(self, days: float) -> datetime:
        pairs = [(self.days[p], self.finishes[p]) for p in sorted(self.days)]
        for (low, early), (high, late) in pairwise(pairs):
            if low <= days <= high and high > low:
                return early + (late - early) * ((days - low) / (high - low))
        return pairs[0][1] if days < pairs[0][0] else pairs[-1][1]


def document_of(scenario: Scenario) -> ForecastDocument | None:
    """Return the forecast of a scenario; None where it has none, or an empty one."""
    found = seen.forecast_of(scenario)
    if not found or not found.get("curve"):
        return None
    duration = found["duration_days"]
    return ForecastDocument(
        distribution=distribution_of(found["curve"]),
        finishes={int(p): _date(text) for p, text in found["finish"]["percentiles"].items()},
        days={int(p): float(days) for p, days in duration["percentiles"].items()},
        bands_days={int(p): (band[0], band[1]) for p, band in duration["bands"].items()},
        sd_days=duration["sd"] or 0.0,
        tasks=found["tasks"],
        notes=found["notes"],
        costs=found.get("costs", []),
        merges=found.get("merges", []),
        buffers=found.get("buffers", {}),
        refinements=found.get("refinements"),
    )


def distribution_of(curve: Mapping[str, Any]) -> Distribution:
    """Return the S-curve and its histogram as they are drawn."""
    return Distribution(
        points=[(_date(moment), share) for moment, share in curve["points"]],
        bars=[(_date(moment), share) for moment, share in curve["bars"]],
        bar_width=timedelta(minutes=curve["bar_minutes"]),
    )


def _date(text: str) -> datetime:
    return datetime.fromisoformat(text)
