"""What a risk costs P80, as the forecast keeps it: values, and their words in its JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Days:
    """A difference of P80 in working days, with its 95 % interval."""

    days: float
    low: float
    high: float

    @property
    def noise(self) -> float:
        """Half the interval: what is written after ±."""
        return (self.high - self.low) / 2

    def to_json(self) -> dict[str, Any]:
        return {"p80_days": self.days, "interval_days": [self.low, self.high]}


@dataclass(frozen=True, slots=True)
class DayCost:
    """What a day of P80 costs, at the least and at the most."""

    cost: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class RiskWorth:
    """A risk's days of P80: as it is, once mitigated, and what the mitigation gains.

    The latter two are None where it has no mitigation. What a day costs is not
    kept here: whoever may read the risk knows what its mitigation costs.
    """

    key: str
    before: Days
    after: Days | None = None
    gained: Days | None = None

    def day_cost(self, cost: float | None) -> DayCost | None:
        """Return what a day gained costs, where there is a cost and a gain beyond its noise.

        Examples
        --------
        >>> bought = RiskWorth("R", Days(10, 9, 11), Days(2, 1, 3), Days(8, 5, 10))
        >>> bought.day_cost(400)
        DayCost(cost=50.0, least=40.0, most=80.0)
        >>> RiskWorth("R", Days(10, 9, 11), Days(9, 7, 11), Days(1, -1, 3)).day_cost(400)
        """
        gained = self.gained
        if cost is None or gained is None or gained.low <= 0:
            return None
        return DayCost(cost / gained.days, cost / gained.high, cost / gained.low)

    def to_json(self) -> dict[str, Any]:
        """Return one entry of ``risks`` in the forecast of a scenario."""
        return {
            "id": self.key,
            "before": self.before.to_json(),
            "after": self.after and self.after.to_json(),
            "gained": self.gained and self.gained.to_json(),
        }


def read_worth(words: Mapping[str, Any]) -> RiskWorth:
    """Read what :meth:`RiskWorth.to_json` wrote.

    Examples
    --------
    >>> worth = RiskWorth("R", Days(10, 9, 11), Days(2, 1, 3), Days(8, 6, 10))
    >>> read_worth(worth.to_json()) == worth
    True
    """
    before = _days(words["before"])
    return RiskWorth(words["id"], before, _if_any(words["after"]), _if_any(words["gained"]))


def _if_any(words: Mapping[str, Any] | None) -> Days | None:
    return None if words is None else _days(words)


def _days(words: Mapping[str, Any]) -> Days:
    return Days(words["p80_days"], *words["interval_days"])
