"""What an edit of one cell asks of the database, and who is told of it once it is committed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lineo.activity.signals import change_committed
from lineo.jobs.models import Job
from planning import snapshot
from planning.core.distributions import Pert
from planning.core.plan import Constraint, ConstraintType
from planning.core.schedule import schedule
from planning.models import Scenario, Task
from planning.services import tasks
from simulations import live
from tests.builders import Team, make_baseline, make_chain, make_team, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

BUDGET = 16
"""The session, the person, two transactions and the walls around them take 8 of these."""


@pytest.fixture
def team(transactional_db: None) -> Team:
    return make_team()


@pytest.fixture
def scenario(team: Team) -> Scenario:
    with team.context():
        return make_baseline(team)


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    sign_in(client, team)
    return client


@pytest.fixture
def broken_listener() -> Iterator[list[str]]:
    """Somebody who is told of changes and asks the database for what isn't there."""
    told: list[str] = []

    def listen(**_: Any) -> None:
        told.append("told")
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM nowhere")

    change_committed.connect(listen)
    yield told
    change_committed.disconnect(listen)


def chain_of(count: int, scenario: Scenario, team: Team) -> list[Task]:
    with team.context():
        chain = make_chain(scenario, *(f"Task {n}" for n in range(count)), team=team)
        tasks.edit_task(scenario, chain[0].key, actor=team.person, estimate=Pert(480, 960, 2880))
    return chain


def edit(person: Client, task: Task, days: int) -> CaptureQueriesContext:
    data = {"field": "duration", "value": f"{days}d"}
    address = reverse("planning:edit-cell", args=[task.pk])
    with CaptureQueriesContext(connection) as asked:
        answer = person.post(address, data, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return asked


def test_an_edit_keeps_to_its_budget_however_large_the_plan(
    person: Client, scenario: Scenario, team: Team
) -> None:
    chain = chain_of(5, scenario, team)
    edit(person, chain[1], 3)
    few = len(edit(person, chain[1], 4))
    longer = chain_of(60, scenario, team)
    edit(person, longer[1], 3)

    many = len(edit(person, longer[1], 4))

    assert few == many
    assert many <= BUDGET


def test_of_dates_that_move_only_what_differs_is_written(
    person: Client, scenario: Scenario, team: Team
) -> None:
    chain = chain_of(4, scenario, team)

    asked = edit(person, chain[1], 3)

    written = [one["sql"] for one in asked if 'UPDATE "planning_task"' in one["sql"]]
    assert len(written) == 1
    assert '"early_start" = new."early_start"' in written[0]
    assert '"driven_by" = ' not in written[0]
    assert '"is_critical" = ' not in written[0]


def test_rows_hold_the_dates_and_reasons_of_the_plan_after_each_change(
    scenario: Scenario, team: Team
) -> None:
    first, second, third, last = [task.key for task in chain_of(4, scenario, team)]
    late = Constraint(ConstraintType.SNET, datetime(2026, 3, 2, 8))
    changes = [
        {"key": second, "duration_minutes": 2_400},
        {"key": first, "constraint": late},
        {"key": third, "deadline": datetime(2026, 1, 9, 17)},
        {"key": last, "duration_minutes": 60},
        {"key": first, "constraint": None},
    ]

    for change in changes:
        with team.context():
            edited = change.pop("key")
            versions = {row.key: row.version for row in scenario.tasks.all()}
            tasks.edit_task(scenario, edited, actor=team.person, **change)
            fresh = Scenario.objects.get(pk=scenario.pk)
            dates = schedule(snapshot.plan_of(fresh)).tasks
            for row in Task.objects.filter(scenario=scenario):
                assert told_by(row) == told_by(dates[row.key])
                assert row.version == versions[row.key] + (row.key == edited)


def told_by(task: Any) -> dict[str, Any]:
    """Return the dates and reasons of a row, or of a task just scheduled, in one form."""
    names = ("start", "finish", "late_start", "late_finish", "total_float_minutes")
    told = {name: getattr(task, name) for name in (*names, "free_float_minutes", "on_longest_path")}
    for name in ("driven_by", "limited_by"):
        told[name] = [getattr(one, "to_json", lambda one=one: one)() for one in getattr(task, name)]
    told["critical"] = getattr(task, "is_critical", None) or getattr(task, "critical", False)
    return told


def test_an_error_of_one_who_listens_keeps_nobody_else_from_hearing(
    person: Client, scenario: Scenario, team: Team, broken_listener: list[str]
) -> None:
    chain = chain_of(3, scenario, team)
    with team.context():
        Job.objects.filter(function=live.FUNCTION).delete()

    edit(person, chain[1], 3)

    assert len(broken_listener) >= 2
    with team.context():
        assert Job.objects.filter(function=live.FUNCTION).count() == 1
        assert Task.objects.get(pk=chain[1].pk).duration_minutes == 3 * 480


def test_nothing_of_the_walls_is_left_behind_a_context(team: Team) -> None:
    with team.context():
        assert Scenario.objects.count() == 0

    with pytest.raises(DatabaseError):
        Scenario.objects.count()
