"""Several rows of a plan indented, outdented, moved or filled as one intention."""

from collections.abc import Callable, Sequence

from planning.core.editing import indent_task, move_task, outdent_task
from planning.core.plan import Plan, PlanError

Step = Callable[[Plan, str], Plan]


def indent_tasks(plan: Plan, keys: Sequence[str]) -> Plan:
    """Return the plan with each of these tasks under the one above it.

    Rows that stand together come to stand together: the second goes under the same summary as
    the first, not under the first.
    """
    return _each(plan, _outermost(plan, keys), indent_task)


def outdent_tasks(plan: Plan, keys: Sequence[str]) -> Plan:
    """Return the plan with each of these tasks beside its summary, in the order they had."""
    # The last one first: each comes to stand right below the summary, above the one before.
    return _each(plan, list(reversed(_outermost(plan, keys))), outdent_task)


def move_tasks(plan: Plan, keys: Sequence[str], step: int) -> Plan:
    """Return the plan with these tasks one place up (−1) or down (1) among their siblings.

    Raises
    ------
    PlanError
        If none of them can go that way.
    """
    moving = _outermost(plan, keys)
    order = moving if step < 0 else list(reversed(moving))
    moved = _each(plan, order, lambda found, key: _shifted(found, key, step, frozenset(moving)))
    if moved is plan:
        raise PlanError("There is nothing above it." if step < 0 else "There is nothing below it.")
    return moved


def _shifted(plan: Plan, key: str, step: int, moving: frozenset[str]) -> Plan:
    parent = plan.task(key).parent
    siblings = [task.key for task in plan.tasks if task.parent == parent]
    place = siblings.index(key)
    other = place + step
    if not 0 <= other < len(siblings) or siblings[other] in moving:
        return plan
    after = other if step < 0 else other + 1
    before = siblings[after] if after < len(siblings) else None
    return move_task(plan, key, parent=parent, before=before)


def _each(plan: Plan, keys: Sequence[str], step: Step) -> Plan:
    for key in keys:
        plan = step(plan, key)
    return plan


def _outermost(plan: Plan, keys: Sequence[str]) -> list[str]:
    """Return the keys in table order, without those below another of them."""
    chosen = set(keys)
    for key in chosen:
        plan.task(key)
    inside: set[str] = set()
    found = []
    for task in plan.tasks:
        if task.parent in chosen or task.parent in inside:
            inside.add(task.key)
        if task.key in chosen and task.key not in inside:
            found.append(task.key)
    return found
