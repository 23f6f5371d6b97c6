"""What the forecast says of each risk: its days of P80, and what its mitigation gains."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from planning.models import Scenario


@dataclass(frozen=True, slots=True)
class Days:
    """A difference of P80 in working days, with its 95 % interval."""

    days: float
    low: float
    high: float

    @property
    def noise(self) -> float:
        return (self.high - self.low) / 2


@dataclass(frozen=True, slots=True)
class DayCost:
    """What a day of P80 costs, at the least and at the most."""

    cost: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Worth:
    """A risk as it is and once mitigated; the latter two are None without a mitigation."""

    before: Days
    after: Days | None
    gained: Days | None

    def day_cost(self, cost: float | None) -> DayCost | None:
        """Return what a day gained costs, where there is a cost and a gain beyond its noise."""
        gained = self.gained
        if cost is None or gained is None or gained.low <= 0:
            return None
        return DayCost(cost / gained.days, cost / gained.high, cost / gained.low)


def worth_by_risk(scenario: Scenario) -> Mapping[str, Worth] | None:
    """Return what the forecast says of each risk by its key; None where it was never asked."""
    if scenario.forecast_at is None:
        return None
    return _worth(scenario.pk, scenario.forecast_at)


@lru_cache(maxsize=16)
def _worth(scenario_id: UUID, forecast_at: datetime) -> Mapping[str, Worth] | None:
    """A forecast never changes once it is stored, so its moment tells it from others."""
    rows = Scenario.objects.filter(pk=scenario_id).values_list("forecast__risks", flat=True)
    found = rows.first()
    if found is None:
        return None
    return {
        risk["id"]: Worth(_days(risk["before"]), _if_any(risk["after"]), _if_any(risk["gained"]))
        for risk in found
    }


def _if_any(said: Mapping[str, Any] | None) -> Days | None:
    return None if said is None else _days(said)


def _days(said: Mapping[str, Any]) -> Days:
    return Days(said["p80_days"], *said["interval_days"])
