"""A simulation in blocks of iterations: prepare, simulate some, add them up.

The totals of a block are exact integers, so blocks may be simulated by any
number of threads or machines, in any order, and still give the same bits.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from queue import Empty, SimpleQueue
from threading import Lock
from time import thread_time
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from planning.core.plan import Plan, PlanError, TaskKind
from simulations.engine.kernels.arrays import Scales, Stretch, Totals
from simulations.engine.kernels.histograms import place_bins, pour_histograms
from simulations.engine.kernels.rows import BINS, BLOCK, FULL
from simulations.engine.lowering.plans import lower
from simulations.engine.options import ENGINE_VERSION, SimulationOptions
from simulations.engine.running.run import Planned, Rows, Run
from simulations.engine.running.runs import run_of
from simulations.engine.running.threads import cut, each
from simulations.engine.running.totals import new_totals, reach_of

MEASURED_BLOCKS = 8
MOST_CELLS, LEAST_CELLS = 20_000_000, 1_000_000
MOST_BLOCKS_COUNTED = 127  # sixteen-bit counts hold 65,535
KEPT_ITERATIONS = 20_000
SUMMED = ("sums", "work", "drives", "waits")

Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]
Number = TypeVar("Number", np.int32, np.int64)
Progress = Callable[[float], None]


class SimulationCancelled(Exception):  # noqa: N818 - what the caller asked for is no error
    """The caller asked the simulation to stop."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A lowered plan with its planned dates and the scales of its histograms.

    ``low`` and ``high`` (2, tasks) are the least and the greatest start and finish
    of a pilot. ``keep`` names the tasks whose finish is kept for every iteration. ``spare``
    holds rows that no worker uses at present: fresh ones cost page faults.
    """

    run: Run
    scales: Scales
    planned: Planned
    low: Ints
    high: Ints
    keep: NDArray[np.int32]
    seconds: float
    spare: list[Rows]

    def project_instants(self, finish: Ints32) -> Ints:
        """Return finishes of the project as minutes since 1970, the planned one as planned."""
        instants = self.run.project_instants(finish)
        instants[finish == self.planned.end] = self.planned.end_instant
        return instants


@dataclass(slots=True)
class BlockTotals:
    """Exact integer totals of consecutive iterations.

    Attributes
    ----------
    first : int
        The first of these iterations.
    finish : int32 (iterations,); kept : int32 (kept tasks, iterations)
        Finish of the project and of its milestones in each.
    start_bins, finish_bins : int32 (tasks, bins)
    summed : dict of int64 arrays
        The sums of :class:`simulations.engine.kernels.loop.Totals`, by name.
    seconds : float
        CPU seconds that they took.
    """

    engine_version: str
    first: int
    finish: NDArray[np.int32]
    kept: NDArray[np.int32]
    start_bins: Ints32
    finish_bins: Ints32
    summed: dict[str, Ints]
    seconds: float


def prepare(plan: Plan, options: SimulationOptions) -> Prepared:
    """Lower a plan, schedule it as planned, and find where its dates will lie.

    Raises
    ------
    PlanError
        If the plan can't be scheduled.
    """
    began = thread_time()
    lowered = lower(plan, options)
    run = run_of(plan, lowered)
    net = lowered.net
    rows = run.rows()
    planned = run.planned(rows)
    pilot = reach_of(run, rows)
    low, high = pilot.low, pilot.high
    if len(net.risk_chance):
        # A rare risk may not happen in the pilot, yet its dates need a place.
        certain = run.lowered.net._replace(risk_chance=np.full_like(net.risk_chance, FULL))
        risky = reach_of(run.with_lowered(lowered.with_arrays(certain, lowered.laws)), rows)
        low, high = np.minimum(low, risky.low), np.maximum(high, risky.high)
    keeps = options.iterations <= KEPT_ITERATIONS
    keep = [
        row for row, task in enumerate(lowered.tasks) if keeps and task.kind is TaskKind.MILESTONE
    ]
    return Prepared(
        run=run,
        scales=_scales(low, high, planned),
        planned=planned,
        low=low,
        high=high,
        keep=np.array(keep, np.int32),
        seconds=thread_time() - began,
        spare=[rows],
    )


def _scales(low: Ints, high: Ints, planned: Planned) -> Scales:
    """Place the bins of starts and finishes over a pilot's range and beyond."""
    start_low, start_width, finish_low, finish_width = np.empty((4, low.shape[1]), np.int32)
    place_bins(low[0], high[0], planned.start, start_low, start_width)
    place_bins(low[1], high[1], planned.finish, finish_low, finish_width)
    return Scales(start_low, start_width, finish_low, finish_width)


def simulate_block(
    prepared: Prepared,
    options: SimulationOptions,
    first_block: int,
    blocks: int,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> BlockTotals:
    """Simulate consecutive blocks of 512 iterations.

    Parameters
    ----------
    prepared : Prepared
        From :func:`prepare` with the same plan and options.
    first_block, blocks : int
        Which blocks; the last of a simulation may be partly filled.
    progress : callable, optional
        Called with the share done, at least about once a second.
    cancelled : callable, optional
        Asked between chunks; true stops the simulation.

    Raises
    ------
    SimulationCancelled
        If ``cancelled`` said so.
    """
    net = prepared.run.lowered.net
    first = first_block * BLOCK
    last = min((first_block + blocks) * BLOCK, options.iterations)
    links = len(prepared.run.links()[1])
    shared = new_totals(len(net.law), links, last - first, prepared.keep)
    chunks = chunks_of(len(net.law), first_block, blocks, options.workers)
    workers = min(options.workers, len(chunks))
    bins = _Bins.of(len(net.law))
    free: SimpleQueue[_Accumulator] = SimpleQueue()
    accumulators: list[_Accumulator] = []

    def work(chunk: tuple[int, int]) -> int:
        if cancelled is not None and cancelled():
            raise SimulationCancelled
        try:
            accumulator = free.get_nowait()
        except Empty:
            # Each worker clears its own memory, while the others do.
            accumulator = _Accumulator(prepared, shared, bins)
            accumulators.append(accumulator)
        accumulator.add(prepared, options, first, *chunk)
        free.put(accumulator)
        return chunk[1]

    done = 0
    for count in each(work, chunks, workers):
        done += count
        if progress is not None:
            progress(done / blocks)
    prepared.spare.extend(accumulator.rows for accumulator in accumulators)
    return _added(accumulators, bins, shared, first)


def chunks_of(tasks: int, first_block: int, blocks: int, workers: int) -> list[tuple[int, int]]:
    """Cut blocks into (first, count) that take well under a second each.

    What several workers share is cut ever smaller towards its end: nobody is
    as fast as the others all the time, and the last to finish keeps them waiting.

    Examples
    --------
    >>> chunks_of(1_000, 0, 8, 2)
    [(0, 2), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1), (7, 1)]
    """
    cells = max(tasks, 1) * BLOCK
    most = max(1, min(MOST_BLOCKS_COUNTED, MOST_CELLS // cells))
    if workers == 1:
        return [(first_block + first, some) for first, some in cut(blocks, -(-blocks // most))]
    least = min(most, max(1, LEAST_CELLS // cells))
    sizes, left = [], blocks
    while left > workers * least:
        sizes.append(min(most, max(least, left // (2 * workers))))
        left -= sizes[-1]
    sizes += [some for _, some in cut(left, workers)]
    first = [first_block, *(first_block + done for done in accumulate(sizes))]
    return list(zip(first, sizes, strict=False))


@dataclass(frozen=True, slots=True)
class _Bins:
    """Counts of dates that no number of iterations overflows, for all workers together."""

    start: Ints32
    finish: Ints32
    lock: Lock

    @classmethod
    def of(cls, tasks: int) -> "_Bins":
        return cls(np.zeros((tasks, BINS), np.int32), np.zeros((tasks, BINS), np.int32), Lock())

    def take(self, totals: Totals) -> None:
        """Take over a worker's sixteen-bit counts, and leave none."""
        with self.lock:
            pour_histograms(totals.start_bins, self.start)
            pour_histograms(totals.finish_bins, self.finish)


class _Accumulator:
    """One worker's rows and totals."""

    def __init__(self, prepared: Prepared, shared: Totals, bins: _Bins) -> None:
        began = thread_time()
        try:
            self.rows = prepared.spare.pop()
        except IndexError:
            self.rows = prepared.run.rows()
        self.totals = shared._replace(
            start_bins=np.zeros_like(shared.start_bins),
            finish_bins=np.zeros_like(shared.finish_bins),
            **{name: np.zeros_like(getattr(shared, name)) for name in SUMMED},
        )
        self.bins = bins
        self.counted = 0
        self.seconds = thread_time() - began

    def add(
        self, prepared: Prepared, options: SimulationOptions, first: int, block: int, count: int
    ) -> None:
        """Simulate some blocks; sixteen-bit counts are emptied before they could overflow."""
        began = thread_time()
        if self.counted + count > MOST_BLOCKS_COUNTED:
            self.bins.take(self.totals)
            self.counted = 0
        self.counted += count
        measured = MEASURED_BLOCKS if options.output == "full" else 0
        prepared.run.simulate(
            self.rows,
            prepared.scales,
            self.totals,
            Stretch(block, count, first, options.iterations, measured),
        )
        self.seconds += thread_time() - began


def _added(
    accumulators: list[_Accumulator], bins: _Bins, shared: Totals, first: int
) -> BlockTotals:
    began = thread_time()
    for one in accumulators:
        bins.take(one.totals)
    summed = {name: _summed([getattr(one.totals, name) for one in accumulators]) for name in SUMMED}
    return BlockTotals(
        engine_version=ENGINE_VERSION,
        first=first,
        finish=shared.finish,
        kept=shared.kept,
        start_bins=bins.start,
        finish_bins=bins.finish,
        summed=summed,
        seconds=sum(one.seconds for one in accumulators) + thread_time() - began,
    )


def _summed(parts: Sequence[NDArray[Number]]) -> NDArray[Number]:
    """Add arrays up into the first: each is a worker's own, which has done its work."""
    total = parts[0]
    for part in parts[1:]:
        total += part
    return total


def add_up(parts: Iterable[BlockTotals], iterations: int) -> BlockTotals:
    """Add up totals that together hold iterations 0 to ``iterations − 1``.

    Raises
    ------
    PlanError
        If iterations are missing or doubled, or engine versions are mixed.
    """
    ordered = sorted(parts, key=lambda part: part.first)
    if {part.engine_version for part in ordered} != {ENGINE_VERSION}:
        raise PlanError("Blocks of different engine versions can't be added up.")
    expected = 0
    for part in ordered:
        if part.first != expected:
            raise PlanError(f"The block of iteration {expected} is missing or doubled.")
        expected += len(part.finish)
    if expected != iterations:
        raise PlanError(f"Only {expected} of {iterations} iterations were simulated.")
    if len(ordered) == 1:
        return ordered[0]
    return BlockTotals(
        engine_version=ENGINE_VERSION,
        first=0,
        finish=np.concatenate([part.finish for part in ordered]),
        kept=np.concatenate([part.kept for part in ordered], axis=1),
        start_bins=np.sum([part.start_bins for part in ordered], axis=0, dtype=np.int32),
        finish_bins=np.sum([part.finish_bins for part in ordered], axis=0, dtype=np.int32),
        summed={name: np.sum([part.summed[name] for part in ordered], axis=0) for name in SUMMED},
        seconds=sum(part.seconds for part in ordered),
    )
