"""What a plan says that no iteration can hear, so that nobody takes it for counted.

A summary and a level of effort take the time of others; dates set by hand and
finished work draw nothing. A risk's impact there has no effect, nor has an
estimate, and the forecast says so; of finished work only the impact, for there
an estimate is what was thought before. Nor do most constraints of
the first two, nor progress of work that has not begun.
"""

from collections.abc import Iterator

from planning.core import unheard as core
from planning.core.plan import Plan, Task, TaskKind
from simulations.engine.lowering.network import Note, Paths
from simulations.engine.lowering.tables import certain_value

SPANS = "no effect: a summary takes the time of the tasks below it"
EFFORT = f"no effect: {core.OF_EFFORT}"
MANUAL = "no effect: the dates are set by hand"
FINISHED = "no effect: the work is done"
INACTIVE = "no effect: the task is inactive"


def unheard(plan: Plan, place: dict[str, int], leaves: int, paths: Paths) -> Iterator[Note]:
    """Yield a note for whatever has no effect.

    Parameters
    ----------
    plan : Plan
        What is simulated.
    place : dict of str to int
        The row of each task that takes part, leaves first.
    leaves : int
        How many of them are leaves.
    paths : Paths
        Where tasks stand in the plan.
    """
    for key, row in place.items():
        task = plan.task(key)
        if row >= leaves:
            yield from _of_other(task, paths)
        elif task.is_manual and not task.is_finished and _is_range(task):
            yield Note(f"{paths.of(task)}.estimate", MANUAL)
    for one in core.unheard(plan):
        yield Note(f"{paths.of(one.task)}.{one.field}", f"no effect: {one.why}")
    for number, risk in enumerate(plan.risks):
        for index, impact in enumerate(risk.impacts):
            reason = _why(plan.task(impact.task), place, leaves)
            if reason:
                yield Note(f"risks[{number}].impacts[{index}]", reason)


def _of_other(task: Task, paths: Paths) -> Iterator[Note]:
    """Yield what is said of a summary or a level of effort in vain."""
    reason = EFFORT if task.kind is TaskKind.EFFORT else SPANS
    if task.estimate is not None:
        yield Note(f"{paths.of(task)}.estimate", reason)
    if task.existence < 1:
        yield Note(f"{paths.of(task)}.existence", reason)


def _is_range(task: Task) -> bool:
    return task.estimate is not None and certain_value(task.estimate) is None


def _why(task: Task, place: dict[str, int], leaves: int) -> str:
    """Return why an impact on a task has no effect; nothing where it has one."""
    row = place.get(task.key)
    if row is None or not task.active:
        return INACTIVE
    if row >= leaves:
        return EFFORT if task.kind is TaskKind.EFFORT else SPANS
    if task.is_finished:
        return FINISHED
    return MANUAL if task.is_manual else ""
