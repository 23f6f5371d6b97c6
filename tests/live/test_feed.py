"""What happened after a number, asked page by page."""

import pytest

from lineo.accounts.happened import tell
from lineo.accounts.models import Role
from lineo.live import feed
from planning.services import projects, tasks
from tests.api.caller import Caller
from tests.builders import join, make_baseline

pytestmark = pytest.mark.django_db(transaction=True)

URL = "/api/v1/events/"


def add(team, scenario, name="Dig"):
    with team.context():
        return tasks.add_task(scenario, actor=team.person, name=name)


def test_without_a_number_it_says_where_things_stand(team, scenario):
    answer = Caller(team.person).get(URL, scenario=scenario.pk).json()

    assert (answer["latest"], answer["after"], answer["revision"]) == (1, 1, 1)
    assert answer["results"] == []


def test_it_is_read_on_from_where_it_ended(team, scenario, monkeypatch):
    monkeypatch.setattr(feed, "MOST_EVENTS", 2)
    monkeypatch.setattr("lineo.live.api.MOST_EVENTS", 2)
    for name in ("Dig", "Pour", "Cure"):
        add(team, scenario, name)
    caller, after, seen = Caller(team.person), 0, []

    for _ in range(3):
        answer = caller.get(URL, after=after).json()
        after = answer["after"]
        seen += [event["number"] for event in answer["results"]]

    assert seen == [1, 2, 3, 4]


def test_what_someone_may_not_see_is_passed_over(team, scenario):
    tell("person.signed_in", workspace=team.workspace, actor=team.person)
    add(team, scenario)

    answer = Caller(join(team, Role.VIEWER)).get(URL, after=0).json()

    assert [event["action"] for event in answer["results"]] == [
        "project.created",
        "scenario.changed",
    ]
    assert answer["after"] == 3


def test_a_scenario_hears_of_its_project_and_not_of_its_siblings(team, scenario):
    with team.context():
        other = make_baseline(team, name="Other")
        projects.archive_project(scenario.project, actor=team.person)
        projects.archive_project(other.project, actor=team.person)

    answer = Caller(team.person).get(URL, after=1, scenario=scenario.pk).json()

    assert [event["action"] for event in answer["results"]] == ["project.archived"]


def test_its_queries_do_not_grow(team, scenario, django_assert_max_num_queries):
    for number in range(30):
        add(team, scenario, f"Task {number}")
    caller = Caller(team.person)

    with django_assert_max_num_queries(12):
        caller.get(URL, after=0)
