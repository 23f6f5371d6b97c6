"""A risk-adjusted scenario: asked for on a page, made by a worker, explained on a page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import Role
from lineo.jobs.entry import run_waiting
from planning.models import Scenario
from planning.services import plans
from simulations.adjusting import jobs
from simulations.adjusting.models import Adjustment
from simulations.engine.comparing.buffers import Adjusted, adjust
from tests.builders import Team, join, make_chain, make_team
from tests.engine.building import GENERAL_FOUNDRY, GENERAL_FOUNDRY_LINKS, network

FORM = {"percent": "90", "where": "tasks", "name": "Surer"}


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


@pytest.fixture
def foundry(team: Team, scenario: Scenario) -> Scenario:
    plan = network(GENERAL_FOUNDRY, GENERAL_FOUNDRY_LINKS)
    plans.replace_plan(scenario, plan, actor=team.person, summary="Foundry")
    return Scenario.objects.get(pk=scenario.pk)


def page(scenario: Scenario) -> str:
    return reverse("simulations:buffers", args=[scenario.pk])


@pytest.mark.parametrize("where", ["tasks", "gathered"])
def test_a_branch_gets_its_buffers_and_says_what_each_is_for(
    person: Client, foundry: Scenario, where: str
) -> None:
    person.post(page(foundry), {**FORM, "where": where})
    assert "Sizing the buffers" in person.get(page(foundry)).text
    run_waiting()

    made = Scenario.objects.get(name="Surer")
    found = person.get(page(made))
    assert made.source == foundry
    assert made.scheduled_finish > foundry.scheduled_finish
    assert found.context["made"].result["checked"] == pytest.approx(0.9, abs=0.01)
    assert sum(row.share for row in found.context["rows"]) == pytest.approx(1, abs=0.01)
    assert foundry.scheduled_finish == Scenario.objects.get(pk=foundry.pk).scheduled_finish


def test_a_certain_plan_is_told_why_there_is_nothing_to_buffer(
    person: Client, team: Team, scenario: Scenario
) -> None:
    make_chain(scenario, "Dig", "Pour", team=team)
    person.post(page(scenario), FORM)
    run_waiting()

    assert "nothing to buffer" in person.get(page(scenario)).text
    assert not Scenario.objects.filter(name="Surer").exists()


def test_what_was_changed_meanwhile_is_not_taken_back(
    person: Client, team: Team, foundry: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change_first(*args: Any, **options: Any) -> Adjusted:
        make_chain(foundry, "Roof", team=team)
        return adjust(*args, **options)

    monkeypatch.setattr(jobs, "adjust", change_first)
    person.post(page(foundry), FORM)
    run_waiting()

    assert "The plan was changed while its buffers were sized" in person.get(page(foundry)).text
    assert not Scenario.objects.filter(name="Surer").exists()


@pytest.mark.parametrize("wrong", [{"percent": "50"}, {"name": "Baseline"}, {"name": ""}])
def test_what_makes_no_sense_is_refused(
    person: Client, foundry: Scenario, wrong: dict[str, str]
) -> None:
    assert person.post(page(foundry), FORM | wrong).status_code == 422
    assert not Adjustment.objects.exists()


def test_it_is_for_who_may_branch(client: Client, team: Team, foundry: Scenario) -> None:
    client.force_login(join(team, Role.VIEWER))
    assert client.get(page(foundry)).status_code == 200
    assert client.post(page(foundry), FORM).status_code == 403

    client.force_login(make_team("Elsewhere").person)
    assert client.post(page(foundry), FORM).status_code == 404
