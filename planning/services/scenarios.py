"""Scenarios: branch, rename, archive, delete."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lineo.accounts import locking
from lineo.accounts.happened import tell
from lineo.accounts.ids import uuid7
from lineo.accounts.models import User
from lineo.accounts.policy import Action
from lineo.activity.models import Change
from lineo.requests import request_id
from planning import dates, others, row_writer, snapshot
from planning.access import demand_on
from planning.copying import copied_identities, copy_rows
from planning.core.editing import in_time_zone
from planning.core.ordering import positions_for
from planning.core.plan import Plan, PlanError
from planning.core.table_order import in_outline_order
from planning.core.validation import validate
from planning.errors import LostRaceError
from planning.models import Project, Promotion, Scenario
from planning.models.scenario import Colour
from planning.pages.moments import Moment
from planning.services.commit import announce
from planning.services.hearing import hear_anew
from planning.services.identities import numbers_for
from planning.setting_columns import settings_columns
from planning.signals import shown_changed
from planning.snapshot import Snapshot


@transaction.atomic
def create_scenario(
    *,
    project: Project,
    plan: Plan,
    name: str,
    actor: User | None,
    is_baseline: bool = False,
    summary: str = "",
    intention: str = "create-scenario",
    **fields: Any,
) -> Scenario:
    """Make a scenario that holds ``plan``, scheduled, at revision 1; its clock is the project's.

    Raises
    ------
    ValidationError
        If the name is taken or the plan can't be scheduled.
    """
    demand_on(project, actor, Action.EDIT)
    plan = in_time_zone(plan, project.time_zone)
    try:
        validate(plan)
        plan = in_outline_order(others.adopted(plan, actor))
        new = _fresh(project, plan)
        schedule = new.schedule
    except PlanError as error:
        raise ValidationError(str(error), code="plan") from error
    scenario = Scenario(
        project=project,
        name=name,
        is_baseline=is_baseline,
        colour=fields.pop("colour", "") or free_colour(project),
        created_by=actor,
        revision=1,
        scheduled_start=schedule.start,
        scheduled_finish=schedule.finish,
        **settings_columns(plan.project),
        **fields,
    )
    scenario.full_clean()
    scenario.save()
    row_writer.insert(scenario, new)
    dates.write(scenario, new.schedule, new.row_id)
    _begin_log(scenario, new, actor, intention, summary or name)
    return scenario


@transaction.atomic
def branch_scenario(
    source: Scenario, *, name: str, actor: User | None, description: str = "", colour: str = ""
) -> Scenario:
    """Copy a whole plan: every key, number and position is kept.

    The branch remembers its source and the revision it began from, and gets a
    colour that no other scenario of the project has, while there are any.
    """
    # Rows are copied inside the database after the plan was read: locked, so both are of one state.
    source = locking.locked(Scenario.objects.select_related("project"), source.pk)
    demand_on(source, actor, Action.BRANCH)
    held = snapshot.cached(source)
    new = copied_identities(held)
    new.__dict__["schedule"] = held.schedule
    branch = Scenario(
        project=source.project,
        name=name,
        description=description,
        colour=colour or free_colour(source.project),
        source=source,
        source_revision=source.revision,
        created_by=actor,
        revision=1,
        scheduled_start=source.scheduled_start,
        scheduled_finish=source.scheduled_finish,
        **settings_columns(held.plan.project),
    )
    branch.full_clean()
    branch.save()
    copy_rows(held, new, branch)
    summary = _("Branched from “%(name)s”") % {"name": source.name}
    joined = Moment(source.pk, source.revision)
    _begin_log(branch, new, actor, "branch-scenario", summary, joined=joined)
    return branch


@transaction.atomic
def edit_scenario(
    scenario: Scenario, *, actor: User, expected_version: int | None = None, **fields: Any
) -> Scenario:
    """Change a scenario's name, description, colour or cost.

    Raises
    ------
    ValidationError
        If a value is wrong, or the scenario is archived.
    LostRaceError
        If it is not at ``expected_version`` any more.
    """
    locked = locking.locked(Scenario.objects.all(), scenario.pk)
    demand_on(locked, actor, Action.EDIT)
    if locked.is_archived:
        raise ValidationError(_("This scenario is archived; restore it to change it."))
    if expected_version is not None and locked.version != expected_version:
        raise LostRaceError(_("Somebody has changed this scenario meanwhile."), row=locked)
    before = {name: getattr(locked, name) for name in fields}
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.full_clean()
    locked.save(update_fields=[*fields, "version"])
    _tell("edited", locked, actor, before=before, after=fields)
    return locked


@transaction.atomic
def archive_scenario(scenario: Scenario, *, actor: User) -> None:
    """Make a scenario read-only.

    Raises
    ------
    ValidationError
        If it is the baseline.
    """
    locked = locking.locked(Scenario.objects.all(), scenario.pk)
    demand_on(locked, actor, Action.EDIT)
    if locked.is_baseline:
        raise ValidationError(_("The baseline can't be archived; promote another scenario first."))
    Scenario.objects.filter(pk=locked.pk).update(archived_at=timezone.now())
    _note_shown(locked)
    _tell("archived", locked, actor)


@transaction.atomic
def restore_scenario(scenario: Scenario, *, actor: User) -> None:
    """Make an archived scenario editable again."""
    locked = locking.locked(Scenario.objects.all(), scenario.pk)
    demand_on(locked, actor, Action.EDIT)
    Scenario.objects.filter(pk=locked.pk).update(archived_at=None)
    _note_shown(locked)
    _tell("restored", locked, actor)
    if locked.tasks.filter(options__has_key="external_links").exists():
        # Nobody told it while it lay in the archive.
        hear_anew(locked)


@transaction.atomic
def delete_scenario(
    scenario: Scenario, *, actor: User, expected_version: int | None = None
) -> None:
    """Delete a scenario and its plan for good.

    Its branches stay, and so does its history, from which they are merged and
    whose last row tells who deleted it. People delete what they made
    themselves; the rest asks for the right to.

    Raises
    ------
    ValidationError
        If it is the baseline, or was: the lineage leads back to it.
    """
    locked = locking.locked(Scenario.objects.all(), scenario.pk)
    is_own = locked.created_by_id == actor.pk
    demand_on(locked, actor, Action.EDIT if is_own else Action.DELETE)
    if expected_version is not None and locked.version != expected_version:
        raise LostRaceError(_("Somebody has changed this scenario meanwhile."), row=locked)
    if locked.is_baseline:
        raise ValidationError(_("The baseline can't be deleted; promote another scenario first."))
    if Promotion.objects.filter(former_id=locked.pk).exists():
        raise ValidationError(
            _("A former baseline stays: the lineage leads back to it, and it can be restored.")
        )
    summary = _("Deleted “%(name)s”") % {"name": locked.name}
    _log(locked, actor, "delete-scenario", summary, id=uuid7(), revision=locked.revision + 1)
    is_shown = _is_shown(locked)
    locked.delete()
    if is_shown:
        shown_changed.send(Project, project_id=locked.project_id)


def _is_shown(scenario: Scenario) -> bool:
    """Return whether the project was told to show this scenario, which is not its baseline."""
    return bool(scenario.project.shown_scenario_id == scenario.pk)


def _note_shown(scenario: Scenario) -> None:
    """Let those know who wait for the project, where another scenario stands for it now."""
    if _is_shown(scenario):
        shown_changed.send(Project, project_id=scenario.project_id)


def free_colour(project: Project) -> str:
    """Return the first colour that no live scenario of the project has."""
    live = Scenario.objects.filter(project=project, archived_at__isnull=True)
    taken = set(live.values_list("colour", flat=True))
    return next((colour for colour in Colour.values if colour not in taken), Colour.values[-1])


def _fresh(project: Project, plan: Plan) -> Snapshot:
    keys = [task.key for task in plan.tasks]
    return snapshot.fresh(plan, numbers_for(project, keys), positions_for(keys, {}))


def _begin_log(
    scenario: Scenario,
    new: Snapshot,
    actor: User | None,
    intention: str,
    summary: str,
    *,
    joined: Moment | None = None,
) -> None:
    row = _log(
        scenario,
        actor,
        intention,
        summary,
        id=scenario.head,
        revision=scenario.revision,
        joined_id=joined.scenario_id if joined else None,
        joined_revision=joined.revision if joined else None,
    )
    announce(scenario, new, row)


def _log(
    scenario: Scenario, actor: User | None, intention: str, summary: str, **fields: Any
) -> Change:
    """Write the row of what happened to a scenario as a whole, its plan left as it is."""
    return Change.objects.create(
        subject_kind="scenario",
        subject_id=scenario.pk,
        project_id=scenario.project_id,
        actor=actor,
        intention=intention,
        summary=summary[:300],
        edits=[],
        request_id=request_id.get(),
        **fields,
    )


def _tell(deed: str, scenario: Scenario, actor: User, **facts: Any) -> None:
    workspace = scenario.workspace_id
    tell(f"scenario.{deed}", workspace=workspace, actor=actor, subject=scenario, **facts)
