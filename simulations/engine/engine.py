"""The engine's front door: a plan in, a forecast out."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

import numpy as np

from planning.core.distributions import Discrete, Pert
from planning.core.plan import (
    CalendarException,
    Plan,
    ProjectSettings,
    Task,
    standard_calendar,
)
from simulations.engine.compiling import one_process_at_a_time, seldom_collecting
from simulations.engine.kernels.rows import BLOCK
from simulations.engine.memory import keep_freed_memory
from simulations.engine.options import SimulationOptions
from simulations.engine.results.forecast import Forecast
from simulations.engine.results.reduction import reduce_totals
from simulations.engine.results.statistics import band_ranks
from simulations.engine.running.simulation import (
    BlockTotals,
    Progress,
    add_up,
    prepare,
    simulate_block,
)
from simulations.engine.sampling.streams import FEW

FIRST_LOOK_BLOCKS = 4
_DAY = date(2026, 1, 6)


def simulate(
    plan: Plan,
    options: SimulationOptions | None = None,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Forecast:
    """Simulate a plan.

    Parameters
    ----------
    plan : Plan
        The plan; every iteration schedules it whole.
    options : SimulationOptions, optional
        Iterations, seed, workers; 10,000 iterations of seed 1 by default.
    progress : callable, optional
        Called with the share done, from 0 to 1, at least about once a second.
    cancelled : callable, optional
        Asked about once a second; true stops the simulation.

    Returns
    -------
    Forecast
        Plain Python numbers. The same plan, iterations and seed give the same
        bits, whatever the number of workers.

    Raises
    ------
    PlanError
        If the plan can't be scheduled.
    SimulationCancelled
        If ``cancelled`` said so.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.distributions import Triangular
    >>> from planning.core.plan import ProjectSettings, Task, standard_calendar
    >>> plan = Plan(
    ...     ProjectSettings("Shed", datetime(2026, 1, 5, 8)),
    ...     calendars=(standard_calendar(),),
    ...     tasks=(Task("A", "A", estimate=Triangular(960, 1920, 3840)),),
    ... )
    >>> forecast = simulate(plan, SimulationOptions(iterations=5_000))
    >>> round(forecast.days(50), 1)
    4.5
    """
    options = options or SimulationOptions()
    warm()
    return _simulate(plan, options, progress, cancelled)


def _simulate(
    plan: Plan,
    options: SimulationOptions,
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
) -> Forecast:
    prepared = prepare(plan, options)
    blocks = -(-options.iterations // BLOCK)
    parts: list[BlockTotals] = []
    done = 0
    for count in _rounds(blocks, options):
        share = _Share(progress, done / blocks, count / blocks)
        parts.append(
            simulate_block(prepared, options, done, count, progress=share, cancelled=cancelled)
        )
        done += count
        if options.stop_band_days is not None and _is_narrow(plan, options, parts):
            break
    if progress is not None and done < blocks:
        progress(1.0)
    simulated = min(done * BLOCK, options.iterations)
    return reduce_totals(plan, prepared, options, add_up(parts, simulated))


class _Share:
    """The progress of one round as a part of the whole."""

    def __init__(self, progress: Progress | None, before: float, width: float) -> None:
        self._progress, self._before, self._width = progress, before, width

    def __call__(self, share: float) -> None:
        if self._progress is not None:
            self._progress(self._before + share * self._width)


def _rounds(blocks: int, options: SimulationOptions) -> Iterator[int]:
    """Yield how many blocks to simulate before looking at the band again."""
    if options.stop_band_days is None:
        yield blocks
        return
    done = 0
    while done < blocks:
        # A quarter more each time: few looks, and little beyond what was needed.
        count = min(max(FIRST_LOOK_BLOCKS, done // 4), blocks - done)
        yield count
        done += count


def _is_narrow(plan: Plan, options: SimulationOptions, parts: list[BlockTotals]) -> bool:
    finish = np.sort(np.concatenate([part.finish for part in parts]))
    low, high = band_ranks(len(finish), (options.stop_percentile,))
    width = int(finish[high[0] - 1]) - int(finish[low[0] - 1])
    return width / plan.project.minutes_per_day < (options.stop_band_days or 0.0)


@lru_cache(maxsize=1)
def warm() -> None:
    """Compile the kernels, or load them from their cache; instant the second time.

    Workers call this before they fork, so that their children share the code.

    Examples
    --------
    >>> warm()
    """
    keep_freed_memory()
    with one_process_at_a_time(), seldom_collecting():
        for plan in _warming_plans():
            _simulate(plan, SimulationOptions(iterations=2 * BLOCK), None, None)
    # What the compiler leaves would be looked through at each full collection: 60 ms for nothing.
    gc.collect()
    gc.freeze()


def compile_side_by_side() -> None:
    """Fill the cache of both kernels by a process each: a quarter less time on two cores.

    For whoever does nothing else yet, since it forks.
    """
    one, many = _warming_plans()
    options = SimulationOptions(iterations=2 * BLOCK)
    with one_process_at_a_time(), seldom_collecting():
        child = os.fork()
        if not child:
            with suppress(BaseException):  # the parent finds what is missing, and says why
                _simulate(one, options, None, None)
            os._exit(0)
        try:
            _simulate(many, options, None, None)
        finally:
            os.waitpid(child, 0)


def _warming_plans() -> tuple[Plan, Plan]:
    """Return a plan for the kernel on one calendar, and one for that with many."""
    tasks = (
        Task("A", "A", estimate=Pert(480, 960, 1920)),
        Task("B", "B", estimate=Discrete(((480, 0.5), (960, 0.5)))),
        *(Task(f"C{number}", "C") for number in range(FEW)),
    )
    one = Plan(ProjectSettings("Warm-up", datetime(2026, 1, 5, 8)), (standard_calendar(),), tasks)
    night = standard_calendar("night", "Night")
    many = replace(
        one,
        calendars=(*one.calendars, replace(night, exceptions=(CalendarException(_DAY, _DAY),))),
        tasks=(replace(tasks[0], calendar="night"), *tasks[1:]),
    )
    return one, many
