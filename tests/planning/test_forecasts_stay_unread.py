"""A plan's forecast can be megabytes: what shows or changes its tasks doesn't read it with each."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from planning.models import Scenario, Task, TaskAssignee
from planning.work.services import set_work
from tests.access.telling import addresses
from tests.api.surface import one_of_each
from tests.builders import Team, make_chain

pytestmark = pytest.mark.django_db
HEAVY = ('"forecast"', '"forecast_finishes"')
Ask = Callable[[Client, Task], Any]


def at(name: str, pk: Any, **query: Any) -> str:
    return reverse(f"planning:{name}", args=[pk], query=query)


ASKED: dict[str, Ask] = {
    "a task": lambda person, task: person.get(at("task", task.pk)),
    "why": lambda person, task: person.get(at("why", task.pk)),
    "a cell": lambda person, task: person.post(
        at("edit-cell", task.pk), {"field": "duration", "value": "3d", "version": task.version}
    ),
    "a cell beside the plan": lambda person, task: person.post(
        at("edit-cell", task.pk), {"field": "priority", "value": "high", "version": task.version}
    ),
    "a block beside the plan": lambda person, task: person.post(
        at("set-cells", task.scenario_id), {"tasks": task.pk, "column": "priority", "value": "high"}
    ),
    "several at once": lambda person, task: person.post(
        at("edit-together", task.scenario_id),
        {"tasks": task.pk, "priority": "2", "risk_level": "high"},
    ),
    "a board": lambda person, task: person.get(at("work-groups", task.scenario_id)),
    "my work": lambda person, task: person.get(
        at("person-work", TaskAssignee.objects.get().person_id)
    ),
    "the API": lambda person, task: person.get(f"/api/v1/tasks/{task.pk}/"),
}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED.keys())
def test_no_forecast_is_read_with_a_task(
    client: Client, team: Team, scenario: Scenario, ask: Ask
) -> None:
    first, *_others = make_chain(scenario, "Dig", "Pour", team=team)
    set_work(first, actor=team.person, assignees=[team.person])
    client.force_login(team.person)

    with CaptureQueriesContext(connection) as asked:
        answer = ask(client, Task.objects.get(pk=first.pk))

    assert answer.status_code < 400
    read = [one["sql"] for one in asked if any(word in one["sql"] for word in HEAVY)]
    assert read == []


def test_no_address_reads_forecasts_with_other_rows(
    client: Client, team: Team, scenario: Scenario
) -> None:
    """A page may read the one forecast that it shows, but none beside rows of another kind."""
    found = addresses(one_of_each(scenario, team))
    client.force_login(team.person)
    joining = {}
    for address in sorted(found):
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        if joins := [one["sql"] for one in asked if joins_a_forecast(one["sql"])]:
            joining[address] = joins

    assert len(found) > 150
    assert joining == {}


def joins_a_forecast(statement: str) -> bool:
    is_of_scenarios = statement.startswith('SELECT "planning_scenario"."id"')
    return any(word in statement for word in HEAVY) and not is_of_scenarios


def test_a_join_that_reads_forecasts_would_be_seen(scenario: Scenario) -> None:
    with CaptureQueriesContext(connection) as asked:
        list(Task.objects.select_related("scenario"))

    assert [joins_a_forecast(one["sql"]) for one in asked] == [True]
