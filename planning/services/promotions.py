"""Which plan is promised: promote a scenario, chosen rows of it, or restore a former baseline."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lineo.accounts.happened import tell
from lineo.accounts.locking import GoneError
from lineo.accounts.models import User
from lineo.accounts.policy import Action
from lineo.accounts.selectors import membership_for
from lineo.activity.models import Change
from lineo.requests import request_id
from planning import selectors, snapshot, veil
from planning.access import demand_on, may_on
from planning.core.diff import diff
from planning.core.differences import working_minutes
from planning.core.hashing import plan_hash
from planning.core.plan import Plan, Task
from planning.core.schedule import Schedule
from planning.core.sentences import names_in
from planning.errors import LostRaceError
from planning.models import Project, Promotion, PromotionKind, Scenario
from planning.services import merging
from planning.services.commit import Meaning, commit
from planning.services.history import PROMOTE
from planning.services.merging import Chosen, Decisions
from planning.services.projects import baseline_of
from planning.services.scenarios import branch_scenario
from planning.signals import baseline_changed


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person looked at when they decided: the baseline and the plan to promise."""

    baseline_id: UUID
    baseline_revision: int
    revision: int


def seen_from(scenario: Scenario, words: Mapping[str, Any]) -> Seen | None:
    """Return what a person looked at as far as they say it, None where they say nothing."""
    if not words.keys() & {"baseline", "baseline_revision", "revision"}:
        return None
    baseline = Scenario.objects.get(project=scenario.project_id, is_baseline=True)
    return Seen(
        UUID(str(words.get("baseline", baseline.pk))),
        words.get("baseline_revision", baseline.revision),
        words.get("revision", scenario.revision),
    )


@transaction.atomic
def promote_scenario(
    scenario: Scenario, *, actor: User | None, reason: str, seen: Seen | None = None
) -> Promotion:
    """Make the scenario the baseline, freeze its dates as promised, archive the former one.

    All or nothing: whoever looks sees the one baseline or the other. Of two
    promotions at once one wins, and the other is told what happened.

    Raises
    ------
    ValidationError
        If there is no reason, or the scenario can't be promoted.
    LostRaceError
        If the baseline or the scenario changed since ``seen``.
    PermissionDenied
        If the actor's role doesn't let them.
    """
    return _promote(scenario, actor=actor, reason=reason, seen=seen, kind=PromotionKind.WHOLE)


@transaction.atomic
def promote_rows(
    source: Scenario,
    *,
    name: str,
    actor: User | None,
    reason: str,
    chosen: Chosen,
    decisions: Decisions | None = None,
    seen: Seen | None = None,
) -> Promotion:
    """Merge chosen rows of a scenario into a copy of the baseline, and promote the copy.

    Errors are those of :func:`promote_scenario` and of a merge.
    """
    if chosen is not None and not chosen:
        raise ValidationError(_("Choose at least one row to promote."))
    former, locked = _locked(source, seen)
    baseline_to_leave(locked.project, actor)
    copy = branch_scenario(
        former,
        name=name,
        actor=actor,
        description=_("Chosen rows of “%(name)s”") % {"name": locked.name},
    )
    change = merging.merge_scenario(copy, locked, actor=actor, decisions=decisions, chosen=chosen)
    if change is None or not change.edits:
        raise ValidationError(_("The chosen rows change nothing in the baseline."))
    copy.refresh_from_db()
    return _promote(copy, actor=actor, reason=reason, seen=None, kind=PromotionKind.ROWS)


@transaction.atomic
def restore_baseline(
    scenario: Scenario, *, actor: User | None, reason: str, seen: Seen | None = None
) -> Promotion:
    """Make a former baseline the baseline again, every row as it was.

    It keeps the dates that were promised when it was the baseline: the promise
    that is returned to. One whose plan was changed since is none any more: it
    is promoted like any other. Errors are those of :func:`promote_scenario`.
    """
    return _promote(scenario, actor=actor, reason=reason, seen=seen, kind=PromotionKind.RESTORE)


def was_baseline(scenario: Scenario) -> bool:
    """Whether the scenario has been the baseline before."""
    return Promotion.objects.filter(former_id=scenario.pk).exists()


def baseline_to_leave(project: Project, actor: User | None) -> Scenario:
    """Return the baseline: who decides against it has to know it.

    Raises
    ------
    PermissionDenied
        If a rule hides it from the actor.
    """
    baseline = baseline_of(project)
    if actor is not None and not may_on(baseline, membership_for(actor), Action.READ):
        raise PermissionDenied(_("The baseline is hidden from you, so this is not for you."))
    return baseline


def stands_as_promised(scenario: Scenario) -> bool:
    """Whether the scenario was the baseline, and its plan is what it was then."""
    last = Promotion.objects.filter(former_id=scenario.pk).order_by("-number").first()
    if last is None:
        return False
    later = Change.objects.filter(subject_id=scenario.pk, revision__gt=last.former_revision)
    return not later.exclude(edits=[]).exists()


def _promote(
    scenario: Scenario,
    *,
    actor: User | None,
    reason: str,
    seen: Seen | None,
    kind: PromotionKind,
) -> Promotion:
    demand_on(scenario, actor, Action.PROMOTE)
    veil.refuse(scenario.project_id)
    former, chosen = _locked(scenario, seen)
    baseline_to_leave(chosen.project, actor)
    _refuse_unless_it_can_be(chosen, kind, reason)
    before, after = snapshot.cached(former), snapshot.cached(chosen)
    edits = diff(before.plan, after.plan)
    figures = {"former": figures_of(former), "chosen": figures_of(chosen)}
    minutes = working_minutes(before.plan, before.schedule.finish, after.schedule.finish)
    _swap(former, chosen)
    frozen = None if kind is PromotionKind.RESTORE else _freeze(chosen, actor, reason)
    if frozen is None:
        # Where no promised date changes, no change of a plan tells of it.
        workspace = chosen.workspace_id
        tell("scenario.promoted", workspace=workspace, actor=actor, subject=chosen, after=reason)
    transaction.on_commit(lambda: _announce(chosen))
    return Promotion.objects.create(
        project_id=chosen.project_id,
        number=Promotion.objects.filter(project_id=chosen.project_id).count() + 1,
        kind=kind,
        scenario_id=chosen.pk,
        scenario_name=chosen.name,
        revision=figures["chosen"]["revision"],
        former_id=former.pk,
        former_name=former.name,
        former_revision=former.revision,
        actor=actor,
        reason=reason.strip(),
        figures=figures,
        edits=[edit.to_json() for edit in edits],
        names=names_in(edits, before.plan, after.plan),
        finish_minutes=minutes,
        request_id=request_id.get(),
    )


def _announce(scenario: Scenario) -> None:
    baseline_changed.send(
        sender=Promotion,
        workspace_id=scenario.workspace_id,
        project_id=scenario.project_id,
        scenario_id=scenario.pk,
    )


def _locked(scenario: Scenario, seen: Seen | None) -> tuple[Scenario, Scenario]:
    """Return the baseline and the scenario, both locked, as they were seen.

    Both are locked in the order of their ids, so that two promotions of one
    project wait for each other and never for one another in a circle.
    """
    baseline = Scenario.objects.get(project=scenario.project_id, is_baseline=True)
    rows = (
        Scenario.objects.select_for_update(of=("self",))
        .select_related("project")
        .filter(pk__in=[baseline.pk, scenario.pk])
        .order_by("pk")
    )
    locked = {row.pk: row for row in rows}
    if scenario.pk not in locked:
        raise GoneError(_("Somebody has deleted this scenario meanwhile."))
    former, chosen = locked.get(baseline.pk), locked[scenario.pk]
    if former is None or not former.is_baseline or (seen and seen.baseline_id != former.pk):
        raise LostRaceError(_baseline_changed(chosen.project))
    if seen is not None:
        merging.refuse_if_moved(former, seen.baseline_revision)
        merging.refuse_if_moved(chosen, seen.revision)
    return former, chosen


def _baseline_changed(project: Project) -> str:
    last = Promotion.objects.filter(project_id=project.pk).select_related("actor").first()
    if last is None or not selectors.promotions_of(project).filter(pk=last.pk).exists():
        return _("The baseline has changed meanwhile.")
    return _("The baseline has changed meanwhile: %(who)s promoted “%(name)s”: %(why)s") % {
        "who": last.actor or _("Lineo"),
        "name": last.scenario_name,
        "why": last.reason,
    }


def _refuse_unless_it_can_be(scenario: Scenario, kind: PromotionKind, reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: the reason stays in the lineage.")})
    if scenario.is_baseline:
        raise ValidationError(_("This is the baseline already."))
    if kind is PromotionKind.RESTORE and not was_baseline(scenario):
        raise ValidationError(_("Only a scenario that was the baseline can be restored as it."))
    if kind is PromotionKind.RESTORE and not stands_as_promised(scenario):
        raise ValidationError(
            _(
                "This plan was changed since it was the baseline, so its promised dates are those"
                " of another plan: promote it, and its dates are promised anew."
            )
        )
    if kind is not PromotionKind.RESTORE and scenario.is_archived:
        raise ValidationError(_("This scenario is archived; restore it to promote it."))


def _swap(former: Scenario, chosen: Scenario) -> None:
    """Make ``chosen`` the one baseline; the constraint allows no moment with two."""
    former.is_baseline, former.archived_at = False, timezone.now()
    chosen.is_baseline, chosen.archived_at = True, None
    for row in (former, chosen):
        row.version += 1
        row.save(update_fields=["is_baseline", "archived_at", "version"])


def _freeze(scenario: Scenario, actor: User | None, reason: str) -> Change | None:
    """Write the planned dates as the promised ones.

    No forecast depends on them, so one that was current stays so.
    """
    was_current = scenario.forecast_is_current
    dates = snapshot.cached(scenario).schedule
    frozen = commit(
        scenario,
        meaning=Meaning(
            actor,
            PROMOTE,
            _("Promoted “%(name)s”: %(why)s") % {"name": scenario.name, "why": reason.strip()},
            action=Action.PROMOTE,
        ),
        change=lambda plan: with_promises(plan, dates),
    )
    if was_current:
        scenario.refresh_from_db(fields=["revision", "head"])
        Scenario.objects.filter(pk=scenario.pk).update(
            forecast_revision=scenario.revision,
            forecast_plan_hash=plan_hash(snapshot.plan_of(scenario)),
        )
    return frozen


def with_promises(plan: Plan, dates: Schedule) -> Plan:
    """Return the plan with its planned dates as promised dates.

    Rows whose promise is what is planned stay the same objects.
    """
    return replace(plan, tasks=tuple(_promised(task, dates) for task in plan.tasks))


def _promised(task: Task, dates: Schedule) -> Task:
    planned = dates.tasks.get(task.key)
    start, finish = (planned.start, planned.finish) if planned else (None, None)
    if (task.promised_start, task.promised_finish) == (start, finish):
        return task
    return replace(task, promised_start=start, promised_finish=finish)


def figures_of(scenario: Scenario) -> dict[str, Any]:
    """Return what is known of a scenario at this moment, as JSON."""
    return {
        "revision": scenario.revision,
        "planned_finish": _iso(scenario.scheduled_finish),
        "target": _iso(scenario.target),
        "p50": _iso(scenario.forecast_p50),
        "p80": _iso(scenario.forecast_p80),
        "p_target": scenario.forecast_p_target,
        "is_current": scenario.forecast_is_current,
        "iterations": scenario.forecast_iterations,
        "seed": scenario.forecast_seed,
    }


def _iso(moment: Any) -> str | None:
    return None if moment is None else str(moment.isoformat(timespec="minutes"))
