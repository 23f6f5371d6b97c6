"""Search among 100,000 tasks: by index, behind the walls, in some hundredths of a second."""

import sys
import time
from statistics import median
from typing import Any

import pytest
from django.db import connection

from planning import search
from planning.models import Scenario, Task
from tests.builders import Team, make_baseline, make_chain, make_team

pytestmark = pytest.mark.long

PLANS, TASKS = 50, 2_000
WORDS = (
    "dig pour cure survey drain frame roof wire plumb paint test review permit order deliver lift"
    " weld bolt inspect approve concrete trench foundation culvert girder bearing parapet kerb"
)
ASKED = {
    "a word": "culvert",
    "two words": "inspect girder",
    "part of a word": "foundat",
    "a rare word": "quarry 77123",
    "a slip of the key": "culvrt",
    "two slips": "inspekt girdr",
    "nothing": "xylophone",
    "a number": "1999",
    "a frequent word": "dig",
}
FILL = """
INSERT INTO planning_task ({columns})
SELECT {values} FROM planning_task t, generate_series(1, %s) n WHERE t.id = %s
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


@pytest.fixture
def team(db: None) -> Team:
    team = make_team()
    with team.context():
        for number in range(PLANS):
            scenario = make_baseline(team, name=f"Bridge {number}")
            fill(make_chain(scenario, "Begin", team=team)[0], number)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE planning_task")
    return team


def test_a_search_takes_some_hundredths_of_a_second(
    team: Team, subtests: pytest.Subtests, record_testsuite_property: Any
) -> None:
    taken: dict[str, float] = {}
    with team.context():
        opened = Scenario.objects.order_by("pk").first()
        assert Task.objects.count() >= PLANS * TASKS
        search.find(team.membership, "warm", scenario=opened)
        for what, text in ASKED.items():
            seconds = []
            for _ in range(5):
                begun = time.perf_counter()
                hits = search.find(team.membership, text, scenario=opened)
                seconds.append(time.perf_counter() - begun)
            taken[f"{what} ({text})"] = median(seconds)
            with subtests.test(what):
                assert bool(hits) == (what != "nothing")
                assert median(seconds) < 0.15
    figures = ", ".join(f"{what} {seconds * 1000:.1f} ms" for what, seconds in taken.items())
    record_testsuite_property("search", figures)
    sys.stderr.write(f"{PLANS * TASKS:,} tasks: {figures}\n")


def test_the_index_is_used_by_the_owner_and_could_not_be_by_who_serves(team: Team) -> None:
    statement = (
        "EXPLAIN SELECT id FROM planning_task WHERE workspace_id ="
        " current_setting('app.workspace')::uuid AND name ILIKE '%%culvert%%'"
    )
    with team.context(), connection.cursor() as cursor:
        cursor.execute(statement)
        served = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT prosecdef FROM pg_proc WHERE proname = 'planning_find_tasks'")
        assert cursor.fetchone() == (True,)

    assert "task_name_trigrams" not in served


def test_a_stranger_finds_none_of_them(team: Team) -> None:
    with team.context():
        foreign = list(Scenario.objects.values_list("pk", flat=True))
    stranger = make_team("Elsewhere")
    with stranger.context():
        values = ("culvert", "%culvert%", False, foreign, [], 9)
        found = search.called("planning_find_tasks", *values)

    assert found == []
