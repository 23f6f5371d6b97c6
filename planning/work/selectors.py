"""What is read of the work beside the plan, scoped to a person."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from planning import selectors, veil
from planning.models import Cycle, RelationKind, Task, TaskRelation

Who = selectors.Who


@dataclass(frozen=True, slots=True)
class Related:
    """One relation as it is seen from a task."""

    relation: TaskRelation
    words: str
    other: Task


def cycles_for(who: Who) -> QuerySet[Cycle]:
    """Return the time boxes of the projects that a person may read."""
    return Cycle.objects.filter(project__in=selectors.projects_for(who)).select_related("project")


def relations_for(who: Who) -> QuerySet[TaskRelation]:
    """Return the relations of the projects that a person may read."""
    rows = TaskRelation.objects.filter(project__in=selectors.projects_for(who))
    return _unhidden(rows).select_related("project")


def _unhidden(rows: QuerySet[TaskRelation]) -> QuerySet[TaskRelation]:
    for project_id, keys in veil.hidden().by_project.items():
        rows = rows.exclude(Q(key__in=keys) | Q(other_key__in=keys), project=project_id)
    return rows


def relations_of(task: Task) -> QuerySet[TaskRelation]:
    """Return the relations of a piece of work, either way round."""
    ends = Q(key=task.key) | Q(other_key=task.key)
    return _unhidden(TaskRelation.objects.filter(ends, project=task.scenario.project_id))


def related_to(task: Task, who: Who) -> list[Related]:
    """Return the tasks of the same scenario that belong to ``task``, with how they do."""
    rows = list(relations_of(task))
    keys = {key for row in rows for key in (row.key, row.other_key)} - {task.key}
    others = selectors.tasks_for(who).filter(scenario=task.scenario_id, key__in=keys)
    others = others.exclude(pk__in=veil.hidden_ids())
    by_key = {other.key: other for other in others}
    words = {
        (RelationKind.RELATED, True): _("Related to"),
        (RelationKind.RELATED, False): _("Related to"),
        (RelationKind.DUPLICATES, True): _("Duplicates"),
        (RelationKind.DUPLICATES, False): _("Duplicated by"),
    }
    found = []
    for row in rows:
        is_first = row.key == task.key
        other = by_key.get(row.other_key if is_first else row.key)
        if other is not None:
            found.append(Related(row, words[RelationKind(row.kind), is_first], other))
    return found
