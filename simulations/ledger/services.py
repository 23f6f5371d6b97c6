"""Give a date to someone, withdraw it, and correct the ranges that did not hold."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lineo.accounts import locking
from lineo.accounts.happened import tell
from lineo.accounts.models import User
from lineo.accounts.policy import Action
from planning import snapshot, veil
from planning.access import demand_on
from planning.core.estimate_facts import planned_minutes
from planning.core.plan import Plan, Task, TaskKind
from planning.interchange.day_edges import DayEdges
from planning.models import Project, Scenario
from planning.pages.moments import Moment
from planning.services.commit import Meaning, commit
from planning.services.projects import baseline_of
from planning.services.scenarios import branch_scenario
from simulations.ledger import recording
from simulations.ledger.correction import LEAST, Correction, corrected
from simulations.ledger.laws import is_certain
from simulations.ledger.models import Commitment
from simulations.ledger.past import estimators_at

CORRECT = "correct-ranges"


@transaction.atomic
def give_commitment(
    project: Project,
    *,
    actor: User,
    to_whom: str,
    due: date | datetime,
    milestone_key: str = "",
    note: str = "",
    given_on: date | None = None,
) -> Commitment:
    """Record a date that was given to someone, with its chance by the standing forecast.

    Parameters
    ----------
    due
        A day means its last working minute.
    milestone_key
        Of the baseline; the project's finish by default.
    given_on
        Today by default, and never later.

    Raises
    ------
    ValidationError
        If it is given to nobody, for what is not there, or in the future.
    PermissionDenied
        If the actor's role doesn't let them.
    """
    demand_on(project, actor, Action.EDIT)
    baseline = baseline_of(project)
    demand_on(baseline, actor, Action.READ)
    plan = snapshot.plan_of(baseline)
    today = timezone.localdate()
    if given_on is not None and given_on > today:
        raise ValidationError({"given_on": _("A date can't have been given in the future.")})
    row = Commitment(
        project=project,
        milestone_key=milestone_key,
        milestone_name=_milestone(project, plan, milestone_key).name if milestone_key else "",
        to_whom=to_whom.strip(),
        due=_moment(plan, due),
        note=note.strip(),
        given_on=given_on or today,
        given_by=actor,
    )
    row.full_clean()
    row.save(force_insert=True)
    found = recording.standing_forecast(baseline)
    if found is not None:
        recording.add_points([row], *found, is_given=True)
    _tell("given", row, actor, after={"to": row.to_whom, "due": row.due.isoformat()})
    return row


@transaction.atomic
def withdraw_commitment(commitment: Commitment, *, actor: User, reason: str) -> Commitment:
    """Take a date back; it stays in the ledger, with the reason.

    Raises
    ------
    ValidationError
        If there is no reason, or it is withdrawn already.
    """
    demand_on(commitment.project, actor, Action.EDIT)
    locked = locking.locked(Commitment.objects.all(), commitment.pk)
    if locked.withdrawn_at is not None:
        raise ValidationError(_("This commitment is withdrawn already."), code="no-effect")
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is withdrawn: the ledger keeps it.")})
    locked.withdrawn_at = timezone.now()
    locked.withdrawn_by = actor
    locked.withdrawn_because = reason.strip()
    locked.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    _tell("withdrawn", locked, actor, after=locked.withdrawn_because)
    return locked


@transaction.atomic
def branch_with_corrected_ranges(
    project: Project,
    correction: Correction | None,
    *,
    actor: User,
    name: str,
    estimator: User | None = None,
) -> Scenario:
    """Branch from the baseline, with open ranges as past ones would have held.

    Parameters
    ----------
    correction
        By what: see :mod:`simulations.ledger.correction`; None below the tasks that it takes.
    estimator
        Whose ranges alone; everybody's by default.

    Raises
    ------
    ValidationError
        If nothing is called for, or the plan has no such range left open.
    PermissionDenied
        If the actor may not branch here.
    """
    demand_on(project, actor, Action.BRANCH)
    if correction is None:
        raise ValidationError(
            _("A correction takes %(least)s finished tasks whose ranges can be judged.")
            % {"least": LEAST}
        )
    if not correction.is_called_for:
        raise ValidationError(_("What the past shows may be chance: there is nothing to correct."))
    baseline = baseline_of(project)
    keys = open_ranges(baseline, estimator.pk if estimator else None)
    if not keys:
        raise ValidationError(_("No open task has a range of theirs."))
    centre, width = correction.centre.applied, correction.width.applied
    whose = str(estimator) if estimator else _("everybody")
    words = {"whose": whose, "centre": f"{centre:.2f}", "width": f"{width:.2f}"}
    said = _("Corrected the ranges of %(whose)s: moved × %(centre)s, stretched × %(width)s") % words
    branch = branch_scenario(baseline, name=name, actor=actor, description=said)
    commit(
        branch,
        meaning=Meaning(actor, CORRECT, said),
        change=lambda plan: with_corrected(plan, keys, centre, width),
    )
    branch.refresh_from_db()
    return branch


def open_ranges(baseline: Scenario, estimator_id: UUID | None) -> set[str]:
    """Return the keys of the open tasks with a range, of one estimator or of all."""
    keys = {
        task.key
        for task in snapshot.plan_of(baseline).leaves()
        if task.estimate is not None and not task.is_finished and not is_certain(task.estimate)
    }
    if estimator_id is None:
        return keys
    now = Moment(baseline.pk, baseline.revision)
    whose = estimators_at(dict.fromkeys(keys, now))
    return {key for key in keys if whose.get(key) == estimator_id}


def with_corrected(plan: Plan, keys: set[str], centre: float, width: float) -> Plan:
    """Return the plan with the ranges of some tasks corrected.

    A planned duration that was its range's own follows it.
    """
    return replace(
        plan,
        tasks=tuple(
            _corrected(task, centre, width, has_begun=plan.has_begun(task))
            if task.key in keys
            else task
            for task in plan.tasks
        ),
    )


def _corrected(task: Task, centre: float, width: float, *, has_begun: bool) -> Task:
    assert task.estimate is not None
    estimate = corrected(task.estimate, centre=centre, width=width)
    follows = not has_begun and task.duration_minutes == planned_minutes(task.estimate)
    minutes = planned_minutes(estimate) if follows else task.duration_minutes
    return replace(task, estimate=estimate, duration_minutes=minutes)


def _tell(deed: str, row: Commitment, actor: User, **facts: Any) -> None:
    tell(f"commitment.{deed}", workspace=row.workspace_id, actor=actor, subject=row, **facts)


def _milestone(project: Project, plan: Plan, key: str) -> Task:
    is_hidden = key in veil.hidden().by_project.get(project.pk, frozenset())
    if not is_hidden and plan.has_task(key):
        task = plan.task(key)
        if task.kind is TaskKind.MILESTONE:
            return task
    raise ValidationError({"milestone": _("The baseline has no such milestone.")})


def _moment(plan: Plan, due: date | datetime) -> datetime:
    if isinstance(due, datetime):
        return due.replace(tzinfo=None)
    edges = DayEdges({calendar.key: calendar for calendar in plan.calendars})
    return edges.last_minute(plan.project.calendar, due)
