"""Rows that a whole module shares: built once, in a transaction that is taken back after its tests.

A test's own transaction is a savepoint within it, so whatever a test does is undone as ever.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def kept_rows(blocker: Any) -> Iterator[None]:
    """Build rows within the block; they are there until it ends.

    ``blocker`` is pytest-django's. For fixtures of a module whose tests need no transactions of
    their own::

        @pytest.fixture(scope="module")
        def world(django_db_setup, django_db_blocker):
            with kept_rows(django_db_blocker):
                yield build()
    """
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def settle() -> None:
    """Do now what would be done at the commit: give events their numbers, check deferred keys.

    Else each test would do it anew for all that stands.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
