"""What is done to the work beside the plan, one intention each."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import EllipsisType
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
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
from planning.people import readers_of_each
from planning.task_access import demand_on_task
from planning.work.facts import NOTHING, Work, works_of
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
    return set_works([task], actor=actor, seen=seen, wanted=lambda _key, _work: facts)[task.key]


@transaction.atomic
def set_works(
    tasks: Sequence[Task],
    *,
    actor: User,
    wanted: Callable[[str, Work], Mapping[str, Any]],
    seen: int | None = None,
) -> Mapping[str, Work]:
    """Give several tasks of one scenario what ``wanted`` makes of each key and its work, or none.

    All is written at once, but for the line of each in the audit trail.
    """
    for task in tasks:
        demand_on_task(task, actor, Action.EDIT)
    project = tasks[0].scenario.project
    if project.is_archived:
        raise ValidationError(_("This project is archived; restore it first."))
    rows = _held(project, [task.key for task in tasks])
    if seen is not None and any(row.version != seen for row in rows.values()):
        raise LostRaceError(_("Somebody has changed this meanwhile."), row=rows[tasks[0].key])
    before = works_of(project.pk, rows)
    facts = {key: Facts(**wanted(key, _of(before, key))) for key in rows}
    _set_people(tasks, facts, before)
    _set_labels(project, facts, before)
    _set_rows(project, rows, facts)
    after = works_of(project.pk, rows)
    changed = [task for task in tasks if _of(after, task.key) != _of(before, task.key)]
    _rise(project, [task.key for task in changed])
    for task in changed:
        _tell_work(task, actor, _of(before, task.key), _of(after, task.key))
    known = works_of(project.pk, rows)
    return {key: _of(known, key) for key in rows}


def _held(project: Project, keys: Collection[str]) -> dict[str, TaskWork]:
    """Let nobody else change this work until the transaction ends, so that what is read stays."""
    rows = TaskWork.objects.filter(project=project, key__in=keys)
    missing = sorted(set(keys).difference(rows.values_list("key", flat=True)))
    TaskWork.objects.bulk_create(
        [TaskWork(project=project, key=key) for key in missing], ignore_conflicts=True
    )
    return {row.key: row for row in rows.order_by("key").select_for_update()}


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


@dataclass(frozen=True, slots=True)
class Facts:
    """What one task gets; None, or no ``cycle`` among them, leaves it as it is."""

    assignees: Iterable[User] | None = None
    priority: int | None = None
    labels: Iterable[str] | None = None
    cycle: Cycle | EllipsisType | None = ...


def _set_people(
    tasks: Sequence[Task], facts: Mapping[str, Facts], before: Mapping[str, Work]
) -> None:
    project = tasks[0].scenario.project
    wanted = {
        key: {person.pk: person for person in one.assignees}
        for key, one in facts.items()
        if one.assignees is not None
    }
    if any(len(people) > MOST for people in wanted.values()):
        raise ValidationError(_("Thirty people are the most."))
    former = {key: {person.pk for person in _of(before, key).assignees} for key in wanted}
    new = {key: sorted(set(people) - former[key]) for key, people in wanted.items()}
    _demand_readers([task for task in tasks if new.get(task.key)], wanted, new)
    gone = {key: former[key] - set(people) for key, people in wanted.items()}
    _drop(TaskAssignee.objects.filter(project=project), "person_id", gone)
    TaskAssignee.objects.bulk_create(
        TaskAssignee(project=project, key=key, person_id=pk) for key in new for pk in new[key]
    )


def _demand_readers(
    tasks: Sequence[Task],
    wanted: Mapping[str, Mapping[UUID, User]],
    new: Mapping[str, Collection[UUID]],
) -> None:
    if not tasks:
        return
    readers = readers_of_each(tasks[0].scenario, tasks)
    for task in tasks:
        for pk in set(new[task.key]) - readers[task.key]:
            raise ValidationError(
                _("%(person)s may not read this project; invite them first.")
                % {"person": wanted[task.key][pk]}
            )


def _set_labels(project: Project, facts: Mapping[str, Facts], before: Mapping[str, Work]) -> None:
    names = {
        key: [name for name in one.labels if name.strip()]
        for key, one in facts.items()
        if one.labels is not None
    }
    written = dict.fromkeys(name for some in names.values() for name in some)
    called = {name: label_named(project, name) for name in written}
    wanted = {key: {called[name].pk for name in some} for key, some in names.items()}
    if any(len(labels) > MOST for labels in wanted.values()):
        raise ValidationError(_("Thirty labels are the most."))
    former = {key: {label.pk for label in _of(before, key).labels} for key in wanted}
    gone = {key: former[key] - wanted[key] for key in wanted}
    _drop(TaskLabel.objects.filter(project=project), "label_id", gone)
    TaskLabel.objects.bulk_create(
        TaskLabel(project=project, key=key, label_id=pk)
        for key in wanted
        for pk in sorted(wanted[key] - former[key])
    )


def _of(works: Mapping[str, Work], key: str) -> Work:
    return works.get(key, NOTHING)


def _drop(rows: QuerySet[Any], field: str, gone: Mapping[str, Collection[UUID]]) -> None:
    """Delete of these rows the pairs of a key and what that task shall not have any more."""
    pairs = {(key, pk) for key, some in gone.items() for pk in some}
    if pairs:
        found = rows.filter(key__in={key for key, _pk in pairs}).values_list("pk", "key", field)
        rows.filter(pk__in=[row for row, *pair in found if tuple(pair) in pairs]).delete()


def _set_rows(project: Project, rows: Mapping[str, TaskWork], facts: Mapping[str, Facts]) -> None:
    changed = []
    for key, row in rows.items():
        former = (row.priority, row.cycle_id)
        priority, cycle = facts[key].priority, facts[key].cycle
        if priority is not None:
            row.priority = Priority(priority)
        if not isinstance(cycle, EllipsisType):
            row.cycle = _cycle_of(project, cycle)
        if (row.priority, row.cycle_id) != former:
            changed.append(row)
    TaskWork.objects.bulk_update(changed, ["priority", "cycle"])


def _rise(project: Project, keys: Collection[str]) -> None:
    rows = TaskWork.objects.filter(project=project, key__in=keys)
    rows.update(version=F("version") + 1)


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
