"""A statement that takes long is told and counted; pages read few rows, however many there are."""

import logging
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from lineo import requests
from lineo.accounts.models import Role
from lineo.operations import slow
from planning import snapshot
from planning.models import Scenario, Task
from tests.access.pages import lists, pages
from tests.api.surface import one_of_each
from tests.builders import Team, make_baseline, make_chain, make_team
from tests.planning.test_find_among_many import FILL

OTHERS = 20_000
READ = """
SELECT relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)
FROM pg_stat_xact_user_tables WHERE relname = ANY (%s)
"""
# Tables that grow with plans and with work; what a page may read of each that is not its own.
GROWING = ("planning_task", "planning_dependency", "activity_change", "activity_event")
# Whole plans of 20 tasks are read more than once by some pages; none of 20,000 is.
MOST_READ = 2_000


@pytest.fixture
def counted(settings: Any) -> Any:
    """How many slow statements were counted since."""
    from lineo.operations import metrics

    before = metrics._SLOW._value.get()
    return lambda: metrics._SLOW._value.get() - before


@pytest.mark.django_db
def test_it_is_logged_without_its_values_under_the_request_and_counted(
    settings: Any, caplog: pytest.LogCaptureFixture, counted: Any
) -> None:
    settings.SLOW_STATEMENT_MS = 30

    with (
        requests.continued("0" * 32),
        caplog.at_level(logging.WARNING),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT 1")
        cursor.execute("SELECT pg_sleep(0.06), %s", ["a secret"])

    told = [record.getMessage() for record in caplog.records if record.name == slow.__name__]
    assert len(told) == 1
    assert "SELECT pg_sleep(0.06), %s" in told[0]
    assert "a secret" not in told[0]
    assert counted() == 1


@pytest.mark.django_db
def test_one_that_fails_is_told_too(settings: Any, counted: Any) -> None:
    settings.SLOW_STATEMENT_MS = 30

    with pytest.raises(Exception, match="division"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.06), 1/(random()*0)::int")

    assert counted() == 1


def test_whoever_looks_on_for_a_while_takes_away_only_their_own_look(settings: Any) -> None:
    settings.SLOW_STATEMENT_MS = 30

    class Connection:
        execute_wrappers: list[Any] = ["theirs"]

    slow.watch(connection=Connection)
    slow.watch(connection=Connection)

    assert Connection.execute_wrappers == [slow.time_statement, "theirs"]


def read() -> dict[str, int]:
    """Return how many rows of each table this transaction has read, shown or not."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [list(GROWING)])
        return dict(cursor.fetchall())


def fill_elsewhere() -> None:
    """Let another workspace have many tasks, and this one a plan of many beside its own."""
    stranger = make_team("Elsewhere", role=Role.OWNER)
    with stranger.context():
        (task,) = make_chain(make_baseline(stranger), "Begin", team=stranger)
        fill(task)


def fill(task: Task) -> None:
    made = {
        "id": "gen_random_uuid()",
        "key": "'K' || n",
        "number": "n + 1000",
        "position": "t.position + n * 1024",
        "name": "'Task ' || n",
    }
    columns = [field.column for field in Task._meta.local_fields]
    values = [made.get(column, f"t.{column}") for column in columns]
    statement = FILL.format(columns=", ".join(columns), values=", ".join(values))
    with connection.cursor() as cursor:
        cursor.execute(statement, [OTHERS, task.pk])


@pytest.mark.django_db
def test_no_page_reads_the_tasks_of_others(subtests: pytest.Subtests, client: Client) -> None:
    fill_elsewhere()
    team: Team = make_team(role=Role.OWNER)
    with team.context():
        scenario: Scenario = make_baseline(team)
        make_chain(scenario, *(f"Task {number}" for number in range(20)), team=team)
        ids = one_of_each(scenario, team)
    kinds = {key.partition(":")[0]: value for key, value in ids.items()}
    kinds |= {"imports": kinds["jobs"], "merge-forecasts": kinds["jobs"]}
    client.force_login(team.person)

    for page in [*lists(), *pages(kinds)]:
        snapshot.recent.clear()
        before = read()
        answer = client.get(page)
        after = read()
        with subtests.test(page):
            assert answer.status_code < 500
            many = {
                table: after[table] - before.get(table, 0)
                for table in after
                if after[table] - before.get(table, 0) > MOST_READ
            }
            assert many == {}
