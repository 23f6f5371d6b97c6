"""Row-level security covers every table, but for those on the written list."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from lineo.accounts.tenancy import workspace_context
from lineo.accounts.walls import RowSecurity, SameWorkspace
from tests.access.walls import GLOBAL_TABLES, keys_across_walls, tables, walled_tables
from tests.accounts.builders import make_workspace

pytestmark = pytest.mark.django_db


def count(table: str, where: str = "true") -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)} WHERE {where}")
        return cursor.fetchone()[0]


def count_if_allowed(table: str) -> int:
    """Count the rows of ``table``; it may refuse for want of a context, and for nothing else."""
    try:
        return count(table)
    except DatabaseError as error:
        if "app.workspace" not in str(error) and "type uuid" not in str(error):
            raise
        return 0


def test_every_table_is_walled_or_on_the_written_list():
    open_tables = [name for name, enabled, forced, _ in tables() if not (enabled and forced)]

    assert sorted(set(open_tables) - set(GLOBAL_TABLES)) == []


def test_the_written_list_names_no_table_that_is_walled_or_gone():
    not_fully_walled = {name for name, enabled, forced, _ in tables() if not (enabled and forced)}

    assert sorted(set(GLOBAL_TABLES) - not_fully_walled) == []


def test_every_walled_table_names_its_workspace():
    without = [name for name, *_, has_workspace in tables() if not has_workspace]

    assert sorted(set(without) - set(GLOBAL_TABLES) - {"accounts_workspace"}) == []


def test_without_a_context_every_walled_table_refuses_or_shows_nothing():
    make_workspace()

    shown = {table: rows for table in walled_tables() if (rows := count_if_allowed(table))}

    assert shown == {}


def test_within_a_context_no_table_shows_a_foreign_row_without_any_filter():
    bridge, _tunnel = make_workspace("Bridge"), make_workspace("Tunnel")

    with workspace_context(bridge):
        foreign = {
            table: count(table, f"workspace_id <> '{bridge.pk}'")
            for table in walled_tables()
            if table != "accounts_workspace"
        }

    assert not any(foreign.values())


def test_no_foreign_key_crosses_the_walls():
    assert keys_across_walls() == []


def test_every_foreign_key_of_a_model_to_a_walled_one_has_its_composite_key():
    def is_walled(model: type[models.Model]) -> bool:
        return any(isinstance(rule, RowSecurity) for rule in model._meta.constraints)

    missing = []
    for model in filter(is_walled, apps.get_models()):
        kept = {c.field for c in model._meta.constraints if isinstance(c, SameWorkspace)}
        missing += [
            f"{model._meta.label}.{field.name}"
            for field in model._meta.local_fields
            if isinstance(field, models.ForeignKey)
            and field.name not in kept | {"workspace"}
            and is_walled(field.related_model)
        ]

    assert missing == []


def test_every_unique_key_of_a_walled_table_begins_with_the_workspace():
    """A global one would tell that a foreign row exists."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname, i.relname FROM pg_index x
            JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0]
            WHERE n.nspname = 'public' AND x.indisunique AND NOT x.indisprimary
              AND c.relrowsecurity AND a.attname IS DISTINCT FROM 'workspace_id'
            """
        )
        told = cursor.fetchall()

    # Short names of workspaces stand in addresses, so they are unique for all.
    assert told == [("accounts_workspace", "workspace_slug_unique")]
