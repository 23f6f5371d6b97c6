"""Passes → Schedule: floats, reasons, efforts and summaries put together."""

from collections.abc import Iterator
from datetime import datetime

from planning.core.calendars import WorkingTime
from planning.core.durations import Units, format_lag
from planning.core.instants import to_datetime
from planning.core.plan import Plan, Rules, Task, TotalFloat
from planning.core.scheduling import backward, forward
from planning.core.scheduling.efforts import Effort, Efforts, Placed, spans_of
from planning.core.scheduling.floats import free_floats, longest_path, total_float
from planning.core.scheduling.lowering import frame_of
from planning.core.scheduling.network import Network, Node, Program, Snap, State
from planning.core.scheduling.outline import Outline
from planning.core.scheduling.passes import Passes
from planning.core.scheduling.result import Reason, Schedule, ScheduledTask


def assemble(plan: Plan, network: Network, outline: Outline, passes: Passes) -> Schedule:
    """Return the schedule that the passes amount to."""
    work = _Assembling(plan, network, passes)
    leaves = {key: work.leaf(number) for number, key in enumerate(outline.leaves)}
    leaves |= work.efforts(outline, leaves)
    found = leaves | _summaries(plan, outline, leaves)
    tasks = {task.key: found[task.key] for task in plan.tasks if task.key in found}
    counted = [
        found[key] for key in (*outline.leaves, *outline.efforts) if key not in outline.inactive
    ]
    start = to_datetime(network.start) if network.data_date is None else plan.project.start
    return Schedule(
        start=plan.project.start,
        finish=max((task.finish for task in counted), default=start),
        tasks=tasks,
    )


class _Assembling:
    """Makes the dates of leaves, with what they share computed once."""

    def __init__(self, plan: Plan, network: Network, passes: Passes) -> None:
        self.plan = plan
        self.network = network
        self.early = passes.early
        self.late = passes.late
        self.by_msproject = plan.project.rules is Rules.MSPROJECT
        self.totals = [
            total_float(node, number, passes.early, passes.late, plan)
            for number, node in enumerate(network.nodes)
        ]
        self.frees = free_floats(network, passes.early, passes.late, self.totals, plan)
        self.longest = longest_path(network, passes.early, plan)
        self.units = Units(plan.project.minutes_per_day, plan.project.minutes_per_week)
        self.limit = plan.project.critical_float_limit_minutes
        self._link_reasons: dict[tuple[int, bool], Reason] = {}

    def leaf(self, number: int) -> ScheduledTask:
        """Return the dates of one node."""
        node = self.network.nodes[number]
        early_start, early_finish = self._early(node, number)
        start, finish = self._shown(node, number, early_start, early_finish)
        late_start, late_finish = self._late(node, number)
        total = self.totals[number]
        network_dates: tuple[datetime | None, datetime | None] = (None, None)
        if node.program == Program.FIXED and node.state != State.FINISHED:
            first, last = forward.as_if_automatic(self.network, number, self.early)
            network_dates = (to_datetime(first), to_datetime(last))
        return ScheduledTask(
            node.task.key,
            to_datetime(start),
            to_datetime(finish),
            to_datetime(early_start),
            to_datetime(early_finish),
            None if late_start is None else to_datetime(late_start),
            None if late_finish is None else to_datetime(late_finish),
            total,
            self.frees[number],
            self._is_critical(node, total),
            tuple(self._driven_by(node, number)),
            tuple(self._limited_by(node, number)),
            number in self.longest,
            *network_dates,
        )

    def _is_critical(self, node: Node, total: int | None) -> bool:
        return total is not None and total <= self.limit and node.task.existence > 0

    def _early(self, node: Node, number: int) -> tuple[int, int]:
        if node.actual_start is not None and node.actual_finish is not None:
            return node.actual_start, node.actual_finish
        start, finish = self.early.start[number], self.early.finish[number]
        if node.program == Program.FREE and node.snap == Snap.NEXT and node.duration:
            start = node.hours.next_start(start)
        if node.snap != Snap.NEXT or node.program == Program.FIXED or finish == start:
            return start, finish
        return start, max(start, node.work.last_finish(finish))

    def _shown(self, node: Node, number: int, early: int, finish: int) -> tuple[int, int]:
        """Return start and finish as a reader of the plan sees them."""
        if self.by_msproject and node.alap and node.program in (Program.FREE, Program.STARTED):
            early, finish = self.late.start[number], self.late.finish[number]
        start = early if node.actual_start is None else node.actual_start
        return start, max(start, finish)

    def _late(self, node: Node, number: int) -> tuple[int | None, int | None]:
        if node.state == State.FINISHED or not node.drives:
            return None, None
        start, finish = self.late.start[number], self.late.finish[number]
        if self.by_msproject and node.actual_start is not None:
            start = node.actual_start
        return start, finish

    def _driven_by(self, node: Node, number: int) -> Iterator[Reason]:
        reason = self.early.reason[number]
        if node.actual_start is not None:
            yield Reason("actual", date=to_datetime(node.actual_start))
            if node.state == State.FINISHED:
                return
        if reason >= 0:
            wish = node.wishes[reason]
            yield Reason("constraint", type=str(wish.type), date=to_datetime(wish.instant))
        elif reason == forward.BY_LINK:
            for link in self.early.drivers[number]:
                yield self._link(link, of_successor=False)
        elif reason == forward.BY_MANUAL:
            yield Reason("manual")
        elif reason in (forward.BY_BASE, forward.BY_FLOOR, forward.BY_PROGRESS):
            is_data_date = self.network.data_date is not None
            yield Reason("data_date" if is_data_date else "project_start")

    def _limited_by(self, node: Node, number: int) -> Iterator[Reason]:
        if node.state == State.FINISHED or not node.drives:
            return
        reason = self.late.reason[number]
        if reason >= 0:
            wish = node.wishes[reason]
            yield Reason("constraint", type=str(wish.type), date=to_datetime(wish.instant))
        elif reason == backward.BY_LINK:
            for link in self.late.limiters[number]:
                yield self._link(link, of_successor=True)
        elif reason == backward.BY_DEADLINE:
            yield Reason("constraint", type="deadline", date=node.task.deadline)
        elif reason == backward.BY_MUST_FINISH:
            yield Reason("must_finish_by")
        elif reason == backward.BY_ACTUAL:
            yield Reason("actual")
        else:
            yield Reason("project_finish")

    def _link(self, number: int, *, of_successor: bool) -> Reason:
        key = (number, of_successor)
        if key not in self._link_reasons:
            one = self.plan.dependencies[number]
            self._link_reasons[key] = Reason(
                "dependency",
                id=one.successor if of_successor else one.predecessor,
                type=str(one.type),
                lag=format_lag(one.lag, self.units),
            )
        return self._link_reasons[key]

    def efforts(
        self, outline: Outline, leaves: dict[str, ScheduledTask]
    ) -> dict[str, ScheduledTask]:
        """Return the dates of the efforts."""
        if not outline.efforts:
            return {}
        placed = {
            key: self._placed(number)
            for number, key in enumerate(outline.leaves)
            if key not in outline.inactive
        }
        for key in outline.summaries:
            spanned = spans_of(placed, outline.leaves_of[key])
            if spanned is not None:
                placed[key] = spanned
        frame = frame_of(self.plan)
        found = Efforts(self.plan, frame, placed, self.late.cap).place(outline.efforts)
        return {key: self._effort(self.plan.task(key), effort) for key, effort in found.items()}

    def _placed(self, number: int) -> Placed:
        node = self.network.nodes[number]
        return Placed(
            self.early.start[number],
            self.early.finish[number],
            self.late.start[number],
            self.late.finish[number],
            node.actual_start,
            node.actual_finish,
        )

    def _effort(self, task: Task, effort: Effort) -> ScheduledTask:
        placed = effort.placed
        frame = frame_of(self.plan)
        time = frame.calendars[task.calendar] if task.calendar else frame.project_time
        total = self._effort_float(placed, time)
        return ScheduledTask(
            task.key,
            to_datetime(effort.start),
            to_datetime(effort.finish),
            to_datetime(placed.early_start),
            to_datetime(placed.early_finish),
            None if placed.late_start is None else to_datetime(placed.late_start),
            None if placed.late_finish is None else to_datetime(placed.late_finish),
            total,
            None if total is None else 0,
            critical=False,
            driven_by=tuple(self._effort_reason(link, task) for link in effort.links),
        )

    def _effort_float(self, placed: Placed, time: WorkingTime) -> int | None:
        if placed.late_start is None or placed.late_finish is None:
            return None
        by_start = time.work_between(placed.early_start, placed.late_start)
        by_finish = time.work_between(placed.early_finish, placed.late_finish)
        which = self.plan.project.total_float
        if which is TotalFloat.START:
            return by_start
        if which is TotalFloat.FINISH or placed.actual_start is not None:
            return by_finish
        return min(by_start, by_finish)

    def _effort_reason(self, link: int, task: Task) -> Reason:
        return self._link(link, of_successor=self.plan.dependencies[link].predecessor == task.key)


def _summaries(
    plan: Plan, outline: Outline, leaves: dict[str, ScheduledTask]
) -> dict[str, ScheduledTask]:
    """Return the dates of summaries, rolled up from below; empty ones stand at the start."""
    found: dict[str, ScheduledTask] = {}
    for key in reversed(outline.summaries):
        children = [
            found.get(child) or leaves[child]
            for child in outline.children[key]
            if child not in outline.inactive or key in outline.inactive
        ]
        found[key] = _rolled_up(plan.task(key), children, plan)
    return found


def _rolled_up(task: Task, children: list[ScheduledTask], plan: Plan) -> ScheduledTask:
    if not children:
        at = plan.project.start
        return ScheduledTask(task.key, at, at, at, at, None, None, None, None, critical=False)
    start, finish = min(one.start for one in children), max(one.finish for one in children)
    late = [one for one in children if one.late_start is not None]
    totals = [one.total_float_minutes for one in children if one.total_float_minutes is not None]
    frees = [one.free_float_minutes for one in children if one.free_float_minutes is not None]
    network = (start, finish) if task.is_manual else (None, None)
    return ScheduledTask(
        task.key,
        task.manual_start if task.is_manual and task.manual_start else start,
        task.manual_finish if task.is_manual and task.manual_finish else finish,
        min(one.early_start for one in children),
        max(one.early_finish for one in children),
        min((one.late_start for one in late if one.late_start), default=None),
        max((one.late_finish for one in late if one.late_finish), default=None),
        min(totals, default=None),
        min(frees, default=None),
        any(one.critical for one in children),
        (),
        (),
        any(one.on_longest_path for one in children),
        *network,
    )
