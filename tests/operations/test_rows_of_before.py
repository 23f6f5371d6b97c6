"""What each migration makes of rows that were there before it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db.migrations import RunPython, RunSQL

from lineo import embedded
from lineo.accounts.ids import uuid7
from tests.operations.older import as_owner, insert, migrate, older_database
from tests.operations.test_migrations_block_nobody import migrations

# Each has its test below.
CHANGES_ROWS = {
    "accounts.0004_confirmed_addresses",
    "activity.0005_number_events",
    "notices.0003_unknown_scenarios",
    "planning.0002_scenario_colours",
    "planning.0007_update_figures",
    "planning.0015_update_remembers_its_scenario",
}
FIRST = {"accounts": "0003", "activity": "0004", "planning": "0001"}
THEN = {"notices": "0002"}
DAY = datetime(2026, 1, 5, 8)
P50, P80 = datetime(2026, 3, 2, 17), datetime(2026, 3, 9, 17)
BRANCHES = 9
CHANGING = ("UPDATE ", "INSERT ", "DELETE ")


def test_every_migration_that_changes_rows_is_known() -> None:
    found = {str(one) for one in migrations() if any(map(changes_rows, one.operations))}

    assert found == CHANGES_ROWS


def changes_rows(operation: Any) -> bool:
    """Return whether it is code, or SQL of which a statement begins by changing rows."""
    if isinstance(operation, RunPython):
        return True
    if not isinstance(operation, RunSQL):
        return False
    return any(line.startswith(CHANGING) for line in str(operation.sql).strip().splitlines())


class Ids(dict[str, str]):
    """Ids by name, made where they are first asked for."""

    def __missing__(self, name: str) -> str:
        self[name] = str(uuid7())
        return self[name]


@pytest.fixture(scope="module")
def ids() -> Ids:
    return Ids()


@pytest.fixture(scope="module")
def now(servers: embedded.Servers, ids: Ids) -> Iterator[psycopg.Connection]:
    """The owner's line to a database of before, filled on the way, as it is today."""
    with older_database(servers, FIRST) as there:
        with as_owner(there) as line:
            fill_first(line, ids)
        for app, migration in THEN.items():
            migrate(there, app, migration)
        with as_owner(there) as line:
            fill_then(line, ids)
        migrate(there)
        with as_owner(there) as line:
            yield line


def fill_first(line: psycopg.Connection, ids: Ids) -> None:
    for name in ("ours", "theirs"):
        insert(line, "accounts_workspace", id=ids[name], slug=name, name=name)
    insert(line, "accounts_user", id=ids["ada"], email="ada@example.com", is_agent=False)
    insert(line, "accounts_user", id=ids["robot"], email="robot@example.com", is_agent=True)
    within = {"workspace_id": ids["ours"]}
    plan = {"minutes_per_day": 480, "minutes_per_week": 2400, "colour": "", **within}
    insert(line, "planning_project", id=ids["project"], name="Old", type="other",
           status="active", **within)  # fmt: skip
    for number in range(BRANCHES + 1):
        source = {"source_id": ids["0"], "source_revision": 3} if number else {}
        made = DAY + timedelta(minutes=number)
        insert(line, "planning_scenario", id=ids[str(number)], project_id=ids["project"],
               name=str(number), is_baseline=not number, created_at=made,
               **source, **plan)  # fmt: skip
    change(line, ids["of baseline"], within, subject_id=ids["0"], revision=1, minutes=2)
    change(line, ids["of branch"], within, subject_id=ids["1"], revision=1, minutes=1)
    change(line, ids["later"], within, subject_id=ids["1"], revision=2, minutes=3)
    elsewhere = {"workspace_id": ids["theirs"]}
    change(line, ids["of others"], elsewhere, subject_id=ids["x"], revision=1, minutes=4)
    insert(line, "planning_forecastrecord", id=ids["forecast"], scenario_id=ids["1"],
           p50=P50, p80=P80, p_target=0.25, **within)  # fmt: skip
    insert(line, "planning_update", id=ids["pinned"], project_id=ids["project"],
           scenario_id=ids["1"], forecast_id=ids["forecast"], **within)  # fmt: skip
    insert(line, "planning_update", id=ids["plain"], project_id=ids["project"], **within)


def change(
    line: psycopg.Connection, pk: str, within: dict[str, str], *, minutes: int, **fields: Any
) -> None:
    insert(line, "activity_change", id=pk, subject_kind="scenario", is_undo=False,
           intention="edit-task", created_at=DAY + timedelta(minutes=minutes),
           **fields, **within)  # fmt: skip


def fill_then(line: psycopg.Connection, ids: Ids) -> None:
    known = {"workspace_id": ids["ours"], "person_id": ids["ada"], "kind": "mention"}
    insert(line, "notices_notice", id=ids["old notice"], scenarios=[], **known)
    insert(line, "notices_notice", id=ids["new notice"], scenarios=[uuid7()], **known)


def asked(line: psycopg.Connection, statement: str, *values: Any) -> list[Any]:
    return line.execute(statement, values).fetchall()


def test_addresses_of_people_count_as_confirmed_and_agents_have_none(
    now: psycopg.Connection, ids: Ids
) -> None:
    found = asked(now, 'SELECT user_id, email, verified, "primary" FROM account_emailaddress')

    assert [(str(pk), *rest) for pk, *rest in found] == [
        (ids["ada"], "ada@example.com", True, True)
    ]


def test_changes_of_before_are_numbered_in_their_order_in_each_workspace(
    now: psycopg.Connection, ids: Ids
) -> None:
    found = asked(now, "SELECT workspace_id, sequence, id FROM activity_event ORDER BY 1, 2")

    ours = [ids["of branch"], ids["of baseline"], ids["later"]]
    assert {(str(at), number, str(pk)) for at, number, pk in found} == {
        *((ids["ours"], number, pk) for number, pk in enumerate(ours, 1)),
        (ids["theirs"], 1, ids["of others"]),
    }


def test_a_branch_says_in_its_first_change_what_it_began_from(
    now: psycopg.Connection, ids: Ids
) -> None:
    found = asked(now, "SELECT id, joined_id, joined_revision FROM activity_change"
                       " WHERE joined_id IS NOT NULL")  # fmt: skip

    assert [(str(pk), str(at), revision) for pk, at, revision in found] == [
        (ids["of branch"], ids["0"], 3)
    ]


def test_scenarios_are_coloured_in_their_order_the_baseline_first(now: psycopg.Connection) -> None:
    found = asked(now, "SELECT colour FROM planning_scenario ORDER BY created_at")

    colours = [
        "blue",
        "orange",
        "teal",
        "pink",
        "yellow",
        "violet",
        "green",
        "grey",
        "grey",
        "grey",
    ]
    assert [colour for (colour,) in found] == colours


def test_an_update_keeps_its_forecasts_figures_and_its_scenario(
    now: psycopg.Connection, ids: Ids
) -> None:
    found = asked(now, "SELECT id, p50, p80, chance, scenario_id_then FROM planning_update")

    assert {str(pk): rest for pk, *rest in found} == {
        ids["pinned"]: [P50, P80, 0.25, UUID(ids["1"])],
        ids["plain"]: [None, None, None, None],
    }


def test_of_older_notices_it_is_not_known_which_scenarios_they_name(
    now: psycopg.Connection, ids: Ids
) -> None:
    found = asked(now, "SELECT id, scenarios IS NULL FROM notices_notice")

    assert {str(pk): is_unknown for pk, is_unknown in found} == {
        ids["old notice"]: True,
        ids["new notice"]: False,
    }
