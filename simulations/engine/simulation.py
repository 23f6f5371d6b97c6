"""A simulation in blocks of iterations: prepare, simulate some, add them up.

The totals of a block are exact integers, so blocks may be simulated by any
number of threads or machines, in any order, and still give the same bits.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from queue import SimpleQueue
from time import thread_time

import numpy as np
from numpy.typing import NDArray

from planning.core.plan import Plan, PlanError, TaskKind
from simulations.engine.kernel import SUMS, Network, Scales, Scratch, Totals, simulate_blocks
from simulations.engine.lowering import Lowered, lower
from simulations.engine.options import ENGINE_VERSION, SimulationOptions
from simulations.engine.rows import BINS, BLOCK, FULL, Laws, buffers

MEASURED_BLOCKS = 8
CHUNK_CELLS = 20_000_000
MOST_BLOCKS_AT_ONCE = 127  # sixteen-bit counts hold 65,535
KEPT_ITERATIONS = 20_000
MARGIN_BELOW, MARGIN_ABOVE = 1 / 3, 1 / 2

Ints = NDArray[np.int64]
Progress = Callable[[float], None]


class SimulationCancelled(Exception):  # noqa: N818 - what the caller asked for is no error
    """The caller asked the simulation to stop."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A lowered plan with its planned dates and the scales of its histograms.

    ``keep`` names the tasks whose finish is kept for every iteration.
    """

    lowered: Lowered
    scales: Scales
    planned_start: Ints
    planned_finish: Ints
    planned_end: int
    keep: NDArray[np.int32]
    seconds: float


@dataclass(slots=True)
class BlockTotals:
    """Exact integer totals of consecutive iterations.

    Attributes
    ----------
    first : int
        The first of these iterations.
    finish : int32 (iterations,); kept : int32 (kept tasks, iterations)
        Finish of the project and of its milestones in each.
    start_bins, finish_bins : int64 (tasks, bins)
    sums : int64 (tasks, 6); drives : int64 (links,)
    seconds : float
        CPU seconds that they took.
    """

    engine_version: str
    first: int
    finish: NDArray[np.int32]
    kept: NDArray[np.int32]
    start_bins: Ints
    finish_bins: Ints
    sums: Ints
    drives: Ints
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
    scratch = new_scratch(lowered.net)
    planned_end = _trial(*lowered.planned(), scratch)
    planned_start = scratch.start[:, 0].astype(np.int64)
    planned_finish = scratch.finish[:, 0].astype(np.int64)
    low, high = _reach(lowered.net, lowered.laws, scratch)
    if len(lowered.net.risk_chance):
        # A rare risk may not happen in the pilot, yet its dates need a place.
        certain = lowered.net._replace(risk_chance=np.full_like(lowered.net.risk_chance, FULL))
        low_risky, high_risky = _reach(certain, lowered.laws, scratch)
        low, high = np.minimum(low, low_risky), np.maximum(high, high_risky)
    keeps = options.iterations <= KEPT_ITERATIONS
    return Prepared(
        lowered=lowered,
        scales=Scales(
            *_bins(low[0], high[0], planned_start), *_bins(low[1], high[1], planned_finish)
        ),
        planned_start=planned_start,
        planned_finish=planned_finish,
        planned_end=planned_end,
        keep=np.array(
            [
                row
                for row, task in enumerate(lowered.tasks)
                if keeps and task.kind is TaskKind.MILESTONE
            ],
            np.int32,
        ),
        seconds=thread_time() - began,
    )


def _trial(net: Network, laws: Laws, scratch: Scratch) -> int:
    """Simulate one block for its rows alone; return the first finish of the project."""
    totals = _new_totals(net, BLOCK, np.zeros(0, np.int32))
    count = len(net.law)
    anywhere = np.zeros(count, np.int32), np.ones(count, np.int32)
    simulate_blocks(net, laws, Scales(*anywhere, *anywhere), scratch, totals, 0, 1, 0, BLOCK, 0)
    return int(totals.finish[0])


def _reach(net: Network, laws: Laws, scratch: Scratch) -> tuple[Ints, Ints]:
    """Return the least and the greatest start and finish of each task in a pilot."""
    _trial(net, laws, scratch)
    both = np.stack((scratch.start, scratch.finish)).astype(np.int64)
    return both.min(axis=2), both.max(axis=2)


def _bins(low: Ints, high: Ints, planned: Ints) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Place bins over a pilot's range and beyond, with an edge after the planned date."""
    span = high - low
    below = low - np.ceil(span * MARGIN_BELOW).astype(np.int64)
    above = high + np.ceil(span * MARGIN_ABOVE).astype(np.int64)
    width = np.maximum((above - below) // (BINS - 2) + 1, 1)
    centred = below - np.maximum(BINS // 2 - (above - below), 0) // 2
    edge = planned + 1
    first = edge - -((centred - edge) // width) * width
    return first.astype(np.int32), width.astype(np.int32)


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
    net = prepared.lowered.net
    first = first_block * BLOCK
    last = min((first_block + blocks) * BLOCK, options.iterations)
    shared = _new_totals(net, last - first, prepared.keep)
    chunks = _chunks(len(net.law), first_block, blocks)
    workers = max(1, min(options.workers, len(chunks)))
    free: SimpleQueue[_Accumulator] = SimpleQueue()
    accumulators = [_Accumulator(net, shared) for _ in range(workers)]
    for accumulator in accumulators:
        free.put(accumulator)

    def work(chunk: tuple[int, int]) -> int:
        if cancelled is not None and cancelled():
            raise SimulationCancelled
        accumulator = free.get()
        accumulator.add(prepared, options, first, *chunk)
        free.put(accumulator)
        return chunk[1]

    done = 0
    for count in _each(work, chunks, workers):
        done += count
        if progress is not None:
            progress(done / blocks)
    return _added(accumulators, shared, first)


def _each(
    work: Callable[[tuple[int, int]], int], chunks: list[tuple[int, int]], workers: int
) -> Iterator[int]:
    """Do every chunk, on threads where there are several workers."""
    if workers == 1:
        yield from map(work, chunks)
        return
    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(work, chunk) for chunk in chunks]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            for future in futures:
                future.cancel()


def _chunks(tasks: int, first_block: int, blocks: int) -> list[tuple[int, int]]:
    """Cut blocks into (first, count) that take well under a second each."""
    at_once = max(1, min(MOST_BLOCKS_AT_ONCE, CHUNK_CELLS // (max(tasks, 1) * BLOCK)))
    last = first_block + blocks
    return [(block, min(at_once, last - block)) for block in range(first_block, last, at_once)]


class _Accumulator:
    """One worker's rows and totals."""

    def __init__(self, net: Network, shared: Totals) -> None:
        self.scratch = new_scratch(net)
        self.totals = shared._replace(
            start_bins=np.zeros_like(shared.start_bins),
            finish_bins=np.zeros_like(shared.finish_bins),
            sums=np.zeros_like(shared.sums),
            drives=np.zeros_like(shared.drives),
        )
        self.start_bins = np.zeros(shared.start_bins.shape, np.int32)
        self.finish_bins = np.zeros(shared.finish_bins.shape, np.int32)
        self.seconds = 0.0

    def add(
        self, prepared: Prepared, options: SimulationOptions, first: int, block: int, count: int
    ) -> None:
        """Simulate some blocks and empty the sixteen-bit counts."""
        began = thread_time()
        lowered = prepared.lowered
        simulate_blocks(
            lowered.net,
            lowered.laws,
            prepared.scales,
            self.scratch,
            self.totals,
            block,
            count,
            first,
            options.iterations,
            MEASURED_BLOCKS,
        )
        self.start_bins += self.totals.start_bins
        self.finish_bins += self.totals.finish_bins
        self.totals.start_bins[:] = 0
        self.totals.finish_bins[:] = 0
        self.seconds += thread_time() - began


def _added(accumulators: list[_Accumulator], shared: Totals, first: int) -> BlockTotals:
    return BlockTotals(
        engine_version=ENGINE_VERSION,
        first=first,
        finish=shared.finish,
        kept=shared.kept,
        start_bins=np.sum([one.start_bins for one in accumulators], axis=0, dtype=np.int64),
        finish_bins=np.sum([one.finish_bins for one in accumulators], axis=0, dtype=np.int64),
        sums=np.sum([one.totals.sums for one in accumulators], axis=0),
        drives=np.sum([one.totals.drives for one in accumulators], axis=0),
        seconds=sum(one.seconds for one in accumulators),
    )


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
        start_bins=np.sum([part.start_bins for part in ordered], axis=0),
        finish_bins=np.sum([part.finish_bins for part in ordered], axis=0),
        sums=np.sum([part.sums for part in ordered], axis=0),
        drives=np.sum([part.drives for part in ordered], axis=0),
        seconds=sum(part.seconds for part in ordered),
    )


def new_scratch(net: Network) -> Scratch:
    """Return the rows that one worker needs for one block."""
    tasks, risks = len(net.law), max(len(net.risk_chance), 1)
    rows = (tasks, BLOCK)
    return Scratch(
        start=np.zeros(rows, np.int32),
        finish=np.zeros(rows, np.int32),
        critical=np.zeros(rows, np.int8),
        late=np.zeros(rows, np.int32),
        happens=np.zeros((risks, BLOCK), np.int32),
        normals=np.zeros((max(len(net.factor_stream), 1), BLOCK), np.float32),
        size_bits=np.zeros((risks, BLOCK), np.uint32),
        duration=np.zeros(BLOCK, np.int32),
        impact=np.zeros(BLOCK, np.int32),
        end=np.zeros(BLOCK, np.int32),
        start_bin=np.zeros(BLOCK, np.uint8),
        finish_bin=np.zeros(BLOCK, np.uint8),
        spare=buffers(),
    )


def _new_totals(net: Network, iterations: int, keep: NDArray[np.int32]) -> Totals:
    tasks = len(net.law)
    return Totals(
        finish=np.zeros(iterations, np.int32),
        start_bins=np.zeros((tasks, BINS), np.uint16),
        finish_bins=np.zeros((tasks, BINS), np.uint16),
        sums=np.zeros((tasks, SUMS), np.int64),
        drives=np.zeros(len(net.link_task), np.int64),
        keep=keep,
        kept=np.zeros((len(keep), iterations), np.int32),
    )
