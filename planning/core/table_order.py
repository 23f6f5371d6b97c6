"""The order of the table: each task right after its summary and what stands above it there.

One place knows what order is: every commit passes through :func:`in_outline_order`, so that no
intention, merge or undo can store a table in which a task stands outside its summary.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from planning.core.plan import Plan, Task


def in_outline_order(plan: Plan) -> Plan:
    """Return the plan with each task inside its summary, siblings in the order they had.

    A plan that is in order is returned as it is. Tasks that hang on nothing, or on themselves,
    stand last: validation names them.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.plan import ProjectSettings
    >>> rows = Task("A", "Dig", "S"), Task("B", "Pour"), Task("S", "Ground")
    >>> plan = Plan(ProjectSettings("Shed", datetime(2026, 1, 5, 8)), tasks=rows)
    >>> [task.key for task in in_outline_order(plan).tasks]
    ['B', 'S', 'A']
    """
    if is_in_outline_order(plan.tasks):
        return plan
    children = children_of(plan.tasks)
    return replace(plan, tasks=outlined(plan.tasks, children))


def is_in_outline_order(tasks: Iterable[Task]) -> bool:
    """Whether each task stands below its parent, with none from elsewhere between."""
    line: list[str] = []
    for task in tasks:
        while line and line[-1] != task.parent:
            line.pop()
        if task.parent is not None and not line:
            return False
        line.append(task.key)
    return True


def children_of(tasks: Iterable[Task]) -> dict[str | None, list[str]]:
    """Return the keys of the tasks below each parent, in the order of the table."""
    children: defaultdict[str | None, list[str]] = defaultdict(list)
    for task in tasks:
        children[task.parent].append(task.key)
    return children


def keys_below(children: Mapping[str | None, Sequence[str]], roots: Iterable[str]) -> list[str]:
    """Return the roots and all that stands below them, parents first, each once."""
    found: dict[str, None] = {}
    waiting = list(roots)[::-1]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found[key] = None
            waiting.extend(reversed(children.get(key, ())))
    return list(found)


def outlined(
    tasks: Sequence[Task], children: Mapping[str | None, Sequence[str]]
) -> tuple[Task, ...]:
    """Return the tasks in the order of a tree; those outside of it last."""
    task_of = {task.key: task for task in tasks}
    order = dict.fromkeys(keys_below(children, children.get(None, ())))
    rest = [key for key in task_of if key not in order]
    return tuple(task_of[key] for key in (*order, *rest))
