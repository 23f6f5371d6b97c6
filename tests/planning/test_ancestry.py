"""What two scenarios have in common, and the plans that the log remembers."""

from dataclasses import replace

import pytest

from planning import snapshot
from planning.core.hashing import canonical_plan
from planning.core.plan import Plan, PlanError
from planning.models import Scenario
from planning.pages.moments import Moment
from planning.services import history, scenarios, tasks
from planning.services.ancestry import MERGE, common_ancestor, moment_of, plan_at
from planning.services.commit import Meaning, commit
from tests.builders import Team, make_chain
from tests.planning.branched import fresh


def ancestor(first: Scenario, second: Scenario) -> Moment | None:
    return common_ancestor(fresh(first), fresh(second))


def branch(source: Scenario, name: str, team: Team) -> Scenario:
    return scenarios.branch_scenario(fresh(source), name=name, actor=team.person)


def lengthen(scenario: Scenario, team: Team, days: int) -> None:
    key = scenario.tasks.get(name="Dig").key
    tasks.edit_task(scenario, key, actor=team.person, duration_minutes=days * 480)


def take_in(target: Scenario, source: Scenario, team: Team) -> None:
    """Do what a merge does to the log: name the state that was taken in."""
    meaning = Meaning(team.person, MERGE, "Merged", joined=moment_of(fresh(source)))
    wanted = snapshot.plan_of(fresh(source))
    commit(target, meaning=meaning, change=lambda plan: replace(plan, tasks=wanted.tasks))


@pytest.fixture
def dug(team: Team, scenario: Scenario) -> Scenario:
    make_chain(scenario, "Dig", "Pour", team=team)
    return fresh(scenario)


def test_a_branch_and_its_source_come_from_the_branch_point(team: Team, dug: Scenario) -> None:
    first = branch(dug, "First", team)
    lengthen(dug, team, 5)
    lengthen(first, team, 7)

    assert ancestor(dug, first) == Moment(dug.pk, dug.revision)


def test_two_branches_come_from_the_earlier_branch_point(team: Team, dug: Scenario) -> None:
    first = branch(dug, "First", team)
    lengthen(dug, team, 5)
    second = branch(dug, "Second", team)

    assert ancestor(first, second) == Moment(dug.pk, dug.revision)


def test_what_was_merged_is_the_base_of_the_next_merge(team: Team, dug: Scenario) -> None:
    first = branch(dug, "First", team)
    lengthen(first, team, 7)
    merged = moment_of(fresh(first))
    take_in(dug, first, team)
    lengthen(first, team, 9)

    assert ancestor(dug, first) == merged


def test_a_merge_that_was_undone_does_not_count_until_it_is_redone(
    team: Team, dug: Scenario
) -> None:
    first = branch(dug, "First", team)
    lengthen(first, team, 7)
    merged = moment_of(fresh(first))
    take_in(dug, first, team)

    history.undo(dug, actor=team.person)
    assert ancestor(dug, first) == Moment(dug.pk, dug.revision)

    history.redo(dug, actor=team.person)
    assert ancestor(dug, first) == merged


def test_a_plan_of_any_moment_is_read_from_the_log(team: Team, dug: Scenario) -> None:
    then = snapshot.plan_of(dug)
    lengthen(dug, team, 5)
    tasks.delete_tasks(dug, [dug.tasks.get(name="Pour").key], actor=team.person)
    snapshot.recent.clear()

    assert canonical_plan(plan_at(moment_of(dug))) == canonical_plan(then)


@pytest.mark.parametrize("days_before", [0, 3])
def test_the_base_outlives_the_scenario_that_it_belonged_to(
    team: Team, dug: Scenario, days_before: int
) -> None:
    middle = branch(dug, "Middle", team)
    lengthen(middle, team, 4)
    first = branch(middle, "First", team)
    then = snapshot.plan_of(fresh(middle))
    if days_before:
        lengthen(middle, team, days_before)
    second = branch(middle, "Second", team)

    scenarios.delete_scenario(middle, actor=team.person)
    snapshot.recent.clear()
    base = ancestor(first, second)

    assert base is not None
    assert canonical_plan(plan_at(base)) == canonical_plan(then)
    assert fresh(first).source is None


def test_a_state_that_nothing_came_from_is_gone_with_its_scenario(
    team: Team, dug: Scenario
) -> None:
    lonely = branch(dug, "Lonely", team)
    lengthen(lonely, team, 4)
    gone = moment_of(fresh(lonely))
    scenarios.delete_scenario(lonely, actor=team.person)
    snapshot.recent.clear()

    with pytest.raises(PlanError, match="was deleted"):
        plan_at(gone)


def test_scenarios_of_two_files_have_nothing_in_common(team: Team, dug: Scenario) -> None:
    plan: Plan = snapshot.plan_of(dug)
    other = scenarios.create_scenario(
        project=dug.project, plan=plan, name="From a file", actor=team.person
    )

    assert ancestor(dug, other) is None
