"""A plan on one calendar, run on the short kernel."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planning.core.instants import to_minutes
from planning.core.plan import Plan, TaskKind
from simulations.engine.axis import Axis, project_axis
from simulations.engine.calendars.clocks import AS_FINISH, AS_START
from simulations.engine.kernels.arrays import (
    FF,
    FINISH_SUM,
    FS,
    NEVER,
    SF,
    START_SUM,
    Scales,
    Scratch,
    Stretch,
    Totals,
)
from simulations.engine.kernels.histograms import find_instants_of_work
from simulations.engine.kernels.loop import simulate_blocks
from simulations.engine.kernels.planned import plan_dates
from simulations.engine.lowering.plans import Lowered
from simulations.engine.running.run import (
    UNIX_OFFSET,
    UNKNOWN,
    Floats,
    Ints,
    Ints32,
    Losses,
    Planned,
    Rows,
)
from simulations.engine.running.scratch import new_scratch


@dataclass(slots=True)
class OneRows:
    """Rows of a worker on one calendar."""

    scratch: Scratch


@dataclass(frozen=True, slots=True)
class OneCalendar:
    """All work goes by the project's calendar: dates are working minutes from its start."""

    lowered: Lowered
    axis: Axis
    origin: int
    begin: Ints

    @classmethod
    def of(cls, plan: Plan, lowered: Lowered) -> "OneCalendar":
        """Return the run of a plan."""
        axis, origin = project_axis(plan)
        target = np.full(len(lowered.tasks), NEVER, np.int32)
        targets = [task.target for task in lowered.tasks]
        for row, wanted in enumerate(targets):
            if wanted is not None:
                moment = to_minutes(wanted) - UNIX_OFFSET
                axis = axis.covering(moment)
                target[row] = int(axis.work_before(moment)) - origin
        return cls(
            lowered.with_arrays(lowered.net._replace(target=target), lowered.laws),
            axis,
            origin,
            axis.as_start(origin),
        )

    def rows(self) -> OneRows:
        """Return fresh rows for one worker."""
        return OneRows(new_scratch(self.lowered.net))

    def simulate(self, rows: Rows, scales: Scales, totals: Totals, stretch: Stretch) -> None:
        """Simulate consecutive blocks and add them to the totals."""
        net, laws = self.lowered.net, self.lowered.laws
        simulate_blocks(net, laws, scales, rows.scratch, totals, stretch)

    def planned(self, rows: Rows) -> Planned:
        """Return the dates of all tasks as planned."""
        lowered = self.lowered
        count = len(lowered.tasks)
        dates, late = np.empty((2, count), np.int32), np.empty((2, count), np.int8)
        keeps = np.zeros(count, np.int8)
        momentary = self._momentary()
        for row in np.flatnonzero(momentary).tolist():
            task = lowered.tasks[row]
            keeps[row] = task.kind is TaskKind.MILESTONE and not task.start_milestone
        end, end_late = plan_dates(
            lowered.net, lowered.planned_minutes, lowered.late, keeps, dates, late
        )
        instants = np.full((2, count if momentary.any() else 0), UNKNOWN)
        if instants.size:
            momentary[lowered.leaves :] = True  # a summary may reach from one, or to one
            instants[:, momentary] = self._instants_of(dates[:, momentary], late[:, momentary] != 0)
        last = self._instants_of(end, late=True) if end_late else self.project_instants(end)
        start, finish = dates.astype(np.int64)
        return Planned(start, finish, int(end), instants, int(last))

    def _momentary(self) -> NDArray[np.bool_]:
        """Tell the leaves that take no time."""
        momentary: NDArray[np.bool_] = self.lowered.planned_minutes == 0
        momentary &= ~self.lowered.is_uncertain
        momentary[self.lowered.leaves :] = False
        return momentary

    def _instants_of(self, dates: ArrayLike, late: bool | NDArray[np.bool_]) -> Ints:
        """Return dates as minutes since 1970, late ones where work goes on."""
        work = np.asarray(dates, np.int64) + self.origin
        axis = self.axis.reaching(int(work.max(initial=0)))
        return np.where(late, axis.as_start(work), axis.as_finish(work))

    def with_lowered(self, lowered: Lowered) -> "OneCalendar":
        """Return the same run of other durations and risks."""
        return replace(self, lowered=lowered)

    def project_work(self, finish: ArrayLike) -> Ints:
        """Return finishes as they are."""
        return np.asarray(finish, np.int64)

    def project_instants(self, finish: ArrayLike) -> Ints:
        """Return finishes as minutes since 1970."""
        work = np.asarray(finish, np.int64) + self.origin
        axis = self.axis.reaching(int(work.max(initial=0)))
        return np.maximum(axis.as_finish(work), self.begin)

    def instants(self, starts: Ints, finishes: Ints) -> tuple[Ints, Ints]:
        """Return tasks' dates (tasks, k) as minutes since 1970."""
        axis = self.axis.reaching(int(finishes.max(initial=0)) + self.origin)
        begins, ends = np.empty(starts.shape, np.int64), np.empty(starts.shape, np.int64)
        for work, shift, found in ((starts, AS_START, begins), (finishes, AS_FINISH, ends)):
            find_instants_of_work(work, self.origin, axis.starts, axis.before, shift, found)
        ends = np.maximum(ends, self.begin)
        # What takes no time starts where it finishes: where work has just ended, or, where a
        # bound holds it that stands on a morning, there.
        rows = np.flatnonzero(self._momentary())
        if len(rows):
            net, late = self.lowered.net, self.lowered.late
            held = (finishes[rows] == net.bound[rows, None]) & (late[0, rows, None] != 0)
            held |= (finishes[rows] == net.finish_bound[rows, None]) & (late[1, rows, None] != 0)
            ends[rows] = np.where(held, begins[rows], ends[rows])
            begins[rows] = ends[rows]
        return begins, ends

    def links(self) -> tuple[Ints32, Ints32, NDArray[np.int8]]:
        """Return where each task's links begin, their predecessors and kinds."""
        net = self.lowered.net
        return net.link_first, net.link_task, net.link_kind

    def mean_durations(self, summed: dict[str, Ints], n: int) -> tuple[Floats, Floats]:
        """Return the mean of what each task draws, and what it has behind it."""
        sums = summed["sums"]
        mean = (sums[:, FINISH_SUM] - sums[:, START_SUM]) / n
        return mean, np.zeros(len(mean))

    def losses(self, summed: dict[str, Ints], n: int, measured: int) -> Losses:
        """Return the tasks where links meet, and what is lost at each."""
        net = self.lowered.net
        starts, finishes = summed["sums"][:, START_SUM] / n, summed["sums"][:, FINISH_SUM] / n
        links = np.diff(net.link_first)
        task = np.repeat(np.arange(len(links)), links)
        from_finish = (net.link_kind == FF) | (net.link_kind == FS)
        to_finish = (net.link_kind == FF) | (net.link_kind == SF)
        asked = np.where(from_finish, finishes[net.link_task], starts[net.link_task]) + net.link_lag
        asked = asked - np.where(to_finish, (finishes - starts)[task], 0.0)
        latest = np.full(len(links), -np.inf)
        np.maximum.at(latest, task, asked)
        by_links = latest >= net.bound
        latest = np.maximum(latest, net.bound)
        rows = np.flatnonzero(links >= 2)
        return Losses(rows, starts[rows] - latest[rows], by_links[rows], n)
