"""What concerns the whole plan: settings, calendars, risks, drivers, files."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from lineo.accounts.models import User
from lineo.activity.models import Change
from planning.core import editing
from planning.core.plan import Calendar, Correlation, Driver, Plan, PlanError, Risk
from planning.models import Scenario
from planning.services.commit import Expected, Meaning, commit

Entity = Calendar | Risk | Driver | Correlation

_COLLECTIONS: dict[type[Any], str] = {
    Calendar: "calendars",
    Risk: "risks",
    Driver: "drivers",
    Correlation: "correlations",
}


def edit_settings(
    scenario: Scenario, *, actor: User | None, expected_revision: int | None = None, **fields: Any
) -> Change | None:
    """Change the plan settings, such as the data date or the target."""
    return commit(
        scenario,
        meaning=Meaning(actor, "edit-settings", _("Edited the plan settings")),
        change=lambda plan: replace(plan, project=replace(plan.project, **fields)),
        expected_revision=expected_revision,
    )


def save_entity(
    scenario: Scenario, entity: Entity, *, actor: User | None, expected: Sequence[Expected] = ()
) -> Change | None:
    """Add a calendar, risk, driver or correlation, or replace the one of that key."""
    collection = _COLLECTIONS[type(entity)]
    summary = _("Saved “%(name)s”") % {"name": getattr(entity, "name", entity.key)}
    return commit(
        scenario,
        meaning=Meaning(actor, f"save-{collection}", summary),
        change=lambda plan: editing.put(plan, collection, entity),
        expected=expected,
    )


def delete_entity(
    scenario: Scenario, kind: type[Entity], key: str, *, actor: User | None
) -> Change | None:
    """Delete a calendar, risk, driver or correlation.

    Raises
    ------
    ValidationError
        If the plan still needs it, as the project calendar, or as a task's.
    """
    collection = _COLLECTIONS[kind]

    def change(plan: Plan) -> Plan:
        if kind is Calendar:
            _refuse_needed_calendar(plan, key)
        return editing.drop(plan, collection, key)

    summary = _("Deleted “%(key)s”") % {"key": key}
    return commit(scenario, meaning=Meaning(actor, f"delete-{collection}", summary), change=change)


def replace_plan(
    scenario: Scenario, plan: Plan, *, actor: User | None, summary: str
) -> Change | None:
    """Put another plan into a scenario, as one change that can be undone.

    What the two plans share by key keeps its rows; the project keeps its time
    zone, which the files of a project rarely agree on.
    """

    def change(before: Plan) -> Plan:
        zone = before.project.time_zone
        return replace(plan, project=replace(plan.project, time_zone=zone))

    return commit(scenario, meaning=Meaning(actor, "import-plan", summary), change=change)


def _refuse_needed_calendar(plan: Plan, key: str) -> None:
    if plan.project.calendar == key:
        raise PlanError("This is the project calendar; choose another one first.")
    users = [task.name for task in plan.tasks if task.calendar == key]
    users += [calendar.name for calendar in plan.calendars if calendar.parent == key]
    if users:
        raise PlanError(f"“{users[0]}” still works by this calendar.")
