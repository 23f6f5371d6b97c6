"""What a simulation is asked for."""

from dataclasses import dataclass
from typing import Literal

from planning.core.plan import PlanError

ENGINE_VERSION = "3"
MAX_ITERATIONS = 10_000_000


@dataclass(frozen=True, slots=True)
class SimulationOptions:
    """How a plan is simulated.

    Parameters
    ----------
    iterations : int
        Simulated futures, or their greatest number where a stop rule is set.
    seed : int
        The same seed gives the same futures, bit for bit.
    workers : int
        Threads that share the work; the result does not depend on it.
    output : "core" or "full"
        Core output costs a third of full: dates, chances, criticality and cruciality,
        without significance, first-order shares, merges and the plan's hash. For
        whoever asks often: a forecast after each edit, a comparison.
    mitigated : bool
        Draw risks as they are once mitigated, where a plan says so.
    stop_percentile, stop_band_days : float or None
        Stop early once the 95 % band of that percentile of the finish is
        narrower than so many days.

    Raises
    ------
    PlanError
        If a number is out of range.

    Examples
    --------
    >>> SimulationOptions(iterations=2_000).seed
    1
    """

    iterations: int = 10_000
    seed: int = 1
    workers: int = 1
    output: Literal["core", "full"] = "full"
    mitigated: bool = False
    stop_percentile: int = 80
    stop_band_days: float | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.iterations <= MAX_ITERATIONS:
            raise PlanError(f"Iterations must lie between 1 and {MAX_ITERATIONS:,}.")
        if not 1 <= self.workers <= 64:
            raise PlanError("Workers must lie between 1 and 64.")
        if self.output not in ("core", "full"):
            raise PlanError("The output of a simulation is “core” or “full”.")
        if not 1 <= self.stop_percentile <= 99:
            raise PlanError("The percentile whose band stops a simulation lies between 1 and 99.")
        if self.stop_band_days is not None and not self.stop_band_days > 0:
            raise PlanError("The band at which to stop must be wider than zero days.")
