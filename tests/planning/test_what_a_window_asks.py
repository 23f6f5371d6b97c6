"""What one window of rows asks of the database, and that it shows what whole rows would."""

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from planning.core.distributions import Pert
from planning.core.plan import Constraint, ConstraintType
from planning.models import Scenario, Task
from planning.services import tasks
from planning.table.columns import COLUMNS, cell_of
from planning.table.listed import Listed, listed_tasks
from planning.table.view_state import ViewState
from planning.table.workbench import Workbench
from tests.builders import Team, make_baseline, make_chain, make_team, sign_in

BUDGET = 9
"""The session, the person, the transaction and the walls around it take 5 of these."""


@pytest.mark.django_db(transaction=True)
def test_a_window_keeps_to_its_budget_however_large_the_plan(client: Client):
    team = make_team()
    sign_in(client, team)
    with team.context():
        scenario = make_baseline(team)
        make_chain(scenario, *(f"Task {n}" for n in range(3)), team=team)
    address = reverse("planning:scenario-rows", args=[scenario.pk, 0])
    few = asked_for(client, address)
    with team.context():
        make_chain(scenario, *(f"More {n}" for n in range(50)), team=team)
    asked_for(client, address)

    many = asked_for(client, address)

    assert few == many
    assert many <= BUDGET


def asked_for(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return len(asked)


@pytest.mark.django_db
def test_each_cell_shows_what_the_whole_row_would(team: Team, scenario: Scenario):
    first, *_others = make_chain(scenario, "Dig", "Pour", "Dry", team=team)
    tasks.edit_task(
        scenario,
        first.key,
        actor=team.person,
        estimate=Pert(480, 960, 2880),
        constraint=Constraint(ConstraintType.SNET, datetime(2026, 1, 6, 8)),
        deadline=datetime(2026, 2, 6, 17),
        percent_complete=20.0,
        risk_level="high",
        existence=0.9,
    )
    scenario.refresh_from_db()
    facts = Workbench(scenario, ViewState(columns=tuple(COLUMNS))).facts

    listed = listed_tasks(scenario)

    rows = {row.pk: row for row in Task.objects.filter(scenario=scenario)}
    assert listed.keys() == rows.keys()
    for pk, row in rows.items():
        for column in COLUMNS.values():
            assert cell_of(column, listed[pk], facts) == cell_of(column, row, facts), column.name


@pytest.mark.django_db
def test_only_the_tasks_that_are_asked_for_are_listed(team: Team, scenario: Scenario):
    first, _second, third = make_chain(scenario, "Dig", "Pour", "Dry", team=team)

    listed = listed_tasks(scenario, [third.pk, first.pk])

    assert {pk: row.name for pk, row in listed.items()} == {first.pk: "Dig", third.pk: "Dry"}
    assert isinstance(listed[first.pk], Listed)
