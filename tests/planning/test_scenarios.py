"""Scenarios: branch, rename, archive, delete."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError

from planning import snapshot
from planning.core.diff import diff
from planning.core.distributions import Pert
from planning.core.plan import Correlation, Driver, Impact, Mitigation, Plan, Risk
from planning.errors import LostRaceError
from planning.models import Scenario, Task
from planning.services import plans, projects, scenarios, tasks
from planning.services.commit import Meaning, commit
from tests.builders import Team, make_chain


def plan_of(scenario: Scenario) -> Plan:
    return snapshot.plan_of(Scenario.objects.select_related("project").get(pk=scenario.pk))


def fill(team: Team, scenario: Scenario) -> None:
    """Give the scenario one of everything."""
    dig, pour, cure = make_chain(scenario, "Dig", "Pour", "Cure", team=team)
    impact = Impact(pour.key, Pert(480, 960, 2400))
    rain = Risk("R1", "Rain", 0.3, (impact,), Mitigation(0.1, (impact,), 500.0))

    def change(plan: Plan) -> Plan:
        return replace(
            plan,
            risks=(rain,),
            drivers=(Driver("Crew", 0.5, (dig.key, pour.key)),),
            correlations=(Correlation(dig.key, cure.key, 0.4),),
        )

    commit(scenario, meaning=Meaning(team.person, "edit-plan", "Filled"), change=change)
    tasks.edit_task(scenario, dig.key, actor=team.person, estimate=Pert(240, 480, 1920))


def test_a_branch_is_the_same_plan_with_rows_of_its_own(team: Team, scenario: Scenario) -> None:
    fill(team, scenario)
    scenario.refresh_from_db()

    branch = scenarios.branch_scenario(scenario, name="What if", actor=team.person)

    assert diff(plan_of(scenario), plan_of(branch)) == ()
    assert (branch.source, branch.source_revision) == (scenario, scenario.revision)
    ours, theirs = scenario.tasks.get(name="Dig"), branch.tasks.get(name="Dig")
    assert ours.pk != theirs.pk
    assert (ours.key, ours.number, ours.finish) == (theirs.key, theirs.number, theirs.finish)


def test_an_edit_in_a_branch_leaves_its_source_alone(team: Team, scenario: Scenario) -> None:
    (dig,) = make_chain(scenario, "Dig", team=team)
    branch = scenarios.branch_scenario(scenario, name="What if", actor=team.person)

    tasks.edit_task(branch, dig.key, actor=team.person, duration_minutes=9 * 480)

    assert Task.objects.get(scenario=scenario).duration_minutes == 480
    (edit,) = diff(plan_of(scenario), plan_of(branch))
    assert (edit.field, edit.before, edit.after) == ("duration", "1d", "9d")


def test_a_task_added_in_two_branches_gets_two_keys(team: Team, scenario: Scenario) -> None:
    first = scenarios.branch_scenario(scenario, name="First", actor=team.person)
    second = scenarios.branch_scenario(scenario, name="Second", actor=team.person)

    one = tasks.add_task(first, actor=team.person, name="Dig")
    other = tasks.add_task(second, actor=team.person, name="Dig")

    assert one.key != other.key
    assert one.number != other.number


def test_the_baseline_can_be_neither_archived_nor_deleted(team: Team, scenario: Scenario) -> None:
    with pytest.raises(ValidationError, match="baseline can't be archived"):
        scenarios.archive_scenario(scenario, actor=team.person)
    with pytest.raises(ValidationError, match="baseline can't be deleted"):
        scenarios.delete_scenario(scenario, actor=team.person)


def test_a_branch_is_deleted_with_its_whole_plan(team: Team, scenario: Scenario) -> None:
    fill(team, scenario)
    branch = scenarios.branch_scenario(scenario, name="What if", actor=team.person)

    scenarios.delete_scenario(branch, actor=team.person)

    assert set(Task.objects.values_list("scenario", flat=True)) == {scenario.pk}


def test_a_name_taken_in_the_project_is_refused_in_words(team: Team, scenario: Scenario) -> None:
    with pytest.raises(ValidationError, match="already has a scenario of that name"):
        scenarios.branch_scenario(scenario, name=scenario.name, actor=team.person)


def test_a_rename_over_an_older_version_is_refused(team: Team, scenario: Scenario) -> None:
    scenarios.edit_scenario(scenario, actor=team.person, expected_version=1, name="Plan A")

    with pytest.raises(LostRaceError):
        scenarios.edit_scenario(scenario, actor=team.person, expected_version=1, name="Plan B")


def test_a_replaced_plan_keeps_rows_by_key_and_is_one_change(
    team: Team, scenario: Scenario
) -> None:
    dig, _pour = make_chain(scenario, "Dig", "Pour", team=team)
    plan = plan_of(scenario)
    moved = replace(plan.project, start=datetime(2026, 2, 2, 8))
    wanted = replace(plan, project=moved, tasks=plan.tasks[:1], dependencies=())

    change = plans.replace_plan(scenario, wanted, actor=team.person, summary="Imported")

    assert change is not None
    assert [task.pk for task in scenario.tasks.all()] == [dig.pk]
    assert scenario.tasks.get().start == datetime(2026, 2, 2, 8)


NASTY_NAMES = ["bell\x07", "esc\x1b[31m", "nul\x00"]


@pytest.mark.parametrize("name", NASTY_NAMES)
def test_no_name_of_a_project_or_scenario_holds_control_characters(
    team: Team, scenario: Scenario, name: str
) -> None:
    said = "control characters"
    with pytest.raises(ValidationError, match=said):
        projects.create_project(name=name, code="X1", actor=team.person, start=date(2026, 1, 5))
    with pytest.raises(ValidationError, match=said):
        projects.edit_project(scenario.project, actor=team.person, name=name)
    with pytest.raises(ValidationError, match=said):
        scenarios.branch_scenario(scenario, name=name, actor=team.person)
    with pytest.raises(ValidationError, match=said):
        scenarios.edit_scenario(scenario, actor=team.person, name=name)

    assert Scenario.objects.count() == 1
