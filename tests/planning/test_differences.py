"""The difference of two scenarios, or of two moments of one, as a page and over HTTP."""

import pytest
from django.test import Client
from django.urls import reverse

from planning.models import Scenario
from planning.services import scenarios, tasks
from tests.builders import Team, make_baseline, make_chain
from tests.planning.test_pages import fill


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


@pytest.fixture
def branch(team: Team, scenario: Scenario) -> Scenario:
    make_chain(scenario, "Dig", "Pour", team=team)
    return scenarios.branch_scenario(scenario, name="What if", actor=team.person)


def lengthen(scenario: Scenario, team: Team, days: int = 5) -> None:
    dig = scenario.tasks.get(name="Dig")
    tasks.edit_task(scenario, dig.key, actor=team.person, duration_minutes=days * 480)


def page(person: Client, scenario: Scenario, **query: object):
    return person.get(reverse("planning:scenario-diff", args=[scenario.pk]), query)


def test_a_branch_is_set_beside_its_source(person: Client, team: Team, branch: Scenario) -> None:
    lengthen(branch, team)

    found = page(person, branch)

    diff = found.context["diff"]
    (line,) = diff.groups[0].lines
    assert (line.title, list(line.phrases)) == ("Dig", ["1 d → 5 d"])
    assert diff.finish_days == 4
    assert [(row.name, row.days) for row in diff.moves.rows] == [("Dig", 4), ("Pour", 4)]
    assert "+4 d" in found.text


def test_a_fresh_branch_differs_in_nothing(person: Client, branch: Scenario) -> None:
    found = page(person, branch)

    assert found.context["diff"].is_empty
    assert "alike" in found.text


def test_two_moments_of_one_scenario(person: Client, team: Team, branch: Scenario) -> None:
    for days in (5, 9):
        lengthen(branch, team, days)

    found = page(person, branch, against=branch.pk, against_revision=1, revision=2)

    (line,) = found.context["diff"].groups[0].lines
    assert list(line.phrases) == ["1 d → 5 d"]


def test_a_baseline_is_set_beside_its_last_change(
    person: Client, team: Team, branch: Scenario
) -> None:
    source = branch.source
    lengthen(source, team)

    assert page(person, source).context["diff"].finish_days == 4


@pytest.mark.parametrize(
    "query", [{"revision": 99}, {"revision": "x"}, {"against": "x"}, {"revision": "9" * 40}]
)
def test_what_is_not_there_is_refused_in_one_sentence(
    person: Client, branch: Scenario, query: dict[str, object]
) -> None:
    found = page(person, branch, **query)

    assert found.status_code == 422
    assert found.context["error"]


def test_scenarios_of_other_projects_are_not_there(
    person: Client, team: Team, branch: Scenario
) -> None:
    other = make_baseline(team, name="Bridge", code="BRIDG")

    assert page(person, branch, against=other.pk).status_code == 422


def test_a_huge_difference_is_shown_in_pages(person: Client, team: Team, branch: Scenario) -> None:
    fill(branch, team, 450)

    first = page(person, branch)
    last = page(person, branch, page=5)

    assert first.text.count('<li class="change ') == 100
    assert len(first.context["diff"].moves.rows if first.context["diff"].moves else []) <= 12
    assert 0 < last.text.count('<li class="change ') < 100


def test_the_api_says_the_same(person: Client, team: Team, branch: Scenario) -> None:
    lengthen(branch, team)

    body = person.get(reverse("api:diff", args=[branch.pk])).json()

    assert body["before"]["scenario"] == str(branch.source_id)
    assert body["sentences"] == ["Dig: 1 d → 5 d"]
    assert body["changes"][0]["to"] == "5d"
    assert body["finish"]["delta_minutes"] == 4 * 480
    assert [move["delta_minutes"] for move in body["moves"]] == [1920, 1920]
