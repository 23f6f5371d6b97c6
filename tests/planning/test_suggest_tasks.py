"""Which tasks are offered for what was typed, and in which order."""

import pytest
from django.test import Client
from django.urls import reverse

from planning.models import Scenario
from planning.services import tasks
from planning.table.suggestions import MOST, tasks_like
from tests.builders import Team, make_chain


@pytest.fixture
def plan(scenario: Scenario, team: Team) -> Scenario:
    make_chain(scenario, "Dig", "Pour the slab", "Slab cure", "Inspect slabs", team=team)
    return scenario


def names(scenario: Scenario, typed: str, **options: int) -> list[str]:
    return [task.name for task in tasks_like(scenario, typed, **options)]


def test_the_likeliest_name_stands_first(plan: Scenario):
    assert names(plan, "slab") == ["Slab cure", "Pour the slab", "Inspect slabs"]
    assert names(plan, "SLAB CURE") == ["Slab cure"]
    assert names(plan, "ab c") == ["Slab cure"]
    assert names(plan, "nothing") == names(plan, " ") == names(plan, "\x00") == []


def test_a_number_or_a_key_finds_its_task(plan: Scenario, team: Team):
    tasks.add_task(plan, actor=team.person, name="1 of many")
    key = plan.tasks.get(number=2).key

    assert names(plan, "1") == ["Dig", "1 of many"]
    assert names(plan, f"{plan.project.code}-2") == ["Pour the slab"]
    assert names(plan, "OTHER-2") == []
    assert names(plan, key) == ["Pour the slab"]


def test_no_task_is_offered_to_itself_and_few_are_enough(plan: Scenario, team: Team):
    for number in range(MOST):
        tasks.add_task(plan, actor=team.person, name=f"Digger {number}")

    assert "Dig" not in names(plan, "dig", but=1)
    assert len(names(plan, "dig")) == MOST


def test_percent_and_underscore_mean_themselves(plan: Scenario):
    assert names(plan, "%") == names(plan, "_") == []


def test_the_page_offers_them_and_strangers_get_nothing(plan: Scenario, team: Team, client: Client):
    from tests.builders import make_team

    address = reverse("planning:suggest-tasks", args=[plan.pk])
    client.force_login(team.person)
    shown = client.get(address, {"q": "pour", "but": "x"})
    client.force_login(make_team("Elsewhere").person)

    assert 'data-number="2"' in shown.text
    assert client.get(address, {"q": "pour"}).status_code == 404
