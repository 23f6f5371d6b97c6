"""Plans come in and go out as files of every format, by jobs."""

from typing import Any

import pytest

from lineo.accounts.models import Role
from lineo.jobs.entry import run_waiting
from planning.interchange.reading import read_plan
from planning.interchange.writing import FORMATS
from planning.models import Project, Scenario
from tests.api.caller import Caller, error_of, fields_of
from tests.builders import Team, join, make_baseline, make_chain, make_team

FILE = "application/octet-stream"
TABLE = b"Name,Duration\nDig,2d\nPour,3d\n"


def wait_for(caller: Caller, address: str) -> dict[str, Any]:
    run_waiting()
    return caller.get(address).json()


@pytest.fixture
def team(transactional_db: None) -> Team:
    return make_team()


@pytest.fixture
def scenario(team: Team) -> Scenario:
    with team.context():
        scenario = make_baseline(team)
        make_chain(scenario, "Dig", "Pour", team=team)
        return scenario


def test_a_file_becomes_a_project(caller: Caller, team: Team) -> None:
    begun = caller.post("/api/v1/imports/?name=bridge.csv", TABLE, content_type=FILE)

    job = wait_for(caller, begun.json()["url"])

    assert begun.status_code == 202
    assert (job["state"], job["progress"]) == ("done", 1.0)
    assert job["result"]["tasks"] == 2
    project = caller.get(f"/api/v1/projects/{job['result']['project']}/").json()
    assert project["name"] == "bridge"


def test_a_file_becomes_a_scenario_or_replaces_one(
    caller: Caller, team: Team, scenario: Scenario
) -> None:
    into_project = f"/api/v1/imports/?name=b.csv&project={scenario.project_id}"
    into_scenario = f"/api/v1/imports/?name=b.csv&scenario={scenario.pk}"

    beside = wait_for(caller, caller.post(into_project, TABLE, content_type=FILE).json()["url"])
    inside = wait_for(caller, caller.post(into_scenario, TABLE, content_type=FILE).json()["url"])

    assert beside["result"]["scenario"] != str(scenario.pk)
    assert inside["result"]["scenario"] == str(scenario.pk)
    names = caller.get(f"/api/v1/scenarios/{scenario.pk}/tasks/").json()["results"]
    assert [row["name"] for row in names] == ["Dig", "Pour"]


def test_a_file_that_is_no_plan_fails_with_its_reason(caller: Caller) -> None:
    begun = caller.post("/api/v1/imports/", b"%PDF-1.7", content_type=FILE)

    job = wait_for(caller, begun.json()["url"])

    assert (job["state"], job["failure"]) == ("failed", "refused")
    assert "PDF" in job["error"]


def test_nothing_two_places_or_somebody_elses_is_refused(
    caller: Caller, scenario: Scenario
) -> None:
    empty = caller.post("/api/v1/imports/", b"", content_type=FILE)
    two = caller.post(
        f"/api/v1/imports/?project={scenario.project_id}&scenario={scenario.pk}",
        TABLE,
        content_type=FILE,
    )
    strangers = make_team("Strangers")
    with strangers.context():
        theirs = make_baseline(strangers)
    foreign = caller.post(f"/api/v1/imports/?scenario={theirs.pk}", TABLE, content_type=FILE)

    assert (empty.status_code, two.status_code, foreign.status_code) == (422, 400, 404)
    assert fields_of(two) == ["project"]


def test_more_than_twenty_megabytes_are_too_large(caller: Caller) -> None:
    answer = caller.post("/api/v1/imports/", b"x" * (20 * 1024**2 + 2), content_type=FILE)

    assert answer.status_code == 413
    assert error_of(answer)["code"] == "too_large"


@pytest.mark.parametrize("format_", [name for name in FORMATS if name != "ics"])
def test_what_goes_out_comes_in_again(caller: Caller, scenario: Scenario, format_: str) -> None:
    begun = caller.post(f"/api/v1/scenarios/{scenario.pk}/exports/", {"format": format_})
    unwritten = caller.get(f"{begun.json()['url']}file/")

    export = wait_for(caller, begun.json()["url"])

    assert (begun.status_code, unwritten.status_code) == (202, 404)
    assert export["job"]["state"] == "done"
    file = caller.get(export["file"])
    assert len(file.content) == export["bytes"]
    assert file["Content-Disposition"].endswith(f'.{format_}"')
    tasks = read_plan(file.content).plan.tasks  # P6 puts a summary of the project above
    assert [task.name for task in tasks][-2:] == ["Dig", "Pour"]


def test_a_file_is_for_who_asked_for_it(caller: Caller, team: Team, scenario: Scenario) -> None:
    begun = caller.post(f"/api/v1/scenarios/{scenario.pk}/exports/", {"format": "csv"}).json()
    run_waiting()
    colleague = Caller(join(team, Role.ADMIN))

    assert colleague.get(begun["url"]).status_code == 404
    assert colleague.get(f"{begun['url']}file/").status_code == 404


def test_a_double_click_imports_once(caller: Caller, team: Team) -> None:
    for _ in range(2):
        caller.post("/api/v1/imports/", TABLE, content_type=FILE, idempotency_key="one")
    run_waiting()

    with team.context():
        assert Project.objects.count() == 1


def test_a_project_from_a_plan_begins_when_the_plan_does(team: Team) -> None:
    caller = Caller(team.person)
    plan = {"lineo": 1, "project": {"name": "Shed", "start": "2026-01-05"}}
    both = {"name": "Shed", "start": "2026-03-02", "plan": plan}

    refused = caller.post("/api/v1/projects/", both)

    assert (refused.status_code, fields_of(refused)) == (422, ["start"])
    with team.context():
        assert not Project.objects.filter(name="Shed").exists()
