"""Rows → Plan: a plan with the ids, numbers and places of its rows.

:func:`load` reads a scenario in seven queries, :func:`cached` remembers the
last ones by revision. The way back is ``planning/row_writer.py``.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from django.db import models

from lineo.accounts.ids import uuid7
from planning import columns, veil
from planning.core.plan import Plan
from planning.core.schedule import Schedule, schedule
from planning.models import (
    Calendar,
    Correlation,
    Dependency,
    Driver,
    Risk,
    RiskImpact,
    Scenario,
    Task,
)
from planning.setting_columns import settings_of

KINDS: dict[str, type[models.Model]] = {
    "calendars": Calendar,
    "drivers": Driver,
    "tasks": Task,
    "dependencies": Dependency,
    "risks": Risk,
    "correlations": Correlation,
}
"""The collections of a Plan and their rows, in the order in which they may be written."""


COMPUTED = (
    "start",
    "finish",
    "early_start",
    "early_finish",
    "late_start",
    "late_finish",
    "network_start",
    "network_finish",
    "total_float_minutes",
    "free_float_minutes",
    "is_critical",
    "on_longest_path",
    "driven_by",
    "limited_by",
)
"""Columns of a task that no Plan is read from."""


class Identity(NamedTuple):
    """What a row has and its Plan value has not."""

    id: UUID
    number: int = 0
    position: int = 0


@dataclass(frozen=True)
class Snapshot:
    """The Plan of one revision, and which row holds which value.

    ``identities`` maps each collection of the Plan to its rows by key, ``versions`` to those of
    their versions that are not 1.
    """

    plan: Plan
    identities: Mapping[str, Mapping[str, Identity]] = field(default_factory=dict)
    versions: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def identity(self, collection: str, key: str) -> Identity:
        """Return the identity of the row that holds the value of that key."""
        return self.identities[collection][key]

    def row_id(self, collection: str, key: str | None) -> UUID | None:
        """Return the row's id, or None where the key is None or unknown."""
        found = self.identities[collection].get(key) if key is not None else None
        return found.id if found else None

    def version(self, collection: str, key: str) -> int:
        """Return how often the row that holds the value of that key was written."""
        return self.versions.get(collection, {}).get(key, 1)

    def driver_of(self, task: str) -> str | None:
        """Return the key of the driver that the task belongs to."""
        return self._driver_by_task.get(task)

    def in_row_order(self) -> "Snapshot":
        """Return the snapshot with its plan in the order in which rows are read."""
        ordered: dict[str, Any] = {
            name: tuple(sorted(getattr(self.plan, name), key=self._row_order(name)))
            for name in KINDS
        }
        return replace(self, plan=replace(self.plan, **ordered))

    def _row_order(self, collection: str) -> Callable[[Any], tuple[Any, ...]]:
        held = self.identities[collection]
        if collection in {"drivers", "risks"}:
            return lambda value: (value.key,)
        return lambda value: (held[value.key].position, held[value.key].id)

    @cached_property
    def schedule(self) -> Schedule:
        """The dates of the plan, computed once."""
        return schedule(self.plan)

    @property
    def is_scheduled(self) -> bool:
        """Whether its dates are computed already."""
        return "schedule" in self.__dict__

    def dated(self, dates: Schedule) -> "Snapshot":
        """Return the snapshot with its dates, which are known already."""
        self.__dict__["schedule"] = dates
        return self

    def written(self, versions: Mapping[str, Mapping[str, int]]) -> "Snapshot":
        """Return the snapshot with the versions that its rows have been given."""
        object.__setattr__(self, "versions", versions)
        return self

    @cached_property
    def _driver_by_task(self) -> dict[str, str]:
        return columns.driver_by_task(self.plan)


def load(scenario: Scenario) -> Snapshot:
    """Read the scenario's rows as one Plan."""
    with veil.lifted():
        rows = {name: list(_rows(model, scenario)) for name, model in KINDS.items()}
        impacts = list(RiskImpact.objects.filter(risk__scenario=scenario))
    names = columns.KeyNames(
        calendars={row.id: row.key for row in rows["calendars"]},
        tasks={row.id: row.key for row in rows["tasks"]},
    )
    plan = Plan(
        project=settings_of(scenario),
        calendars=tuple(columns.calendar_of(row, names) for row in rows["calendars"]),
        tasks=tuple(columns.task_of(row, names) for row in rows["tasks"]),
        dependencies=tuple(columns.dependency_of(row, names) for row in rows["dependencies"]),
        risks=tuple(columns.risks_of(rows["risks"], impacts, names)),
        drivers=tuple(columns.drivers_of(rows["drivers"], rows["tasks"])),
        correlations=tuple(columns.correlation_of(row, names) for row in rows["correlations"]),
    )
    identities = {
        name: {
            value.key: Identity(row.id, getattr(row, "number", 0), getattr(row, "position", 0))
            for value, row in zip(getattr(plan, name), rows[name], strict=True)
        }
        for name in KINDS
    }
    versions = {
        name: {
            value.key: row.version
            for value, row in zip(getattr(plan, name), rows[name], strict=True)
            if row.version != 1
        }
        for name in KINDS
    }
    return Snapshot(plan, identities, versions)


def plan_of(scenario: Scenario) -> Plan:
    """Return the scenario's Plan as it stands."""
    return cached(scenario).plan


def shown(scenario: Scenario) -> Snapshot:
    """Return the snapshot as whoever asks may see it: to be shown, never to be written.

    The dates are those of the whole plan, for what is hidden still drives them.
    """
    held = cached(scenario)
    plan = veil.over(held.plan, scenario.project_id)
    if plan is held.plan:
        return held
    seen = replace(held, plan=plan)
    seen.__dict__["schedule"] = held.schedule
    return seen


def shown_plan_of(scenario: Scenario) -> Plan:
    """Return the plan as whoever asks may see it: to be shown, never to be written."""
    return shown(scenario).plan


Kept = TypeVar("Kept")


class Recent(Generic[Kept]):
    """What this process last knew of plans, by the id of the change that made them.

    That id names the state of a plan, so nothing kept here is ever out of date.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = Lock()
        self._held: OrderedDict[UUID, Kept] = OrderedDict()

    def get(self, head: UUID) -> Kept | None:
        with self._lock:
            if head in self._held:
                self._held.move_to_end(head)
            return self._held.get(head)

    def put(self, head: UUID, kept: Kept) -> None:
        with self._lock:
            self._held[head] = kept
            self._held.move_to_end(head)
            while len(self._held) > self._size:
                self._held.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._held.clear()


recent: Recent[Snapshot] = Recent(size=24)


def cached(scenario: Scenario) -> Snapshot:
    """Return the snapshot of ``scenario.revision``, from memory where it is known.

    What a change left never changes again, so nothing has to be invalidated.

    Raises
    ------
    StaleScenarioError
        If others keep changing the scenario while its rows are read.
    """
    found = recent.get(scenario.head)
    if found is None:
        found = _load_consistently(scenario)
        recent.put(scenario.head, found)
    return found


class StaleScenarioError(RuntimeError):
    """The scenario was changed again and again while it was read."""


def _load_consistently(scenario: Scenario, attempts: int = 5) -> Snapshot:
    """Read rows that all belong to one revision, moving ``scenario`` on if need be."""
    for _attempt in range(attempts):
        scenario.refresh_from_db()
        found = load(scenario)
        if Scenario.objects.filter(pk=scenario.pk, head=scenario.head).exists():
            return found
    raise StaleScenarioError(f"Scenario {scenario.pk} changed {attempts} times while it was read.")


def fresh(plan: Plan, numbers: Mapping[str, int], positions: Mapping[str, int]) -> Snapshot:
    """Return the plan with new identities, tasks numbered and placed as given."""
    identities = {
        name: {
            value.key: Identity(
                uuid7(),
                numbers.get(value.key, 0) if name == "tasks" else 0,
                positions.get(value.key, 0) if name == "tasks" else place,
            )
            for place, value in enumerate(getattr(plan, name))
        }
        for name in KINDS
    }
    return Snapshot(plan, identities)


def _rows(model: type[models.Model], scenario: Scenario) -> Iterable[Any]:
    """Return the rows of one kind; where there are many, without a model's object for each."""
    rows = model._default_manager.filter(scenario=scenario)
    if model not in (Task, Dependency):
        return rows
    fields = [field for field in model._meta.concrete_fields if field.name not in COMPUTED]
    return rows.values_list(*(field.attname for field in fields), named=True)


def with_identities(
    before: Snapshot, plan: Plan, identities: Mapping[str, Mapping[str, Identity]]
) -> Snapshot:
    """Return ``plan`` with the identities of ``before`` where keys are the same.

    ``identities`` adds to them and wins; keys that the plan lacks fall out.
    """
    merged = {
        name: before.identities[name]
        if name not in identities and _has_same_rows(name, before, plan)
        else {
            value.key: identities.get(name, {}).get(value.key)
            or before.identities[name].get(value.key)
            or Identity(uuid7())
            for value in getattr(plan, name)
        }
        for name in KINDS
    }
    return replace(before, plan=plan, identities=merged)


def _has_same_rows(name: str, before: Snapshot, plan: Plan) -> bool:
    """Whether a collection of the plan has the keys that it had, in their order."""
    values = getattr(plan, name)
    if values is getattr(before.plan, name):
        return True
    return [value.key for value in values] == list(before.identities[name])
