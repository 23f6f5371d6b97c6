"""One bare row in any table, whatever the table asks for; for tests that look at walls alone.

A superuser writes it in a transaction that is taken back, with triggers off and without checks, so
no test must be told what a new table wants.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.db import connection
from psycopg import sql

Cursor = psycopg.Cursor[Any]

_COLUMNS = """
SELECT a.attname, t.typname, t.typcategory
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AND a.attgenerated = ''
"""
_CHECKS = "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'"
_BY_TYPE = {"uuid": uuid4, "jsonb": lambda: "{}", "bytea": lambda: b"", "inet": lambda: "127.0.0.1"}
_BY_CATEGORY = {"S": "x", "N": 1, "B": False, "D": "2026-01-05", "A": "{}", "T": "1 day"}


@contextmanager
def superuser() -> Iterator[Cursor]:
    """Open the test database as one whom no wall binds; all is taken back at the end."""
    known = connection.settings_dict
    line = psycopg.connect(
        dbname=known["NAME"], host=known["HOST"], port=known["PORT"] or None, user="postgres"
    )
    try:
        with line.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield cursor
    finally:
        line.rollback()
        line.close()


def add_row(cursor: Cursor, table: str, workspace: UUID) -> None:
    """Write one row of that workspace."""
    name = sql.Identifier(table)
    for (check,) in cursor.execute(_CHECKS, [table]).fetchall():
        cursor.execute(
            sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(name, sql.Identifier(check))
        )
    columns = cursor.execute(_COLUMNS, [table]).fetchall()
    row = {column: _value(kind, category) for column, kind, category in columns}
    row["id" if table == "accounts_workspace" else "workspace_id"] = workspace
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        name,
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(sql.Placeholder() * len(row)),
    )
    cursor.execute(statement, [*row.values()])


@contextmanager
def serving(cursor: Cursor, workspace: UUID | None) -> Iterator[None]:
    """Be the role that serves pages, within the walls of a workspace or outside of all."""
    cursor.execute("SET LOCAL ROLE lineo_app")
    setting = "" if workspace is None else str(workspace)
    cursor.execute("SELECT set_config('app.workspace', %s, true)", [setting])
    cursor.execute("SELECT set_config('app.person', '', true)")
    yield
    cursor.execute("RESET ROLE")


def _value(kind: str, category: str) -> Any:
    return _BY_TYPE[kind]() if kind in _BY_TYPE else _BY_CATEGORY[category]
