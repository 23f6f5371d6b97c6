"""Pairs of tasks whose durations go together."""

import pytest

from planning.models import Scenario
from tests.api.caller import Caller, fields_of
from tests.builders import Team, make_chain


@pytest.fixture
def address(team: Team, scenario: Scenario) -> str:
    make_chain(scenario, "Dig", "Pour", "Cure", team=team)
    return f"/api/v1/scenarios/{scenario.pk}/correlations/"


def test_a_pair_is_added_changed_and_taken_away(caller: Caller, address: str) -> None:
    made = caller.post(address, {"tasks": ["L2", "L1"], "spearman": 0.6})

    assert made.status_code == 201
    assert made.json()["key"] == "L1|L2"
    changed = caller.patch(made.json()["url"], {"spearman": -0.5}, if_match=made["ETag"])
    assert changed.json()["spearman"] == -0.5
    assert changed["ETag"] == '"2"'
    assert caller.patch(made.json()["url"], {"spearman": 0}, if_match='"1"').status_code == 412
    assert [row["spearman"] for row in caller.get(address).json()["results"]] == [-0.5]
    assert caller.delete(made.json()["url"], if_match='"2"').status_code == 204
    assert caller.get(address).json()["count"] == 0


def test_a_pair_stands_once_whichever_way_round(caller: Caller, address: str) -> None:
    caller.post(address, {"tasks": ["L1", "L2"]})

    assert caller.post(address, {"tasks": ["L2", "L1"]}).status_code == 422


@pytest.mark.parametrize("body", [{"tasks": ["L1"]}, {"tasks": ["L1", "L9"]}, {"spearman": 0.1}])
def test_a_pair_is_two_tasks_of_the_plan(caller: Caller, address: str, body: dict) -> None:
    answer = caller.post(address, body)

    assert answer.status_code == 422
    assert fields_of(answer)


def test_its_tasks_stay(caller: Caller, address: str) -> None:
    made = caller.post(address, {"tasks": ["L1", "L2"]}).json()

    answer = caller.patch(made["url"], {"tasks": ["L1", "L3"]}, if_match="*")

    assert answer.status_code == 422
    assert fields_of(answer) == ["tasks"]
