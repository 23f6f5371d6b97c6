"""What concerns the whole plan: settings, calendars, risks, drivers, files."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from secrets import token_hex
from typing import Any

from django.utils.translation import gettext as _

from lineo.accounts.models import User
from lineo.activity.models import Change
from planning import others, snapshot
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


def collection_of(kind: type[Entity]) -> str:
    """Return where in a plan things of that kind are held."""
    return _COLLECTIONS[kind]


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
    collection = collection_of(type(entity))
    summary = _("Saved “%(name)s”") % {"name": getattr(entity, "name", entity.key)}
    return commit(
        scenario,
        meaning=Meaning(actor, f"save-{collection}", summary),
        change=lambda plan: editing.put(plan, collection, entity),
        expected=expected,
    )


def add_entity(scenario: Scenario, entity: Entity, *, actor: User | None) -> Change | None:
    """Add a calendar, risk, driver or correlation.

    Raises
    ------
    ValidationError
        If the plan has one of that key already.
    """
    collection = collection_of(type(entity))

    def change(plan: Plan) -> Plan:
        if _find(plan, collection, entity.key) is not None:
            raise PlanError(f"There is already one with the key “{entity.key}”.")
        return editing.put(plan, collection, entity)

    summary = _("Added “%(name)s”") % {"name": getattr(entity, "name", entity.key)}
    return commit(scenario, meaning=Meaning(actor, f"save-{collection}", summary), change=change)


def edit_entity(
    scenario: Scenario,
    kind: type[Entity],
    key: str,
    *,
    actor: User | None,
    change: Callable[[Any], Any],
    expected: Sequence[Expected] = (),
) -> Change | None:
    """Replace a calendar, risk, driver or correlation by what ``change`` makes of it.

    ``change`` sees it as it stands under the lock, so that whoever sets one
    field keeps what others set in the rest.
    """
    collection = collection_of(kind)

    def changed(plan: Plan) -> Plan:
        entity = _find(plan, collection, key)
        if entity is None:
            raise PlanError("This no longer exists.")
        return editing.put(plan, collection, change(entity))

    found = _find(snapshot.plan_of(scenario), collection, key)
    summary = _("Saved “%(name)s”") % {"name": getattr(found, "name", key)}
    meaning = Meaning(actor, f"save-{collection}", summary)
    return commit(scenario, meaning=meaning, change=changed, expected=expected)


def delete_entity(
    scenario: Scenario,
    kind: type[Entity],
    key: str,
    *,
    actor: User | None,
    expected: Sequence[Expected] = (),
) -> Change | None:
    """Delete a calendar, risk, driver or correlation.

    Raises
    ------
    ValidationError
        If the plan still needs it, as the project calendar, or as a task's.
    """
    collection = collection_of(kind)

    def change(plan: Plan) -> Plan:
        if kind is Calendar:
            _refuse_needed_calendar(plan, key)
        return editing.drop(plan, collection, key)

    meaning = Meaning(actor, f"delete-{collection}", _("Deleted “%(key)s”") % {"key": key})
    return commit(scenario, meaning=meaning, change=change, expected=expected)


def new_key(noun: str) -> str:
    """Return a key for a calendar or risk that no scenario has ever had."""
    return f"{noun[0].upper()}{token_hex(5)}"


def replace_plan(
    scenario: Scenario,
    plan: Plan,
    *,
    actor: User | None,
    summary: str,
    expected_revision: int | None = None,
) -> Change | None:
    """Put another plan into a scenario, as one change that can be undone.

    What the two plans share by key keeps its rows; the project keeps its time
    zone, which the files of a project rarely agree on.
    """

    def change(before: Plan) -> Plan:
        return others.adopted(editing.in_time_zone(plan, before.project.time_zone), actor)

    return commit(
        scenario,
        meaning=Meaning(actor, "import-plan", summary),
        change=change,
        expected_revision=expected_revision,
    )


def _find(plan: Plan, collection: str, key: str) -> Any:
    return next((row for row in getattr(plan, collection) if row.key == key), None)


def _refuse_needed_calendar(plan: Plan, key: str) -> None:
    if plan.project.calendar == key:
        raise PlanError("This is the project calendar; choose another one first.")
    users = [task.name for task in plan.tasks if task.calendar == key]
    users += [calendar.name for calendar in plan.calendars if calendar.parent == key]
    if users:
        raise PlanError(f"“{users[0]}” still works by this calendar.")
