"""Indexes that are built while people work: for tables that may be large by then."""

from typing import Any

from django.db import NotSupportedError
from django.db.migrations.operations.base import Operation

_IS_VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)"


class BuildIndex(Operation):
    """CREATE INDEX CONCURRENTLY, in a migration with ``atomic = False`` and nothing else.

    It waits until every transaction has ended that began before, however long that takes,
    and meanwhile stands in nobody's way; so the time-out for locks, which keeps other
    migrations from holding up pages, does not hold for it. What a build that broke off has
    left is built anew.

    Parameters
    ----------
    name
        What the index is called.
    on
        The table and the rest of the statement: ``planning_task USING gin (…)``.
    """

    reversible = True

    def __init__(self, name: str, on: str) -> None:
        self.name, self.on = name, on

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Leave the models as they are: an index on an expression stands in no model."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.in_atomic_block:
            raise NotSupportedError("BuildIndex needs a migration with atomic = False.")
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(_IS_VALID, [self.name])
            found = cursor.fetchone()
        if found == (True,):
            return
        schema_editor.execute("SET lock_timeout = 0")
        if found:
            schema_editor.execute(f"DROP INDEX CONCURRENTLY {self.name}")
        schema_editor.execute(f"CREATE INDEX CONCURRENTLY {self.name} ON {self.on}")
        schema_editor.execute("RESET lock_timeout")

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {self.name}")

    def describe(self) -> str:
        return f"Build the index {self.name} beside running work"
