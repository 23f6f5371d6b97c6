"""The order and the kinds of tasks that two sides brought together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from planning.core.editing import with_kind
from planning.core.plan import Plan, Task
from planning.core.table_order import children_of, outlined

Siblings = Mapping[str | None, list[str]]


def woven(plan: Plan, base: Plan, ours: Plan, theirs: Plan, *, follows_theirs: bool) -> Plan:
    """Return the plan in outline order, siblings as the sides have them.

    Siblings stand as in ours, and those that only theirs has below there each
    after the one it follows in theirs. With ``follows_theirs`` it is the other
    way round for siblings that ours left in the order of base.
    """
    found, other, former = (_siblings(plan, side) for side in (ours, theirs, base))
    children: dict[str | None, list[str]] = {}
    for parent, present in children_of(plan.tasks).items():
        mine, others, before = (side.get(parent, []) for side in (found, other, former))
        if follows_theirs and _is_unmoved(mine, before):
            mine, others = others, mine
        children[parent] = _joined(_joined(_joined(mine, others), before), present)
    return replace(plan, tasks=outlined(plan.tasks, children))


def with_kinds_of(plan: Plan, *sides: Plan) -> Plan:
    """Return the plan with a summary where just the merge gave a task children, or took them.

    What either side has as it is stays so.
    """
    known = [_shapes(side) for side in sides]
    parents = plan.parents()
    tasks = tuple(
        task if any(_shape(task, parents) in side for side in known)
        else with_kind(task, task.key in parents)
        for task in plan.tasks
    )  # fmt: skip
    return replace(plan, tasks=tasks)


def _shapes(plan: Plan) -> set[tuple[str, str, bool]]:
    parents = plan.parents()
    return {_shape(task, parents) for task in plan.tasks}


def _shape(task: Task, parents: frozenset[str]) -> tuple[str, str, bool]:
    return task.key, task.kind, task.key in parents


def _siblings(plan: Plan, side: Plan) -> Siblings:
    """Return for each summary the tasks that a side also has there, in its order.

    A task whose summary is not in the plan stands where that one stood.
    """
    above = {task.key: task.parent for task in side.tasks}
    found: defaultdict[str | None, list[str]] = defaultdict(list)
    for task in side.tasks:
        parent = task.parent
        while parent is not None and not plan.has_task(parent):
            parent = above.get(parent)
        if plan.has_task(task.key) and plan.task(task.key).parent == parent:
            found[parent].append(task.key)
    return found


def _is_unmoved(ours: Iterable[str], base: Sequence[str]) -> bool:
    mine = list(ours)
    common = set(mine).intersection(base)
    return [key for key in mine if key in common] == [key for key in base if key in common]


def _joined(first: Sequence[str], second: Iterable[str]) -> list[str]:
    """Return ``first`` with what only ``second`` has, each after the one it follows there."""
    known = set(first)
    runs: defaultdict[str | None, list[str]] = defaultdict(list)
    neighbour: str | None = None
    for key in second:
        if key in known:
            neighbour = key
        else:
            runs[neighbour].append(key)
    return [*runs[None], *(key for one in first for key in (one, *runs[one]))]
