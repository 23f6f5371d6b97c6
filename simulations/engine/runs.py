"""How a lowered plan is run: on one calendar, or with all of them.

Both say the same things in the same words, so that whatever simulates,
compares or removes need not know which one it has.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planning.core.calendars import calendars_of
from planning.core.instants import MINUTES_PER_CIVIL_WEEK, to_minutes
from planning.core.plan import Plan, PlanError, TaskKind
from planning.core.scheduling.network import Source, State
from simulations.engine import columns as c
from simulations.engine.arrays import (
    FF,
    FINISH_SUM,
    FS,
    NEVER,
    SF,
    SS,
    START_SUM,
    WAIT_SUM,
    Network,
    Scales,
    Scratch,
    Totals,
)
from simulations.engine.axis import EPOCH, Axis, project_axis
from simulations.engine.bits import WORDS
from simulations.engine.calendar_loop import (
    Iterating,
    simulate_calendar_blocks,
)
from simulations.engine.calendar_lowering import CalendarSide
from simulations.engine.clocks import (
    AS_FINISH,
    AS_START,
    LONGEST_MINUTES,
    TOO_FAR,
    Clocks,
    Dates,
    instants_of,
    work_of,
)
from simulations.engine.histograms import find_instants_of_work
from simulations.engine.kernel import simulate_blocks
from simulations.engine.lowering import Lowered
from simulations.engine.rows import BLOCK, buffers

Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]
Floats = NDArray[np.float64]
YEAR_MINUTES = 366 * 1440
# Minutes from the year 1, which core counts from, to 1970, from which results are counted.
UNIX_OFFSET = to_minutes(EPOCH)


class Losses(NamedTuple):
    """What is lost where links meet.

    Attributes
    ----------
    rows : int64 (merges,)
        The tasks where they meet.
    minutes : float64 (merges,)
        Working minutes lost, on average.
    by_links : bool (merges,)
        Whether a link, not a date, asks for the latest start on average.
    iterations : int
        How many iterations the average is of.
    """

    rows: Ints
    minutes: Floats
    by_links: NDArray[np.bool_]
    iterations: int


class Rows(Protocol):
    """The rows that one worker needs for one block."""

    @property
    def scratch(self) -> Scratch:
        """The rows of draws and dates."""


class Run(Protocol):
    """A plan that can be simulated, and how its numbers are read.

    Dates of tasks are counted in working minutes of each task's own calendar,
    the project's finish in a unit of the run's own.
    """

    @property
    def lowered(self) -> Lowered:
        """The plan as arrays."""

    def rows(self) -> Rows:
        """Return fresh rows for one worker."""

    def simulate(
        self,
        rows: Rows,
        scales: Scales,
        totals: Totals,
        block: int,
        count: int,
        first: int,
        iterations: int,
        measured: int,
    ) -> None:
        """Simulate consecutive blocks and add them to the totals."""

    def with_lowered(self, lowered: Lowered) -> "Run":
        """Return the same run of other durations and risks."""

    def project_work(self, finish: ArrayLike) -> Ints:
        """Return finishes as working minutes from the project's start."""

    def project_instants(self, finish: ArrayLike) -> Ints:
        """Return finishes as minutes since 1970."""

    def instants(self, starts: Ints, finishes: Ints) -> tuple[Ints, Ints]:
        """Return tasks' dates (tasks, k) as minutes since 1970."""

    def links(self) -> tuple[Ints32, Ints32, NDArray[np.int8]]:
        """Return where each task's links begin, their predecessors and kinds."""

    def mean_durations(self, summed: dict[str, Ints], n: int) -> tuple[Floats, Floats]:
        """Return the mean of what each task draws, and what it has behind it."""

    def losses(self, summed: dict[str, Ints], n: int, measured: int) -> Losses:
        """Return the tasks where links meet, and what is lost at each."""


def run_of(plan: Plan, lowered: Lowered) -> Run:
    """Return how a lowered plan is to be run."""
    if lowered.side is None:
        return OneCalendar.of(plan, lowered)
    return ManyCalendars.of(plan, lowered, lowered.side)


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

    @classmethod
    def of(cls, plan: Plan, lowered: Lowered) -> "OneCalendar":
        """Return the run of a plan."""
        axis, origin = project_axis(plan)
        target = np.full(len(lowered.tasks), NEVER, np.int32)
        for row, task in enumerate(lowered.tasks):
            if task.target is not None:
                moment = to_minutes(task.target) - UNIX_OFFSET
                axis = axis.covering(moment)
                target[row] = int(axis.work_before(moment)) - origin
        return cls(
            lowered.with_arrays(lowered.net._replace(target=target), lowered.laws), axis, origin
        )

    def rows(self) -> OneRows:
        """Return fresh rows for one worker."""
        return OneRows(new_scratch(self.lowered.net))

    def simulate(
        self,
        rows: Rows,
        scales: Scales,
        totals: Totals,
        block: int,
        count: int,
        first: int,
        iterations: int,
        measured: int,
    ) -> None:
        """Simulate consecutive blocks and add them to the totals."""
        net, laws = self.lowered.net, self.lowered.laws
        simulate_blocks(
            net, laws, scales, rows.scratch, totals, block, count, first, iterations, measured
        )

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
        return np.maximum(axis.as_finish(work), axis.as_start(self.origin))

    def instants(self, starts: Ints, finishes: Ints) -> tuple[Ints, Ints]:
        """Return tasks' dates (tasks, k) as minutes since 1970."""
        axis = self.axis.reaching(int(finishes.max(initial=0)) + self.origin)
        begins, ends = np.empty(starts.shape, np.int64), np.empty(starts.shape, np.int64)
        for work, shift, found in ((starts, AS_START, begins), (finishes, AS_FINISH, ends)):
            find_instants_of_work(work, self.origin, axis.starts, axis.before, shift, found)
        ends = np.maximum(ends, axis.as_start(self.origin))
        # What takes no time starts where it finishes, not on the next working morning.
        momentary = (self.lowered.planned_minutes == 0) & ~self.lowered.is_uncertain
        momentary[self.lowered.leaves :] = False
        if momentary.any():
            begins = np.where(momentary[:, None], np.minimum(begins, ends), begins)
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

    def simulate(
        self,
        rows: Rows,
        scales: Scales,
        totals: Totals,
        block: int,
        count: int,
        first: int,
        iterations: int,
        measured: int,
    ) -> None:
        """Simulate consecutive blocks and add them to the totals."""
        assert isinstance(rows, ManyRows)
        sums: list[NDArray[Any]] = [
            totals.sums, totals.work, totals.drives, totals.waits, totals.reach,
        ]  # fmt: skip
        kept = [one.copy() for one in sums]
        while True:
            clocks = self.clocks
            simulate_calendar_blocks(
                self._given(clocks), scales, rows.scratch, rows.dates, totals, block, count,
                first, iterations, measured,
            )  # fmt: skip
            if not self._went_beyond(rows, clocks):
                return
            for one, before in zip(sums, kept, strict=True):
                one[:] = before
            totals.start_bins[:] = 0
            totals.finish_bins[:] = 0

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


def project_work_of(plan: Plan, moment: datetime) -> int:
    """Return a moment as working minutes from the project's start."""
    time = calendars_of(plan.calendars)[plan.project.calendar]
    return time.work_between(to_minutes(plan.project.start), to_minutes(moment))


def _whole_days(minutes: int) -> int:
    return -(-minutes // MINUTES_PER_CIVIL_WEEK) * MINUTES_PER_CIVIL_WEEK


def sweep_scratch(net: Network) -> Scratch:
    """Return the rows of a worker that draws again, and schedules nothing."""
    return new_scratch(net._replace(law=net.law[:1], link_task=net.link_task[:0]))


def new_scratch(net: Network) -> Scratch:
    """Return the rows that one worker needs for one block."""
    tasks, risks = len(net.law), max(len(net.risk_chance), 1)
    # Together they are large enough for huge pages, a thousand faults and misses less.
    start, finish, late = np.zeros((3, tasks, BLOCK), np.int32)
    return Scratch(
        start=start,
        finish=finish,
        critical=np.zeros((tasks, WORDS), np.uint64),
        tight=np.zeros((len(net.link_task), WORDS), np.uint64),
        valid=np.zeros(WORDS, np.uint64),
        marks=np.zeros(WORDS, np.uint64),
        late=late,
        happens=np.zeros((risks, BLOCK), np.int32),
        normals=np.zeros((max(len(net.factor_stream), 1), BLOCK), np.float32),
        size_bits=np.zeros((risks, BLOCK), np.uint32),
        duration=np.zeros(BLOCK, np.int32),
        impact=np.zeros(BLOCK, np.int32),
        base=np.zeros(BLOCK, np.int32),
        early=np.zeros(BLOCK, np.int32),
        end=np.zeros(BLOCK, np.int32),
        end_work=np.zeros(BLOCK, np.int32),
        start_bin=np.zeros(BLOCK, np.uint8),
        finish_bin=np.zeros(BLOCK, np.uint8),
        spare=buffers(),
    )


def new_dates(nodes: int, calendars: int) -> Dates:
    """Return the rows of dates that one worker needs with calendars."""
    return Dates(
        rows=np.zeros((c.ROW_KINDS, max(nodes, 1), BLOCK), np.int32),
        spare=np.zeros((c.SPARE_ROWS, BLOCK), np.int32),
        ends=np.zeros((calendars, BLOCK), np.int32),
        end_work=np.zeros((calendars, BLOCK), np.int32),
        beyond=np.zeros(1, np.int64),
    )
