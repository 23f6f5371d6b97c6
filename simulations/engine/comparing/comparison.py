"""Paired comparison: two plans in the same futures.

Draws are keyed by task and iteration, so iteration i of both plans is one
future, and what they share cancels out of their difference.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planning.core.plan import Plan, PlanError
from simulations.engine.axis import project_axis
from simulations.engine.comparing.compared import Comparison, Comparisons, Finishes
from simulations.engine.comparing.pairing import (
    LEAST_PLANS,
    MOST_PLANS,
    PROJECT,
    compare_finishes,
    comparisons,
)
from simulations.engine.kernels.arrays import Stretch
from simulations.engine.kernels.rows import BLOCK
from simulations.engine.lowering.plans import lower
from simulations.engine.options import SimulationOptions
from simulations.engine.running.run import Rows, Run
from simulations.engine.running.runs import run_of
from simulations.engine.running.simulation import (
    Progress,
    SimulationCancelled,
    prepare,
    simulate_block,
)
from simulations.engine.running.totals import NO_SCALES, finish_totals

BLOCKS_AT_ONCE = 16
NO_TASKS = "A plan without tasks has no finish to compare."


def compare(
    first: Plan,
    second: Plan,
    options: SimulationOptions | None = None,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Comparison:
    """Simulate two plans in the same futures and compare their finishes.

    Parameters
    ----------
    first, second : Plan
        Matched by key: tasks of the same key draw the same.
    options : SimulationOptions, optional
        Iterations and seed.
    progress, cancelled : callable, optional
        As for :func:`simulations.engine.simulate`.

    Raises
    ------
    PlanError
        If a plan can't be scheduled or has no tasks.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.distributions import Triangular
    >>> from planning.core.plan import ProjectSettings, Task, standard_calendar
    >>> project = ProjectSettings("Shed", datetime(2026, 1, 5, 8))
    >>> calendars = (standard_calendar(),)
    >>> one = Plan(project, calendars, (Task("A", "A", estimate=Triangular(480, 960, 1920)),))
    >>> two = Plan(project, calendars, (Task("A", "A", estimate=Triangular(480, 960, 1440)),))
    >>> compare(one, two).p_second_earlier > 0.9
    True
    """
    options = options or SimulationOptions()
    ours, theirs = (
        finishes_of(
            plan,
            run_of(plan, lower(plan, options)),
            options,
            progress=None if progress is None else _Part(progress, place, 2),
            cancelled=cancelled,
        )
        for place, plan in enumerate((first, second))
    )
    return compare_finishes(ours, theirs, first.project.minutes_per_day, options.seed)


def compare_many(
    plans: Sequence[Plan],
    options: SimulationOptions | None = None,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Comparisons:
    """Simulate two to five plans in the same futures; compare each with the first.

    Milestones that the first plan shares with another are compared too, up to
    20,000 iterations. Where the plans' forecasts have kept their iterations,
    :func:`simulations.engine.compare_kept` gives the same without simulating.

    Parameters
    ----------
    plans : sequence of Plan
        Matched by key: tasks of the same key draw the same.
    options : SimulationOptions, optional
        Iterations, seed, workers.
    progress, cancelled : callable, optional
        As for :func:`simulations.engine.simulate`.

    Raises
    ------
    PlanError
        If there are fewer than two or more than five plans, or one can't be
        scheduled or has no tasks.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.distributions import Triangular
    >>> from planning.core.plan import ProjectSettings, Task, standard_calendar
    >>> project = ProjectSettings("Shed", datetime(2026, 1, 5, 8))
    >>> def shed(worst):
    ...     task = Task("A", "A", estimate=Triangular(480, 960, worst))
    ...     return Plan(project, (standard_calendar(),), (task,))
    >>> found = compare_many([shed(1920), shed(1440), shed(1920)])
    >>> found.pairs[0].p_second_earlier > 0.9, found.pairs[1].p_tie
    (True, 1.0)
    """
    if not LEAST_PLANS <= len(plans) <= MOST_PLANS:
        raise PlanError("Between two and five plans can be compared.")
    options = options or SimulationOptions()
    finishes = [
        _every_finish(
            plan,
            options,
            progress=None if progress is None else _Part(progress, place, len(plans)),
            cancelled=cancelled,
        )
        for place, plan in enumerate(plans)
    ]
    return comparisons(plans, finishes, options.seed)


def _every_finish(
    plan: Plan,
    options: SimulationOptions,
    *,
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
) -> Mapping[str, Finishes]:
    """Simulate a plan; return the finishes of the project and its milestones."""
    options = replace(options, output="core")
    prepared = prepare(plan, options)
    run = prepared.run
    if not run.lowered.leaves:
        raise PlanError(NO_TASKS)
    blocks = -(-options.iterations // BLOCK)
    totals = simulate_block(prepared, options, 0, blocks, progress=progress, cancelled=cancelled)
    axis, origin = project_axis(plan)

    def finishes(counted: NDArray[np.int32]) -> Finishes:
        return Finishes(run.project_work(counted), run.project_instants(counted), axis, origin)

    found = {PROJECT: finishes(totals.finish)}
    for place, row in enumerate(prepared.keep):
        found[run.lowered.tasks[row].key] = finishes(totals.kept[place])
    return found


class _Part:
    """The progress of one of several plans as a part of the whole."""

    def __init__(self, progress: Progress, place: int, plans: int) -> None:
        self._progress, self._place, self._plans = progress, place, plans

    def __call__(self, share: float) -> None:
        self._progress((self._place + share) / self._plans)


def finishes_of(
    plan: Plan,
    run: Run,
    options: SimulationOptions,
    *,
    rows: Rows | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Finishes:
    """Simulate a plan for the project's finish alone, in ``rows`` of the run or in fresh ones.

    Raises
    ------
    PlanError
        If the plan has no tasks.
    """
    if not run.lowered.leaves:
        raise PlanError(NO_TASKS)
    out = np.zeros(options.iterations, np.int32)
    rows = run.rows() if rows is None else rows
    step = BLOCKS_AT_ONCE * BLOCK
    for first in range(0, options.iterations, step):
        if cancelled is not None and cancelled():
            raise SimulationCancelled
        part = out[first : first + step]
        blocks = -(-len(part) // BLOCK)
        totals, last = finish_totals(part), first + len(part)
        run.simulate(rows, NO_SCALES, totals, Stretch(first // BLOCK, blocks, first, last, 0))
        if progress is not None:
            progress((first + len(part)) / options.iterations)
    axis, origin = project_axis(plan)
    return Finishes(run.project_work(out), run.project_instants(out), axis, origin)
