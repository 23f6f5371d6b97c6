"""What people do to a plan, as functions from Plan to Plan.

A service runs one of these under the scenario's lock and commits whatever
differs. Entities that are not touched stay the same objects, which is what
makes the diff of two neighbouring plans cheap.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from planning.core.plan import (
    Dependency,
    Driver,
    Impact,
    Plan,
    PlanError,
    Risk,
    Task,
    TaskKind,
)
from planning.core.table_order import children_of, keys_below

MAX_DEPTH = 100


def replace_task(plan: Plan, key: str, **fields: Any) -> Plan:
    """Return the plan with some fields of one task replaced.

    Raises
    ------
    PlanError
        If the plan has no such task.
    """
    changed = replace(plan.task(key), **fields)
    return replace(plan, tasks=tuple(changed if task.key == key else task for task in plan.tasks))


def map_tasks(plan: Plan, keys: Iterable[str], change: Callable[[Task], Task]) -> Plan:
    """Return the plan with ``change`` applied to each task of ``keys``."""
    chosen = set(keys)
    for key in chosen:
        plan.task(key)
    return replace(
        plan, tasks=tuple(change(task) if task.key in chosen else task for task in plan.tasks)
    )


def in_time_zone(plan: Plan, zone: str) -> Plan:
    """Return the plan in that time zone, which is its project's and not one plan's own."""
    if plan.project.time_zone == zone:
        return plan
    return replace(plan, project=replace(plan.project, time_zone=zone))


def insert_task(plan: Plan, task: Task, *, after: str | None = None) -> Plan:
    """Return the plan with ``task`` below ``after`` and its children.

    Without ``after`` the task stands last among its siblings' subtree, or
    last of all.
    """
    if plan.has_task(task.key):
        raise PlanError(f"The plan already has a task with the key “{task.key}”.")
    index = _index_below(plan, after) if after else _last_index(plan, task.parent)
    rows = list(plan.tasks)
    rows.insert(index, task)
    return _with_kinds(replace(plan, tasks=tuple(rows)))


def insert_tasks(plan: Plan, tasks: Sequence[Task], *, after: str | None = None) -> Plan:
    """Return the plan with new tasks below ``after`` and its children, or last of all.

    They may stand under one another, a parent before its children.
    """
    index = _index_below(plan, after) if after else len(plan.tasks)
    return _with_kinds(replace(plan, tasks=(*plan.tasks[:index], *tasks, *plan.tasks[index:])))


def remove_tasks(plan: Plan, keys: Iterable[str]) -> Plan:
    """Return the plan without these tasks, their children and what hung on them.

    Dependencies, impacts and correlations of a removed task go with it, and a
    driver or risk that touches nothing any more goes too.
    """
    keys = list(keys)
    for key in keys:
        plan.task(key)
    gone = set(keys_below(children_of(plan.tasks), keys))
    return _with_kinds(
        replace(
            plan,
            tasks=tuple(task for task in plan.tasks if task.key not in gone),
            dependencies=tuple(
                link
                for link in plan.dependencies
                if link.predecessor not in gone and link.successor not in gone
            ),
            risks=tuple(filter(None, (_risk_without(risk, gone) for risk in plan.risks))),
            drivers=tuple(filter(None, (_driver_without(d, gone) for d in plan.drivers))),
            correlations=tuple(
                pair
                for pair in plan.correlations
                if pair.first not in gone and pair.second not in gone
            ),
        )
    )


def subtree(plan: Plan, key: str) -> list[Task]:
    """Return the task and everything below it, parents first, as the table has them."""
    plan.task(key)
    return [plan.task(below) for below in keys_below(children_of(plan.tasks), [key])]


def move_task(plan: Plan, key: str, *, parent: str | None, before: str | None) -> Plan:
    """Return the plan with a task and its children elsewhere in the table.

    Parameters
    ----------
    parent : str or None
        The summary to stand under, or None for the top.
    before : str or None
        The sibling to stand above, or None to stand last.

    Raises
    ------
    PlanError
        If the task would come to stand below itself, or ``before`` stands
        under another summary.
    """
    moving = subtree(plan, key)
    inside = {task.key for task in moving}
    if parent in inside or before in inside:
        raise PlanError("A task can't be moved below itself.")
    if before is not None and plan.task(before).parent != parent:
        name = plan.task(before).name
        raise PlanError(f"“{name}” stands under another summary, so nothing can go above it there.")
    moving[0] = replace(moving[0], parent=parent)
    rest = replace(plan, tasks=tuple(task for task in plan.tasks if task.key not in inside))
    if before is None:
        index = _last_index(rest, parent)
    else:
        index = rest.tasks.index(rest.task(before))
    rows = [*rest.tasks[:index], *moving, *rest.tasks[index:]]
    return _with_kinds(replace(plan, tasks=tuple(rows)))


def indent_task(plan: Plan, key: str) -> Plan:
    """Return the plan with the task under the sibling above it."""
    task = plan.task(key)
    siblings = [row for row in plan.tasks if row.parent == task.parent]
    place = siblings.index(task)
    if place == 0:
        raise PlanError(f"“{task.name}” has no task above it to stand under.")
    new_parent = siblings[place - 1]
    if new_parent.kind is TaskKind.MILESTONE:
        raise PlanError(f"“{new_parent.name}” is a milestone and can't hold other tasks.")
    return move_task(plan, key, parent=new_parent.key, before=None)


def outdent_task(plan: Plan, key: str) -> Plan:
    """Return the plan with the task beside its summary.

    Siblings below a summary come under it, as in any outline: no row changes
    its place. Below any other task they stay where they are, and it goes below
    them, for under it they would take its own duration away.
    """
    task = plan.task(key)
    if task.parent is None:
        raise PlanError(f"“{task.name}” already stands at the top.")
    if len(subtree(plan, key)) > 1:
        plan = _with_siblings_below(plan, task)
    summary = plan.task(task.parent)
    aunts = [row.key for row in plan.tasks if row.parent == summary.parent]
    place = aunts.index(summary.key) + 1
    before = aunts[place] if place < len(aunts) else None
    return move_task(plan, key, parent=summary.parent, before=before)


def _with_siblings_below(plan: Plan, task: Task) -> Plan:
    """Return the plan with what stands beside and below the task under it."""
    siblings = [row.key for row in plan.tasks if row.parent == task.parent]
    below = siblings[siblings.index(task.key) + 1 :]
    return map_tasks(plan, below, lambda row: replace(row, parent=task.key))


def add_dependency(plan: Plan, link: Dependency) -> Plan:
    """Return the plan with one more link.

    Raises
    ------
    PlanError
        If a task is missing, waits for itself, or the link exists.
    """
    _check_link(plan, link, any(held.key == link.key for held in plan.dependencies))
    return replace(plan, dependencies=(*plan.dependencies, link))


def remove_dependency(plan: Plan, key: str) -> Plan:
    """Return the plan without the link of that key."""
    kept = tuple(link for link in plan.dependencies if link.key != key)
    if len(kept) == len(plan.dependencies):
        raise PlanError("This link no longer exists.")
    return replace(plan, dependencies=kept)


def replace_dependency(plan: Plan, key: str, link: Dependency) -> Plan:
    """Return the plan with one link in the place of another."""
    if link.key == key:
        rows = tuple(link if row.key == key else row for row in plan.dependencies)
        return replace(plan, dependencies=rows)
    return add_dependency(remove_dependency(plan, key), link)


def set_predecessors(plan: Plan, successor: str, links: Sequence[Dependency]) -> Plan:
    """Return the plan with exactly these links into one task."""
    return _with_links(plan, lambda link: link.successor == successor, links)


def set_successors(plan: Plan, predecessor: str, links: Sequence[Dependency]) -> Plan:
    """Return the plan with exactly these links out of one task."""
    return _with_links(plan, lambda link: link.predecessor == predecessor, links)


def _with_links(
    plan: Plan, concerns: Callable[[Dependency], bool], links: Sequence[Dependency]
) -> Plan:
    """Return the plan with these links in the place of those that ``concerns`` names.

    A link that stays keeps the calendar of its lag, which no cell shows.
    """
    before = {link.key: link for link in plan.dependencies if concerns(link)}
    wanted: dict[str, Dependency] = {}
    for link in links:
        _check_link(plan, link, link.key in wanted)
        held = before.get(link.key)
        wanted[link.key] = replace(link, lag_calendar=held.lag_calendar) if held else link
    others = {link.key for link in plan.dependencies} - set(before)
    kept = tuple(
        wanted.get(key, link)
        for link in plan.dependencies
        if (key := link.key) in others or key in wanted
    )
    fresh = tuple(link for key, link in wanted.items() if key not in before and key not in others)
    return replace(plan, dependencies=(*kept, *fresh))


def _check_link(plan: Plan, link: Dependency, is_double: bool) -> None:
    predecessor, successor = plan.task(link.predecessor), plan.task(link.successor)
    if predecessor is successor:
        raise PlanError(f"“{predecessor.name}” can't wait for itself.")
    if is_double:
        raise PlanError(
            f"“{successor.name}” already waits for “{predecessor.name}” by {link.type}."
        )


@dataclass(frozen=True, slots=True)
class TaskEdit:
    """What shall become of one task: fields of it, and the links on either side."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    predecessors: Sequence[Dependency] | None = None
    successors: Sequence[Dependency] | None = None

    def joined(self, later: "TaskEdit") -> "TaskEdit":
        """Return both edits as one; the later one wins."""
        return TaskEdit(
            {**self.fields, **later.fields},
            self.predecessors if later.predecessors is None else later.predecessors,
            self.successors if later.successors is None else later.successors,
        )


def edit_tasks(plan: Plan, edits: Mapping[str, TaskEdit]) -> Plan:
    """Return the plan with several tasks edited at once."""
    plan = map_tasks(plan, edits, lambda task: replace(task, **edits[task.key].fields))
    into = {key: edit.predecessors for key, edit in edits.items() if edit.predecessors is not None}
    out = {key: edit.successors for key, edit in edits.items() if edit.successors is not None}
    if into:
        links = [link for some in into.values() for link in some]
        plan = _with_links(plan, lambda link: link.successor in into, links)
    if out:
        links = [link for some in out.values() for link in some]
        plan = _with_links(plan, lambda link: link.predecessor in out, links)
    return plan


def put(plan: Plan, collection: str, entity: Any) -> Plan:
    """Return the plan with a calendar, risk, driver or correlation added or replaced."""
    rows = getattr(plan, collection)
    if any(row.key == entity.key for row in rows):
        rows = tuple(entity if row.key == entity.key else row for row in rows)
    else:
        rows = (*rows, entity)
    changed: dict[str, Any] = {collection: rows}
    return replace(plan, **changed)


def drop(plan: Plan, collection: str, key: str) -> Plan:
    """Return the plan without a calendar, risk, driver or correlation."""
    rows = getattr(plan, collection)
    kept = tuple(row for row in rows if row.key != key)
    if len(kept) == len(rows):
        raise PlanError("This no longer exists.")
    changed: dict[str, Any] = {collection: kept}
    return replace(plan, **changed)


def _index_below(plan: Plan, key: str) -> int:
    """Return the row index right below a task and its children."""
    below = subtree(plan, key)[-1]
    return plan.tasks.index(below) + 1


def _last_index(plan: Plan, parent: str | None) -> int:
    return len(plan.tasks) if parent is None else _index_below(plan, parent)


def _with_kinds(plan: Plan) -> Plan:
    """Return the plan where just the tasks that have children are summaries.

    A task that gains a child becomes a summary, and one that loses its last
    child becomes a task again: whoever looks at the tree sees what it is.
    """
    parents = plan.parents()
    return replace(plan, tasks=tuple(with_kind(task, task.key in parents) for task in plan.tasks))


def with_kind(task: Task, is_parent: bool) -> Task:
    """Return the task as a summary just where it has children."""
    if is_parent and task.kind is not TaskKind.SUMMARY:
        return replace(task, kind=TaskKind.SUMMARY)
    if not is_parent and task.kind is TaskKind.SUMMARY and task.duration_minutes > 0:
        return replace(task, kind=TaskKind.TASK)
    return task


def _risk_without(risk: Risk, gone: set[str]) -> Risk | None:
    impacts = _impacts_without(risk.impacts, gone)
    after = risk.after
    if after is not None:
        after = replace(after, impacts=_impacts_without(after.impacts, gone))
    if impacts == risk.impacts and after == risk.after:
        return risk
    return replace(risk, impacts=impacts, after=after) if impacts else None


def _impacts_without(impacts: tuple[Impact, ...], gone: set[str]) -> tuple[Impact, ...]:
    return tuple(impact for impact in impacts if impact.task not in gone)


def _driver_without(driver: Driver, gone: set[str]) -> Driver | None:
    tasks = tuple(key for key in driver.tasks if key not in gone)
    if tasks == driver.tasks:
        return driver
    return replace(driver, tasks=tasks) if tasks else None
