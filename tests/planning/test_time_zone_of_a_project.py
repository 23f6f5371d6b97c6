"""A time zone belongs to the project: each of its plans has it, in memory as in the rows."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError

from planning import snapshot
from planning.models import Project, Scenario
from planning.services import plans, projects, scenarios
from tests.api.caller import Caller, fields_of
from tests.builders import Team

TOKYO = "Asia/Tokyo"


def zone_in_memory(scenario: Scenario) -> str:
    read = Scenario.objects.select_related("project").get(pk=scenario.pk)
    return snapshot.plan_of(read).project.time_zone


def zone_in_rows(scenario: Scenario) -> str:
    read = Scenario.objects.select_related("project").get(pk=scenario.pk)
    return snapshot.load(read).plan.project.time_zone


def test_each_plan_has_the_new_zone_at_once(team: Team, dug: Scenario, branch: Scenario) -> None:
    assert {zone_in_memory(dug), zone_in_memory(branch)} == {"UTC"}

    projects.edit_project(dug.project, actor=team.person, time_zone=TOKYO)

    assert {zone_in_memory(dug), zone_in_memory(branch)} == {TOKYO}


def test_another_name_leaves_plans_in_memory(team: Team, dug: Scenario) -> None:
    before = Scenario.objects.get(pk=dug.pk).head

    projects.edit_project(dug.project, actor=team.person, name="Mill", time_zone="UTC")

    assert Scenario.objects.get(pk=dug.pk).head == before


def test_a_plan_that_comes_from_elsewhere_takes_the_zone_of_its_project(
    team: Team, dug: Scenario
) -> None:
    plan = snapshot.plan_of(dug)
    there = replace(plan, project=replace(plan.project, time_zone=TOKYO))

    made = scenarios.create_scenario(
        project=dug.project, plan=there, name="Elsewhere", actor=team.person
    )
    plans.edit_settings(dug, actor=team.person, time_zone=TOKYO)

    assert {zone_in_memory(made), zone_in_memory(dug)} == {"UTC"}
    assert zone_in_rows(made) == "UTC"


@pytest.mark.parametrize("zone", ["Mars/Phobos", "../UTC", "posix", "\x00"])
def test_what_is_no_time_zone_is_refused(team: Team, dug: Scenario, zone: str) -> None:
    with pytest.raises(ValidationError, match="time zone"):
        projects.edit_project(dug.project, actor=team.person, time_zone=zone)

    assert Project.objects.get(pk=dug.project_id).time_zone == "UTC"


def test_the_api_says_so_of_a_project_and_of_a_new_one(team: Team, dug: Scenario) -> None:
    caller, wrong = Caller(team.person), {"time_zone": "Mars/Phobos"}

    changed = caller.patch(f"/api/v1/projects/{dug.project_id}/", wrong, if_match="*")
    made = caller.post("/api/v1/projects/", {"name": "Base", **wrong})

    assert [(one.status_code, fields_of(one)) for one in (changed, made)] == [
        (422, ["time_zone"]),
        (422, ["time_zone"]),
    ]
