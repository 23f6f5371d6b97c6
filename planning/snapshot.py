"""Rows ⇄ Plan: the only module that knows both.

:func:`load` reads a scenario in seven queries, :func:`cached` remembers the
last ones by revision, :func:`insert` writes a whole plan and
:func:`write` only what differs between two plans of one scenario.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from itertools import chain
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection, models

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


MANY_ROWS = 500
"""From so many new rows on, a table is no longer what PostgreSQL took it for."""


class Identity(NamedTuple):
    """What a row has and its Plan value has not."""

    id: UUID
    number: int = 0
    position: int = 0


@dataclass(frozen=True)
class Snapshot:
    """The Plan of one revision, and which row holds which value.

    ``identities`` maps each collection of the Plan to its rows by key.
    """

    plan: Plan
    identities: Mapping[str, Mapping[str, Identity]] = field(default_factory=dict)

    def identity(self, collection: str, key: str) -> Identity:
        """Return the identity of the row that holds the value of that key."""
        return self.identities[collection][key]

    def row_id(self, collection: str, key: str | None) -> UUID | None:
        """Return the row's id, or None where the key is None or unknown."""
        found = self.identities[collection].get(key) if key is not None else None
        return found.id if found else None

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

    @cached_property
    def _driver_by_task(self) -> dict[str, str]:
        return columns.driver_by_task(self.plan)


def load(scenario: Scenario) -> Snapshot:
    """Read the scenario's rows as one Plan."""
    with veil.lifted():
        rows = {name: list(_rows(model, scenario)) for name, model in KINDS.items()}
        impacts = list(RiskImpact.objects.filter(risk__scenario=scenario))
    names = columns.KeyNames(
        calendars={row.pk: row.key for row in rows["calendars"]},
        tasks={row.pk: row.key for row in rows["tasks"]},
    )
    plan = Plan(
        project=columns.settings_of(scenario),
        calendars=tuple(columns.calendar_of(row, names) for row in rows["calendars"]),
        tasks=tuple(columns.task_of(row, names) for row in rows["tasks"]),
        dependencies=tuple(columns.dependency_of(row, names) for row in rows["dependencies"]),
        risks=tuple(columns.risks_of(rows["risks"], impacts, names)),
        drivers=tuple(columns.drivers_of(rows["drivers"], rows["tasks"])),
        correlations=tuple(columns.correlation_of(row, names) for row in rows["correlations"]),
    )
    identities = {
        name: {
            value.key: Identity(row.pk, getattr(row, "number", 0), getattr(row, "position", 0))
            for value, row in zip(getattr(plan, name), rows[name], strict=True)
        }
        for name in KINDS
    }
    return Snapshot(plan, identities)


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


def insert(scenario: Scenario, snapshot: Snapshot) -> None:
    """Write a whole plan into a scenario that has no rows yet.

    Parameters
    ----------
    snapshot
        The plan, with an identity for every value (see :func:`fresh`).
    """
    veil.forget()
    for name, model in KINDS.items():
        rows = [_row(scenario, name, value, snapshot) for value in getattr(snapshot.plan, name)]
        model._default_manager.bulk_create(rows, batch_size=2000)
    _insert_impacts(scenario, snapshot, snapshot.plan.risks)
    _expect_slow_checks(len(snapshot.plan.tasks))


def _expect_slow_checks(rows: int) -> None:
    """Let a commit of many rows take its time, and plan its checks for tables of that size.

    PostgreSQL keeps the plan of a foreign key's check for as long as a connection lives. One made
    while a table was small may read far too much for each of thousands of rows, and the checks
    all fall into the commit, which a page's time-out would break off.
    """
    if rows >= MANY_ROWS:
        with connection.cursor() as cursor:
            cursor.execute("DISCARD PLANS")
            cursor.execute("SET LOCAL statement_timeout = '120s'")


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


def write(scenario: Scenario, before: Snapshot, after: Snapshot) -> None:
    """Write what differs between two snapshots of one scenario.

    Removed rows go first, children before their parents; added and changed
    ones follow in the order in which they refer to each other.
    """
    veil.forget()
    with veil.lifted():
        _write_rows(scenario, before, after)


def _write_rows(scenario: Scenario, before: Snapshot, after: Snapshot) -> None:
    for name in reversed(KINDS):
        gone = before.identities[name].keys() - after.identities[name].keys()
        if gone:
            _delete(name, [before.identity(name, key).id for key in gone])
    for name in KINDS:
        added, changed = _differences(name, before, after)
        _insert_rows(scenario, name, added, after)
        _expect_slow_checks(len(added))
        _update_rows(scenario, name, changed, before, after)
    _write_impacts(scenario, before, after)
    _write_settings(scenario, before.plan, after.plan)


def _rows(model: type[models.Model], scenario: Scenario) -> Iterable[Any]:
    rows = model._default_manager.filter(scenario=scenario)
    return rows.defer(*COMPUTED) if model is Task else rows


def _row(scenario: Scenario, name: str, value: Any, snapshot: Snapshot) -> Any:
    identity = snapshot.identity(name, value.key)
    return KINDS[name](
        id=identity.id,
        workspace_id=scenario.workspace_id,
        scenario_id=scenario.pk,
        **columns.columns_of(name, value, identity, snapshot),
    )


def _delete(name: str, ids: list[UUID]) -> None:
    """Delete rows by id, without the cascades that Django would look for."""
    if name == "risks":
        RiskImpact.objects.filter(risk__in=ids).delete()
    queryset = KINDS[name]._default_manager.filter(pk__in=ids)
    queryset._raw_delete(queryset.db)


def _differences(name: str, before: Snapshot, after: Snapshot) -> tuple[list[Any], list[Any]]:
    """Return what was added and changed; identities are shared where the rows are the same."""
    if name != "tasks" and before.identities[name] is after.identities[name]:
        return [], []
    former = {value.key: value for value in getattr(before.plan, name)}
    added, changed = [], []
    for value in getattr(after.plan, name):
        if value.key not in former:
            added.append(value)
        elif _differs(name, former[value.key], value, before, after):
            changed.append(value)
    if name == "tasks":
        changed.extend(_tasks_of_changed_drivers(before, after, added, changed))
    return added, changed


def _differs(name: str, former: Any, value: Any, before: Snapshot, after: Snapshot) -> bool:
    if former is not value and former != value:
        return True
    return before.identity(name, value.key) != after.identity(name, value.key)


def _tasks_of_changed_drivers(
    before: Snapshot, after: Snapshot, added: list[Any], changed: list[Any]
) -> Iterator[Any]:
    """Yield the tasks whose driver, a column of theirs, is another now."""
    former, latter = columns.driver_by_task(before.plan), columns.driver_by_task(after.plan)
    moved = {key for key in former.keys() | latter.keys() if former.get(key) != latter.get(key)}
    moved -= {task.key for task in chain(added, changed)}
    for key in sorted(moved):
        if after.plan.has_task(key):
            yield after.plan.task(key)


def _insert_rows(scenario: Scenario, name: str, values: list[Any], after: Snapshot) -> None:
    if values:
        rows = [_row(scenario, name, value, after) for value in values]
        KINDS[name]._default_manager.bulk_create(rows, batch_size=2000)


def _update_rows(
    scenario: Scenario, name: str, values: list[Any], before: Snapshot, after: Snapshot
) -> None:
    """Write the columns in which any of the rows differs: two for a promise, not all of a task."""
    if not values:
        return
    model = KINDS[name]
    former = {value.key: value for value in getattr(before.plan, name)}
    pairs = [
        (_columns(name, former[value.key], before), _columns(name, value, after))
        for value in values
    ]
    fields = [
        field
        for field in columns.WRITTEN[name]
        if any(old[field] != new[field] for old, new in pairs)
    ]
    has_version = any(column.name == "version" for column in model._meta.fields)
    if not fields and not has_version:
        return
    rows = [
        {"id": after.identity(name, value.key).id, **{field: new[field] for field in fields}}
        for value, (_, new) in zip(values, pairs, strict=True)
    ]
    with connection.cursor() as cursor:
        # One document and one statement: a CASE for each row takes Django seconds to compose.
        document = json.dumps(rows, default=_as_json)
        sql = _update_statement(model, fields, has_version=has_version)
        cursor.execute(sql, [document, scenario.workspace_id])


def _columns(name: str, value: Any, snapshot: Snapshot) -> dict[str, Any]:
    return columns.columns_of(name, value, snapshot.identity(name, value.key), snapshot)


def _as_json(value: Any) -> str:
    """Return a column's value in a form that PostgreSQL reads it back from."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _update_statement(
    model: type[models.Model], fields: Iterable[str], *, has_version: bool
) -> str:
    quote = connection.ops.quote_name
    types = {"id": "uuid"}
    types |= {name: str(model._meta.get_field(name).db_type(connection)) for name in fields}
    written = [f"{quote(name)} = new.{quote(name)}" for name in fields]
    written += ['"version" = row."version" + 1'] if has_version else []
    return _UPDATE.format(
        table=quote(model._meta.db_table),
        assignments=", ".join(written),
        columns=", ".join(f"{quote(name)} {kind}" for name, kind in types.items()),
    )


_UPDATE = """
UPDATE {table} AS row SET {assignments}
FROM jsonb_to_recordset(%s::jsonb) AS new({columns})
WHERE row.id = new.id AND row.workspace_id = %s
"""


def _write_impacts(scenario: Scenario, before: Snapshot, after: Snapshot) -> None:
    former = {risk.key: risk for risk in before.plan.risks}
    changed = [risk for risk in after.plan.risks if former.get(risk.key) != risk]
    ids = [after.identity("risks", risk.key).id for risk in changed]
    if ids:
        RiskImpact.objects.filter(risk__in=ids).delete()
        _insert_impacts(scenario, after, changed)


def _insert_impacts(scenario: Scenario, snapshot: Snapshot, risks: Iterable[Any]) -> None:
    rows = [
        RiskImpact(workspace_id=scenario.workspace_id, **values)
        for risk in risks
        for values in columns.impact_columns(risk, snapshot)
    ]
    RiskImpact.objects.bulk_create(rows, batch_size=2000)


def _write_settings(scenario: Scenario, before: Plan, after: Plan) -> None:
    if before.project != after.project:
        for name, value in columns.settings_columns(after.project).items():
            setattr(scenario, name, value)
        scenario.save(update_fields=list(columns.settings_columns(after.project)))


def with_identities(
    before: Snapshot, plan: Plan, identities: Mapping[str, Mapping[str, Identity]]
) -> Snapshot:
    """Return ``plan`` with the identities of ``before`` where keys are the same.

    ``identities`` adds to them and wins; keys that the plan lacks fall out.
    """
    merged = {
        name: before.identities[name]
        if name not in identities and getattr(plan, name) is getattr(before.plan, name)
        else {
            value.key: identities.get(name, {}).get(value.key)
            or before.identities[name].get(value.key)
            or Identity(uuid7())
            for value in getattr(plan, name)
        }
        for name in KINDS
    }
    return replace(before, plan=plan, identities=merged)
