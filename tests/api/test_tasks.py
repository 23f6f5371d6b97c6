"""Tasks over HTTP, in the words of the plan file."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from planning.models import Scenario, Task
from tests.api.caller import Caller, error_of, fields_of
from tests.builders import Team, make_chain


def tasks_of(scenario: Scenario) -> str:
    return f"/api/v1/scenarios/{scenario.pk}/tasks/"


def add(caller: Caller, scenario: Scenario, **body: Any) -> dict[str, Any]:
    response = caller.post(tasks_of(scenario), {"name": "Dig", **body})
    assert response.status_code == 201, response.content
    return response.json()


def test_a_task_is_added_with_every_field(caller: Caller, scenario: Scenario) -> None:
    task = add(
        caller,
        scenario,
        duration="4d",
        estimate={"distribution": "pert", "low": "2d", "mode": "4d", "high": "9d"},
        risk_level="high",
        existence=0.5,
        calendar="standard",
        constraint={"type": "SNET", "date": "2026-02-02"},
        deadline="2026-03-02T12:00",
        percent_complete=0,
    )

    assert task["short_id"].endswith("-1")
    assert task["duration"] == "4d"
    assert task["estimate"]["high"] == "9d"
    assert task["constraint"] == {"type": "SNET", "date": "2026-02-02T08:00"}
    assert task["deadline"] == "2026-03-02T12:00"
    assert task["existence"] == 0.5
    assert task["status"] == "not_started"
    assert task["start"] is not None


def test_a_typed_range_sets_the_duration_that_the_schedule_plans_with(
    caller: Caller, scenario: Scenario
) -> None:
    task = add(caller, scenario, estimate="3..5..10d")

    assert task["duration"] == "5d"
    assert task["estimate"] == {"distribution": "pert", "low": "3d", "mode": "5d", "high": "10d"}


def test_a_date_without_a_time_is_the_working_minute_that_its_field_means(
    caller: Caller, scenario: Scenario
) -> None:
    task = add(caller, scenario, deadline="2026-02-06", actual_start="2026-01-07")

    assert task["deadline"] == "2026-02-06T17:00"
    assert task["actual_start"] == "2026-01-07T08:00"


def test_a_task_stands_where_it_was_asked_to(caller: Caller, scenario: Scenario) -> None:
    first = add(caller, scenario, name="First")
    add(caller, scenario, name="Last")
    add(caller, scenario, name="Middle", after=first["key"])

    listed = caller.get(tasks_of(scenario)).json()

    assert [task["name"] for task in listed["results"]] == ["First", "Middle", "Last"]


def test_a_change_touches_only_what_is_given(caller: Caller, scenario: Scenario) -> None:
    task = add(caller, scenario, estimate="3..5..10d")

    changed = caller.patch(task["url"], {"name": "Dig deeper"}, if_match='"1"')

    assert changed.status_code == 200
    assert changed.json()["name"] == "Dig deeper"
    assert changed.json()["estimate"] == task["estimate"]
    assert changed["ETag"] == '"2"'


def test_an_estimate_of_started_work_leaves_the_duration_alone(
    caller: Caller, scenario: Scenario
) -> None:
    task = add(caller, scenario, duration="10d", actual_start="2026-01-05")

    changed = caller.patch(task["url"], {"estimate": "1..2..4d"}, if_match="*").json()

    assert changed["duration"] == "10d"
    assert changed["estimate"]["mode"] == "2d"


def test_an_estimate_describes_what_remains_where_a_share_is_done_by_the_data_date(
    caller: Caller, scenario: Scenario
) -> None:
    settings = f"/api/v1/scenarios/{scenario.pk}/settings/"
    caller.patch(settings, {"data_date": "2026-01-12T08:00"}, if_match="*")
    task = add(caller, scenario, duration="10d", percent_complete=50)
    assert task["status"] == "in_progress"

    changed = caller.patch(task["url"], {"estimate": "1..2..4d"}, if_match="*").json()

    assert changed["duration"] == "10d"
    assert changed["estimate"]["mode"] == "2d"


def test_a_milestone_has_no_duration(caller: Caller, scenario: Scenario) -> None:
    address = f"/api/v1/scenarios/{scenario.pk}/milestones/"
    add(caller, scenario)

    made = caller.post(address, {"name": "Handed over", "target": "2026-04-01"})

    assert made.status_code == 201
    assert made.json()["kind"] == "milestone"
    assert made.json()["duration"] == "0d"
    listed = caller.get(address).json()["results"]
    assert [task["name"] for task in listed] == ["Handed over"]


def test_a_task_is_moved_below_a_summary(caller: Caller, scenario: Scenario) -> None:
    summary, leaf = add(caller, scenario, name="Ground"), add(caller, scenario)

    moved = caller.post(f"{leaf['url']}move/", {"parent": summary["key"]})

    assert moved.status_code == 200
    assert moved.json()["parent"] == summary["key"]
    assert caller.get(summary["url"]).json()["kind"] == "summary"


def test_a_deleted_task_is_gone(caller: Caller, scenario: Scenario) -> None:
    task = add(caller, scenario)

    response = caller.delete(task["url"], if_match='"1"')

    assert response.status_code == 204
    assert caller.get(task["url"]).status_code == 404
    assert not Task.objects.filter(scenario=scenario).exists()


def test_it_says_what_sets_a_date(caller: Caller, team: Team, scenario: Scenario) -> None:
    dig, pour = make_chain(scenario, "Dig", "Pour", team=team)

    reasons = caller.get(f"/api/v1/tasks/{pour.pk}/reasons/").json()

    assert reasons["driven_by"][0]["id"] == dig.key


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": 5}, "name"),
        ({"name": "A", "colour": "red"}, "colour"),
        ({"name": "A", "duration": "soon"}, "duration"),
        ({"name": "A", "duration": "999999999w"}, "duration"),
        ({"name": "A", "estimate": {"distribution": "uniform", "low": "1d"}}, "estimate.high"),
        ({"name": "A", "estimate": "10..5..1d"}, "estimate.mode"),
        ({"name": "A", "constraint": {"type": "SNET"}}, "constraint.date"),
        ({"name": "A", "deadline": "2026-02-30"}, "deadline"),
        ({"name": "A", "actual_start": "0001-01-01T00:00"}, "actual_start"),
        ({"name": "A", "existence": 1.5}, "existence"),
        ({"name": "A", "percent_complete": "half"}, "percent_complete"),
        ({"name": "A", "duration": "2d", "estimate": "e1..e2..e3d"}, "estimate"),
        ({"name": "A", "remaining": "e1d"}, "remaining"),
        ({"name": "x" * 501}, "name"),
    ],
)
def test_a_senseless_field_is_refused_by_its_name(
    caller: Caller, scenario: Scenario, body: dict[str, Any], field: str
) -> None:
    response = caller.post(tasks_of(scenario), body)

    assert response.status_code == 422
    assert fields_of(response) == [field]
    assert not Task.objects.filter(scenario=scenario).exists()


@pytest.mark.parametrize("body", [{"parent": "nobody"}, {"after": "nobody"}, {"calendar": "moon"}])
def test_a_reference_to_nothing_is_refused(
    caller: Caller, scenario: Scenario, body: dict[str, Any]
) -> None:
    response = caller.post(tasks_of(scenario), {"name": "A", **body})

    assert response.status_code == 422
    assert error_of(response)["code"] == "invalid"


def test_computed_and_protected_fields_can_not_be_set(caller: Caller, scenario: Scenario) -> None:
    task = add(caller, scenario)
    protected = ("id", "key", "number", "version", "start", "critical", "scenario", "parent")

    for name in (*protected, "promised_finish"):
        response = caller.patch(task["url"], {name: None}, if_match="*")
        assert response.status_code == 422, name
        assert fields_of(response) == [name]


@pytest.mark.parametrize(
    ("rows", "table"), [("tasks", "planning_task"), ("dependencies", "planning_dependency")]
)
def test_lists_join_no_tasks_with_tasks(
    caller: Caller, scenario: Scenario, rows: str, table: str
) -> None:
    """Where PostgreSQL has counted few rows, such a join took the square of their number."""
    with CaptureQueriesContext(connection) as asked:
        assert caller.get(f"/api/v1/scenarios/{scenario.pk}/{rows}/").status_code == 200

    statements = [each["sql"] for each in asked]
    assert any(f'FROM "{table}"' in each for each in statements)
    assert not any('JOIN "planning_task"' in each for each in statements)


def test_tasks_are_filtered_and_sorted_by_a_written_list(
    caller: Caller, scenario: Scenario
) -> None:
    for name in ("Beta", "Alpha", "Alps"):
        add(caller, scenario, name=name)

    found = caller.get(tasks_of(scenario), search="alp", ordering="-name").json()

    assert [task["name"] for task in found["results"]] == ["Alps", "Alpha"]
    assert found["count"] == 2
    assert caller.get(tasks_of(scenario), ordering="password").status_code == 400
    assert caller.get(tasks_of(scenario), owner="me").status_code == 400
