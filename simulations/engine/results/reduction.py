"""Totals to Forecast: percentiles, chances, indices."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from threading import get_ident
from time import thread_time

import numpy as np
from numpy.typing import NDArray

from planning.core.hashing import plan_hash
from planning.core.plan import Plan, TaskKind
from simulations.engine.axis import to_datetime
from simulations.engine.kernels.arrays import (
    CRITICAL,
    ON_TARGET,
    SIGNIFICANCE,
    SIGNIFICANCE_UNIT,
    SQUARE_SUM,
)
from simulations.engine.kernels.histograms import rank_counted, share_at_most
from simulations.engine.kernels.rows import BLOCK
from simulations.engine.kernels.sweep import (
    CLASSES,
    SWEEP_ITERATIONS,
    Association,
    associate,
    class_weights,
    durations_of,
)
from simulations.engine.lowering.network import Note
from simulations.engine.lowering.plans import Lowered
from simulations.engine.options import ENGINE_VERSION, SimulationOptions
from simulations.engine.results.forecast import Forecast
from simulations.engine.results.merges import merges_of
from simulations.engine.results.statistics import (
    COUNTED_SPAN,
    band_ranks,
    correlation,
    first_order_share,
    first_order_shares,
    percentile_ranks,
    ranks_of,
)
from simulations.engine.results.task_dates import dates_at
from simulations.engine.results.task_forecasts import TaskForecasts
from simulations.engine.running.runs import project_work_of
from simulations.engine.running.scratch import sweep_scratch
from simulations.engine.running.simulation import MEASURED_BLOCKS, BlockTotals, Prepared
from simulations.engine.running.threads import cut, each

DRAWN_AGAIN_TASKS = 16
SWEEPS_A_WORKER = 4
NOTHING_UNCERTAIN = "no task has a range"

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]


@dataclass(slots=True)
class Indices:
    """Per task: how its duration goes with the finish; shares in full output alone.

    ``seconds`` are the CPU seconds that other threads took for them.
    """

    cruciality: Floats
    share: Floats
    seconds: float = 0.0


def indices_of(
    lowered: Lowered,
    work: Ints32,
    *,
    shares: bool = True,
    workers: int = 1,
) -> Indices:
    """Sweep the uncertain tasks once more against the finish.

    A duration that rises with its own uniform has the uniform's ranks; others
    (risks, discrete values, existence) are drawn again and ranked. Threads
    share the tasks; each task is one thread's alone.
    """
    count = len(lowered.tasks)
    found = Indices(np.zeros(count), np.zeros(count))
    finish = work[:SWEEP_ITERATIONS]
    if len(finish) < 2 or finish.min() == finish.max():
        return found
    rank, asked_by = _ranks_of(finish), get_ident()
    monotone = np.flatnonzero(lowered.is_monotone).astype(np.int32)
    others = np.flatnonzero(lowered.is_uncertain & ~lowered.is_monotone).astype(np.int32)
    sweeps = [
        partial(_sweep_uniforms, lowered, monotone[first : first + some], shares=shares)
        for first, some in cut(len(monotone), SWEEPS_A_WORKER * workers if workers > 1 else 1)
    ] + [
        partial(_sweep_durations, lowered, others[first : first + DRAWN_AGAIN_TASKS])
        for first in range(0, len(others), DRAWN_AGAIN_TASKS)
    ]

    def sweep(one: Callable[[Ints32, Ints32, Indices], None]) -> float:
        began = thread_time()
        one(finish, rank, found)
        return thread_time() - began if get_ident() != asked_by else 0.0

    found.seconds = sum(each(sweep, sweeps, workers))
    return found


def _ranks_of(finish: Ints32) -> Ints32:
    """Return twice the centred average ranks; see :func:`ranks_of`."""
    least = int(finish.min())
    span = int(finish.max()) - least + 1
    if span > COUNTED_SPAN:
        return ranks_of(finish).astype(np.int32)
    ranks = np.empty(len(finish), np.int32)
    rank_counted(finish, least, np.zeros(span, np.int32), ranks)
    return ranks


def _sweep_uniforms(
    lowered: Lowered,
    rows: Ints32,
    finish: Ints32,
    rank: Ints32,
    found: Indices,
    *,
    shares: bool,
) -> None:
    into = Association.of(len(rows))
    weights = class_weights(finish) if shares else np.zeros(0, np.uint64)
    scratch = sweep_scratch(lowered.net)
    associate(lowered.net, rows, rank, weights, scratch, into)
    n = len(finish)
    rank_square = float((rank.astype(np.float64) ** 2).sum())
    total, square, product = (into.moments[:, column].astype(np.float64) for column in range(3))
    scale = np.sqrt((square - total**2 / n) * rank_square)
    found.cruciality[rows] = product / np.where(scale > 0, scale, 1.0)
    if shares:
        variance = float(finish.astype(np.float64).var())
        found.share[rows] = first_order_shares(*into.classified(), variance)


def _sweep_durations(
    lowered: Lowered,
    rows: Ints32,
    finish: Ints32,
    rank: Ints32,
    found: Indices,
) -> None:
    drawn = np.zeros((len(rows), len(finish)), np.int32)
    scratch = sweep_scratch(lowered.net)
    durations_of(lowered.net, lowered.laws, rows, len(finish), scratch, drawn)
    ranks, values = rank.astype(np.float64), finish.astype(np.float64)
    for place, row in enumerate(rows):
        own = ranks_of(drawn[place])
        found.cruciality[row] = correlation(own.astype(np.float64), ranks)
        # Ties share a class; classes hold equal shares where values allow.
        classes = (own + len(finish)) * CLASSES // (2 * len(finish) + 1)
        counts = np.bincount(classes, minlength=CLASSES).astype(np.float64)
        sums = np.zeros(CLASSES)
        np.add.at(sums, classes, values)
        found.share[row] = first_order_share(counts, sums, float(values.var()))


def reduce_totals(
    plan: Plan, prepared: Prepared, options: SimulationOptions, totals: BlockTotals
) -> Forecast:
    """Reckon the forecast from the totals of every iteration."""
    began = thread_time()
    run = prepared.run
    lowered = run.lowered
    n = len(totals.finish)
    day = plan.project.minutes_per_day
    if not lowered.leaves:
        return _empty(plan, options, lowered)
    ordered = np.sort(totals.finish)
    chosen = ordered[percentile_ranks(n) - 1]
    work = run.project_work(totals.finish)
    is_full = options.output == "full"
    indices = indices_of(lowered, work.astype(np.int32), shares=is_full, workers=options.workers)
    low, high = (run.project_work(ordered[ranks - 1]) / day for ranks in band_ranks(n))
    planned = int(run.project_work(prepared.planned.end))
    # Sums of whole minutes are exact in floats, and so a third of the time.
    values = work.astype(np.float64)
    project_sd = float(values.std())
    target = plan.project.target
    forecast = Forecast(
        iterations=n,
        seed=options.seed,
        engine_seconds=0.0,
        engine_version=ENGINE_VERSION,
        plan_hash=plan_hash(plan) if is_full else "",
        data_date=plan.project.data_date,
        notes=_notes(lowered),
        mean_days=float(values.mean()) / day,
        sd_days=project_sd / day,
        percentile_days=tuple((run.project_work(chosen) / day).tolist()),
        band_days=tuple(zip(low.tolist(), high.tolist(), strict=True)),
        finish_minutes=tuple(prepared.project_instants(chosen).tolist()),
        planned_finish=to_datetime(prepared.planned.end_instant),
        planned_days=planned / day,
        p_target=None if target is None else _chance_by(work, project_work_of(plan, target)),
        p_planned=_chance_by(work, planned),
        tasks=_task_forecasts(plan, prepared, totals, work, project_sd, indices, is_full=is_full),
        merges=merges_of(run, prepared.scales, totals, n, day) if is_full else (),
        finishes=_kept(prepared, totals, work),
        measured_iterations=min(n, MEASURED_BLOCKS * BLOCK) if is_full else 0,
        swept_iterations=min(n, SWEEP_ITERATIONS),
    )
    seconds = prepared.seconds + totals.seconds + indices.seconds + thread_time() - began
    return replace(forecast, engine_seconds=seconds)


def _notes(lowered: Lowered) -> tuple[Note, ...]:
    """Return the notes, and that there is nothing to forecast where nothing is uncertain."""
    if lowered.is_uncertain.any():
        return tuple(lowered.notes)
    return (*lowered.notes, Note("tasks", NOTHING_UNCERTAIN))


def _chance_by(work: Ints, limit: int) -> float:
    return float(np.count_nonzero(work <= limit)) / len(work)


def _kept(prepared: Prepared, totals: BlockTotals, work: Ints) -> dict[str, bytes]:
    """Return the finishes that paired comparison reads, as little-endian int32."""
    kept = {"": work.astype("<i4").tobytes()}
    for place, row in enumerate(prepared.keep):
        key = prepared.run.lowered.tasks[row].key
        kept[key] = prepared.run.project_work(totals.kept[place]).astype("<i4").tobytes()
    return kept


def _empty(plan: Plan, options: SimulationOptions, lowered: Lowered) -> Forecast:
    """Return the forecast of a plan without tasks: blanks, and why."""
    return Forecast(
        iterations=options.iterations,
        seed=options.seed,
        engine_seconds=0.0,
        engine_version=ENGINE_VERSION,
        plan_hash=plan_hash(plan),
        data_date=plan.project.data_date,
        notes=(*lowered.notes, Note("tasks", "the plan has no tasks, so there is no forecast")),
        mean_days=None,
        sd_days=None,
        percentile_days=None,
        band_days=None,
        finish_minutes=None,
        planned_finish=None,
        planned_days=None,
        p_target=None,
        p_planned=None,
        tasks=(),
        merges=(),
        finishes={},
        measured_iterations=0,
        swept_iterations=0,
    )


def _task_forecasts(
    plan: Plan,
    prepared: Prepared,
    totals: BlockTotals,
    work: Ints,
    project_sd: float,
    indices: Indices,
    *,
    is_full: bool,
) -> TaskForecasts:
    lowered, scales, n = prepared.run.lowered, prepared.scales, len(work)
    ranks = percentile_ranks(n)
    day = plan.project.minutes_per_day
    begins, ends = dates_at(prepared, totals.start_bins, totals.finish_bins, ranks)
    planned = share_at_most(
        totals.finish_bins, scales.finish_low, scales.finish_width, prepared.planned.finish
    )
    sums = totals.summed["sums"].astype(np.float64)
    mean, done = prepared.run.mean_durations(totals.summed, n)
    deviation = np.sqrt(np.maximum(sums[:, SQUARE_SUM] / n - mean**2, 0.0))
    deviation[~lowered.is_uncertain] = 0.0
    criticality = sums[:, CRITICAL] / n
    ssi = criticality * deviation / project_sd if project_sd > 0 else np.zeros(len(mean))
    measured = work[: MEASURED_BLOCKS * BLOCK].astype(np.float64)
    scale = float(SIGNIFICANCE_UNIT) * measured.sum()
    significance = sums[:, SIGNIFICANCE] / scale if scale > 0 else np.zeros(len(mean))
    tasks = lowered.tasks
    is_leaf = np.arange(len(tasks)) < lowered.leaves
    timed = is_leaf & np.array([task.kind is TaskKind.TASK for task in tasks])
    targeted = np.array([task.target is not None for task in tasks])
    fully = timed & is_full
    columns = (
        (begins, None),
        (ends, None),
        (planned, None),
        (sums[:, ON_TARGET] / n, targeted),
        (criticality, is_leaf),
        (indices.cruciality, timed),
        (ssi, timed),
        (significance, fully),
        (indices.share, fully),
        ((mean + done) / day, timed),
        (deviation / day, timed),
    )
    return TaskForecasts.in_order([task.key for task in tasks], columns, plan)
