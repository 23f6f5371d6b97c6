"""From what happens to who is told of it."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from lineo.accounts.happened import Fact
from lineo.accounts.models import User
from lineo.accounts.selectors import membership_for
from lineo.accounts.tenancy import workspace_context
from lineo.jobs.models import Job, State
from lineo.notices import watching
from lineo.notices.models import NoticeKind
from lineo.notices.services import notify
from lineo.talk import selectors as talk
from lineo.talk.models import Comment, SubjectKind
from lineo.talk.subjects import Subject, of_about
from planning.models import Project, Promotion, Scenario, Task, Update
from planning.people import readers_of
from planning.selectors import with_scenario


def hear_deed(*, fact: Fact, **_sent: Any) -> None:
    """Tell whom a deed concerns, in the transaction of the deed."""
    tell = _DEEDS.get(fact.action)
    if tell is not None:
        tell(fact)


def hear_promotion(*, instance: Promotion, created: bool, **_sent: Any) -> None:
    """Tell everybody who may read both plans which of them is promised now."""
    if not created:
        return
    project = Project.objects.get(pk=str(instance.project_id))
    plans = Scenario.objects.filter(pk__in=[instance.scenario_id, instance.former_id])
    notify(
        set.intersection(_readers(project), *map(_readers, plans.select_related("project"))),
        NoticeKind.PROMOTION,
        title=_("“%(title)s” is the baseline of “%(project)s” now")
        % {"title": instance.scenario_name, "project": project.name},
        detail=instance.reason,
        url=reverse("planning:lineage", args=[project.pk]),
        actor=instance.actor,
        project=project,
        scenarios=[instance.scenario_id, instance.former_id],
    )


def hear_job(*, job_id: UUID, workspace_id: UUID, state: str, **_sent: Any) -> None:
    """Tell who asked for a simulation that it failed; others see it on the page they wait on."""
    if state != State.FAILED:
        return
    with workspace_context(workspace_id):
        job = Job.objects.filter(pk=job_id, kind="simulation", parent=None).first()
        if job is None or job.person_id is None:
            return
        notify(
            [job.person_id],
            NoticeKind.FAILURE,
            title=_("A simulation failed"),
            detail=str(job.get_failure_display()),
            url=reverse("jobs:job", args=[job.pk]),
        )


def hear_forecast(*, workspace_id: UUID, scenario_id: UUID, record_id: UUID, **_sent: Any) -> None:
    """See whether the chance of a date that somebody watches has passed its threshold."""
    with workspace_context(workspace_id):
        watching.look(scenario_id, record_id)


def _comment(fact: Fact) -> None:
    comment = Comment.objects.select_related("project", "update", "promotion", "parent").get(
        pk=str(fact.subject.id)
    )
    readers = {person.pk for person in _subject_of(comment).readers()}
    named = {UUID(pk) for pk in (fact.after or {}).get("mentions", ())} & readers
    url = reverse("talk:comment", args=[comment.pk])
    said: dict[str, Any] = {
        "actor": fact.actor,
        "project": comment.project,
        "url": url,
        "task_key": comment.subject_key if comment.subject_kind == SubjectKind.TASK else "",
        "scenarios": _scenarios_of(comment),
    }
    title = _("%(actor)s named you on “%(title)s”")
    notify(named, NoticeKind.MENTION, title=title % _who(fact), **said)
    if fact.action != "comment.added":
        return
    others = _concerned(comment) & readers - named
    title = _("%(actor)s answered on “%(title)s”")
    notify(others, NoticeKind.REPLY, title=title % _who(fact), **said)


def _scenarios_of(comment: Comment) -> set[UUID | None]:
    """Return the scenarios in which that has the name by which it is told."""
    found: set[UUID | None] = {comment.written_in_id, comment.scenario_id}
    if comment.update is not None:
        found.add(comment.update.scenario_id_then)
    if comment.promotion is not None:
        found |= {comment.promotion.scenario_id, comment.promotion.former_id}
    return found


def _subject_of(comment: Comment) -> Subject:
    """Return what a comment is about, as its author sees it."""
    return of_about(comment, membership_for(comment.author) if comment.author else None)


def _concerned(comment: Comment) -> set[UUID]:
    """Return who has written in the thread, or the update that a new thread is about."""
    if comment.parent_id is not None:
        return set(talk.takers_part(comment).values_list("pk", flat=True))
    if comment.subject_kind == SubjectKind.UPDATE and comment.update is not None:
        author = comment.update.author_id
        return {author} if author else set()
    return set()


def _assignment(fact: Fact) -> None:
    before, after = fact.before or {}, fact.after or {}
    new = {UUID(pk) for pk in after.get("assignees", ())}
    new -= {UUID(pk) for pk in before.get("assignees", ())}
    task = with_scenario(Task.objects.filter(pk=str(fact.subject.id))).get()
    project = task.scenario.project
    notify(
        new,
        NoticeKind.ASSIGNMENT,
        title=_("%(actor)s gave you “%(title)s”") % _who(fact),
        detail=project.name,
        url=reverse("planning:task", args=[task.pk]),
        actor=fact.actor,
        project=project,
        task_key=task.key,
        scenarios=[task.scenario_id],
    )


def _update(fact: Fact) -> None:
    rows = with_scenario(Update.objects.select_related("project"))
    update = rows.get(pk=str(fact.subject.id))
    project = update.project
    readers = readers_of(update.scenario or project, task=_task_of(update))
    notify(
        {person.pk for person in readers},
        NoticeKind.UPDATE,
        title=_("%(actor)s posted “%(title)s”") % _who(fact),
        detail=project.name,
        url=reverse("talk:update-talk", args=[update.pk]),
        actor=fact.actor,
        project=project,
        task_key=update.task_key,
        scenarios=[update.scenario_id_then],
    )


def _task_of(update: Update) -> Task | None:
    """Return the task that an update is about, as the baseline has it if it does."""
    if not update.task_key:
        return None
    rows = Task.objects.filter(scenario__project=update.project_id, key=update.task_key)
    return with_scenario(rows).order_by("-scenario__is_baseline").first()


def _who(fact: Fact) -> dict[str, str]:
    actor: User | str = fact.actor or _("Lineo")
    return {"actor": str(actor), "title": fact.subject.name}


def _readers(place: Project | Scenario) -> set[UUID]:
    return {person.pk for person in readers_of(place)}


_DEEDS: Mapping[str, Callable[[Fact], None]] = {
    "comment.added": _comment,
    "comment.edited": _comment,
    "task.assigned": _assignment,
    "task.work_changed": _assignment,
    "update.posted": _update,
}
