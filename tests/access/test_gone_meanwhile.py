"""Whatever is deleted between being read and being locked is told as what was never there.

Of every address that changes something, on pages and over HTTP: the row is gone at the very
moment at which it would be locked.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from lineo.accounts.models import Role
from tests.access.test_matrix import CELLS, rows_of, send, undone
from tests.api.caller import Caller, error_of
from tests.builders import make_team
from tests.kept_rows import kept_rows, settle

pytestmark = pytest.mark.no_cover

WRITES = [(one, method) for one, method, _needs in CELLS if method != "GET" and one.has_id]
# What stands only for its job, for who asks, or in no row of its own.
_LOCKED = re.compile(r'FROM "(\w+)".* FOR (?:NO KEY )?UPDATE', re.DOTALL)
_KEPT = ("accounts_membership", "jobs_job", "accounts_workspace")


class Vanishing:
    """Deletes the rows of an address as soon as a statement is about to lock one of them."""

    def __init__(self, ids: dict[str, Any]) -> None:
        self.ids = [str(pk) for pk in set(ids.values()) if not isinstance(pk, str)]
        self.table = ""

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = _LOCKED.search(sql)
        if found and not self.table and found[1] not in _KEPT:
            self.table = "?"
            with connection.cursor() as cursor:
                cursor.execute(f'DELETE FROM "{found[1]}" WHERE id = ANY(%s::uuid[])', [self.ids])
                self.table = found[1] if cursor.rowcount else ""
        return execute(sql, params, many, context)


@contextmanager
def vanishing(ids: dict[str, Any]) -> Iterator[Vanishing]:
    wrapper = Vanishing(ids)
    with connection.execute_wrapper(wrapper):
        yield wrapper


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    with kept_rows(django_db_blocker):
        team = make_team(role=Role.OWNER)
        ids = rows_of(team)
        settle()
        yield Caller(team.person, raise_request_exception=False), ids


def test_what_is_gone_when_it_would_be_locked_is_not_found(
    db: None, kept: Any, subtests: pytest.Subtests
) -> None:
    caller, ids = kept
    tables = set()
    for endpoint, method in WRITES:
        with subtests.test(f"{method} {endpoint.name}"), undone(), vanishing(ids) as gone:
            answer = send(caller, endpoint, method, ids)

            if gone.table:
                tables.add(gone.table)
                assert answer.status_code in {404, 422}, answer.content
                if endpoint.is_api:
                    assert error_of(answer)["message"]
    assert len(tables) > 9, tables
