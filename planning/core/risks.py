"""What makes a plan uncertain beyond its estimates: risks, drivers and correlations."""

from dataclasses import dataclass

from planning.core.distributions import Estimate


@dataclass(frozen=True, slots=True)
class Impact:
    """What a risk adds to one task's duration when it happens.

    The estimate's values are working minutes, or, where ``relative`` is set,
    hundredths of a per cent of the task's duration. Negative values are an
    opportunity.
    """

    task: str
    estimate: Estimate
    relative: bool = False


@dataclass(frozen=True, slots=True)
class Mitigation:
    """A risk as it will be once the response is in place, and its price."""

    probability: float
    impacts: tuple[Impact, ...]
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Risk:
    """An event that happens or not, once for all the tasks it touches."""

    key: str
    name: str
    probability: float
    impacts: tuple[Impact, ...]
    after: Mitigation | None = None


@dataclass(frozen=True, slots=True)
class Driver:
    """A cause under which a group of tasks moves together.

    ``rho`` is the correlation of the copula's normals, 0 ≤ ρ < 1.
    """

    key: str
    rho: float
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Correlation:
    """A Spearman target between two tasks' durations, −1 < ρ < 1."""

    first: str
    second: str
    spearman: float

    @property
    def key(self) -> str:
        """The identity of the pair, whichever way round it was given."""
        return "|".join(sorted((self.first, self.second)))
