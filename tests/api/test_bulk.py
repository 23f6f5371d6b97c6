"""Many rows in one request: one change and one undo, or nothing at all."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lineo.activity.models import Change
from planning.models import Dependency, Scenario, Task
from planning.services import scenarios, tasks
from tests.api.caller import Caller, error_of, fields_of
from tests.builders import Team, make_chain


@pytest.fixture
def address(team: Team, scenario: Scenario) -> str:
    make_chain(scenario, "Dig", "Pour", "Cure", team=team)
    return f"/api/v1/scenarios/{scenario.pk}/bulk/"


def names(scenario: Scenario) -> list[str]:
    return list(scenario.tasks.order_by("position").values_list("name", flat=True))


BODY: dict[str, Any] = {
    "tasks": {
        "create": [
            {"key": "house", "name": "House"},
            {"key": "walls", "name": "Walls", "parent": "house", "duration": "5d"},
            {"name": "Roof", "parent": "house"},
        ],
        "change": [
            {"key": "L1", "name": "Dig deep", "version": 1},
            {"key": "L2", "duration": "4d"},
        ],
        "delete": [{"key": "L3"}],
    },
    "dependencies": {
        "create": [{"from": "L2", "to": "walls", "lag": "1d"}],
        "change": [{"key": "L1|L2|FS", "type": "SS"}],
    },
}


def test_all_of_it_is_one_change(caller: Caller, scenario: Scenario, address: str) -> None:
    before = Change.objects.count()

    answer = caller.post(address, BODY)

    assert answer.status_code == 200, answer.content
    assert names(scenario) == ["Dig deep", "Pour", "House", "Walls", "Roof"]
    links = Dependency.objects.values_list("predecessor__key", "successor__key", "type")
    assert set(links) == {("L1", "L2", "SS"), ("L2", "walls", "FS")}
    assert Change.objects.count() == before + 1
    done = answer.json()
    assert [row["name"] for row in done["tasks"]] == names(scenario)
    assert {row["key"] for row in done["dependencies"]} == {"L1|L2|SS", "L2|walls|FS"}
    scenario.refresh_from_db()
    assert done["revision"] == scenario.revision


def test_one_undo_takes_all_of_it_back(caller: Caller, scenario: Scenario, address: str) -> None:
    caller.post(address, BODY)

    caller.post(f"/api/v1/scenarios/{scenario.pk}/undo/")

    assert names(scenario) == ["Dig", "Pour", "Cure"]
    assert Dependency.objects.count() == 2


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({"tasks": {"create": [{"name": "A"}, {"name": "B", "duration": "x"}]}}, "duration"),
        ({"tasks": {"create": [{"name": "A", "key": "L1"}]}}, "tasks.create[0].key"),
        (
            {"tasks": {"create": [{"name": "A", "key": "a"}, {"name": "B", "key": "a"}]}},
            "tasks.create[1].key",
        ),
        ({"tasks": {"change": [{"key": "L9", "name": "A"}]}}, "tasks.change[0]"),
        (
            {"tasks": {"change": [{"key": "L1"}, {"key": "L1", "name": "A"}]}},
            "tasks.change[1].key",
        ),
        ({"tasks": {"delete": [{"key": "L9"}]}}, "tasks.delete[0].key"),
        ({"dependencies": {"create": [{"from": "L1", "to": "L9"}]}}, "dependencies.create[0]"),
        ({"dependencies": {"create": [{"from": "L3", "to": "L1"}]}}, ""),
        ({"dependencies": {"change": [{"key": "L1|L3|FS"}]}}, "dependencies.change[0].key"),
    ],
)
def test_one_fault_refuses_all_of_it_and_is_named(
    caller: Caller, scenario: Scenario, address: str, part: dict[str, Any], field: str
) -> None:
    good = {"tasks": {"create": [{"key": "good", "name": "Good"}], **part.get("tasks", {})}}

    answer = caller.post(address, {**good, **part})

    assert answer.status_code == 422, answer.content
    assert any(each.endswith(field) for each in fields_of(answer))
    assert names(scenario) == ["Dig", "Pour", "Cure"]


def test_a_row_that_somebody_changed_meanwhile_refuses_all_of_it(
    caller: Caller, scenario: Scenario, address: str
) -> None:
    body = {"tasks": {"change": [{"key": "L1", "name": "A"}, {"key": "L2", "name": "B"}]}}
    body["tasks"]["change"][1]["version"] = 77  # type: ignore[assignment]

    answer = caller.post(address, body)

    assert answer.status_code == 412
    assert error_of(answer)["code"] == "precondition_failed"
    assert names(scenario) == ["Dig", "Pour", "Cure"]


def test_a_plan_that_moved_on_refuses_it_where_a_revision_is_given(
    caller: Caller, scenario: Scenario, address: str
) -> None:
    scenario.refresh_from_db()
    body = {"tasks": {"change": [{"key": "L1", "name": "A"}]}}

    stale = caller.post(address, {**body, "revision": scenario.revision - 1})
    current = caller.post(address, {**body, "revision": scenario.revision})

    assert (stale.status_code, current.status_code) == (412, 200)


def test_a_key_of_a_sibling_scenario_is_taken(
    caller: Caller, team: Team, scenario: Scenario, address: str
) -> None:
    branch = scenarios.branch_scenario(scenario, name="What if", actor=team.person)
    key = tasks.add_task(branch, actor=team.person, name="Only there").key

    answer = caller.post(address, {"tasks": {"create": [{"key": key, "name": "Here"}]}})

    assert answer.status_code == 422
    assert Task.objects.filter(key=key).count() == 1


def test_a_hundred_rows_ask_the_database_as_often_as_ten(
    caller: Caller, scenario: Scenario, address: str
) -> None:
    asked = {count: queries_for(caller, address, scenario, count) for count in (10, 100)}

    assert asked[10] == asked[100]


def queries_for(caller: Caller, address: str, scenario: Scenario, count: int) -> int:
    made = caller.post(
        address, {"tasks": {"create": [{"name": f"T{number}"} for number in range(count)]}}
    ).json()
    change = [{"key": row["key"], "version": 1, "duration": "2d"} for row in made["tasks"]]
    with CaptureQueriesContext(connection) as queries:
        assert caller.post(address, {"tasks": {"change": change}}).status_code == 200
    return len(queries)
