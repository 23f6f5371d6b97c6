"""The kernel, iteration by iteration: the one place in the tests that knows its insides."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.core.plan import Plan
from simulations.engine import Forecast, SimulationOptions
from simulations.engine.calendars.clocks import work_of
from simulations.engine.kernels.arrays import Scales, Stretch
from simulations.engine.kernels.rows import BLOCK
from simulations.engine.kernels.sweep import durations_of
from simulations.engine.lowering.plans import Lowered, lower
from simulations.engine.options import ENGINE_VERSION
from simulations.engine.results.reduction import reduce_totals
from simulations.engine.running.many_calendars import ManyCalendars
from simulations.engine.running.run import Rows, Run
from simulations.engine.running.runs import run_of
from simulations.engine.running.scratch import new_scratch
from simulations.engine.running.simulation import SUMMED, BlockTotals, prepare
from simulations.engine.running.totals import new_totals

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Iterations:
    """What some iterations drew and when they put it: tasks by key, minutes since 1970."""

    minutes: dict[str, Ints]
    starts: dict[str, Ints]
    finishes: dict[str, Ints]
    project_work: Ints


def iterations_of(plan: Plan, count: int, seed: int = 1) -> Iterations:
    """Simulate some iterations and keep every one; also what each task drew."""
    options = SimulationOptions(iterations=count, seed=seed)
    run = run_of(plan, lower(plan, options))
    lowered = run.lowered
    starts, finishes, ends = [], [], []
    rows = run.rows()
    for first in range(0, count, BLOCK):
        end = block_of(run, rows, first // BLOCK, min(BLOCK, count - first))
        begun, done = (found[:, : len(end)] for found in counted(run, rows))
        starts.append(begun)
        finishes.append(done)
        ends.append(run.project_work(end))
    begins, dones = run.instants(np.concatenate(starts, 1), np.concatenate(finishes, 1))
    keys = [task.key for task in lowered.tasks]
    return Iterations(
        minutes=drawn(lowered, count),
        starts=dict(zip(keys, begins, strict=True)),
        finishes=dict(zip(keys, dones, strict=True)),
        project_work=np.concatenate(ends),
    )


def block_of(run: Run, rows: Rows, block: int, count: int) -> NDArray[np.int32]:
    """Simulate one block into the rows, every date of it; return the project's finishes."""
    tasks, first = len(run.lowered.tasks), block * BLOCK
    totals = new_totals(tasks, len(run.links()[1]), count, np.zeros(0, np.int32))
    anywhere = Scales(*(np.ones(tasks, np.int32) for _ in Scales._fields))
    run.simulate(rows, anywhere, totals, Stretch(block, 1, first, first + count, block + 1))
    return totals.finish


def counted(run: Run, rows: Rows) -> tuple[Ints, Ints]:
    """Return the starts and finishes of the last block as tasks count them."""
    both = rows.scratch.start, rows.scratch.finish
    if not isinstance(run, ManyCalendars):
        return both[0].astype(np.int64), both[1].astype(np.int64)
    calendars = run.side.shown.calendar
    found = []
    for instants in both:
        work = [
            work_of(run.clocks, int(calendar), row.astype(np.int64))
            for calendar, row in zip(calendars, instants, strict=True)
        ]
        found.append(np.array(work, np.int64).reshape(instants.shape))
    return found[0], found[1]


def drawn(lowered: Lowered, count: int) -> dict[str, Ints]:
    """Return what each leaf draws in the first iterations, risks and existence included."""
    rows = np.arange(lowered.leaves, dtype=np.int32)
    out = np.zeros((lowered.leaves, count), np.int32)
    durations_of(lowered.net, lowered.laws, rows, count, new_scratch(lowered.net), out)
    return {
        task.key: out[row].astype(np.int64)
        for row, task in enumerate(lowered.tasks[: lowered.leaves])
    }


@dataclass(frozen=True)
class Case:
    """One outcome: every duration before risks, what exists, which risks happen."""

    minutes: Mapping[str, int]
    exists: Mapping[str, bool]
    happens: Mapping[str, bool]


class Handed:
    """A plan whose outcomes are handed to the kernel one by one."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.options = SimulationOptions(iterations=BLOCK)
        self.prepared = prepare(plan, self.options)
        self.run = self.prepared.run
        self.keys = [task.key for task in self.run.lowered.tasks]

    def run_of(self, case: Case) -> Run:
        """Return the run in which that case is what is drawn."""
        lowered = self.run.lowered
        return self.run.with_lowered(
            lowered.handed(
                np.array([case.minutes.get(key, 0) for key in self.keys], np.int32),
                exists=np.array([case.exists.get(key, True) for key in self.keys]),
                happens=np.array([case.happens[key] for key in lowered.risks], np.bool_),
            )
        )

    def cases(self, cases: Sequence[Case]) -> Iterator[tuple[dict[str, int], dict[str, int], int]]:
        """Yield each case's starts and finishes since 1970, and the project's work."""
        rows = self.run.rows()
        for case in cases:
            run = self.run_of(case)
            end = block_of(run, rows, 0, 1)
            starts, finishes = run.instants(*(found[:, :1] for found in counted(run, rows)))
            yield (
                dict(zip(self.keys, starts[:, 0].tolist(), strict=True)),
                dict(zip(self.keys, finishes[:, 0].tolist(), strict=True)),
                int(run.project_work(end)[0]),
            )

    def forecast(self, cases: Sequence[Case]) -> Forecast:
        """Return the forecast of a simulation whose iterations are those cases."""
        links = len(self.run.links()[1])
        rows, n = self.run.rows(), len(cases)
        totals = new_totals(len(self.keys), links, n, self.prepared.keep)
        start_bins = np.zeros(totals.start_bins.shape, np.int32)
        finish_bins = np.zeros(totals.finish_bins.shape, np.int32)
        for place, case in enumerate(cases):
            one = totals._replace(
                finish=totals.finish[place : place + 1], kept=totals.kept[:, place : place + 1]
            )
            self.run_of(case).simulate(rows, self.prepared.scales, one, Stretch(0, 1, 0, 1, 1))
            start_bins += totals.start_bins
            finish_bins += totals.finish_bins
            totals.start_bins[:] = totals.finish_bins[:] = 0
        whole = BlockTotals(
            engine_version=ENGINE_VERSION,
            first=0,
            finish=totals.finish,
            kept=totals.kept,
            start_bins=start_bins,
            finish_bins=finish_bins,
            summed={name: getattr(totals, name) for name in SUMMED},
            seconds=0.0,
        )
        return reduce_totals(self.plan, self.prepared, self.options, whole)
