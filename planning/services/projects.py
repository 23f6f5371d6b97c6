"""Projects: make, rename, archive."""

import re
from datetime import date, datetime, time
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
from planning.access import demand_on
from planning.core.plan import Plan, ProjectSettings, standard_calendar
from planning.errors import LostRaceError
from planning.models import Project, Scenario
from planning.services.scenarios import create_scenario
from planning.signals import zone_changed

CREATE_PROJECT = "create-project"
"""The intention of a project's first change: the history of its baseline begins with it."""


@transaction.atomic
def create_project(
    *, name: str, actor: User | None, start: date, code: str = "", **fields: Any
) -> Project:
    """Make a project with an empty baseline that starts on ``start``."""
    settings = ProjectSettings(name=name, start=datetime.combine(start, time(8)))
    plan = Plan(settings, calendars=(standard_calendar(),))
    return create_project_from_plan(plan=plan, name=name, actor=actor, code=code, **fields)


@transaction.atomic
def create_project_from_plan(
    *,
    plan: Plan,
    name: str,
    actor: User | None,
    code: str = "",
    summary: str = "",
    **fields: Any,
) -> Project:
    """Make a project whose baseline is ``plan``.

    Raises
    ------
    ValidationError
        If a field is wrong or the plan can't be scheduled.
    """
    demand_on(None, actor, Action.CREATE_PROJECT)
    fields.setdefault("time_zone", plan.project.time_zone)
    project = Project(name=name, code=code or suggested_code(name), **fields)
    project.full_clean()
    project.save()
    create_scenario(
        project=project,
        plan=plan,
        name=_("Baseline"),
        actor=actor,
        is_baseline=True,
        summary=summary or _("Created “%(name)s”") % {"name": name},
        intention=CREATE_PROJECT,
    )
    return project


@transaction.atomic
def edit_project(
    project: Project, *, actor: User, expected_version: int | None = None, **fields: Any
) -> Project:
    """Change what is said of a project."""
    if "time_zone" in fields:
        # Before the project, as whoever changes a plan locks them.
        list(Scenario.objects.select_for_update().filter(project=project).order_by("pk"))
    locked = locking.locked(Project.objects.all(), project.pk)
    demand_on(locked, actor, Action.EDIT)
    if expected_version is not None and locked.version != expected_version:
        raise LostRaceError(_("Somebody has changed this project meanwhile."), row=locked)
    before = {name: getattr(locked, name) for name in fields}
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.full_clean()
    locked.save()
    if before.get("time_zone", locked.time_zone) != locked.time_zone:
        _read_by_its_clock(locked)
    _tell("edited", locked, actor, before=before, after=fields)
    return locked


def _read_by_its_clock(project: Project) -> None:
    """Let no plan be used any more as it was read by the clock of before."""
    for scenario in Scenario.objects.filter(project=project):
        scenario.head = uuid7()
        scenario.save(update_fields=["head"])
    zone_changed.send(Project, project=project)


@transaction.atomic
def archive_project(project: Project, *, actor: User) -> None:
    """Put a finished project out of sight; everything in it stays."""
    demand_on(project, actor, Action.ARCHIVE)
    Project.objects.filter(pk=project.pk).update(archived_at=timezone.now())
    _tell("archived", project, actor)


@transaction.atomic
def restore_project(project: Project, *, actor: User) -> None:
    """Bring an archived project back."""
    demand_on(project, actor, Action.ARCHIVE)
    Project.objects.filter(pk=project.pk).update(archived_at=None)
    _tell("restored", project, actor)


def suggested_code(name: str) -> str:
    """Return a free code made of the first letters of ``name``.

    Raises
    ------
    ValidationError
        If the workspace has used up every code of that kind.
    """
    letters = re.sub(r"[^A-Z0-9]", "", name.upper()).lstrip("0123456789")
    stem = letters[:5] if len(letters) >= 2 else "PLAN"
    taken = set(Project.objects.filter(code__startswith=stem).values_list("code", flat=True))
    candidates = [stem, *(f"{stem}{number}" for number in range(2, 10_000))]
    for candidate in candidates:
        if candidate not in taken:
            return candidate
    raise ValidationError(_("Choose a code for this project."))


def baseline_of(project: Project) -> Scenario:
    """Return the one baseline of a project."""
    return Scenario.objects.select_related("project").get(project=project, is_baseline=True)


def _tell(deed: str, project: Project, actor: User, **facts: Any) -> None:
    workspace = project.workspace_id
    tell(f"project.{deed}", workspace=workspace, actor=actor, subject=project, **facts)
