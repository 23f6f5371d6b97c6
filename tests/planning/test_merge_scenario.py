"""Merge and rebase: through the services, with their races and their undo."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning.core.diff import diff
from planning.core.distributions import Pert
from planning.core.hashing import canonical_plan
from planning.core.merge import Side
from planning.core.plan import Dependency, Plan
from planning.errors import LostRaceError
from planning.models import Scenario
from planning.services import history, plans, scenarios, tasks
from planning.services.merging import merge_scenario, propose, rebase_scenario
from tests.builders import Team
from tests.core.test_merge import BASE, with_task
from tests.plan_strategies import few
from tests.planning.branched import conflict_id, days, edit, fresh, plan_of, rows_of


def test_what_the_baseline_gained_is_brought_into_a_branch(
    team: Team, dug: Scenario, branch: Scenario
) -> None:
    edit(dug, team, "Dig", duration_minutes=960)
    edit(branch, team, "Pour", duration_minutes=1440)

    rebase_scenario(fresh(branch), fresh(dug), actor=team.person)

    assert days(branch) == {"Dig": 2, "Pour": 3, "Cure": 1}
    assert days(dug) == {"Dig": 2, "Pour": 1, "Cure": 1}


def test_after_a_merge_there_is_nothing_left_to_merge(
    team: Team, dug: Scenario, branch: Scenario
) -> None:
    edit(branch, team, "Dig", duration_minutes=960)
    merge_scenario(fresh(dug), fresh(branch), actor=team.person)

    again = merge_scenario(fresh(dug), fresh(branch), actor=team.person)

    assert days(dug)["Dig"] == 2
    assert again is not None
    assert again.edits == []


def test_a_conflict_that_was_decided_is_not_asked_again(
    team: Team, dug: Scenario, branch: Scenario
) -> None:
    edit(dug, team, "Dig", duration_minutes=960)
    edit(branch, team, "Dig", duration_minutes=1440)
    decided = {conflict_id(dug): Side.OURS}
    merge_scenario(fresh(dug), fresh(branch), actor=team.person, decisions=decided)

    assert propose(fresh(dug), fresh(branch)).merge.conflicts == ()
    assert days(dug)["Dig"] == 2


def test_rows_left_out_are_offered_again(team: Team, dug: Scenario, branch: Scenario) -> None:
    edit(branch, team, "Dig", duration_minutes=960)
    edit(branch, team, "Pour", duration_minutes=960)
    pour = branch.tasks.get(name="Pour").key

    merge_scenario(fresh(dug), fresh(branch), actor=team.person, chosen={("tasks", pour)})

    assert days(dug) == {"Dig": 1, "Pour": 2, "Cure": 1}
    offered = propose(fresh(dug), fresh(branch)).merge.edits
    assert [one.key for one in offered] == [branch.tasks.get(name="Dig").key]


def test_nothing_is_written_while_something_is_undecided(
    team: Team, dug: Scenario, branch: Scenario
) -> None:
    edit(dug, team, "Dig", duration_minutes=960)
    edit(branch, team, "Dig", duration_minutes=1440)
    edit(branch, team, "Cure", duration_minutes=1440)
    before = rows_of(dug)

    with pytest.raises(ValidationError, match="Decide first"):
        merge_scenario(fresh(dug), fresh(branch), actor=team.person)

    assert rows_of(dug) == before


def test_undo_of_a_merge_returns_the_very_rows(team: Team, dug: Scenario, branch: Scenario) -> None:
    edit(branch, team, "Dig", duration_minutes=960, estimate=Pert(480, 960, 2400))
    tasks.delete_tasks(fresh(branch), [branch.tasks.get(name="Cure").key], actor=team.person)
    tasks.add_task(fresh(branch), actor=team.person, name="Inspect")
    before = rows_of(dug)
    merge_scenario(fresh(dug), fresh(branch), actor=team.person)
    assert set(days(dug)) == {"Dig", "Pour", "Inspect"}

    history.undo(fresh(dug), actor=team.person)

    assert rows_of(dug) == before


def test_a_merge_that_would_close_a_circle_says_so_and_writes_nothing(
    team: Team, dug: Scenario, branch: Scenario
) -> None:
    dig, cure = dug.tasks.get(name="Dig").key, dug.tasks.get(name="Cure").key
    pour = dug.tasks.get(name="Pour").key
    tasks.remove_dependency(fresh(branch), f"{pour}|{cure}|FS", actor=team.person)
    tasks.add_dependency(fresh(branch), Dependency(cure, dig), actor=team.person)
    tasks.add_dependency(fresh(dug), Dependency(dig, cure), actor=team.person)

    with pytest.raises(ValidationError, match="circle"):
        merge_scenario(fresh(dug), fresh(branch), actor=team.person)

    assert dug.revision + 1 == fresh(dug).revision


@pytest.mark.parametrize("who", ["ours", "theirs"])
def test_whoever_moved_meanwhile_is_named_with_what_changed(
    team: Team, dug: Scenario, branch: Scenario, who: str
) -> None:
    edit(branch, team, "Dig", duration_minutes=960)
    seen = fresh(dug).revision, fresh(branch).revision
    edit(dug if who == "ours" else branch, team, "Cure", duration_minutes=960)

    with pytest.raises(LostRaceError, match="has changed meanwhile: Edited “Cure”"):
        merge_scenario(fresh(dug), fresh(branch), actor=team.person, seen=seen)


def test_two_files_have_nothing_to_merge(team: Team, dug: Scenario) -> None:
    other = scenarios.create_scenario(
        project=dug.project, plan=plan_of(dug), name="A file", actor=team.person
    )

    with pytest.raises(ValidationError, match="nothing in common"):
        propose(dug, other)
    with pytest.raises(ValidationError, match="with itself"):
        propose(dug, dug)


# --- Properties ------------------------------------------------------------------------------

lengths = st.dictionaries(st.sampled_from(["A", "B", "C"]), st.integers(1, 40), min_size=1)


def edited(plan: Plan, wanted: dict[str, int]) -> Plan:
    for key, length in wanted.items():
        plan = with_task(plan, key, duration_minutes=length * 480)
    return plan


@few
@given(lengths, lengths)
def test_disjoint_edits_merge_alike_in_either_order(
    ours: dict[str, int], theirs: dict[str, int]
) -> None:
    from planning.core.merge import merged

    theirs = {key: length for key, length in theirs.items() if key not in ours}
    one, other = edited(BASE, ours), edited(BASE, theirs)

    forth, back = merged(BASE, one, other), merged(BASE, other, one)

    assert canonical_plan(forth) == canonical_plan(back)
    assert canonical_plan(forth) == canonical_plan(edited(BASE, ours | theirs))


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=lengths)
def test_a_fresh_branch_differs_in_nothing_and_merging_it_changes_nothing(
    team: Team, dug: Scenario, wanted: dict[str, int]
) -> None:
    before = replace(plan_of(dug), tasks=edited(BASE, wanted).tasks, dependencies=())
    plans.replace_plan(fresh(dug), before, actor=team.person, summary="Replaced")
    now = fresh(dug).revision
    made = scenarios.branch_scenario(fresh(dug), name=f"At {now}", actor=team.person)

    assert diff(plan_of(dug), plan_of(made)) == ()
    merge_scenario(fresh(dug), fresh(made), actor=team.person)
    assert diff(plan_of(dug), plan_of(made)) == ()


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ours=lengths, theirs=lengths, joins=st.sampled_from([merge_scenario, rebase_scenario]))
def test_undo_of_any_merge_or_rebase_returns_the_exact_former_rows(
    team: Team, dug: Scenario, ours: dict[str, int], theirs: dict[str, int], joins: Any
) -> None:
    before = replace(plan_of(dug), tasks=BASE.tasks, dependencies=())
    plans.replace_plan(fresh(dug), before, actor=team.person, summary="Replaced")
    made = scenarios.branch_scenario(
        fresh(dug), name=f"At {fresh(dug).revision}", actor=team.person
    )
    plans.replace_plan(made, edited(plan_of(made), theirs), actor=team.person, summary="Theirs")
    plans.replace_plan(fresh(dug), edited(plan_of(dug), ours), actor=team.person, summary="Ours")
    former = rows_of(dug)

    decided = {one.id: Side.THEIRS for one in propose(fresh(dug), fresh(made)).merge.conflicts}
    change = joins(fresh(dug), fresh(made), actor=team.person, decisions=decided)
    if change is not None and change.edits:
        assert rows_of(dug) != former
        history.undo(fresh(dug), actor=team.person)

    assert rows_of(dug) == former
