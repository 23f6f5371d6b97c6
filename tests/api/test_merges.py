"""Merge, rebase and the promotion of chosen rows over HTTP: with conflicts, rows and races."""

from typing import Any

import pytest

from planning.models import Promotion, Scenario
from planning.services import scenarios, tasks
from tests.api.caller import Caller, error_of, fields_of
from tests.builders import Team, make_chain

DAY = 480


@pytest.fixture
def branch(team: Team, scenario: Scenario) -> Scenario:
    """A branch in which Dig and Pour take longer, while the baseline's Dig does otherwise."""
    make_chain(scenario, "Dig", "Pour", team=team)
    made = scenarios.branch_scenario(scenario, name="Slower", actor=team.person)
    for row, days, key in ((made, 4, "L1"), (made, 5, "L2"), (scenario, 2, "L1")):
        tasks.edit_task(row, key, actor=team.person, duration_minutes=days * DAY)
    for row in (made, scenario):
        row.refresh_from_db()
    return made


def address(scenario: Scenario, tail: str = "") -> str:
    return f"/api/v1/scenarios/{scenario.pk}/merge/{tail}"


def days_of(scenario: Scenario) -> dict[str, int]:
    rows = scenario.tasks.values_list("key", "duration_minutes")
    return {key: minutes // DAY for key, minutes in rows}


def test_a_proposal_lists_rows_and_conflicts_with_what_each_choice_does(
    caller: Caller, scenario: Scenario, branch: Scenario
) -> None:
    found = caller.get(address(scenario), **{"from": str(branch.pk)}).json()

    assert {row["row"] for row in found["rows"]} == {"tasks:L1", "tasks:L2"}
    (conflict,) = found["conflicts"]
    assert (conflict["base"], conflict["ours"], conflict["theirs"]) == ("1d", "2d", "4d")
    assert conflict["finish_ours"] < conflict["finish_theirs"]
    assert found["effect"]["undecided"] == 1


def decide(branch: Scenario, side: str, **more: Any) -> dict[str, Any]:
    return {"from": str(branch.pk), "decisions": {"task:duration:L1": side}, **more}


def test_a_preview_writes_nothing(caller: Caller, scenario: Scenario, branch: Scenario) -> None:
    effect = caller.post(address(scenario, "preview/"), decide(branch, "theirs")).json()

    assert effect["undecided"] == 0
    assert effect["days"] == 6
    assert days_of(scenario) == {"L1": 2, "L2": 1}


@pytest.mark.parametrize(("side", "days"), [("theirs", 4), ("ours", 2)])
def test_a_merge_takes_what_was_decided_in_one_change(
    caller: Caller, scenario: Scenario, branch: Scenario, side: str, days: int
) -> None:
    answer = caller.post(address(scenario), decide(branch, side))

    assert answer.status_code == 200
    assert answer.json()["change"]["intention"] == "merge-scenario"
    assert days_of(scenario) == {"L1": days, "L2": 5}


def test_from_the_baseline_it_is_a_rebase(
    caller: Caller, scenario: Scenario, branch: Scenario
) -> None:
    answer = caller.post(address(branch), decide(scenario, "theirs"))

    assert answer.json()["change"]["intention"] == "rebase-scenario"
    assert days_of(branch) == {"L1": 2, "L2": 5}


def test_chosen_rows_are_taken_alone_and_a_second_time_there_is_nothing(
    caller: Caller, scenario: Scenario, branch: Scenario
) -> None:
    body = {"from": str(branch.pk), "rows": ["tasks:L2"]}

    assert caller.post(address(scenario), body).json()["change"]["edits"]
    assert days_of(scenario) == {"L1": 2, "L2": 5}
    assert fields_of(caller.post(address(scenario), body)) == ["rows[0]"]


def test_what_nobody_decided_or_nobody_offers_is_refused_by_name(
    caller: Caller, scenario: Scenario, branch: Scenario
) -> None:
    undecided = caller.post(address(scenario), {"from": str(branch.pk)})
    unknown = caller.post(address(scenario), {"from": str(branch.pk), "rows": ["tasks:nothing"]})
    strange = {"from": str(branch.pk), "decisions": {"task:name:L9": "ours"}}

    assert undecided.status_code == 422
    assert "L1" in error_of(undecided)["message"]
    assert fields_of(unknown) == ["rows[0]"]
    assert fields_of(caller.post(address(scenario), strange)) == ["decisions.task:name:L9"]
    assert days_of(scenario) == {"L1": 2, "L2": 1}


def test_who_looked_at_an_older_state_is_told(
    caller: Caller, scenario: Scenario, branch: Scenario
) -> None:
    body = decide(branch, "ours", revision=scenario.revision - 1, from_revision=branch.revision)

    answer = caller.post(address(scenario), body)

    assert answer.status_code == 412
    assert days_of(scenario) == {"L1": 2, "L2": 1}


def test_chosen_rows_are_promoted(caller: Caller, scenario: Scenario, branch: Scenario) -> None:
    body = {
        "from": str(branch.pk),
        "rows": ["tasks:L2"],
        "name": "In part",
        "reason": "Pouring is sure to take longer.",
        "revision": scenario.revision,
        "from_revision": branch.revision,
    }

    answer = caller.post(f"/api/v1/projects/{scenario.project_id}/promote-rows/", body)

    assert answer.status_code == 201
    assert answer.json()["kind"] == "rows"
    assert days_of(Scenario.objects.get(is_baseline=True)) == {"L1": 2, "L2": 5}
    assert Promotion.objects.get().reason == body["reason"]
