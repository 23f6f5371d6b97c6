"""The one field that finds everything a person may read, and nothing else."""

import pytest
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import Role
from planning import search
from planning.models import Scenario, Task
from planning.services.scenarios import branch_scenario
from planning.services.updates import post_update
from tests.builders import Team, join, make_chain, make_project, make_team


@pytest.fixture
def chain(scenario: Scenario, team: Team) -> list[Task]:
    return make_chain(scenario, "Dig the trench", "Pour concrete", "Cure", team=team)


def titles(team: Team, text: str, scenario: Scenario | None = None) -> list[str]:
    return [hit.title for hit in search.find(team.membership, text, scenario=scenario)]


@pytest.mark.parametrize(
    "text", ["concrete", "POUR", "our conc", "concrete pour", "concrette", "2"]
)
def test_a_task_is_found_by_words_parts_number_and_with_a_slip(team, scenario, chain, text):
    assert titles(team, text)[0] == "Pour concrete"


def test_a_task_is_found_by_its_short_id(team, scenario, chain):
    assert titles(team, f"{scenario.project.code}-3") == ["Cure"]


def test_a_hit_leads_to_its_row_in_the_workbench(client: Client, team, scenario, chain):
    hit = search.find(team.membership, "concrete", scenario=scenario)[0]
    client.force_login(team.person)

    page = client.get(hit.url)

    assert page.status_code == 200
    assert 'id="task-2"' in page.text


def test_the_open_plan_comes_first_and_other_branches_stay_out(team, scenario, chain):
    branch = branch_scenario(Scenario.objects.get(pk=scenario.pk), name="Two", actor=team.person)
    other = make_project(team, name="Elsewhere")
    baseline = other.scenarios.get()
    make_chain(baseline, "Concrete first", team=team)

    hits = search.find(team.membership, "concrete", scenario=branch)

    assert [hit.title for hit in hits] == ["Pour concrete", "Concrete first"]
    assert str(branch.pk) in hits[0].url


def test_projects_plans_and_updates_are_found_too(team, scenario, chain):
    post_update(scenario.project, author=team.person, title="Late", body="The concrete came late")

    assert titles(team, "foundry") == ["Foundry"]
    assert "Baseline" in titles(team, "basel")
    assert titles(team, "came late") == ["Late"]


@pytest.mark.parametrize("text", ["", "   ", "\x00", "zzzzzz", "'; drop table", "%", "a" * 5_000])
def test_what_matches_nothing_finds_nothing(team, scenario, chain, text):
    assert titles(team, text) == []


def test_nobody_finds_what_they_may_not_read(client: Client, team, scenario, chain):
    stranger = make_team("Elsewhere")
    with stranger.context():
        assert search.find(stranger.membership, "concrete", scenario=scenario) == []
    client.force_login(join(team, Role.GUEST))
    page = client.get(reverse("planning:find"), {"q": "concrete", "scenario": scenario.pk})
    assert "Pour concrete" not in page.text


def test_a_page_takes_the_same_few_queries_however_much_there_is(
    client: Client, team, scenario, chain, django_assert_max_num_queries
):
    client.force_login(team.person)
    address = reverse("planning:find")
    client.get(address, {"q": "concrete"})

    with django_assert_max_num_queries(15 + 4):
        client.get(address, {"q": "concrete", "scenario": scenario.pk})
