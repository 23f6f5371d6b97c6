"""What is read of talk, scoped to a person."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import JSONObject

from lineo.accounts.models import User
from lineo.talk.models import Comment, Mention, Reaction, SubjectKind
from lineo.talk.subjects import Subject
from planning import selectors as planning
from planning import veil
from planning.api import reads
from planning.models import Scenario, Update

Who = planning.Who


def readable(rows: QuerySet[Any], who: Who) -> QuerySet[Any]:
    """Return those of ``rows``, each about one thing, whose thing a person may read."""
    same = {"scenario__project": OuterRef("project"), "key": OuterRef("subject_key")}
    tasks = planning.tasks_for(who).filter(**same)
    risks = planning.risks_for(who).filter(**same)
    is_read = (
        Q(Exists(tasks), subject_kind=SubjectKind.TASK)
        | Q(Exists(risks), subject_kind=SubjectKind.RISK)
        | Q(subject_kind=SubjectKind.SCENARIO, scenario__in=planning.scenarios_for(who))
        | Q(subject_kind=SubjectKind.UPDATE, update__in=reads.updates(who))
        | Q(subject_kind=SubjectKind.PROMOTION, promotion__in=planning.promotions_for(who))
    )
    rows = rows.filter(is_read, project__in=planning.projects_for(who))
    for project_id, keys in veil.hidden().by_project.items():
        hidden = {"subject_kind": SubjectKind.TASK, "subject_key__in": keys}
        rows = rows.exclude(project=project_id, **hidden)
    return rows


def comments_for(who: Who) -> QuerySet[Comment]:
    """Return the comments on whatever a person may read, but for deleted ones."""
    rows = readable(Comment.objects.filter(deleted_at=None), who)
    rows = planning.with_scenario(rows, of="written_in")
    return rows.select_related("author", "project", "parent")


def comments_on(subject: Subject) -> QuerySet[Comment]:
    """Return what is said of something, the oldest first, with all that is shown of it."""
    rows = planning.with_scenario(Comment.objects.filter(**subject.columns), of="written_in")
    return with_marks(rows.select_related("author"))


def with_marks(rows: QuerySet[Comment]) -> QuerySet[Comment]:
    """Return the comments with whom they name, as ``named``, and what people made of them."""
    mentions = Mention.objects.filter(comment=OuterRef("pk")).order_by("pk")
    named = ArraySubquery(mentions.values(words=JSONObject(person="person_id", label="label")))
    reactions = Prefetch("reactions", Reaction.objects.select_related("person"))
    return rows.annotate(named=named).prefetch_related(reactions)


def counts_by_task(scenario: Scenario) -> Mapping[str, int]:
    """Return how many comments each task of the scenario has, by its key."""
    rows = Comment.objects.filter(
        project=scenario.project_id, subject_kind=SubjectKind.TASK, deleted_at=None
    ).exclude(subject_key__in=veil.hidden().in_scenario(scenario.pk))
    counted = rows.order_by().values_list("subject_key").annotate(count=Count("pk"))
    return dict(counted)


def counts_by_update(updates: list[Update]) -> dict[UUID, int]:
    """Return how many comments each update has."""
    rows = Comment.objects.filter(update__in=updates, deleted_at=None).order_by()
    return dict(rows.values_list("update").annotate(count=Count("pk")))


def scenarios_named(who: Who, comments: list[Comment]) -> set[Any]:
    """Return the ids of the scenarios that comments were written in and the person may read."""
    ids = {comment.written_in_id for comment in comments if comment.written_in_id}
    return set(planning.scenarios_for(who).filter(pk__in=ids).values_list("pk", flat=True))


def takers_part(comment: Comment) -> QuerySet[User]:
    """Return who has written in the thread of a comment."""
    first = comment.parent_id or comment.pk
    thread = Comment.objects.filter(Q(pk=first) | Q(parent=first), deleted_at=None)
    return User.objects.filter(pk__in=thread.values("author"))
