"""A version or revision that is no number is said in a sentence, and nothing is changed."""

import pytest
from django.test import Client
from django.urls import reverse

from lineo.numbers import whole_number
from planning.models import Scenario, Task
from tests.builders import Team, make_chain

LONG = "9" * 5000
WRONG = [LONG, "x", "-1", "1.0", "²", "٣"]


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


@pytest.fixture
def dig(team: Team, scenario: Scenario) -> Task:
    (dig,) = make_chain(scenario, "Dig", team=team)
    return dig


def revision_of(scenario: Scenario) -> int:
    return Scenario.objects.get(pk=scenario.pk).revision


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("name", ["version", "revision"])
def test_a_dragged_bar(
    person: Client, scenario: Scenario, dig: Task, name: str, wrong: str
) -> None:
    before = revision_of(scenario)
    page = reverse("planning:resize-task", args=[dig.pk])

    response = person.post(page, {"duration": "9d", name: wrong}, headers={"HX-Request": "true"})

    assert response.status_code == 422
    assert "whole number" in response.text + response.headers.get("HX-Trigger", "")
    assert revision_of(scenario) == before


@pytest.mark.parametrize("wrong", WRONG)
def test_a_cell(person: Client, scenario: Scenario, dig: Task, wrong: str) -> None:
    page = reverse("planning:edit-cell", args=[dig.pk])

    response = person.post(page, {"field": "name", "value": "Excavate", "version": wrong})

    assert response.status_code == 422
    dig.refresh_from_db()
    assert dig.name == "Dig"


@pytest.mark.parametrize("number", ["9" * 18, LONG, "x"])
def test_a_place_in_the_table(person: Client, scenario: Scenario, dig: Task, number: str) -> None:
    for name in ("first", "task"):
        assert person.get(scenario.get_absolute_url(), {name: number}).status_code == 200


@pytest.mark.parametrize("wrong", [LONG, "x"])
def test_a_risk(person: Client, scenario: Scenario, dig: Task, wrong: str) -> None:
    said = {"name": "Rain", "probability": "30", "impacts": f"{dig.number}: 5d"}
    person.post(reverse("planning:add-risk", args=[scenario.pk]), said)
    risk = scenario.risks.get()

    page = reverse("planning:risk", args=[risk.pk])
    response = person.post(page, {**said, "name": "Snow", "version": wrong})

    assert response.status_code == 422
    assert "whole number" in response.text
    risk.refresh_from_db()
    assert risk.name == "Rain"


@pytest.mark.parametrize("wrong", [LONG, "x"])
def test_a_calendar(person: Client, scenario: Scenario, wrong: str) -> None:
    calendar = scenario.calendars.get()
    page = reverse("planning:calendar", args=[calendar.pk])
    said = {name: one for name, one in person.get(page).context["form"].initial.items() if one}

    response = person.post(page, {**said, "name": "Nights", "version": wrong})

    assert response.status_code == 422
    assert "whole number" in response.text
    calendar.refresh_from_db()
    assert calendar.name != "Nights"


@pytest.mark.parametrize("wrong", ["", *WRONG])
def test_only_some_ascii_digits_are_a_number(wrong: str) -> None:
    assert whole_number(wrong) is None
    assert whole_number("0" + "9" * 17) == 10**17 - 1
