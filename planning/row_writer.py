"""Plan → rows: :func:`insert` writes a whole plan, :func:`write` only what differs of two."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models

from planning import columns, veil
from planning.core.plan import Plan
from planning.dates import Moved
from planning.models import RiskImpact, Scenario
from planning.setting_columns import settings_columns
from planning.snapshot import KINDS, Snapshot

MANY_ROWS = 500
"""From so many new rows on, a table is no longer what PostgreSQL took it for."""


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


def write(scenario: Scenario, before: Snapshot, after: Snapshot) -> None:
    """Write what differs between two snapshots of one scenario, and note the new versions.

    Removed rows go first, children before their parents; added and changed
    ones follow in the order in which they refer to each other.
    """
    veil.forget()
    with veil.lifted():
        after.written(_write_rows(scenario, before, after))


def _write_rows(
    scenario: Scenario, before: Snapshot, after: Snapshot
) -> dict[str, Mapping[str, int]]:
    for name in reversed(KINDS):
        gone = before.identities[name].keys() - after.identities[name].keys()
        if gone:
            _delete(name, [before.identity(name, key).id for key in gone])
    versions = {}
    for name in KINDS:
        added, changed = _differences(name, before, after)
        _insert_rows(scenario, name, added, after)
        _expect_slow_checks(len(added))
        _update_rows(scenario, name, changed, before, after)
        versions[name] = _versions(name, changed, before, after)
    _write_impacts(scenario, before, after)
    _write_settings(scenario, before.plan, after.plan)
    return versions


def _versions(
    name: str, changed: list[Any], before: Snapshot, after: Snapshot
) -> Mapping[str, int]:
    """Return the versions after a write: one more for what changed, none for what is gone."""
    there = after.identities[name]
    former = before.versions.get(name, {})
    kept = {key: version for key, version in former.items() if key in there}
    return kept | {value.key: before.version(name, value.key) + 1 for value in changed}


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
    """Return what was added and changed; what the plans share is told by identity."""
    has_same_rows = before.identities[name] is after.identities[name]
    if (
        name != "tasks"
        and has_same_rows
        and getattr(before.plan, name) is getattr(after.plan, name)
    ):
        return [], []
    former = {value.key: value for value in getattr(before.plan, name)}
    added, changed = [], []
    for value in getattr(after.plan, name):
        if value.key not in former:
            added.append(value)
        elif has_same_rows and former[value.key] is value:
            continue
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
    """Write the columns in which any of the rows differs: two for a promise, not all of a task.

    Dates of tasks that moved are written by the same statement.
    """
    moved = Moved.between(before.schedule, after.schedule) if name == "tasks" else None
    edited = _edited(name, values, before, after)
    if not edited.records and not (moved and moved.keys):
        return
    records = edited.records
    if moved:
        keys = [*moved.keys, *(key for key in records if key not in moved.index)]
        records = {key: {**records.get(key, {}), **moved.record(key)} for key in keys}
    rows = [{"id": after.identity(name, key).id, **record} for key, record in records.items()]
    with connection.cursor() as cursor:
        # One document and one statement: a CASE for each row takes Django seconds to compose.
        document = json.dumps(rows, default=_as_json)
        sql = _update_statement(KINDS[name], edited, moved.types if moved else {})
        cursor.execute(sql, [document, scenario.workspace_id])


class _Edited(NamedTuple):
    """What to write into rows that were edited, by their keys, and in which columns."""

    records: dict[str, dict[str, Any]]
    fields: Sequence[str] = ()


def _edited(name: str, values: list[Any], before: Snapshot, after: Snapshot) -> _Edited:
    former = {value.key: value for value in getattr(before.plan, name)} if values else {}
    pairs = {
        value.key: (_columns(name, former[value.key], before), _columns(name, value, after))
        for value in values
    }
    fields = [
        field
        for field in columns.WRITTEN[name]
        if any(old[field] != new[field] for old, new in pairs.values())
    ]
    return _Edited(
        {
            key: {"edited": True, **{field: new[field] for field in fields}}
            for key, (_old, new) in pairs.items()
        },
        fields,
    )


def _columns(name: str, value: Any, snapshot: Snapshot) -> dict[str, Any]:
    return columns.columns_of(name, value, snapshot.identity(name, value.key), snapshot)


def _as_json(value: Any) -> str:
    """Return a column's value in a form that PostgreSQL reads it back from."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _update_statement(model: type[models.Model], edited: _Edited, moved: Mapping[str, str]) -> str:
    """Return the statement; ``moved`` are columns of every row, with their types."""
    quote = connection.ops.quote_name
    types = {"id": "uuid", "edited": "bool"}
    types |= {name: str(model._meta.get_field(name).db_type(connection)) for name in edited.fields}
    written = [_KEPT_OR_NEW.format(quote(name)) for name in edited.fields]
    written += [f"{quote(name)} = new.{quote(name)}" for name in moved]
    if edited.records:
        written.append('"version" = row."version" + CASE WHEN new.edited THEN 1 ELSE 0 END')
    columns = (types | dict(moved)).items()
    return _UPDATE.format(
        table=quote(model._meta.db_table),
        assignments=", ".join(written),
        columns=", ".join(f"{quote(name)} {kind}" for name, kind in columns),
    )


_KEPT_OR_NEW = "{0} = CASE WHEN new.edited THEN new.{0} ELSE row.{0} END"
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
        for name, value in settings_columns(after.project).items():
            setattr(scenario, name, value)
        scenario.save(update_fields=list(settings_columns(after.project)))
