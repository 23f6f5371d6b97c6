"""Django's PostgreSQL backend, except that the first connection starts the embedded server.

So commands that need no database (``schedule``, ``simulate`` …) never start one.
"""

from typing import Any

from django.db.backends.postgresql import base

from lineo import embedded


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to the embedded PostgreSQL, started when it is asked for."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Start the servers unless they run, then connect."""
        embedded.ensure()
        return super().get_new_connection(conn_params)
