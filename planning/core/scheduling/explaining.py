"""One node's dates as a reader sees them, and the reasons for them."""

from collections.abc import Iterator
from datetime import datetime

from planning.core.durations import Units, format_lag
from planning.core.instants import to_datetime
from planning.core.plan import Lag, Plan, Rules
from planning.core.scheduling import backward, forward
from planning.core.scheduling.network import Network, Node, Program, Snap, State
from planning.core.scheduling.passes import Passes
from planning.core.scheduling.result import Reason, ScheduledTask

UNTIL_NOW = (forward.BY_BASE, forward.BY_FLOOR, forward.BY_PROGRESS)
NO_DATES: tuple[datetime | None, datetime | None] = (None, None)


class Explainer:
    """Makes the scheduled task of a leaf.

    Parameters
    ----------
    reasons : dict, optional
        Links as reasons, by their number and whether the successor is the
        other end, as far as they are known; what is made is added.
    """

    def __init__(
        self,
        plan: Plan,
        network: Network,
        passes: Passes,
        reasons: dict[tuple[int, bool], Reason] | None = None,
    ) -> None:
        self._network = network
        self._early = passes.early
        self._late = passes.late
        self._totals = passes.totals
        self._frees = passes.frees
        self._longest = passes.longest
        self._by_msproject = plan.project.rules is Rules.MSPROJECT
        self._limit = plan.project.critical_float_limit_minutes
        self._units = Units(plan.project.minutes_per_day, plan.project.minutes_per_week)
        self._lags: dict[Lag, str] = {}
        self.reasons = {} if reasons is None else reasons
        self._start_reason = Reason("project_start" if network.data_date is None else "data_date")

    def leaf(self, number: int) -> ScheduledTask:
        """Return the dates of one node."""
        node = self._network.nodes[number]
        early_start, early_finish = self._early_dates(node, number)
        start, finish = self._shown(node, number, early_start, early_finish)
        late_start, late_finish = self._late_dates(node, number)
        total = self._totals[number]
        network_dates = NO_DATES
        if node.program == Program.FIXED and node.state != State.FINISHED:
            first, last = forward.as_if_automatic(self._network, number, self._early)
            network_dates = (to_datetime(first), to_datetime(last))
        return ScheduledTask(
            node.task.key,
            to_datetime(start),
            to_datetime(finish),
            to_datetime(early_start),
            to_datetime(early_finish),
            late_start,
            late_finish,
            total,
            self._frees[number],
            total is not None and total <= self._limit and node.task.existence > 0,
            tuple(self._driven_by(node, number)),
            tuple(self._limited_by(node, number)),
            number in self._longest,
            *network_dates,
        )

    def again(self, number: int, before: ScheduledTask) -> ScheduledTask:
        """Return the dates of a node of which only the late ones, or floats, may differ."""
        node = self._network.nodes[number]
        late_start, late_finish = self._late_dates(node, number)
        total = self._totals[number]
        return ScheduledTask(
            *before[:5],
            late_start,
            late_finish,
            total,
            self._frees[number],
            total is not None and total <= self._limit and node.task.existence > 0,
            before.driven_by,
            tuple(self._limited_by(node, number)),
            number in self._longest,
            before.network_start,
            before.network_finish,
        )

    def _early_dates(self, node: Node, number: int) -> tuple[int, int]:
        """Return early dates, starts as starts and finishes as finishes where work is done."""
        if node.actual_start is not None and node.actual_finish is not None:
            return node.actual_start, node.actual_finish
        start, finish = self._early.start[number], self._early.finish[number]
        if node.snap != Snap.NEXT or node.program == Program.FIXED:
            return start, finish
        if node.program == Program.FREE and node.duration:
            start = node.hours.next_start(start)
        if finish <= start:
            return start, start
        return start, max(start, node.work.last_finish(finish))

    def _shown(self, node: Node, number: int, early: int, finish: int) -> tuple[int, int]:
        """Return start and finish: actual ones, and of MS Project's latest tasks late ones."""
        if self._by_msproject and node.alap and node.program in (Program.FREE, Program.STARTED):
            early, finish = self._late.start[number], self._late.finish[number]
        start = early if node.actual_start is None else node.actual_start
        return start, max(start, finish)

    def _late_dates(self, node: Node, number: int) -> tuple[datetime | None, datetime | None]:
        if node.state == State.FINISHED or not node.drives:
            return NO_DATES
        start = self._late.start[number]
        if self._by_msproject and node.actual_start is not None:
            start = node.actual_start
        return to_datetime(start), to_datetime(self._late.finish[number])

    def _driven_by(self, node: Node, number: int) -> Iterator[Reason]:
        reason = self._early.reason[number]
        if node.actual_start is not None:
            yield Reason("actual", date=to_datetime(node.actual_start))
            if node.state == State.FINISHED:
                return
        is_late = self._by_msproject and node.alap and node.program == Program.FREE
        if reason == forward.BY_DELAY or is_late:
            yield _AS_LATE_AS_POSSIBLE
        elif reason == forward.BY_LINK:
            yield from self._links(self._early.drivers[number], of_successor=False)
        elif reason >= 0:
            yield self._wish(node, reason)
        elif reason in UNTIL_NOW:
            yield self._start_reason
        elif reason == forward.BY_MANUAL:
            yield Reason("manual")

    def _limited_by(self, node: Node, number: int) -> Iterator[Reason]:
        if node.state == State.FINISHED or not node.drives:
            return
        reason = self._late.reason[number]
        if reason >= 0:
            yield self._wish(node, reason)
        elif reason == backward.BY_DEADLINE:
            yield Reason("constraint", type="deadline", date=node.task.deadline)
        elif reason != backward.BY_LINK:
            yield _ENDS[reason]
        yield from self._links(self._late.limiters[number], of_successor=True)

    def _links(self, numbers: tuple[int, ...], *, of_successor: bool) -> list[Reason]:
        """Return dependencies as reasons, in an order that rows play no part in."""
        reasons = [
            self.reasons.get((number, of_successor)) or self.link(number, of_successor=of_successor)
            for number in numbers
        ]
        if len(reasons) > 1:
            reasons = sorted(set(reasons), key=lambda one: (one.id or "", one.type or ""))
        return reasons

    def link(self, number: int, *, of_successor: bool) -> Reason:
        """Return a dependency as a reason, named by the task at its other end."""
        known = self.reasons.get((number, of_successor))
        if known is not None:
            return known
        one = self._network.dependencies[number]
        lag = self._lag(one.lag)
        other = one.successor if of_successor else one.predecessor
        made = Reason("dependency", other, one.type.value, lag)
        self.reasons[number, of_successor] = made
        return made

    def _wish(self, node: Node, place: int) -> Reason:
        """Return a dated constraint as a reason, or the link to another project that asks it."""
        wish = node.wishes[place]
        date = to_datetime(wish.instant)
        if wish.link is None:
            return Reason("constraint", type=wish.type.value, date=date)
        other = f"{wish.link.project}|{wish.link.task}"
        return Reason("external", other, wish.link.type.value, self._lag(wish.link.lag), date)

    def _lag(self, lag: Lag) -> str:
        known = self._lags.get(lag)
        if known is None:
            known = self._lags[lag] = format_lag(lag, self._units)
        return known


_AS_LATE_AS_POSSIBLE = Reason("constraint", type="ALAP")
_ENDS = {
    backward.BY_PROJECT_FINISH: Reason("project_finish"),
    backward.BY_MUST_FINISH: Reason("must_finish_by"),
    backward.BY_ACTUAL: Reason("actual"),
}
