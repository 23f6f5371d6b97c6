"""What differs between two plans, by key and field by field.

:func:`diff` lists only what changed; :func:`apply` carries a list of edits
out. ``apply(diff(a, b), a)`` is ``b`` but for the order of rows, which
changes no date and no draw, and applying the inverse edits to ``b`` gives
``a`` again. Rows that no edit touches stay the same objects.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import compress, count
from operator import is_not
from typing import Any

from planning.core.durations import EXACT, Units
from planning.core.edits import Edit, EditKind, What
from planning.core.fields import inside
from planning.core.plan import Plan, PlanError, Task
from planning.core.project_words import PROJECT_FIELDS
from planning.core.words import ROW_KINDS, TASKS, RowKind

# What the change log adds to edits, and no Plan holds.
POSITION = "position"
ROW = "row"

_KIND_OF = {kind.kind: kind for kind in ROW_KINDS} | {
    EditKind.ESTIMATE: TASKS,
    EditKind.PROGRESS: TASKS,
}
_NOUN = {"tasks": "task", "dependencies": "dependency", "calendars": "calendar"} | {
    "risks": "risk",
    "drivers": "driver",
    "correlations": "correlation",
}


def diff(before: Plan, after: Plan, *, units: Units | None = None) -> tuple[Edit, ...]:
    """Return the edits that make ``after`` out of ``before``.

    Parameters
    ----------
    before, after : Plan
        Two plans; rows are matched by key. Rows that are one object in both
        cost next to nothing.
    units : Units, optional
        In which durations are written; the plans' own by default, and hours
        and minutes where the two plans count days differently.

    Returns
    -------
    tuple of Edit
        Settings first, then calendars, tasks, dependencies, risks, drivers
        and correlations; empty for equal plans, whatever the order of rows.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.plan import ProjectSettings, Task
    >>> project = ProjectSettings("Shed", datetime(2026, 1, 5, 8))
    >>> one = Plan(project, tasks=(Task("A", "Dig", duration_minutes=480),))
    >>> two = Plan(project, tasks=(Task("A", "Dig", duration_minutes=960),))
    >>> [(edit.field, edit.before, edit.after) for edit in diff(one, two)]
    [('duration', '1d', '2d')]
    """
    chosen = units or common_units(before, after)
    edits = list(_setting_edits(before, after, chosen))
    for kind in ROW_KINDS:
        ours, theirs = getattr(before, kind.collection), getattr(after, kind.collection)
        if ours is not theirs:
            edits.extend(_row_edits(kind, ours, theirs, chosen))
    return tuple(edits)


def apply(edits: Iterable[Edit], plan: Plan, *, units: Units | None = None) -> Plan:
    """Return the plan with ``edits`` carried out.

    Parameters
    ----------
    edits : iterable of Edit
        What :func:`diff` gave, or any choice among it. Values are set
        whatever the plan holds now; whoever minds compares first. Edits of a
        task's ``position`` are left out, since a Plan holds none.
    plan : Plan
        The plan to start from.
    units : Units, optional
        In which the durations of the edits are written; the plan's own by default.

    Returns
    -------
    Plan
        Added tasks stand last below their parent, parents first.

    Raises
    ------
    PlanError
        If an edit changes or removes what is not there, or adds what is.
    """
    units = units or Units.of(plan.project)
    grouped: defaultdict[str, list[Edit]] = defaultdict(list)
    for edit in edits:
        if edit.field != POSITION:
            grouped[collection_of(edit.kind)].append(edit)
    project = plan.project
    for edit in grouped.pop("project", ()):
        project = PROJECT_FIELDS[edit.field].put(project, edit.after, units)
    collections: dict[str, Any] = {
        kind.collection: _applied(kind, getattr(plan, kind.collection), changes, units)
        for kind in ROW_KINDS
        if (changes := grouped.get(kind.collection))
    }
    if not collections and project is plan.project:
        return plan
    return replace(plan, project=project, **collections)


def value_of(plan: Plan, edit: Edit) -> Any:
    """Return what now stands where ``edit`` would write, in its own words.

    Comparable with ``edit.before`` and ``edit.after``: the whole thing where
    the edit adds or removes one, else the one field; None where it is absent.
    """
    return values_of(plan, (edit,))[0]


def values_of(plan: Plan, edits: Iterable[Edit], *, units: Units | None = None) -> list[Any]:
    """Return :func:`value_of` for each of many edits, reading the plan once.

    Durations are written in ``units``, the plan's own by default.
    """
    units = units or Units.of(plan.project)
    indexes: dict[str, dict[str, Any]] = {}
    return [_value_of(plan, edit, units, indexes) for edit in edits]


def _value_of(plan: Plan, edit: Edit, units: Units, indexes: dict[str, dict[str, Any]]) -> Any:
    if edit.kind is EditKind.SETTING:
        return PROJECT_FIELDS[edit.field].write(plan.project, units)
    kind = _KIND_OF[edit.kind]
    index = indexes.get(kind.collection)
    if index is None:
        index = {row.key: row for row in getattr(plan, kind.collection)}
        indexes[kind.collection] = index
    row = index.get(edit.key)
    if row is None or edit.field == POSITION:
        return None
    return kind.fields[edit.field].write(row, units) if edit.field else kind.write(row, units)


def collection_of(kind: EditKind) -> str:
    """Return which block of the plan an edit of this kind is about."""
    return "project" if kind is EditKind.SETTING else _KIND_OF[kind].collection


def common_units(*plans: Plan) -> Units:
    """Return the plans' units, or exact ones where they count days differently."""
    units = {Units.of(plan.project) for plan in plans}
    return units.pop() if len(units) == 1 else EXACT


def _setting_edits(before: Plan, after: Plan, units: Units) -> Iterator[Edit]:
    if before.project is after.project:
        return
    for name, field in PROJECT_FIELDS.items():
        if field.value(before.project) != field.value(after.project):
            old, new = field.write(before.project, units), field.write(after.project, units)
            yield Edit(EditKind.SETTING, name, What.CHANGED, name, old, new)


def _row_edits(
    kind: RowKind, before: Sequence[Any], after: Sequence[Any], units: Units
) -> Iterator[Edit]:
    olds, news = _only_in_one(before, after)
    for key, new in news.items():
        old = olds.pop(key, None)
        if old is None:
            yield Edit(kind.kind, key, What.ADDED, after=kind.write(new, units))
        else:
            yield from _field_edits(kind, key, old, new, units)
    for key, old in olds.items():
        yield Edit(kind.kind, key, What.REMOVED, before=kind.write(old, units))


def _only_in_one(
    before: Sequence[Any], after: Sequence[Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return by key the rows that are not the same object in both."""
    before, after = _without_common_ends(before, after)
    shared = set(map(id, before)).intersection(map(id, after))
    return (
        {row.key: row for row in before if id(row) not in shared},
        {row.key: row for row in after if id(row) not in shared},
    )


def _without_common_ends(
    before: Sequence[Any], after: Sequence[Any]
) -> tuple[Sequence[Any], Sequence[Any]]:
    """Return both without the same objects at their beginnings and ends."""
    start = _common_length(before, after)
    before, after = before[start:], after[start:]
    finish = _common_length(before[::-1], after[::-1])
    return before[: len(before) - finish], after[: len(after) - finish]


def _common_length(one: Sequence[Any], other: Sequence[Any]) -> int:
    shorter = min(len(one), len(other))
    return next(compress(count(), map(is_not, one, other)), shorter)


def _field_edits(kind: RowKind, key: str, old: Any, new: Any, units: Units) -> Iterator[Edit]:
    if old == new:
        return
    for name, field in kind.fields.items():
        if field.value(old) != field.value(new):
            was, is_now = field.write(old, units), field.write(new, units)
            yield Edit(field.kind, key, What.CHANGED, name, was, is_now)


def _applied(
    kind: RowKind, rows: Sequence[Any], edits: Sequence[Edit], units: Units
) -> tuple[Any, ...]:
    changes: dict[str, list[Edit]] = defaultdict(list)
    for edit in edits:
        changes[edit.key].append(edit)
    kept = []
    for row in rows:
        row_edits = changes.pop(row.key, None)
        new = row if row_edits is None else _edited(kind, row, row_edits, units)
        if new is not None:
            kept.append(new)
    added = [_created(kind, key, row_edits, units) for key, row_edits in changes.items()]
    return tuple(_placed(kept, added) if kind.collection == "tasks" else [*kept, *added])


def _edited(kind: RowKind, row: Any, edits: Sequence[Edit], units: Units) -> Any | None:
    """Return the row with its edits; None where it is removed."""
    current: Any | None = row
    for edit in edits:
        if edit.what is What.REMOVED and current is not None:
            current = None
        elif edit.what is What.ADDED and current is None:
            current = _read(kind, edit, units)
        elif edit.what is What.CHANGED and current is not None:
            current = _put(kind, current, edit, units)
        else:
            raise _lost(kind, edit)
    return current


def _created(kind: RowKind, key: str, edits: Sequence[Edit], units: Units) -> Any:
    first, *rest = edits
    if first.what is not What.ADDED:
        raise _lost(kind, first)
    row = _edited(kind, _read(kind, first, units), rest, units)
    if row is None:
        raise PlanError(f"The {_NOUN[kind.collection]} “{key}” is added and removed at once.")
    return row


def _read(kind: RowKind, edit: Edit, units: Units) -> Any:
    words = {name: value for name, value in edit.after.items() if name != ROW}
    return kind.read(words, units)


def _put(kind: RowKind, row: Any, edit: Edit, units: Units) -> Any:
    try:
        return kind.fields[edit.field].put(row, edit.after, units)
    except KeyError:
        message = f"A {_NOUN[kind.collection]} has no field “{edit.field}”."
        raise PlanError(message) from None
    except PlanError as fault:
        raise inside(f"{kind.collection}[{edit.key}].{edit.field}", fault) from None


def _lost(kind: RowKind, edit: Edit) -> PlanError:
    state = "already exists" if edit.what is What.ADDED else "no longer exists"
    return PlanError(f"The {_NOUN[kind.collection]} “{edit.key}” {state}.")


def _placed(rows: Sequence[Task], added: Sequence[Task]) -> list[Task]:
    """Return ``rows`` with each added task last below its parent."""
    if not added:
        return list(rows)
    children: dict[str | None, list[Task]] = defaultdict(list)
    present = {task.key for task in rows}
    new_keys = {task.key for task in added}
    for task in added:
        known = task.parent in present or task.parent in new_keys
        children[task.parent if known else None].append(task)
    last = _last_rows(rows)
    below: dict[int, list[Task]] = defaultdict(list)
    for parent, row in sorted(last.items(), key=lambda item: item[1]):
        below[row].extend(_subtrees(children.pop(parent, []), children))
    placed = []
    for index, task in enumerate(rows):
        placed.append(task)
        placed.extend(below.get(index, ()))
    placed.extend(_subtrees(children.pop(None, []), children))
    return placed


def _last_rows(rows: Sequence[Task]) -> dict[str, int]:
    """Return for each key the index of the last row below it, or its own.

    The deepest task comes first among those that share a last row.
    """
    parent_of: Mapping[str, str | None] = {task.key: task.parent for task in rows}
    last: dict[str, int] = {}
    for index in range(len(rows) - 1, -1, -1):
        key: str | None = rows[index].key
        while key is not None and key not in last:
            last[key] = index
            key = parent_of.get(key)
    return last


def _subtrees(roots: Sequence[Task], children: dict[str | None, list[Task]]) -> list[Task]:
    """Return the tasks with all that stands below them, parents first."""
    ordered = []
    waiting = list(reversed(roots))
    while waiting:
        task = waiting.pop()
        ordered.append(task)
        waiting.extend(reversed(children.pop(task.key, [])))
    return ordered
