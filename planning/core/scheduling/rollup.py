"""Summaries: what lies below them, rolled up."""

from collections.abc import Mapping

from planning.core.plan import Plan, Task
from planning.core.scheduling.outline import Outline
from planning.core.scheduling.result import ScheduledTask


def summaries(
    plan: Plan,
    outline: Outline,
    leaves: dict[str, ScheduledTask],
    former: Mapping[str, ScheduledTask],
) -> dict[str, ScheduledTask]:
    """Return the dates of summaries; those with nothing below stand at the project's start.

    Parameters
    ----------
    former : mapping of str to ScheduledTask
        Dates that summaries keep where all that lies below them has kept its own.
    """
    found: dict[str, ScheduledTask] = {}
    for key in reversed(outline.summaries):
        below = outline.children[key]
        if key in former and all(
            (found.get(child) or leaves[child]) is former.get(child) for child in below
        ):
            found[key] = former[key]
            continue
        children = [
            found.get(child) or leaves[child]
            for child in below
            if child not in outline.inactive or key in outline.inactive
        ]
        found[key] = _rolled_up(plan.task(key), children, plan)
    return found


def _rolled_up(task: Task, children: list[ScheduledTask], plan: Plan) -> ScheduledTask:
    if not children:
        at = plan.project.start
        return ScheduledTask(task.key, at, at, at, at, None, None, None, None, critical=False)
    start, finish = min(one.start for one in children), max(one.finish for one in children)
    totals = [one.total_float_minutes for one in children if one.total_float_minutes is not None]
    frees = [one.free_float_minutes for one in children if one.free_float_minutes is not None]
    is_manual = task.manual_start is not None and task.manual_finish is not None
    return ScheduledTask(
        task.key,
        task.manual_start if is_manual and task.manual_start else start,
        task.manual_finish if is_manual and task.manual_finish else finish,
        min(one.early_start for one in children),
        max(one.early_finish for one in children),
        min((one.late_start for one in children if one.late_start), default=None),
        max((one.late_finish for one in children if one.late_finish), default=None),
        min(totals, default=None),
        min(frees, default=None),
        any(one.critical for one in children),
        (),
        (),
        any(one.on_longest_path for one in children),
        start if is_manual else None,
        finish if is_manual else None,
    )
