"""Leaves, efforts and summaries put together as a Schedule."""

from collections.abc import Mapping

from planning.core.calendars import WorkingTime
from planning.core.instants import to_datetime
from planning.core.plan import Plan, Rules, Task, TotalFloat
from planning.core.scheduling.backward import project_finish
from planning.core.scheduling.efforts import Effort, Efforts, Placed, spans_of
from planning.core.scheduling.explaining import Explainer
from planning.core.scheduling.lowering import frame_of
from planning.core.scheduling.network import Network
from planning.core.scheduling.outline import Outline
from planning.core.scheduling.passes import Passes
from planning.core.scheduling.result import ScheduledTask
from planning.core.scheduling.rollup import summaries


def put_together(
    plan: Plan,
    network: Network,
    outline: Outline,
    passes: Passes,
    leaves: dict[str, ScheduledTask],
    numbers: dict[str, int],
    former: Mapping[str, ScheduledTask],
) -> dict[str, ScheduledTask]:
    """Return the dates of every task, in table order.

    Parameters
    ----------
    leaves : dict of str to ScheduledTask
        The dates of the leaves, which are done.
    numbers : dict of str to int
        The node of each leaf.
    former : mapping of str to ScheduledTask
        Dates of summaries that may be taken over.
    """
    found = dict(leaves)
    if outline.efforts:
        found |= _efforts(plan, network, outline, passes, numbers)
    found |= summaries(plan, outline, found, former)
    return {task.key: found[task.key] for task in plan.tasks}


def _efforts(
    plan: Plan, network: Network, outline: Outline, passes: Passes, numbers: dict[str, int]
) -> dict[str, ScheduledTask]:
    placed = {
        key: _placed(network, passes, number)
        for key, number in numbers.items()
        if key not in outline.inactive
    }
    for key in outline.summaries:
        spanned = spans_of(placed, outline.leaves_of[key])
        if spanned is not None:
            placed[key] = spanned
    frame = frame_of(plan)
    # Without links to its finish an effort may last as long as anything does or must.
    finish = max(passes.late.cap, project_finish(network, passes.early))
    found = Efforts(plan, frame, placed, finish).place(outline.efforts)
    explainer = Explainer(plan, network, passes)
    numbers_of = {one.key: number for number, one in enumerate(network.dependencies)}
    links = {number: numbers_of[one.key] for number, one in enumerate(plan.dependencies)}
    result = {}
    for key, effort in found.items():
        task = plan.task(key)
        time = frame.calendars[task.calendar] if task.calendar else frame.project_time
        reasons = tuple(
            explainer.link(links[number], of_successor=plan.dependencies[number].predecessor == key)
            for number in effort.links
        )
        total = _effort_float(plan, effort, time)
        result[key] = _effort(task, effort, total)._replace(
            driven_by=reasons, critical=_is_critical(plan, total)
        )
    return result


def _placed(network: Network, passes: Passes, number: int) -> Placed:
    node = network.nodes[number]
    return Placed(
        passes.early.start[number],
        passes.early.finish[number],
        passes.late.start[number],
        passes.late.finish[number],
        node.actual_start,
        node.actual_finish,
    )


def _effort(task: Task, effort: Effort, total: int | None) -> ScheduledTask:
    placed = effort.placed
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
    )


def _is_critical(plan: Plan, total: int | None) -> bool:
    """Whether an effort is critical: P6 asks its float alone, others never call it so."""
    project = plan.project
    is_within = total is not None and total <= project.critical_float_limit_minutes
    return is_within and project.rules is Rules.P6


def _effort_float(plan: Plan, effort: Effort, time: WorkingTime) -> int | None:
    placed = effort.placed
    if placed.late_start is None or placed.late_finish is None:
        return None
    by_start = time.work_between(placed.early_start, placed.late_start)
    by_finish = time.work_between(placed.early_finish, placed.late_finish)
    which = plan.project.total_float
    if which is TotalFloat.START:
        return by_start
    if which is TotalFloat.FINISH or effort.has_begun:
        return by_finish
    return min(by_start, by_finish)
