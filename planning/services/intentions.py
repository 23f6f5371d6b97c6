"""What people do to bars and rows, each as one value: previewed and committed by the same function.

An intention knows what it makes of a plan and how the log calls it. Whoever previews it and
whoever commits it hand it the same plan with the same dates, so what was shown is what comes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from lineo.accounts.models import User
from lineo.activity.models import Change
from planning.core import dragging, editing
from planning.core.plan import Dependency, Plan
from planning.core.schedule import Schedule
from planning.models import Scenario
from planning.services.commit import Draft, Expected, Meaning, commit_draft


@dataclass(frozen=True, slots=True)
class Intention:
    """One thing to be done to a plan.

    ``name`` is the word for the log; the names of the tasks called ``key``
    and ``other`` stand in ``summary``.
    """

    name: str
    summary: str
    change: Callable[[Plan, Schedule], Plan]
    key: str = ""
    other: str = ""


def carry_out(
    scenario: Scenario,
    intention: Intention,
    *,
    actor: User | None,
    expected: Iterable[Expected] = (),
    expected_revision: int | None = None,
) -> Change | None:
    """Commit an intention; None if it makes no difference."""
    return commit_draft(
        scenario,
        meaning=Meaning(actor, intention.name, intention.summary, intention.key, intention.other),
        draft=lambda before: Draft(intention.change(before.plan, before.schedule)),
        expected=expected,
        expected_revision=expected_revision,
    )


def reschedule_task(key: str, start: datetime) -> Intention:
    """Let a task start at a moment: a constraint, or the dates of a manual task."""
    return Intention(
        "reschedule-task",
        _("Rescheduled “%(name)s”"),
        lambda plan, dates: dragging.start_at(plan, dates, key, start),
        key,
    )


def resize_task(
    key: str, *, finish: datetime | None = None, minutes: int | None = None
) -> Intention:
    """Let a task last until a moment, or so many minutes, its range scaled with it."""

    def change(plan: Plan, dates: Schedule) -> Plan:
        if finish is not None:
            return dragging.finish_at(plan, dates, key, finish)
        return dragging.with_duration(plan, dates, key, minutes or 0)

    return Intention("resize-task", _("Changed the duration of “%(name)s”"), change, key)


def place_task(key: str, *, parent: str | None, before: str | None) -> Intention:
    """Put a task, with what stands below it, elsewhere in the table."""
    return Intention(
        "move-task",
        _("Moved “%(name)s”"),
        lambda plan, dates: editing.move_task(plan, key, parent=parent, before=before),
        key,
    )


def indent_task(key: str) -> Intention:
    """Put a task under the sibling above it."""
    return Intention(
        "indent-task",
        _("Indented “%(name)s”"),
        lambda plan, dates: editing.indent_task(plan, key),
        key,
    )


def outdent_task(key: str) -> Intention:
    """Put a task beside its summary."""
    return Intention(
        "outdent-task",
        _("Outdented “%(name)s”"),
        lambda plan, dates: editing.outdent_task(plan, key),
        key,
    )


def link_tasks(link: Dependency) -> Intention:
    """Make one task wait for another."""
    return Intention(
        "add-dependency",
        _("Linked “%(name)s” → “%(other)s”"),
        lambda plan, dates: editing.add_dependency(plan, link),
        link.predecessor,
        link.successor,
    )


def change_link(key: str, link: Dependency) -> Intention:
    """Replace one link by another, of another type or lag."""
    return Intention(
        "edit-dependency",
        _("Edited the link “%(name)s” → “%(other)s”"),
        lambda plan, dates: editing.replace_dependency(plan, key, link),
        link.predecessor,
        link.successor,
    )


def unlink_tasks(key: str) -> Intention:
    """Take a link away."""
    return Intention(
        "remove-dependency",
        _("Removed a link"),
        lambda plan, dates: editing.remove_dependency(plan, key),
    )
