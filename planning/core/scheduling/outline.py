"""The outline of a plan: which tasks are leaves, and whose leaves they are."""

from dataclasses import dataclass

from planning.core.plan import Plan, PlanError, TaskKind


@dataclass(frozen=True, slots=True)
class Outline:
    """Leaves that are scheduled by links, efforts, and the leaves below each summary.

    ``leaves_of`` has an entry for every summary, ``children`` too; an
    inactive summary makes everything below it inactive.
    """

    leaves: tuple[str, ...]
    efforts: tuple[str, ...]
    summaries: tuple[str, ...]
    children: dict[str, list[str]]
    leaves_of: dict[str, tuple[str, ...]]
    inactive: frozenset[str]


def outline_of(plan: Plan) -> Outline:
    """Return the outline.

    Raises
    ------
    PlanError
        If a parent is not there, or tasks are each other's parents.
    """
    children: dict[str, list[str]] = {}
    for task in plan.tasks:
        if task.parent is not None:
            if not plan.has_task(task.parent):
                raise PlanError(
                    f"The task “{task.name}” lies under “{task.parent}”, which is not there."
                )
            children.setdefault(task.parent, []).append(task.key)
    order = _from_the_top(plan, children)
    summaries = [key for key in order if key in children or plan.task(key).kind is TaskKind.SUMMARY]
    within = set(summaries)
    efforts = {key for key in order if plan.task(key).kind is TaskKind.EFFORT and key not in within}
    leaves_of: dict[str, tuple[str, ...]] = {}
    for key in reversed(summaries):
        below: list[str] = []
        for child in children.get(key, ()):
            if child in within:
                below.extend(leaves_of[child])
            elif child not in efforts:
                below.append(child)
        leaves_of[key] = tuple(below)
    return Outline(
        leaves=tuple(
            task.key for task in plan.tasks if task.key not in within and task.key not in efforts
        ),
        efforts=tuple(task.key for task in plan.tasks if task.key in efforts),
        summaries=tuple(summaries),
        children={key: children.get(key, []) for key in summaries},
        leaves_of=leaves_of,
        inactive=_inactive(plan, order),
    )


def _from_the_top(plan: Plan, children: dict[str, list[str]]) -> list[str]:
    """Return every key, parents before their children."""
    order = [task.key for task in plan.tasks if task.parent is None]
    for key in order:
        order.extend(children.get(key, ()))
    if len(order) < len(plan.tasks):
        reached = set(order)
        lost = next(task for task in plan.tasks if task.key not in reached)
        raise PlanError(f"The task “{lost.name}” lies under itself.")
    return order


def _inactive(plan: Plan, order: list[str]) -> frozenset[str]:
    found: set[str] = set()
    for key in order:
        task = plan.task(key)
        if not task.active or task.parent in found:
            found.add(key)
    return frozenset(found)
