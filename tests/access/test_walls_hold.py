"""Row security does what the tests of it believe: with a policy gone they see the leak.

Each walled table, also one that was added yesterday, gets a bare row of a foreign workspace.
"""

from collections.abc import Callable
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from tests.access.bare_rows import Cursor, add_row, serving, superuser
from tests.access.walls import walled_tables

pytestmark = pytest.mark.django_db

OURS, THEIRS = uuid4(), uuid4()
Deed = Callable[[Cursor, sql.Identifier], int]


def looked_at(cursor: Cursor, table: sql.Identifier) -> int:
    return len(cursor.execute(sql.SQL("SELECT * FROM {}").format(table)).fetchall())


def changed(cursor: Cursor, table: sql.Identifier) -> int:
    column = sql.Identifier("id")
    return cursor.execute(sql.SQL("UPDATE {} SET {} = {}").format(table, column, column)).rowcount


def deleted(cursor: Cursor, table: sql.Identifier) -> int:
    return cursor.execute(sql.SQL("DELETE FROM {}").format(table)).rowcount


def leaks(cursor: Cursor, table: str, deed: Deed) -> bool:
    """Return whether a deed reaches the foreign row, from within our walls or outside of all."""
    return any(_reaches(cursor, table, deed, workspace) for workspace in (OURS, None))


def _reaches(cursor: Cursor, table: str, deed: Deed, workspace: object) -> bool:
    cursor.execute("SAVEPOINT tried")
    try:
        with serving(cursor, workspace):  # type: ignore[arg-type]
            return deed(cursor, sql.Identifier(table)) > 0
    except (psycopg.errors.UndefinedObject, psycopg.errors.InvalidTextRepresentation):
        return False  # without a context a table may refuse
    except psycopg.errors.InsufficientPrivilege:
        return False  # what is only ever added to
    finally:
        cursor.execute("ROLLBACK TO SAVEPOINT tried")


def tables_that_leak(deed: Deed, *, breaking: str = "") -> set[str]:
    found = set()
    for table in walled_tables():
        with superuser() as cursor:
            add_row(cursor, table, THEIRS)
            if breaking:
                cursor.execute(sql.SQL(breaking).format(sql.Identifier(table)))  # type: ignore[arg-type]
            if leaks(cursor, table, deed):
                found.add(table)
    return found


@pytest.mark.parametrize("deed", [looked_at, changed, deleted])
def test_no_walled_table_lets_anybody_reach_a_foreign_row(deed: Deed) -> None:
    assert tables_that_leak(deed) == set()


@pytest.mark.parametrize(
    "breaking",
    [
        "ALTER TABLE {} DISABLE ROW LEVEL SECURITY",
        "CREATE POLICY careless ON {} TO lineo_app USING (true)",
        "CREATE POLICY careless ON {} FOR SELECT TO PUBLIC USING (true)",
    ],
)
def test_with_its_wall_broken_every_one_of_them_is_seen_to_leak(breaking: str) -> None:
    assert tables_that_leak(looked_at, breaking=breaking) == set(walled_tables())


def test_with_its_policy_gone_nobody_sees_anything_in_its_own_workspace_either() -> None:
    """A dropped policy closes a table rather than opening it."""
    for table in walled_tables():
        with superuser() as cursor:
            add_row(cursor, table, THEIRS)
            with serving(cursor, THEIRS):
                assert looked_at(cursor, sql.Identifier(table)) == 1, table
            cursor.execute(sql.SQL("DROP POLICY workspace ON {}").format(sql.Identifier(table)))
            with serving(cursor, THEIRS):
                seen = looked_at(cursor, sql.Identifier(table))
            assert seen == 0, table


def test_a_row_of_another_workspace_is_not_written() -> None:
    for table in walled_tables():
        with superuser() as cursor:
            add_row(cursor, table, THEIRS)
            copied = sql.SQL(
                "CREATE TEMP TABLE taken AS SELECT * FROM {}; GRANT ALL ON taken TO PUBLIC"
            )
            cursor.execute(copied.format(sql.Identifier(table)))
            cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            insert = sql.SQL("INSERT INTO {} SELECT * FROM taken").format(sql.Identifier(table))
            with pytest.raises(psycopg.errors.InsufficientPrivilege), serving(cursor, OURS):
                cursor.execute(insert)
