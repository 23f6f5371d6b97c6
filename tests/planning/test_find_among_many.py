"""Search among many tasks: however many there are, some hundred rows are read."""

import sys
import time
from statistics import median
from typing import Any

import pytest
from django.db import connection

from planning import search
from planning.models import Scenario, Task
from tests.builders import Team, make_baseline, make_chain, make_team
from tests.planning.finding import found_by_the_database

TASKS = 2_000
WORDS = (
    "dig pour cure survey drain frame roof wire plumb paint test review permit order deliver lift"
    " weld bolt inspect approve concrete trench foundation culvert girder bearing parapet kerb"
)
ASKED = {
    "a word": "culvert",
    "two words": "inspect girder",
    "part of a word": "foundat",
    "within a word": "ulver",
    "a rare word": "quarry 17123",
    "a slip of the key": "culvrt",
    "two slips": "inspekt girdr at quary",
    "a slip in what stands everywhere": "qarry",
    "nothing": "xylophone",
    "nothing in two letters": "zq",
    "a number": "1999",
    "a frequent word": "dig",
    "a letter": "d",
}
FINDS_NOTHING = {"nothing", "nothing in two letters"}
MOST_READ = 3_000
"""Those that are ranked, some that the index takes for alike, and a plan for two letters."""
FILL = """
INSERT INTO planning_task ({columns})
SELECT {values} FROM planning_task t, generate_series(1, %s) n WHERE t.id = %s
"""
ROWS_READ = """
SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))
FROM pg_stat_xact_user_tables WHERE relname = 'planning_task'
"""


def fill(task: Task, number: int) -> None:
    """Copy ``task`` into 2,000 rows, each named by some words and a quarry of its own."""
    words = WORDS.split()
    made = {
        "id": "gen_random_uuid()",
        "key": f"'{number}-' || n",
        "number": "n + 1000",
        "position": "t.position + n * 1024",
        "name": f"initcap((ARRAY{words})[1 + (n * 7 + {number}) %% 28]) || ' the '"
        f" || (ARRAY{words})[1 + (n * 13 + {number} * 3) %% 28] || ' at quarry '"
        f" || ({number} * {TASKS} + n)",
    }
    columns = [field.column for field in Task._meta.local_fields]
    values = [made.get(column, f"t.{column}") for column in columns]
    statement = FILL.format(columns=", ".join(columns), values=", ".join(values))
    with connection.cursor() as cursor:
        cursor.execute(statement, [TASKS, task.pk])


def fill_plans(team: Team, plans: int) -> Scenario:
    """Make so many plans, and return the first."""
    with team.context():
        made = [make_baseline(team, name=f"Bridge {number}") for number in range(plans)]
        for number, scenario in enumerate(made):
            fill(make_chain(scenario, "Begin", team=team)[0], number)
    return made[0]


def rows_read() -> int:
    """Return how many rows of tasks this transaction has read, shown or not."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS_READ)
        return int(cursor.fetchone()[0])


def test_a_search_reads_some_hundred_rows_of_many(db: None, subtests: pytest.Subtests) -> None:
    team = make_team()
    opened = fill_plans(team, 10)
    with team.context():
        assert Task.objects.count() >= 10 * TASKS
        for scenario in (opened, None):
            for what, text in ASKED.items():
                before = rows_read()
                hits = search.find(team.membership, text, opened=scenario.pk if scenario else None)
                read = rows_read() - before
                with subtests.test(what, is_open=scenario is not None):
                    assert bool(hits) == (what not in FINDS_NOTHING)
                    assert read <= MOST_READ


def test_a_stranger_finds_none_of_them(db: None) -> None:
    plan = fill_plans(make_team(), 1)
    with make_team("Elsewhere").context():
        for opened, others in [(plan.pk, []), (None, [plan.pk])]:
            values = ("culvert", "%culvert%", 1999, opened, others, [], 9)
            assert found_by_the_database(*values) == []


@pytest.mark.long
def test_a_search_among_100_000_tasks_says_what_it_took(
    db: None, record_testsuite_property: Any
) -> None:
    team = make_team()
    opened = fill_plans(team, 50)
    taken: dict[str, float] = {}
    with team.context():
        search.find(team.membership, "warm", opened=opened.pk)
        for what, text in ASKED.items():
            seconds = []
            before = rows_read()
            for _ in range(5):
                begun = time.perf_counter()
                search.find(team.membership, text, opened=opened.pk)
                seconds.append(time.perf_counter() - begun)
            assert rows_read() - before <= 5 * MOST_READ
            taken[f"{what} ({text})"] = median(seconds)
    figures = ", ".join(f"{what} {seconds * 1000:.1f} ms" for what, seconds in taken.items())
    record_testsuite_property("search", figures)
    sys.stderr.write(f"{50 * TASKS:,} tasks: {figures}\n")
