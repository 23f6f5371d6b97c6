"""Totals to Forecast: percentiles, chances, indices."""

from dataclasses import dataclass, replace
from time import thread_time

import numpy as np
from numpy.typing import NDArray

from planning.core.hashing import plan_hash
from planning.core.plan import Plan, TaskKind
from simulations.engine.axis import Axis, to_datetime, to_minutes
from simulations.engine.forecast import Forecast, Merge, MergeBranch, TaskForecast
from simulations.engine.kernel import (
    CRITICAL,
    FINISH_SUM,
    ON_TARGET,
    SIGNIFICANCE,
    SIGNIFICANCE_UNIT,
    SQUARE_SUM,
    START_SUM,
)
from simulations.engine.lowering import LINK_KINDS, Lowered
from simulations.engine.network import Note
from simulations.engine.options import ENGINE_VERSION, SimulationOptions
from simulations.engine.rows import BINS, BLOCK
from simulations.engine.simulation import MEASURED_BLOCKS, BlockTotals, Prepared, new_scratch
from simulations.engine.statistics import (
    band_ranks,
    correlation,
    first_order_share,
    histogram_values,
    percentile_ranks,
    ranks_of,
    share_at_most,
)
from simulations.engine.sweep import (
    CLASSES,
    SWEEP_ITERATIONS,
    Association,
    associate,
    durations_of,
)

DRAWN_AGAIN_ITERATIONS = 16_384
DRAWN_AGAIN_TASKS = 64
MERGES_REPORTED = 50

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Indices:
    """Per task: how its duration goes with the finish."""

    cruciality: Floats
    share: Floats


def indices_of(lowered: Lowered, totals: BlockTotals) -> Indices:
    """Sweep the uncertain tasks once more against the finish.

    A duration that rises with its own uniform has the uniform's ranks; others
    (risks, discrete values, existence) are drawn again and ranked.
    """
    count = len(lowered.tasks)
    found = Indices(np.zeros(count), np.zeros(count))
    finish = totals.finish[:SWEEP_ITERATIONS]
    if len(finish) < 2 or finish.min() == finish.max():
        return found
    monotone = np.flatnonzero(lowered.is_monotone).astype(np.int32)
    _sweep_uniforms(lowered, monotone, finish, found)
    others = np.flatnonzero(lowered.is_uncertain & ~lowered.is_monotone).astype(np.int32)
    for first in range(0, len(others), DRAWN_AGAIN_TASKS):
        rows = others[first : first + DRAWN_AGAIN_TASKS]
        _sweep_durations(lowered, rows, finish[:DRAWN_AGAIN_ITERATIONS], found)
    return found


def _sweep_uniforms(
    lowered: Lowered, rows: NDArray[np.int32], finish: NDArray[np.int32], found: Indices
) -> None:
    rank = ranks_of(finish)
    into = Association(
        np.zeros((len(rows), 3), np.int64),
        np.zeros((len(rows), CLASSES), np.int64),
        np.zeros((len(rows), CLASSES), np.int64),
    )
    scratch = new_scratch(lowered.net)
    associate(lowered.net, rows, rank.astype(np.int32), finish, scratch, into)
    n = len(finish)
    rank_square = float((rank.astype(np.float64) ** 2).sum())
    total, square, product = (into.moments[:, column].astype(np.float64) for column in range(3))
    scale = np.sqrt((square - total**2 / n) * rank_square)
    found.cruciality[rows] = product / np.where(scale > 0, scale, 1.0)
    variance = float(finish.astype(np.float64).var())
    for place, row in enumerate(rows):
        counts = into.counts[place].astype(np.float64)
        sums = into.sums[place].astype(np.float64)
        found.share[row] = first_order_share(counts, sums, variance)


def _sweep_durations(
    lowered: Lowered, rows: NDArray[np.int32], finish: NDArray[np.int32], found: Indices
) -> None:
    drawn = np.zeros((len(rows), len(finish)), np.int32)
    scratch = new_scratch(lowered.net)
    durations_of(lowered.net, lowered.laws, rows, len(finish), scratch, drawn)
    rank = ranks_of(finish).astype(np.float64)
    values = finish.astype(np.float64)
    for place, row in enumerate(rows):
        own = ranks_of(drawn[place])
        found.cruciality[row] = correlation(own.astype(np.float64), rank)
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
    lowered = prepared.lowered
    n = len(totals.finish)
    day = plan.project.minutes_per_day
    if not lowered.leaves:
        return _empty(plan, options, lowered)
    ordered = np.sort(totals.finish)
    indices = indices_of(lowered, totals)
    axis = _reaching(lowered, prepared, totals)
    low, high = band_ranks(n)
    finishes = ordered[percentile_ranks(n) - 1].astype(np.int64)
    target = plan.project.target
    forecast = Forecast(
        iterations=n,
        seed=options.seed,
        engine_seconds=0.0,
        engine_version=ENGINE_VERSION,
        plan_hash=plan_hash(plan),
        data_date=plan.project.data_date,
        notes=tuple(lowered.notes),
        mean_days=float(totals.finish.mean(dtype=np.float64)) / day,
        sd_days=float(totals.finish.std(dtype=np.float64)) / day,
        percentile_days=tuple((finishes / day).tolist()),
        band_days=tuple(
            zip((ordered[low - 1] / day).tolist(), (ordered[high - 1] / day).tolist(), strict=True)
        ),
        finish_minutes=tuple(axis.as_finish(finishes + lowered.origin).tolist()),
        planned_finish=to_datetime(int(axis.as_finish(prepared.planned_end + lowered.origin))),
        planned_days=prepared.planned_end / day,
        p_target=None
        if target is None
        else _chance_by(totals, int(axis.work_before(to_minutes(target))) - lowered.origin),
        p_planned=_chance_by(totals, prepared.planned_end),
        tasks=_task_forecasts(plan, prepared, totals, indices, axis),
        merges=_merges(lowered, totals, n, day),
        finishes=_kept(prepared, totals),
        measured_iterations=min(n, MEASURED_BLOCKS * BLOCK),
        swept_iterations=min(n, SWEEP_ITERATIONS),
    )
    return replace(
        forecast, engine_seconds=prepared.seconds + totals.seconds + thread_time() - began
    )


def _chance_by(totals: BlockTotals, work: int) -> float:
    return float(np.count_nonzero(totals.finish <= work)) / len(totals.finish)


def _kept(prepared: Prepared, totals: BlockTotals) -> dict[str, bytes]:
    """Return the finishes that paired comparison reads, as little-endian int32."""
    kept = {"": totals.finish.astype("<i4").tobytes()}
    for place, row in enumerate(prepared.keep):
        key = prepared.lowered.tasks[row].key
        kept[key] = totals.kept[place].astype("<i4").tobytes()
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
    plan: Plan, prepared: Prepared, totals: BlockTotals, indices: Indices, axis: Axis
) -> tuple[TaskForecast, ...]:
    lowered, scales, n = prepared.lowered, prepared.scales, len(totals.finish)
    ranks = percentile_ranks(n)
    origin, day = lowered.origin, plan.project.minutes_per_day
    starts = histogram_values(totals.start_bins, scales.start_low, scales.start_width, ranks)
    finishes = histogram_values(totals.finish_bins, scales.finish_low, scales.finish_width, ranks)
    start_minutes = axis.as_start(starts + origin).tolist()
    finish_minutes = axis.as_finish(finishes + origin).tolist()
    planned = share_at_most(
        totals.finish_bins, scales.finish_low, scales.finish_width, prepared.planned_finish
    ).tolist()
    sums = totals.sums.astype(np.float64)
    mean = (sums[:, FINISH_SUM] - sums[:, START_SUM]) / n
    deviation = np.sqrt(np.maximum(sums[:, SQUARE_SUM] / n - mean**2, 0.0))
    deviation[~lowered.is_uncertain] = 0.0
    project_sd = float(totals.finish.std(dtype=np.float64))
    criticality = sums[:, CRITICAL] / n
    ssi = criticality * deviation / project_sd if project_sd > 0 else np.zeros(len(mean))
    measured = totals.finish[: MEASURED_BLOCKS * BLOCK].astype(np.float64)
    scale = float(SIGNIFICANCE_UNIT) * measured.sum()
    significance = sums[:, SIGNIFICANCE] / scale if scale > 0 else np.zeros(len(mean))
    rows = zip(
        criticality.tolist(),
        indices.cruciality.tolist(),
        ssi.tolist(),
        significance.tolist(),
        indices.share.tolist(),
        (mean / day).tolist(),
        (deviation / day).tolist(),
        (sums[:, ON_TARGET] / n).tolist(),
        strict=True,
    )
    forecasts = []
    for row, (ci, cri, ssi_, si, share, mean_, sd, met) in enumerate(rows):
        task = lowered.tasks[row]
        timed = row < lowered.leaves and task.kind is TaskKind.TASK
        forecasts.append(
            TaskForecast(
                key=task.key,
                start_minutes=tuple(start_minutes[row]),
                finish_minutes=tuple(finish_minutes[row]),
                p_planned=planned[row],
                p_target=None if task.target is None else met,
                criticality=ci if row < lowered.leaves else None,
                cruciality=cri if timed else None,
                ssi=ssi_ if timed else None,
                significance=si if timed else None,
                first_order_share=share if timed else None,
                mean_duration_days=mean_ if timed else None,
                sd_duration_days=sd if timed else None,
            )
        )
    order = {task.key: place for place, task in enumerate(plan.tasks)}
    return tuple(sorted(forecasts, key=lambda one: order[one.key]))


def _merges(lowered: Lowered, totals: BlockTotals, n: int, day: int) -> tuple[Merge, ...]:
    """Return the merges by days lost: E[start] less the greatest mean of its links."""
    net, measured = lowered.net, min(n, MEASURED_BLOCKS * BLOCK)
    names = {number: kind.value for kind, number in LINK_KINDS.items()}
    starts, finishes = totals.sums[:, START_SUM] / n, totals.sums[:, FINISH_SUM] / n
    merges = []
    for row in range(lowered.leaves):
        first, last = int(net.link_first[row]), int(net.link_first[row + 1])
        if last - first < 2 or lowered.tasks[row].is_started:
            continue
        own = finishes[row] - starts[row]
        values, branches = [float(net.bound[row])], []
        for place in range(first, last):
            other, kind = int(net.link_task[place]), names[int(net.link_kind[place])]
            value = (finishes if kind in ("FS", "FF") else starts)[other] + net.link_lag[place]
            values.append(value - (own if kind in ("FF", "SF") else 0.0))
            share = float(totals.drives[place]) / measured
            branches.append(MergeBranch(lowered.tasks[other].key, kind, share))
        lost = (starts[row] - max(values)) / day
        branches.sort(key=lambda branch: (-branch.share, branch.predecessor))
        merges.append(Merge(lowered.tasks[row].key, max(float(lost), 0.0), tuple(branches)))
    merges.sort(key=lambda merge: (-merge.days_lost, merge.key))
    return tuple(merges[:MERGES_REPORTED])


def _reaching(lowered: Lowered, prepared: Prepared, totals: BlockTotals) -> Axis:
    """Return the project's axis, long enough for every date that was found."""
    scales = prepared.scales
    ends = scales.finish_low.astype(np.int64) + scales.finish_width.astype(np.int64) * BINS
    needed = lowered.origin + max(int(ends.max()), int(totals.finish.max()), prepared.planned_end)
    return lowered.axis.reaching(needed)
