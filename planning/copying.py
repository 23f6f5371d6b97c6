"""A whole plan copied from one scenario to another inside the database.

One statement for each table: rows never leave PostgreSQL, so a plan of 5,000
tasks is branched in a fraction of a second.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection, models

from lineo.accounts.ids import uuid7
from planning import veil
from planning.models import RiskImpact, Scenario
from planning.snapshot import KINDS, Identity, Snapshot


def copied_identities(held: Snapshot) -> Snapshot:
    """Return the snapshot with new ids, and every number and position kept."""
    identities = {
        name: {key: identity._replace(id=uuid7()) for key, identity in rows.items()}
        for name, rows in held.identities.items()
    }
    return Snapshot(held.plan, identities)


def copy_rows(source: Snapshot, copy: Snapshot, target: Scenario) -> None:
    """Copy every row of ``source`` into ``target`` under the ids of ``copy``."""
    new_ids = {name: _new_ids(source.identities[name], copy.identities[name]) for name in KINDS}
    for name, model in KINDS.items():
        _copy_table(model, new_ids[name], new_ids, target)
    veil.forget()
    impacts = RiskImpact.everything.filter(risk__in=new_ids["risks"])
    ids = {pk: uuid7() for pk in impacts.values_list("pk", flat=True)}
    _copy_table(RiskImpact, ids, new_ids, target)


def _new_ids(source: Mapping[str, Identity], copy: Mapping[str, Identity]) -> dict[UUID, UUID]:
    return {identity.id: copy[key].id for key, identity in source.items()}


def _copy_table(
    model: type[models.Model],
    ids: Mapping[UUID, UUID],
    new_ids: Mapping[str, Mapping[UUID, UUID]],
    target: Scenario,
) -> None:
    """Insert the rows of ``ids`` again; keys to other copied rows follow them."""
    if not ids:
        return
    columns: list[str] = []
    values: list[str] = []
    joins: list[str] = []
    parameters: list[list[UUID]] = []
    for field in model._meta.concrete_fields:
        columns.append(connection.ops.quote_name(str(field.column)))
        collection = _collection_of(field)
        if field.primary_key:
            values.append("ids.new")
        elif field.name == "scenario":
            values.append("%s::uuid")
        elif field.name == "version":
            values.append("1")
        elif collection:
            alias = f"m{len(joins)}"
            joins.append(
                f"LEFT JOIN unnest(%s::uuid[], %s::uuid[]) AS {alias}(old, new)"
                f" ON {alias}.old = row.{field.column}"
            )
            mapping = new_ids[collection]
            parameters += [list(mapping), list(mapping.values())]
            values.append(f"{alias}.new")
        else:
            values.append(f"row.{connection.ops.quote_name(str(field.column))}")
    scenario = [str(target.pk)] if "%s::uuid" in values else []
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)})"  # noqa: S608 - names of our own tables
            f" SELECT {', '.join(values)} FROM {table} AS row"
            " JOIN unnest(%s::uuid[], %s::uuid[]) AS ids(old, new) ON ids.old = row.id"
            f" {' '.join(joins)} WHERE row.workspace_id = %s",
            [*scenario, list(ids), list(ids.values()), *parameters, target.workspace_id],
        )


def _collection_of(field: "models.Field[Any, Any]") -> str | None:
    """Return which collection of the plan a foreign key points into, if any."""
    for name, model in KINDS.items():
        if field.related_model is model:
            return name
    return None
