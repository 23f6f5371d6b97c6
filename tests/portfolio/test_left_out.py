"""What can't be drawn with the others: kept as a code with its values, told as a sentence."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from lineo.jobs.entry import run_waiting
from lineo.portfolio import obstacles, services
from lineo.portfolio.models import JointForecast
from planning.models import Scenario
from planning.services import projects, tasks
from tests.builders import Team
from tests.portfolio.builders import make_task, wait_for
from tests.test_pseudo_locale import pseudo_language  # noqa: F401 - a fixture

PAGE = reverse("portfolio:portfolio")
ENGINE = (Path(__file__).parents[2] / "simulations/engine/joining/joint.py").read_text()
# What the engine returns: each code, and the names of the values that it gives.
GIVEN = {
    code: set(re.findall(r'"(\w+)":', values))
    for code, values in re.findall(r'return Obstacle\("(\w+)"(.*)\)', ENGINE)
}


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


@pytest.fixture
def tokyo(team: Team, house: Scenario, road: Scenario) -> Scenario:
    """The later of two projects, one waiting for the other, is planned in Tokyo."""
    one, other = sorted((house, road), key=lambda scenario: scenario.project_id)
    make_task(other, "Asphalt", team=team)
    wait_for(make_task(one, "Roof", team=team), f"{other.project.code}-1", team=team)
    other.refresh_from_db()
    projects.edit_project(other.project, actor=team.person, time_zone="Asia/Tokyo")
    other.refresh_from_db()
    return other


def drawn(team: Team) -> JointForecast:
    row = services.draw_jointly(actor=team.person, iterations=200)
    run_waiting()
    row.refresh_from_db()
    return row


def told_by_api(person: Client, row: JointForecast) -> dict[str, str]:
    (told,) = person.get(reverse("api:joint-forecast", args=[row.pk])).json()["left_out"]
    return told


def test_the_code_is_kept_with_its_values_and_the_plan_of_which_that_is_so(tokyo, team):
    row = drawn(team)

    assert row.result["left_out"] == {
        str(tokyo.project_id): {
            "code": "time_zone",
            "values": {"zone": "Asia/Tokyo", "others": "UTC"},
            "head": str(tokyo.head),
        }
    }


def test_the_sentence_is_told_in_the_language_of_whoever_asks(tokyo, team, person, request):
    row = drawn(team)
    plain = told_by_api(person, row)

    request.getfixturevalue("pseudo_language")
    translated = told_by_api(person, row)

    sentence = "its time zone is Asia/Tokyo, that of the others UTC"
    assert plain == {"project": str(tokyo.project_id), "code": "time_zone", "reason": sentence}
    assert translated["reason"] == f"⟦{sentence}⟧"


def test_the_page_says_it_until_the_plan_is_another(tokyo, team, person):
    drawn(team)
    before = person.get(PAGE).text
    tasks.add_task(tokyo, actor=team.person, name="Paint", duration_minutes=480)

    after = person.get(PAGE).text

    assert "not drawn jointly: its time zone is Asia/Tokyo, that of the others UTC" in before
    assert "not drawn jointly" not in after


def test_what_was_kept_as_a_sentence_is_read_as_it_is(tokyo, team, person):
    row = drawn(team)
    old = "it is in another time zone"
    row.result["left_out"] = {str(tokyo.project_id): old}
    row.save(update_fields=["result"])

    assert told_by_api(person, row) == {"project": str(tokyo.project_id), "code": "", "reason": old}
    assert person.get(PAGE).status_code == 200


def test_every_code_of_the_engine_has_its_sentence():
    assert set(obstacles.SENTENCES) == set(GIVEN)


@pytest.mark.parametrize("code", GIVEN)
def test_a_sentence_names_just_what_its_code_is_given(code):
    named = re.findall(r"%\((\w+)\)s", obstacles.SENTENCES[code]())

    assert set(named) <= GIVEN[code]
    assert obstacles.sentence({"code": code, "values": dict.fromkeys(GIVEN[code], "p6")})


def test_a_tool_is_called_by_its_name():
    said = {"code": "rules", "values": {"rules": "p6", "others": "msproject"}}

    told = obstacles.sentence(said)

    assert told == "it is scheduled by the rules of Primavera P6, the others by Microsoft Project"
