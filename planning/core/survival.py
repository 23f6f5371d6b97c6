"""What a decision to keep a row saves with it, and where rows stand whose summary is gone.

A removal of a summary takes along all below it. Where a decision keeps a row that the other side
removed, :func:`saved_with` says which of the other removals are taken back for it; where a summary
goes though rows below it stay, :func:`lifted` puts them below the nearest one that is left.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from planning.core.plan import Plan, Task
from planning.core.references import Place, references
from planning.core.table_order import children_of, keys_below


def saved_with(
    kept: Iterable[Place],
    rows: Mapping[Place, Any],
    gone: Collection[Place],
    decided: Collection[Place],
) -> set[Place]:
    """Return the kept rows and those whose removal is taken back for them.

    Parameters
    ----------
    kept : iterable of (collection, key)
        The rows that someone decided to keep.
    rows : mapping
        All rows of the side that holds them.
    gone, decided : collection of (collection, key)
        What the other side removed, and what of it someone decided to remove.

    Returns
    -------
    set of (collection, key)
        What stood below a kept task; then the summaries and calendars that
        these need; then the links, correlations, risks and drivers that went
        only since a task of theirs did.
    """
    may_return = {place for place in gone if place in rows and place not in decided}
    saved = _with_what_stood_below(kept, rows, may_return)
    waiting = list(saved)
    while waiting:
        for needed in references(rows[waiting.pop()]):
            if needed in may_return and needed not in saved:
                saved.add(needed)
                waiting.append(needed)
    tasks = {place for place in saved if place[0] == "tasks"}
    saved |= {place for place in may_return if _fell_with(place, rows[place], tasks, gone)}
    return saved


def _with_what_stood_below(
    kept: Iterable[Place], rows: Mapping[Place, Any], may_return: set[Place]
) -> set[Place]:
    """Return the kept rows and what was removed together with them, below them."""
    saved = set(kept)
    returning = [rows[place] for place in may_return if place[0] == "tasks"]
    children = children_of(returning)
    roots = [key for collection, key in saved if collection == "tasks"]
    return saved | {("tasks", key) for key in keys_below(children, roots)}


def _fell_with(place: Place, row: Any, tasks: set[Place], gone: Collection[Place]) -> bool:
    """Whether a row was removed since what it stands on was, and that is saved."""
    if place[0] in {"tasks", "calendars"}:
        return False
    needed = set(references(row))
    is_held_by_one = place[0] in {"risks", "drivers"}
    if is_held_by_one and not all(one in gone for one in needed):
        return False
    return bool(needed & tasks)


def lifted(plan: Plan, *sides: Mapping[Place, Any]) -> tuple[Plan, tuple[str, ...]]:
    """Return the plan with no task below a summary that is gone, and the keys of those moved.

    Each goes below the nearest summary that is left, as the first of the
    sides that holds the missing one has it; to the top where there is none.
    """
    moved: dict[str, Task] = {}
    for task in plan.tasks:
        if task.parent is not None and not plan.has_task(task.parent):
            parent = _nearest_left(plan, task.parent, sides)
            if parent is not None and _stands_below(plan, parent, task.key):
                parent = None
            moved[task.key] = replace(task, parent=parent)
    if not moved:
        return plan, ()
    rows = tuple(moved.get(task.key, task) for task in plan.tasks)
    return replace(plan, tasks=rows), tuple(moved)


def _nearest_left(
    plan: Plan, missing: str | None, sides: Iterable[Mapping[Place, Any]]
) -> str | None:
    sides = tuple(sides)
    seen: set[str] = set()
    while missing is not None and not plan.has_task(missing):
        if missing in seen:
            return None
        seen.add(missing)
        holder = next((rows for rows in sides if ("tasks", missing) in rows), None)
        missing = holder["tasks", missing].parent if holder else None
    return missing


def _stands_below(plan: Plan, key: str | None, ancestor: str) -> bool:
    seen: set[str] = set()
    while key is not None and key not in seen and plan.has_task(key):
        if key == ancestor:
            return True
        seen.add(key)
        key = plan.task(key).parent
    return False
