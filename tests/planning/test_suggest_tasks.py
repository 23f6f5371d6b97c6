"""Which tasks are offered for what was typed, and in which order."""

import pytest
from django.test import Client
from django.urls import reverse

from planning.models import Scenario
from planning.services import tasks
from planning.table.suggestions import MOST, offers, tasks_like
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


def test_a_task_that_waits_already_is_offered_as_one_that_would_make_a_circle(
    plan: Scenario, client: Client, team: Team
):
    first, last = plan.tasks.get(name="Dig").number, plan.tasks.get(name="Inspect slabs").number

    plan.refresh_from_db()
    before = offers(plan, "slab", to=first)
    after = offers(plan, "dig", to=last, come_after=True)
    client.force_login(team.person)
    shown = client.get(
        reverse("planning:suggest-tasks", args=[plan.pk]), {"q": "cure", "to": first}
    )

    assert [one.is_circle for one in before] == [True, True, True]
    assert [one.is_circle for one in after] == [True]
    assert not any(one.is_circle for one in offers(plan, "dig", to=last))
    assert 'aria-disabled="true"' in shown.text
    assert "would make a circle" in shown.text


def test_tasks_that_can_be_linked_stand_before_those_that_can_not(plan: Scenario, team: Team):
    tasks.add_task(plan, actor=team.person, name="Seal slab")
    plan.refresh_from_db()

    offered = offers(plan, "slab", to=1)

    assert [one.task.name for one in offered][:2] == ["Seal slab", "Slab cure"]


def test_percent_and_underscore_mean_themselves(plan: Scenario):
    assert names(plan, "%") == names(plan, "_") == []


def test_the_page_offers_them_and_strangers_get_nothing(plan: Scenario, team: Team, client: Client):
    from tests.builders import make_team

    address = reverse("planning:suggest-tasks", args=[plan.pk])
    client.force_login(team.person)
    shown = client.get(address, {"q": "pour", "to": "x"})
    client.force_login(make_team("Elsewhere").person)

    assert 'data-number="2"' in shown.text
    assert client.get(address, {"q": "pour"}).status_code == 404
