"""What tables there are, and which rows are of a workspace: asked of PostgreSQL itself."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

_TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY c.relname
"""
_WITH_WORKSPACE = """
    SELECT table_name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name = 'workspace_id' AND table_name IN
    (SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE')
    ORDER BY table_name
"""


def all_tables(cursor: Any) -> list[str]:
    """Return every table of the public schema, by name."""
    cursor.execute(_TABLES)
    return [row[0] for row in cursor.fetchall()]


def workspace_tables() -> list[str]:
    """Return the tables whose rows belong to a workspace."""
    with connection.cursor() as cursor:
        cursor.execute(_WITH_WORKSPACE)
        return [row[0] for row in cursor.fetchall()]


# How rows read as text: by the same words on every server, whatever its own settings are.
_SAME_WORDS = """
    SET timezone = 'UTC'; SET datestyle = 'ISO, MDY'; SET intervalstyle = 'postgres';
    SET bytea_output = 'hex'; SET extra_float_digits = 1
"""


def fingerprint(cursor: Any, tables: Sequence[str]) -> dict[str, str]:
    """Return for each table how many rows it has and a sum over what they say.

    The sum does not depend on the order of rows, so it is the same before a dump and after it
    has been restored.
    """
    cursor.execute(_SAME_WORDS)
    found = {}
    for table in tables:
        cursor.execute(
            f'SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM "{table}" t'  # noqa: S608, E501 - names come from pg_class
        )
        count, total = cursor.fetchone()
        found[table] = f"{count} {total}"
    return found
