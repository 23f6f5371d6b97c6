"""Who is which row: ids, numbers and positions of what a change adds or moves."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import F

from planning.core.edits import Edit, EditKind, What
from planning.core.ordering import positions_for
from planning.core.plan import Plan
from planning.models import Project, Scenario, Task
from planning.snapshot import Identity, Snapshot, with_identities

COLLECTIONS = {
    EditKind.TASK: "tasks",
    EditKind.DEPENDENCY: "dependencies",
    EditKind.CALENDAR: "calendars",
    EditKind.RISK: "risks",
    EditKind.DRIVER: "drivers",
    EditKind.CORRELATION: "correlations",
}
"""Which collection of the Plan an added or removed thing stands in."""


def numbers_for(project: Project, keys: Iterable[str]) -> dict[str, int]:
    """Return a number for each new key: the one it has elsewhere in the project, or the next.

    A task's short id is the same in every scenario, and none is given twice.
    """
    wanted = list(keys)
    known = dict(
        Task.objects.filter(scenario__project=project, key__in=wanted)
        .order_by()
        .values_list("key", "number")
    )
    missing = [key for key in wanted if key not in known]
    if missing:
        Project.objects.filter(pk=project.pk).update(next_number=F("next_number") + len(missing))
        project.refresh_from_db(fields=["next_number"])
        first = project.next_number - len(missing)
        known.update((key, first + step) for step, key in enumerate(missing))
    return known


def identities_for(
    scenario: Scenario,
    before: Snapshot,
    plan: Plan,
    given: Mapping[str, Mapping[str, Identity]],
) -> Snapshot:
    """Return ``plan`` as a snapshot: known rows keep their identity, new ones get one.

    Positions follow the order of ``plan.tasks``, unless ``given`` places them.
    """
    after = with_identities(before, plan, given)
    tasks = after.identities["tasks"]
    new = [key for key, identity in tasks.items() if not identity.number]
    if new:
        numbers = numbers_for(scenario.project, new)
        tasks = {**tasks, **{key: tasks[key]._replace(number=numbers[key]) for key in new}}
    placed = _placed(plan, tasks)
    return replace(after, identities={**after.identities, "tasks": placed})


def _placed(plan: Plan, tasks: Mapping[str, Identity]) -> Mapping[str, Identity]:
    """Return the identities with positions that sort the tasks as the plan does."""
    current = {key: identity.position for key, identity in tasks.items() if identity.position}
    changed = positions_for([task.key for task in plan.tasks], current)
    if not changed:
        return tasks
    return {
        key: identity._replace(position=changed.get(key, identity.position))
        for key, identity in tasks.items()
    }


def with_rows(edit: Edit, before: Snapshot, after: Snapshot) -> Edit:
    """Return the edit with the row's identity in what was added or removed.

    Undo puts a removed row back under the same id, number and position.
    """
    collection = COLLECTIONS.get(edit.kind)
    if collection is None or edit.what is What.CHANGED:
        return edit
    if edit.what is What.ADDED:
        return replace(edit, after=_with_row(edit.after, after.identity(collection, edit.key)))
    return replace(edit, before=_with_row(edit.before, before.identity(collection, edit.key)))


def _with_row(words: Mapping[str, Any], identity: Identity) -> dict[str, Any]:
    row = {"id": str(identity.id), "number": identity.number, "position": identity.position}
    return {**words, "row": row}
