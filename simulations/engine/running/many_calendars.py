"""A plan with calendars, constraints or progress, run by the whole of the rules."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planning.core.instants import MINUTES_PER_CIVIL_WEEK, to_minutes
from planning.core.plan import Plan, PlanError, TaskKind
from planning.core.scheduling.network import Source, State
from simulations.engine.calendars import columns as c
from simulations.engine.calendars.clocks import (
    AS_FINISH,
    AS_START,
    LONGEST_MINUTES,
    TOO_FAR,
    Clocks,
    Dates,
    instants_of,
    work_of,
)
from simulations.engine.calendars.loop import Iterating, simulate_calendar_blocks
from simulations.engine.calendars.lowering import CalendarSide
from simulations.engine.kernels.arrays import (
    FF,
    FS,
    NEVER,
    SF,
    SS,
    WAIT_SUM,
    Scales,
    Scratch,
    Stretch,
    Totals,
)
from simulations.engine.lowering.plans import Lowered
from simulations.engine.running.run import UNIX_OFFSET, Floats, Ints, Ints32, Losses, Planned, Rows
from simulations.engine.running.scratch import new_dates, new_scratch
from simulations.engine.running.totals import reach_of

YEAR_MINUTES = 366 * 1440


@dataclass(slots=True)
class ManyRows:
    """Rows of a worker with calendars."""

    scratch: Scratch
    dates: Dates


@dataclass(slots=True)
class ManyCalendars:
    """Calendars, constraints and progress: dates are instants in each iteration.

    The tables reach as far as they have been needed; an iteration that goes
    beyond makes them longer, and is simulated again.
    """

    lowered: Lowered
    side: CalendarSide
    last: int
    clocks: Clocks

    @classmethod
    def of(cls, plan: Plan, lowered: Lowered, side: CalendarSide) -> "ManyCalendars":
        """Return the run of a plan."""
        first, times = side.timeline.first, side.timeline.times
        target = np.full(len(lowered.tasks), NEVER, np.int32)
        for row, task in enumerate(lowered.tasks):
            if task.target is not None:
                time = times[side.shown.calendar[row]]
                target[row] = time.work_between(first, to_minutes(task.target))
        lowered = lowered.with_arrays(lowered.net._replace(target=target), lowered.laws)
        last = _whole_days(side.origin_instant + 2 * YEAR_MINUTES)
        return cls(lowered, side, last, side.timeline.clocks(last, side.pairs))

    def rows(self) -> ManyRows:
        """Return fresh rows for one worker."""
        nodes, calendars = self.side.rules.node.shape[1], len(self.clocks.grain)
        return ManyRows(new_scratch(self.lowered.net), new_dates(nodes, calendars))

    def simulate(self, rows: Rows, scales: Scales, totals: Totals, stretch: Stretch) -> None:
        """Simulate consecutive blocks and add them to the totals."""
        assert isinstance(rows, ManyRows)
        sums: list[NDArray[Any]] = [
            totals.sums, totals.work, totals.drives, totals.waits, totals.reach,
            totals.start_bins, totals.finish_bins,
        ]  # fmt: skip
        kept = [one.copy() for one in sums]
        while True:
            clocks = self.clocks
            simulate_calendar_blocks(
                self._given(clocks), scales, rows.scratch, rows.dates, totals, stretch
            )
            if not self._went_beyond(rows, clocks):
                return
            for one, before in zip(sums, kept, strict=True):
                one[:] = before

    def _given(self, clocks: Clocks) -> Iterating:
        lowered, side = self.lowered, self.side
        return Iterating(lowered.net, lowered.laws, side.rules, clocks, side.efforts, side.shown)

    def _went_beyond(self, rows: ManyRows, clocks: Clocks) -> bool:
        """Whether an iteration left the tables; they are longer afterwards."""
        beyond = int(rows.dates.beyond[0])
        if beyond == 0:
            return False
        rows.dates.beyond[0] = 0
        if self.clocks is clocks:
            # Working minutes are never more than minutes: a far one is too far at once.
            wanted = max(2 * self.last, beyond)
            if wanted >= LONGEST_MINUTES:
                raise PlanError(TOO_FAR)
            self.last = _whole_days(wanted)
            self.clocks = self.side.timeline.clocks(self.last, self.side.pairs)
        return True

    def planned(self, rows: Rows) -> Planned:
        """Return the dates of all tasks as planned."""
        run = self.with_lowered(self.lowered.as_planned())
        reach = reach_of(run, rows, measured=1)
        instants = np.stack((rows.scratch.start[:, 0], rows.scratch.finish[:, 0])).astype(np.int64)
        instants += self.side.timeline.first - UNIX_OFFSET
        end = int(reach.ends[0])
        return Planned(reach.low[0], reach.low[1], end, instants, int(self.project_instants(end)))

    def with_lowered(self, lowered: Lowered) -> "ManyCalendars":
        """Return the same run of other durations and risks."""
        return replace(self, lowered=lowered)

    def project_work(self, finish: ArrayLike) -> Ints:
        """Return finishes as working minutes from the project's start."""
        settings = self.side.rules.settings
        work = work_of(self.clocks, int(settings[c.PROJECT_TIME]), np.asarray(finish, np.int64))
        return work - int(settings[c.ORIGIN])

    def project_instants(self, finish: ArrayLike) -> Ints:
        """Return finishes as minutes since 1970."""
        return np.asarray(finish, np.int64) + (self.side.timeline.first - UNIX_OFFSET)

    def instants(self, starts: Ints, finishes: Ints) -> tuple[Ints, Ints]:
        """Return tasks' dates (tasks, k) as minutes since 1970; fixed ones as they stand."""
        shown = self.side.shown
        found = []
        for values, fixed, shift in (
            (starts, shown.fixed_start, AS_START),
            (finishes, shown.fixed_finish, AS_FINISH),
        ):
            instants = np.zeros(values.shape, np.int64)
            for calendar in np.unique(shown.calendar):
                mine = shown.calendar == calendar
                instants[mine] = instants_of(self.clocks, int(calendar), values[mine], shift)
            stands = fixed != NEVER
            instants[stands] = fixed[stands, None]
            found.append(instants + (self.side.timeline.first - UNIX_OFFSET))
        begins, ends = found
        is_milestone = np.array(
            [
                task.kind is TaskKind.MILESTONE and not task.start_milestone
                for task in self.lowered.tasks
            ]
        )
        begins = np.where(is_milestone[:, None], np.minimum(begins, ends), begins)
        return begins, np.maximum(begins, ends)

    def links(self) -> tuple[Ints32, Ints32, NDArray[np.int8]]:
        """Return where each task's links begin, their predecessors and kinds."""
        arrival = self.side.rules.arrival
        goes_back = (arrival[c.A_BEFORE] != 0) | (arrival[c.A_AFTER] != 0)
        from_finish = arrival[c.A_SOURCE] == int(Source.FINISH)
        kinds = np.where(
            from_finish, np.where(goes_back, FF, FS), np.where(goes_back, SF, SS)
        ).astype(np.int8)
        node, count = self.side.rules.node, len(self.lowered.tasks)
        first = np.full(count + 1, arrival.shape[1], np.int32)
        first[: node.shape[1]] = node[c.N_ARRIVAL_FIRST]
        return first, arrival[c.A_PREDECESSOR], kinds

    def mean_durations(self, summed: dict[str, Ints], n: int) -> tuple[Floats, Floats]:
        """Return the mean of what each task draws, and what it has behind it."""
        done = np.zeros(len(self.lowered.tasks))
        done[: self.lowered.leaves] = self.side.rules.node[c.N_DONE]
        return summed["work"] / n, done

    def losses(self, summed: dict[str, Ints], n: int, measured: int) -> Losses:
        """Return the tasks where links meet, and what is lost at each."""
        node = self.side.rules.node
        first, last = node[c.N_ARRIVAL_FIRST], node[c.N_ARRIVAL_LAST]
        links = last - first
        least = np.full(node.shape[1], np.inf)
        after = np.repeat(np.arange(node.shape[1]), links)
        np.minimum.at(least, after, summed["waits"][:, WAIT_SUM] / measured)
        rows = np.flatnonzero((links >= 2) & (node[c.N_STATE] == int(State.NOT_STARTED)))
        return Losses(rows, least[rows], np.ones(len(rows), np.bool_), measured)


def _whole_days(minutes: int) -> int:
    return -(-minutes // MINUTES_PER_CIVIL_WEEK) * MINUTES_PER_CIVIL_WEEK
