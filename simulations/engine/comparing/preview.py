"""A forecast in a blink: what a person looks at right after an edit, and no more.

The same draws and dates as :func:`simulations.engine.simulate` with the same
seed, so its figures are those of the first iterations of the full forecast.
Left out is what costs a second pass over the plan: sensitivities, indices,
merges.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planning.core.plan import Plan
from simulations.engine.axis import project_axis
from simulations.engine.comparing.pairing import paired_interval, percentile_minutes
from simulations.engine.kernels.arrays import CRITICAL, ON_TARGET
from simulations.engine.kernels.rows import BLOCK
from simulations.engine.lowering.network import Note
from simulations.engine.options import ENGINE_VERSION, SimulationOptions
from simulations.engine.results.statistics import band_ranks, percentile_ranks
from simulations.engine.results.task_dates import dates_at
from simulations.engine.running.runs import project_work_of
from simulations.engine.running.simulation import Prepared, prepare, simulate_block

PERCENTILES = (10, 50, 80, 90)
SHOWN = (50, 80)

Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class TaskPreview:
    """Where a task's finish lies (minutes since 1970, by :data:`PERCENTILES`).

    ``criticality`` is None for summaries, ``p_target`` where there is no target.
    """

    finish_minutes: tuple[int, ...]
    criticality: float | None
    p_target: float | None


@dataclass(frozen=True, slots=True)
class Shift:
    """How far a percentile of the finish moved, in working days, with 95 % confidence."""

    days: float
    interval_days: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Preview:
    """The finish and every task's, from few iterations.

    Percentiles are in the order of :data:`PERCENTILES`. ``finishes`` holds the
    finish of every iteration as minutes since 1970, in the order of iterations.
    """

    iterations: int
    seed: int
    engine_version: str
    is_uncertain: bool
    notes: tuple[Note, ...]
    finish_minutes: tuple[int, ...] | None
    days: tuple[float, ...] | None
    bands_days: tuple[tuple[float, float], ...] | None
    planned_finish: int | None
    p_planned: float | None
    p_target: float | None
    tasks: dict[str, TaskPreview]
    finishes: Ints


def preview(
    plan: Plan,
    options: SimulationOptions,
    *,
    cancelled: Callable[[], bool] | None = None,
) -> Preview:
    """Simulate a plan for its dates alone.

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
    >>> tasks = (Task("A", "A", estimate=Triangular(480, 960, 1920)),)
    >>> plan = Plan(ProjectSettings("Shed", datetime(2026, 1, 5, 8)), (standard_calendar(),), tasks)
    >>> seen = preview(plan, SimulationOptions(iterations=2_000))
    >>> pairs = zip(seen.finish_minutes, seen.tasks["A"].finish_minutes, strict=True)
    >>> max(abs(project - task) for project, task in pairs) < 15  # a bin's width
    True
    """
    options = replace(options, output="core")
    prepared = prepare(plan, options)
    run = prepared.run
    lowered = run.lowered
    if not lowered.leaves:
        return _empty(plan, options, lowered.notes)
    blocks = -(-options.iterations // BLOCK)
    totals = simulate_block(prepared, options, 0, blocks, cancelled=cancelled)
    work = run.project_work(totals.finish)
    day, target = plan.project.minutes_per_day, plan.project.target
    ordered = np.sort(work)
    at = np.sort(totals.finish)[percentile_ranks(options.iterations, PERCENTILES) - 1]
    low, high = (ordered[ranks - 1] / day for ranks in band_ranks(options.iterations, PERCENTILES))
    planned = int(run.project_work(prepared.planned.end))
    return Preview(
        iterations=options.iterations,
        seed=options.seed,
        engine_version=ENGINE_VERSION,
        is_uncertain=bool(ordered[0] != ordered[-1]),
        notes=tuple(lowered.notes),
        finish_minutes=tuple(prepared.project_instants(at).tolist()),
        days=tuple((run.project_work(at) / day).tolist()),
        bands_days=tuple(zip(low.tolist(), high.tolist(), strict=True)),
        planned_finish=prepared.planned.end_instant,
        p_planned=_chance_by(work, planned),
        p_target=None if target is None else _chance_by(work, project_work_of(plan, target)),
        tasks=_tasks(prepared, totals.finish_bins, totals.start_bins, totals.summed["sums"], work),
        finishes=run.project_instants(totals.finish),
    )


def shifts(plan: Plan, before: Ints, after: Ints) -> dict[int, Shift]:
    """Return how far P50 and P80 moved between two previews of one seed.

    Parameters
    ----------
    plan : Plan
        In whose working days to count.
    before, after : int64 (iterations,)
        Finishes as minutes since 1970; iteration i of both is one future, and
        of the longer only as many count as the shorter has.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.plan import ProjectSettings, standard_calendar
    >>> plan = Plan(ProjectSettings("Shed", datetime(1970, 1, 5, 8)), (standard_calendar(),))
    >>> friday = np.full(100, 8 * 1440 + 17 * 60)
    >>> shifts(plan, friday, friday + 3 * 1440)[80].days
    1.0
    """
    count = min(len(before), len(after))
    axis, origin = project_axis(plan)
    axis = axis.covering(int(max(before.max(), after.max())))
    day = plan.project.minutes_per_day
    former, latter = (axis.work_before(values[:count]) - origin for values in (before, after))
    found = {}
    for percentile in SHOWN:
        moved = percentile_minutes(latter, percentile) - percentile_minutes(former, percentile)
        low, high = paired_interval(latter, former, percentile)
        found[percentile] = Shift(moved / day, (low / day, high / day))
    return found


def _chance_by(work: Ints, limit: int) -> float:
    return float(np.count_nonzero(work <= limit)) / len(work)


def _tasks(
    prepared: Prepared, finish_bins: Ints32, start_bins: Ints32, sums: Ints, work: Ints
) -> dict[str, TaskPreview]:
    lowered = prepared.run.lowered
    ranks = percentile_ranks(len(work), PERCENTILES)
    _, ends = dates_at(prepared, start_bins, finish_bins, ranks)
    shares, met = sums[:, CRITICAL] / len(work), sums[:, ON_TARGET] / len(work)
    rows = zip(ends.tolist(), shares.tolist(), met.tolist(), lowered.tasks, strict=True)
    return {
        task.key: TaskPreview(
            finish_minutes=tuple(minutes),
            criticality=share if row < lowered.leaves else None,
            p_target=None if task.target is None else chance,
        )
        for row, (minutes, share, chance, task) in enumerate(rows)
    }


def _empty(plan: Plan, options: SimulationOptions, notes: list[Note]) -> Preview:
    return Preview(
        iterations=options.iterations,
        seed=options.seed,
        engine_version=ENGINE_VERSION,
        is_uncertain=False,
        notes=(*notes, Note("tasks", "the plan has no tasks, so there is no forecast")),
        finish_minutes=None,
        days=None,
        bands_days=None,
        planned_finish=None,
        p_planned=None,
        p_target=None,
        tasks={},
        finishes=np.zeros(0, np.int64),
    )
