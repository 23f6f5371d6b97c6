"""What is done to the work beside the plan, one intention each."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lineo.accounts.happened import Subject, tell
from lineo.accounts.locking import locked
from lineo.accounts.models import User
from lineo.accounts.policy import Action
from planning.access import demand_on
from planning.errors import LostRaceError
from planning.models import (
    Cycle,
    Priority,
    Project,
    RelationKind,
    Task,
    TaskAssignee,
    TaskLabel,
    TaskRelation,
    TaskWork,
)
from planning.people import readers_of
from planning.task_access import demand_on_task
from planning.work.facts import Work, work_of
from planning.work.labels import label_named

MOST = 30
"""As many people, and as many labels, as one task may have."""


@transaction.atomic
def set_work(task: Task, *, actor: User, seen: int | None = None, **facts: Any) -> Work:
    """Say who does a task, how urgent it is, its labels or its cycle; what is left out stays.

    Parameters
    ----------
    facts
        ``assignees`` (people), ``priority``, ``labels`` (names; new ones are
        made), ``cycle`` (a row or None).

    Raises
    ------
    ValidationError
        If somebody named may not read the project, or the cycle is another project's.
    LostRaceError
        If it was changed since version ``seen``.
    """
    demand_on_task(task, actor, Action.EDIT)
    project = task.scenario.project
    if project.is_archived:
        raise ValidationError(_("This project is archived; restore it first."))
    TaskWork.objects.get_or_create(project=project, key=task.key)
    row = TaskWork.objects.select_for_update().get(project=project, key=task.key)
    if seen is not None and row.version != seen:
        raise LostRaceError(_("Somebody has changed this meanwhile."), row=row)
    before = work_of(project.pk, task.key)
    _set_people(task, project, facts.pop("assignees", before.assignees), before)
    _set_labels(task, project, facts.pop("labels", None), before)
    row.priority = Priority(facts.pop("priority", row.priority))
    row.cycle = _cycle_of(project, facts.pop("cycle", row.cycle))
    if facts:
        raise TypeError(f"Work has no {', '.join(facts)}.")
    row.save(update_fields=["priority", "cycle"])
    after = work_of(project.pk, task.key)
    if after != before:
        row.version += 1
        row.save(update_fields=["version"])
        _tell_work(task, actor, before, after)
    return work_of(project.pk, task.key)


def hold_work(project: Project, keys: Collection[str]) -> None:
    """Let nobody else change this work until the transaction ends, so that what is read stays."""
    rows = TaskWork.objects.filter(project=project, key__in=keys)
    for key in sorted(set(keys).difference(rows.values_list("key", flat=True))):
        TaskWork.objects.get_or_create(project=project, key=key)
    list(rows.order_by("key").select_for_update().values_list("key"))


@transaction.atomic
def relate_tasks(task: Task, other: Task, *, kind: str, actor: User) -> TaskRelation:
    """Say that two tasks belong together, or that one duplicates the other; no date moves."""
    demand_on_task(task, actor, Action.EDIT)
    demand_on_task(other, actor, Action.EDIT)
    project = task.scenario.project
    if other.scenario.project_id != project.pk:
        raise ValidationError(_("Both tasks must be of this project."))
    key, other_key = task.key, other.key
    if kind == RelationKind.RELATED and key > other_key:
        key, other_key = other_key, key  # it has no direction, so it is written one way only
    row = TaskRelation(project=project, key=key, other_key=other_key, kind=kind)
    row.full_clean()
    row.save(force_insert=True)
    _tell("task.related", project, actor, name=f"{task} – {other}", after=kind)
    return row


@transaction.atomic
def unrelate_tasks(relation: TaskRelation, *, actor: User) -> None:
    """Take a relation away."""
    demand_on(relation.project, actor, Action.EDIT)
    _tell("task.unrelated", relation.project, actor, name=str(relation), before=relation.kind)
    relation.delete()


@transaction.atomic
def create_cycle(
    project: Project, *, name: str, first_day: date, last_day: date, actor: User
) -> Cycle:
    """Make a time box."""
    demand_on(project, actor, Action.EDIT)
    row = Cycle(project=project, name=name.strip(), first_day=first_day, last_day=last_day)
    row.full_clean()
    row.save(force_insert=True)
    _tell("cycle.created", project, actor, name=row.name)
    return row


@transaction.atomic
def change_cycle(cycle: Cycle, *, actor: User, seen: int | None = None, **fields: Any) -> Cycle:
    """Rename a time box, or give it other days."""
    demand_on(cycle.project, actor, Action.EDIT)
    row = locked(Cycle.objects.all(), cycle.pk)
    if seen is not None and row.version != seen:
        raise LostRaceError(_("Somebody has changed this meanwhile."), row=row)
    for name, value in fields.items():
        setattr(row, name, value)
    row.version += 1
    row.full_clean()
    row.save()
    _tell("cycle.edited", row.project, actor, name=row.name)
    return row


@transaction.atomic
def delete_cycle(cycle: Cycle, *, actor: User, seen: int | None = None) -> None:
    """Delete a time box; its tasks stay, in none."""
    demand_on(cycle.project, actor, Action.EDIT)
    row = locked(Cycle.objects.all(), cycle.pk)
    if seen is not None and row.version != seen:
        raise LostRaceError(_("Somebody has changed this meanwhile."), row=row)
    _tell("cycle.deleted", row.project, actor, name=row.name)
    row.delete()


def _set_people(task: Task, project: Project, people: Iterable[User], before: Work) -> None:
    wanted = {person.pk: person for person in people}
    former = {person.pk for person in before.assignees}
    if len(wanted) > MOST:
        raise ValidationError(_("Thirty people are the most."))
    new = set(wanted) - former
    if new:
        readers = {person.pk for person in readers_of(task.scenario, task=task)}
        for pk in new - readers:
            raise ValidationError(
                _("%(person)s may not read this project; invite them first.")
                % {"person": wanted[pk]}
            )
    rows = TaskAssignee.objects.filter(project=project, key=task.key)
    rows.exclude(person__in=wanted).delete()
    TaskAssignee.objects.bulk_create(
        TaskAssignee(project=project, key=task.key, person_id=pk) for pk in sorted(new)
    )


def _set_labels(task: Task, project: Project, names: Iterable[str] | None, before: Work) -> None:
    if names is None:
        return
    labels = {
        label.pk: label for name in names if name.strip() for label in [label_named(project, name)]
    }
    if len(labels) > MOST:
        raise ValidationError(_("Thirty labels are the most."))
    former = {label.pk for label in before.labels}
    rows = TaskLabel.objects.filter(project=project, key=task.key)
    rows.exclude(label__in=labels).delete()
    TaskLabel.objects.bulk_create(
        TaskLabel(project=project, key=task.key, label=labels[pk])
        for pk in sorted(set(labels) - former)
    )


def _cycle_of(project: Project, cycle: Cycle | None) -> Cycle | None:
    if cycle is not None and cycle.project_id != project.pk:
        raise ValidationError(_("There is no such cycle in this project."))
    return cycle


def _tell_work(task: Task, actor: User, before: Work, after: Work) -> None:
    was, is_now = _words(before), _words(after)
    changed = [name for name in was if was[name] != is_now[name]]
    deed = "assigned" if changed == ["assignees"] else "work_changed"
    tell(
        f"task.{deed}",
        workspace=task.workspace_id,
        actor=actor,
        subject=Subject("task", task.pk, task.name, task.scenario.project_id, task.scenario_id),
        before={name: was[name] for name in changed},
        after={name: is_now[name] for name in changed},
    )


def _words(work: Work) -> dict[str, Any]:
    return {
        "assignees": [str(person.pk) for person in work.assignees],
        "priority": work.priority.name.lower(),
        "labels": [label.name for label in work.labels],
        "cycle": work.cycle.name if work.cycle else None,
    }


def _tell(deed: str, project: Project, actor: User, *, name: str, **facts: Any) -> None:
    subject = Subject(deed.partition(".")[0], None, name, project.pk)
    tell(deed, workspace=project.workspace_id, actor=actor, subject=subject, **facts)
