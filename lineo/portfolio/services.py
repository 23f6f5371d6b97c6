"""What people do across projects: choose what a project shows, set goals, draw projects jointly."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lineo.accounts import locking
from lineo.accounts.happened import Subject, tell
from lineo.accounts.models import User
from lineo.accounts.policy import Action
from lineo.jobs import services as jobs
from lineo.portfolio import following, readings
from lineo.portfolio.models import Goal, JointForecast
from planning import others, veil
from planning.access import demand_on
from planning.errors import LostRaceError
from planning.models import Project, Scenario, Task

DRAW = "draw-jointly"


@transaction.atomic
def choose_scenario(project: Project, scenario: Scenario | None, *, actor: User | None) -> None:
    """Let a project show that scenario to the portfolio and to who follows it; None: its baseline.

    Raises
    ------
    ValidationError
        If it is none of the project's live scenarios, or showing it would
        close a circle across projects.
    PermissionDenied
        If the actor may not edit the project.
    """
    locked = locking.locked(Project.objects.all(), project.pk)
    demand_on(locked, actor, Action.EDIT)
    if scenario is not None and (scenario.project_id != locked.pk or scenario.is_archived):
        raise ValidationError(_("Choose one of the project’s own scenarios that is not archived."))
    chosen = None if scenario is None or scenario.is_baseline else scenario
    if locked.shown_scenario_id == (chosen.pk if chosen else None):
        return
    former = others.shown_of(locked)
    locked.shown_scenario = chosen
    locked.version += 1
    locked.save(update_fields=["shown_scenario", "version"])
    shown = others.shown_of(locked)
    following.note_shown(shown)
    readings.read_goals_of(locked)
    tell(
        "project.shown_scenario_changed",
        workspace=locked.workspace_id,
        actor=actor,
        subject=locked,
        before={"scenario": former.name},
        after={"scenario": shown.name},
    )


@transaction.atomic
def add_goal(project: Project, *, actor: User | None, **fields: Any) -> Goal:
    """Set a goal: a date for the project's finish or a milestone, and the chance wanted.

    Raises
    ------
    ValidationError
        If a field is wrong, or the milestone is none of the project's.
    PermissionDenied
        If the actor may not edit the project.
    """
    demand_on(project, actor, Action.EDIT)
    goal = Goal(project=project, created_by=actor, **fields)
    _check(goal)
    goal.save(force_insert=True)
    readings.read_goals(others.shown_of(project), [goal])
    _tell("goal.created", goal, actor, after=_words(goal))
    return goal


@transaction.atomic
def edit_goal(
    goal: Goal, *, actor: User | None, expected_version: int | None = None, **fields: Any
) -> Goal:
    """Change a goal; errors are those of :func:`add_goal`, and of who was faster."""
    locked = _locked(goal, actor, expected_version)
    before, said = (locked.milestone, locked.by), _words(locked)
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.version += 1
    _check(locked)
    locked.save()
    if (locked.milestone, locked.by) != before:
        locked.readings.all().delete()
        readings.read_goals(others.shown_of(locked.project), [locked])
    _tell("goal.changed", locked, actor, before=said, after=_words(locked))
    return locked


@transaction.atomic
def delete_goal(goal: Goal, *, actor: User | None, expected_version: int | None = None) -> None:
    """Take a goal away, with what forecasts said of it."""
    locked = _locked(goal, actor, expected_version)
    _tell("goal.deleted", locked, actor, before=_words(locked))
    locked.delete()


@transaction.atomic
def draw_jointly(
    *,
    actor: User | None,
    iterations: int = 10_000,
    seed: int = 1,
    idempotency_key: str = "",
) -> JointForecast:
    """Ask for the projects that wait for one another to be drawn in the same futures.

    Raises
    ------
    ValidationError
        If the iterations lie outside their limits.
    PermissionDenied
        If the actor may not simulate in this workspace.
    """
    demand_on(None, actor, Action.SIMULATE)
    row = JointForecast(iterations=iterations, seed=seed, created_by=actor)
    row.full_clean()
    job = jobs.enqueue(
        DRAW,
        kind="joint",
        payload={"joint": str(row.pk)},
        idempotency_key=idempotency_key,
    )
    if job.is_repeat:
        return JointForecast.objects.get(job_id=job.pk)
    row.job_id = job.pk
    row.save(force_insert=True)
    tell(
        "joint_forecast.started",
        workspace=row.workspace_id,
        actor=actor,
        subject=Subject("joint_forecast", row.pk),
        after={"iterations": iterations, "seed": seed},
    )
    return row


def _tell(deed: str, goal: Goal, actor: User | None, **values: Any) -> None:
    tell(deed, workspace=goal.workspace_id, actor=actor, subject=goal, **values)


def _words(goal: Goal) -> dict[str, Any]:
    """Return what a goal says, for the record."""
    return {
        "name": goal.name,
        "milestone": goal.milestone,
        "by": goal.by.isoformat(timespec="minutes"),
        "wanted": goal.wanted,
        "owner": str(goal.owner) if goal.owner else None,
    }


def _locked(goal: Goal, actor: User | None, expected_version: int | None) -> Goal:
    locked = locking.locked(Goal.objects.select_related("project"), goal.pk)
    demand_on(locked.project, actor, Action.EDIT)
    if expected_version is not None and locked.version != expected_version:
        raise LostRaceError(_("Somebody has changed this goal meanwhile."), row=locked)
    return locked


def _check(goal: Goal) -> None:
    goal.full_clean()
    if not goal.milestone:
        return
    rows = Task.objects.filter(scenario__project=goal.project, key=goal.milestone)
    rows = rows.exclude(scenario__in=veil.closed_scenarios())
    hidden = veil.hidden().by_project.get(goal.project_id, frozenset())
    if goal.milestone in hidden or not rows.exists():
        raise ValidationError({"milestone": _("The project has no such milestone.")})
