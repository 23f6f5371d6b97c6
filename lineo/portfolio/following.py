"""Plans that follow other projects: noticed when written, told when the other moves.

A plan holds the dates that it last heard (``external_dates``), so it is
scheduled, drawn, undone and audited like any other. When the other project
moves, a job writes the new dates as one change of the system, never within
the request of who moved it.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lineo.accounts.tenancy import workspace_context
from lineo.activity.models import Change
from lineo.jobs import services as jobs
from lineo.jobs.models import Priority
from lineo.portfolio import circles
from lineo.portfolio.models import Follow
from planning import others, snapshot
from planning.core.edits import Edit, EditKind, What
from planning.core.plan import Plan
from planning.models import Project, Promotion, Scenario
from planning.services.hearing import INTENTION, hear_anew
from planning.typed import other_names

FUNCTION = INTENTION
_LINKING = frozenset({"external_links", "parent", "active"})


def check_links(*, scenario: Scenario, plan: Plan, edits: Iterable[Edit], **_signal: Any) -> None:
    """Refuse a plan that would close a circle across projects, before anything is written."""
    if any(map(_may_lead_on, edits)) and _waits(plan):
        circles.wait_for_turn()
        refuse_circle(scenario, plan)


def note_links(*, scenario: Scenario, plan: Plan, change: Change, **_signal: Any) -> None:
    """Write down whom a plan follows, within the transaction that writes the plan."""
    edits = [Edit.from_json(edit) for edit in change.edits if edit["field"] != "position"]
    if not change.edits or any(map(_may_lead_on, edits)):
        places = {(link.project, "") for task in plan.tasks for link in task.external_links}
        _write_down(scenario, others.project_ids(places))
    elif change.actor_id and any(edit.field == "external_dates" for edit in edits):
        # What was undone or merged is what was heard then: listen again.
        transaction.on_commit(lambda: _ask_in(scenario.workspace_id, [scenario.pk]))


def _may_lead_on(edit: Edit) -> bool:
    """Whether an edit may add a link between projects, or a way through the plan."""
    is_row = edit.kind is EditKind.DEPENDENCY or edit.what is not What.CHANGED
    return is_row or edit.field in _LINKING


def _waits(plan: Plan) -> bool:
    return any(task.external_links for task in plan.tasks)


def _write_down(scenario: Scenario, projects: set[UUID]) -> None:
    known = set(
        Follow.objects.filter(scenario=scenario).values_list("project_id", flat=True)
        if scenario.revision > 1
        else ()
    )
    if known - projects:
        Follow.objects.filter(scenario=scenario, project_id__in=known - projects).delete()
    Follow.objects.bulk_create(
        Follow(scenario=scenario, project_id=project) for project in sorted(projects - known)
    )


def refuse_circle(scenario: Scenario, plan: Plan) -> None:
    """Raise if the plan, shown as its project's, closes a circle across projects."""
    found = circles.circle_through(scenario, plan)
    if found:
        raise ValidationError(
            _("This would make a circle across projects: %(circle)s.") % {"circle": told(found)},
            code="circle",
        )


def told(circle: Iterable[tuple[UUID, str]]) -> str:
    """Return a circle in the names that the person who looks may read."""
    places = [(str(project), key) for project, key in circle]
    names = other_names.names_of(places)
    return " → ".join(names[place].label for place in places)


def note_promotion(*, instance: Promotion, created: bool, **_signal: Any) -> None:
    """Treat another baseline as another plan shown: it closes no circle, and followers hear."""
    if not created:
        return
    note_shown_of(project_id=instance.project_id)


def note_shown_of(*, project_id: UUID, **_signal: Any) -> None:
    """Do as :func:`note_shown` with what that project shows by now."""
    note_shown(others.shown_scenarios([project_id])[project_id])


def note_zone(*, project: Project, **_signal: Any) -> None:
    """Ask for the dates of who follows the project and of what follows in it: its clock changed."""
    within = Follow.objects.filter(scenario__project=project.pk, scenario__archived_at=None)
    concerned = {*followers_of(project.pk), *within.values_list("scenario_id", flat=True)}
    workspace_id = project.workspace_id
    transaction.on_commit(lambda: _ask_in(workspace_id, sorted(concerned)))


def note_shown(scenario: Scenario) -> None:
    """Refuse a circle that showing this scenario would close, and tell who follows its project."""
    plan = snapshot.plan_of(scenario)
    if _waits(plan):
        circles.wait_for_turn()
        refuse_circle(scenario, plan)
    workspace_id, project_id = scenario.workspace_id, scenario.project_id
    transaction.on_commit(lambda: _tell_who_follows(workspace_id, project_id))


def tell_followers(*, workspace_id: UUID, scenario_id: UUID, **_signal: Any) -> None:
    """Ask for the dates of whoever follows the scenario that was changed; sent on commit."""
    with workspace_context(workspace_id):
        shown = Scenario.objects.filter(pk=scenario_id)
        if not Follow.objects.filter(project_id__in=shown.values("project_id")).exists():
            return
        scenario = shown.get()
        if others.shown_scenarios([scenario.project_id])[scenario.project_id].pk == scenario.pk:
            ask(followers_of(scenario.project_id))


def followers_of(project_id: UUID) -> list[UUID]:
    """Return the live scenarios that wait for a project."""
    rows = Follow.objects.filter(project_id=project_id, scenario__archived_at__isnull=True)
    return list(rows.order_by("scenario_id").values_list("scenario_id", flat=True))


def ask(scenarios: Iterable[UUID]) -> None:
    """Ask for each scenario's dates of other projects to be heard anew, each by a job of its own.

    A job locks one scenario only, so jobs never wait for one another in a circle.
    """
    for pk in scenarios:
        jobs.enqueue_latest(
            FUNCTION,
            topic=f"follow {pk}",
            payload={"scenario": str(pk)},
            kind="follow",
            priority=Priority.URGENT,
        )


def _ask_in(workspace_id: UUID, scenarios: Iterable[UUID]) -> None:
    with workspace_context(workspace_id):
        ask(scenarios)


def _tell_who_follows(workspace_id: UUID, project_id: UUID) -> None:
    """Ask in a context of its own: after a commit there is none."""
    with workspace_context(workspace_id):
        ask(followers_of(project_id))


def follow(scenario: Scenario) -> Change | None:
    """Write into a plan when the tasks of other projects that it waits for are scheduled now.

    Nothing is written where the plans that projects show go round in a circle,
    which a promotion of two at once could leave: each would push the other for ever.
    """
    fresh = Scenario.objects.filter(pk=scenario.pk, archived_at__isnull=True).first()
    if fresh is None or circles.circle_through(fresh, snapshot.plan_of(fresh)):
        return None
    return hear_anew(fresh)
