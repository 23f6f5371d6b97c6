"""What is read of notices: each person their own."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from lineo.accounts.models import User
from lineo.notices.models import DateWatch, Notice, NoticeSettings
from planning import selectors as planning
from planning import veil
from planning.models import Scenario

Who = planning.Who


def notices_for(who: Who) -> QuerySet[Notice]:
    """Return what a person is told in the page, the newest first, of what they may still read."""
    if who is None:
        return Notice.objects.none()
    readable = Q(project=None) | Q(project__in=planning.projects_for(who))
    rows = Notice.objects.filter(readable, person=who.person_id, in_page=True)
    return unhidden(rows).select_related("actor", "project")


def unhidden(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    """Return the notices without those of tasks and scenarios that rules hide from whoever asks."""
    rows = planning.without_unknown_tasks(rows, "task_key")
    if closed := veil.closed_scenarios():
        rows = rows.exclude(scenarios__overlap=list(closed))
        # Of some it isn't known which scenarios they name.
        rows = rows.exclude(scenarios=None, project__in=planning.projects_once_with(closed))
    for project_id, keys in veil.hidden().by_project.items():
        rows = rows.exclude(project=project_id, task_key__in=keys)
    return rows


def unread_count(who: Who) -> int:
    """Return how many of them are unread."""
    return notices_for(who).filter(read_at=None).count()


def settings_of(person: User) -> NoticeSettings:
    """Return how a person wants to be told, saved or not."""
    found = NoticeSettings.objects.filter(person=person).first()
    return found or NoticeSettings(person=person)


def settings_by_person(people: Iterable[UUID]) -> dict[UUID, NoticeSettings]:
    """Return how each of them wants to be told, saved or not."""
    ids = set(people)
    found = {row.person_id: row for row in NoticeSettings.objects.filter(person__in=ids)}
    return {pk: found.get(pk) or NoticeSettings(person_id=pk) for pk in ids}


def watches_for(who: Who) -> QuerySet[DateWatch]:
    """Return the dates that a person watches, where they may still read the project."""
    if who is None:
        return DateWatch.objects.none()
    rows = DateWatch.objects.filter(
        person=who.person_id, project__in=planning.projects_for(who)
    ).filter(Q(scenario=None) | Q(scenario__in=planning.scenarios_for(who)))
    if closed := veil.closed_scenarios():
        promised = Scenario.objects.filter(is_baseline=True, pk__in=closed)
        rows = rows.exclude(scenario=None, project__in=promised.values("project"))
    return planning.with_scenario(rows).select_related("project")
