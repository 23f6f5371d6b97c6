"""Tasks: add, edit, order, link, delete."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lineo.accounts.locking import locked
from lineo.accounts.models import User
from lineo.activity.models import Change
from planning import selectors
from planning.core import editing
from planning.core.editing import TaskEdit
from planning.core.plan import Dependency, Plan, Task
from planning.models import Project, Scenario
from planning.models import Task as TaskRow
from planning.services import intentions
from planning.services.commit import Expected, Meaning, commit

Expecteds = Sequence[Expected]


def add_task(
    scenario: Scenario,
    *,
    actor: User | None,
    name: str,
    parent: str | None = None,
    after: str | None = None,
    **fields: Any,
) -> TaskRow:
    """Add a task below ``after``, or last under ``parent``; return its row."""
    fields.setdefault("duration_minutes", scenario.minutes_per_day)
    key = ""

    def change(plan: Plan) -> Plan:
        nonlocal key
        key = new_key(scenario, plan)
        beside = plan.task(after).parent if after else parent
        return editing.insert_task(
            plan, Task(key=key, name=name, parent=beside, **fields), after=after
        )

    meaning = Meaning(actor, "add-task", _("Added “%(name)s”") % {"name": name})
    commit(scenario, meaning=meaning, change=change)
    return selectors.with_scenario(TaskRow.objects.filter(scenario=scenario, key=key)).get()


def edit_cells(
    scenario: Scenario,
    keys: Sequence[str],
    *,
    actor: User | None,
    edits: Callable[[Plan], Mapping[str, TaskEdit]],
    expected: Expecteds = (),
) -> Change | None:
    """Edit the tasks of ``keys`` as one change, as typing, filling down or pasting does.

    ``edits`` is asked under the lock, of the plan as it stands there.
    """
    count = len(keys)
    if count == 1:
        meaning = Meaning(actor, "edit-task", _("Edited “%(name)s”"), keys[0])
    else:
        said = ngettext("Edited %(count)d task", "Edited %(count)d tasks", count)
        meaning = Meaning(actor, "edit-tasks", said % {"count": count})
    return commit(
        scenario,
        meaning=meaning,
        change=lambda plan: editing.edit_tasks(plan, edits(plan)),
        expected=expected,
    )


def edit_task(
    scenario: Scenario,
    key: str,
    *,
    actor: User | None,
    expected: Expecteds = (),
    predecessors: Sequence[Dependency] | None = None,
    **fields: Any,
) -> Change | None:
    """Set fields of one task, in the words and units of the core Task.

    With ``predecessors`` the task also comes to wait for exactly these.
    """

    def change(plan: Plan) -> Plan:
        plan = editing.replace_task(plan, key, **fields)
        if predecessors is None:
            return plan
        return editing.set_predecessors(plan, key, predecessors)

    return commit(
        scenario,
        meaning=Meaning(actor, "edit-task", _("Edited “%(name)s”"), key),
        change=change,
        expected=expected,
    )


def delete_tasks(
    scenario: Scenario, keys: Sequence[str], *, actor: User | None, expected: Expecteds = ()
) -> Change | None:
    """Delete tasks with what stands below them and every link on them."""
    count = len(keys)
    if count == 1:
        meaning = Meaning(actor, "delete-tasks", _("Deleted “%(name)s”"), keys[0])
    else:
        summary = ngettext("Deleted %(count)d task", "Deleted %(count)d tasks", count)
        meaning = Meaning(actor, "delete-tasks", summary % {"count": count})
    return commit(
        scenario,
        meaning=meaning,
        change=lambda plan: editing.remove_tasks(plan, keys),
        expected=expected,
    )


def move_task(
    scenario: Scenario,
    key: str,
    *,
    actor: User | None,
    parent: str | None,
    before: str | None,
) -> Change | None:
    """Put a task and what stands below it elsewhere in the table."""
    placed = intentions.place_task(key, parent=parent, before=before)
    return intentions.carry_out(scenario, placed, actor=actor)


def indent_task(scenario: Scenario, key: str, *, actor: User | None) -> Change | None:
    """Put a task under the sibling above it."""
    return intentions.carry_out(scenario, intentions.indent_task(key), actor=actor)


def outdent_task(scenario: Scenario, key: str, *, actor: User | None) -> Change | None:
    """Put a task beside its summary."""
    return intentions.carry_out(scenario, intentions.outdent_task(key), actor=actor)


def add_dependency(scenario: Scenario, link: Dependency, *, actor: User | None) -> Change | None:
    """Make one task wait for another.

    Raises
    ------
    ValidationError
        If the link would close a circle, which its names tell.
    """
    return intentions.carry_out(scenario, intentions.link_tasks(link), actor=actor)


def edit_dependency(
    scenario: Scenario,
    key: str,
    link: Dependency,
    *,
    actor: User | None,
    expected: Expecteds = (),
) -> Change | None:
    """Replace one link by another, of another type or lag."""
    changed = intentions.change_link(key, link)
    return intentions.carry_out(scenario, changed, actor=actor, expected=expected)


def remove_dependency(
    scenario: Scenario, key: str, *, actor: User | None, expected: Expecteds = ()
) -> Change | None:
    """Take a link away."""
    gone = intentions.unlink_tasks(key)
    return intentions.carry_out(scenario, gone, actor=actor, expected=expected)


def set_predecessors(
    scenario: Scenario, key: str, links: Sequence[Dependency], *, actor: User | None
) -> Change | None:
    """Make a task wait for exactly these."""
    return commit(
        scenario,
        meaning=Meaning(actor, "set-predecessors", _("Set what “%(name)s” waits for"), key),
        change=lambda plan: editing.set_predecessors(plan, key, links),
    )


def new_key(scenario: Scenario, plan: Plan) -> str:
    """Return a key that no task of the project has, for ever the task's own."""
    (key,) = new_keys(scenario, plan, 1)
    return key


def new_keys(scenario: Scenario, plan: Plan, count: int) -> list[str]:
    """Return keys that no task of the project has.

    The project's row stays locked until the transaction ends, so that two
    scenarios can't give one key to two tasks.
    """
    project = locked(Project.objects.all(), scenario.project_id)
    rows = TaskRow.objects.filter(scenario__project=project, key__startswith="L")
    taken = set(rows.values_list("key", flat=True).distinct())
    found: list[str] = []
    number = project.next_number
    while len(found) < count:
        key = f"L{number}"
        if not plan.has_task(key) and key not in taken:
            found.append(key)
        number += 1
    return found
