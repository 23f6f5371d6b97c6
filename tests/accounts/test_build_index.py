"""Indexes on tables that are written to meanwhile."""

import threading
from collections.abc import Iterator

import psycopg
import pytest
from django.db import NotSupportedError, connection, transaction

from lineo import embedded
from lineo.accounts.indexes import BuildIndex
from lineo.accounts.tenancy import as_owner
from tests.jobs.processes import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
INDEX = BuildIndex("drawer_label", "drawer (label)")
IS_VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('drawer_label')"
WAITS = """
SELECT count(*) FROM pg_stat_activity
WHERE query LIKE 'CREATE INDEX CONCURRENTLY drawer_label%' AND wait_event_type = 'Lock'
"""


@pytest.fixture
def address(servers: embedded.Servers) -> Iterator[str]:
    """Where a table of ten rows stands that the owner may write to."""
    found = f"{servers.owner_url.rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    with psycopg.connect(found, autocommit=True) as line:
        line.execute("CREATE TABLE drawer (id int, label text)")
        line.execute("INSERT INTO drawer SELECT n, 'old' FROM generate_series(1, 10) n")
        yield found
        line.execute("DROP TABLE drawer")


def build(faults: list[Exception]) -> None:
    try:
        with as_owner(), connection.schema_editor(atomic=False) as editor:
            INDEX.database_forwards("accounts", editor, None, None)
    except Exception as error:  # noqa: BLE001 - told by whoever started the thread
        faults.append(error)
    finally:
        connection.close()


def is_valid(address: str) -> bool | None:
    with psycopg.connect(address) as line:
        found = line.execute(IS_VALID).fetchone()
    return found[0] if found else None


def test_others_write_while_it_waits_for_who_began_before(address: str) -> None:
    faults: list[Exception] = []
    builder = threading.Thread(target=build, args=(faults,))

    with psycopg.connect(address) as early, psycopg.connect(address) as other:
        early.execute("UPDATE drawer SET label = 'new' WHERE id = 1")
        builder.start()
        with psycopg.connect(address, autocommit=True) as looking:
            wait_for(lambda: looking.execute(WAITS).fetchone() == (1,))
        other.execute("SET lock_timeout = '2s'")
        other.execute("UPDATE drawer SET label = 'newer' WHERE id = 2")
        other.commit()
        early.commit()
    builder.join(60)

    assert faults == []
    assert is_valid(address) is True


def test_what_a_build_that_broke_off_has_left_is_built_anew(address: str) -> None:
    # All labels are alike, so this one breaks off, and leaves an index that is not valid.
    with (
        psycopg.connect(address, autocommit=True) as line,
        pytest.raises(psycopg.errors.UniqueViolation),
    ):
        line.execute("CREATE UNIQUE INDEX CONCURRENTLY drawer_label ON drawer (label)")
    assert is_valid(address) is False

    faults: list[Exception] = []
    build(faults)
    build(faults)  # and once it is there, it stays

    assert faults == []
    assert is_valid(address) is True


def test_within_a_transaction_it_says_what_is_wrong(address: str) -> None:
    with (
        transaction.atomic(),
        connection.schema_editor(atomic=False) as editor,
        pytest.raises(NotSupportedError, match="atomic = False"),
    ):
        INDEX.database_forwards("accounts", editor, None, None)
