"""The health page and the downloads."""

import pytest
from django.test import Client
from django.urls import reverse

from planning.core.diff import diff
from planning.interchange.reading import read_plan
from planning.models import Scenario
from planning.services import tasks
from planning.snapshot import plan_of
from tests.builders import Team, make_chain, make_team


@pytest.fixture
def signed_in(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


def test_what_fails_stands_first_with_its_tasks(
    signed_in: Client, team: Team, scenario: Scenario
) -> None:
    make_chain(scenario, "Dig", "Pour", team=team)
    tasks.add_task(scenario, actor=team.person, name="Loose end")

    page = signed_in.get(reverse("planning:health", args=[scenario.pk])).text

    assert page.index("Missing logic") < page.index("Leads")
    assert "Loose end" in page


def test_what_only_a_person_can_judge_is_said(signed_in: Client, scenario: Scenario) -> None:
    page = signed_in.get(reverse("planning:health", args=[scenario.pk])).text

    assert "Capturing all activities" in page
    assert "judgement: no file says which activities are missing" in page


def test_an_empty_plan_has_a_health_page(signed_in: Client, scenario: Scenario) -> None:
    assert signed_in.get(reverse("planning:health", args=[scenario.pk])).status_code == 200


@pytest.mark.parametrize("suffix", ["json", "xml", "xer", "csv"])
def test_a_downloaded_plan_reads_back(
    signed_in: Client, team: Team, scenario: Scenario, suffix: str
) -> None:
    make_chain(scenario, "Dig", "Pour", team=team)
    scenario.refresh_from_db()

    response = signed_in.get(reverse("planning:export-plan", args=[scenario.pk, suffix]))

    assert response["Content-Disposition"] == f'attachment; filename="found-baseline.{suffix}"'
    back = read_plan(response.content, f"plan.{suffix}").plan
    assert [task.name for task in back.leaves()] == ["Dig", "Pour"]
    assert len(back.dependencies) == 1


def test_the_plan_file_reads_back_exactly(
    signed_in: Client, team: Team, scenario: Scenario
) -> None:
    make_chain(scenario, "Dig", "Pour", team=team)
    scenario.refresh_from_db()

    response = signed_in.get(reverse("planning:export-plan", args=[scenario.pk, "json"]))

    assert diff(read_plan(response.content, "plan.json").plan, plan_of(scenario)) == ()


@pytest.mark.parametrize("name", ["planning:health", "planning:export-plan"])
def test_a_stranger_finds_nothing(client: Client, scenario: Scenario, name: str) -> None:
    client.force_login(make_team("Elsewhere").person)
    arguments = [scenario.pk] if name == "planning:health" else [scenario.pk, "json"]

    assert client.get(reverse(name, args=arguments)).status_code == 404


def test_an_unknown_format_is_not_found(signed_in: Client, scenario: Scenario) -> None:
    address = reverse("planning:export-plan", args=[scenario.pk, "pdf"])

    assert signed_in.get(address).status_code == 404
