"""A file becomes a plan, by a job."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from lineo.accounts.models import Membership, Role
from lineo.jobs.entry import run_waiting
from lineo.jobs.models import Failure, Job, JobDetail, State
from planning.interchange.planfile import plan_to_json
from planning.models import Project, Scenario, Task, Upload
from planning.services import exports, history, imports, scenarios
from planning.snapshot import plan_of
from tests.builders import Team, join, make_chain

PLAN = b"""{"lineo": 1,
  "project": {"name": "Shed", "start": "2026-01-05T08:00"},
  "tasks": [{"id": "A", "name": "Dig", "duration": "2d"}, {"id": "B", "name": "Pour"}],
  "dependencies": [{"from": "A", "to": "B"}]}"""


def test_a_file_becomes_a_project_whose_baseline_is_scheduled(team: Team) -> None:
    imports.start_import(name="shed.json", data=PLAN, actor=team.person)

    run_waiting()

    project = Project.objects.get()
    pour = Task.objects.get(name="Pour")
    assert (project.name, project.code) == ("Shed", "SHED")
    assert pour.start.isoformat() == "2026-01-07T08:00:00"
    assert JobDetail.objects.get().result["import"] == {"dropped": [], "warnings": []}
    assert not Upload.objects.exists()


def test_a_broken_file_says_why_and_writes_nothing(team: Team) -> None:
    imports.start_import(name="shed.json", data=PLAN.replace(b"2d", b"soon"), actor=team.person)

    run_waiting()

    job = Job.objects.get()
    assert job.state == State.FAILED
    assert "tasks[0].duration" in JobDetail.objects.get().error
    assert not Project.objects.exists()


def test_a_file_put_into_a_scenario_is_one_change_that_can_be_undone(
    team: Team, scenario: Scenario
) -> None:
    make_chain(scenario, "Old", team=team)
    scenario.refresh_from_db()
    before = plan_to_json(plan_of(scenario))

    imports.start_import(name="shed.json", data=PLAN, actor=team.person, scenario=scenario)
    run_waiting()
    assert {task.name for task in Task.objects.all()} == {"Dig", "Pour"}
    history.undo(scenario, actor=team.person)

    scenario.refresh_from_db()
    assert plan_to_json(plan_of(scenario)) == before


def test_a_file_put_into_a_project_is_a_new_scenario(team: Team, scenario: Scenario) -> None:
    imports.start_import(name="shed.json", data=PLAN, actor=team.person, project=scenario.project)

    run_waiting()

    assert [row.name for row in Scenario.objects.order_by("created_at")] == ["Baseline", "Shed"]


@pytest.mark.parametrize("data", [b"", b"x" * (20 * 1024 * 1024 + 1)])
def test_an_empty_or_huge_file_is_refused_before_any_job(team: Team, data: bytes) -> None:
    with pytest.raises(ValidationError):
        imports.start_import(name="shed.json", data=data, actor=team.person)

    assert not Job.objects.exists()


def test_who_may_only_look_may_not_import(team: Team) -> None:
    with pytest.raises(PermissionDenied):
        imports.start_import(name="a", data=PLAN, actor=join(team, Role.VIEWER))


def test_one_wrong_row_of_ten_thousand_writes_none_and_is_named(team: Team) -> None:
    rows = [f"{n},Task {n},{'soon' if n == 9_999 else '1d'}" for n in range(1, 10_001)]
    table = "\n".join(["ID,Name,Duration", *rows])
    imports.start_import(name="large.csv", data=table.encode(), actor=team.person)

    run_waiting()

    # As a spreadsheet counts, whose first row is the head.
    assert JobDetail.objects.get().error.startswith("row 10,000, duration: “soon”")
    assert not Project.objects.exists()
    assert not Task.objects.exists()


def test_what_was_deleted_before_its_turn_came_is_said_to_be(team: Team, branch: Scenario) -> None:
    imports.start_import(name="shed.json", data=PLAN, actor=team.person, scenario=branch)
    exports.start_export(branch, format_="csv", actor=team.person)
    scenarios.delete_scenario(branch, actor=team.person)

    run_waiting()

    failures = Job.objects.filter(function__in=["import-plan", "export-plan"])
    assert {job.failure for job in failures} == {Failure.REFUSED}
    told = set(JobDetail.objects.filter(job__in=failures).values_list("error", flat=True))
    assert told == {"What it was asked for has been deleted meanwhile."}


def test_who_may_not_edit_any_more_is_told_so(team: Team, scenario: Scenario) -> None:
    imports.start_import(name="shed.json", data=PLAN, actor=team.person, scenario=scenario)
    Membership.objects.filter(person=team.person).update(role=Role.VIEWER)

    run_waiting()

    assert Job.objects.get().failure == Failure.REFUSED
    assert "Your role in this workspace" in JobDetail.objects.get().error
