"""commit(): the one way to write a plan."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from lineo.accounts.models import Role
from lineo.activity.models import Change
from planning import snapshot
from planning.core.plan import Dependency
from planning.errors import LostRaceError
from planning.models import Dependency as DependencyRow
from planning.models import Scenario, Task
from planning.services import scenarios, tasks
from planning.services.commit import Expected, Meaning, commit
from tests.builders import Team, join, make_chain


def test_a_change_moves_what_depends_on_it_and_says_so_in_the_rows(
    team: Team, scenario: Scenario
) -> None:
    dig, pour, cure = make_chain(scenario, "Dig", "Pour", "Cure", team=team)

    tasks.edit_task(scenario, dig.key, actor=team.person, duration_minutes=3 * 480)

    dig.refresh_from_db()
    cure.refresh_from_db()
    assert dig.finish.isoformat() == "2026-01-07T17:00:00"
    assert cure.start.isoformat() == "2026-01-09T08:00:00"
    assert cure.is_critical
    assert cure.driven_by[0]["id"] == pour.key


def test_each_change_is_one_row_with_what_was_and_what_is(team: Team, scenario: Scenario) -> None:
    (dig,) = make_chain(scenario, "Dig", team=team)

    change = tasks.edit_task(scenario, dig.key, actor=team.person, name="Dig trench")

    assert change is not None
    assert change.actor == team.person
    assert change.intention == "edit-task"
    assert [(edit["field"], edit["from"], edit["to"]) for edit in change.edits] == [
        ("name", "Dig", "Dig trench")
    ]
    assert change.revision == Scenario.objects.get(pk=scenario.pk).revision


def test_what_changes_nothing_makes_no_revision(team: Team, scenario: Scenario) -> None:
    (dig,) = make_chain(scenario, "Dig", team=team)
    before = Scenario.objects.get(pk=scenario.pk).revision

    change = tasks.edit_task(scenario, dig.key, actor=team.person, name="Dig")

    assert change is None
    assert Scenario.objects.get(pk=scenario.pk).revision == before


def test_no_change_stores_a_table_in_which_a_task_stands_outside_its_summary(
    team: Team, scenario: Scenario
) -> None:
    cure = tasks.add_task(scenario, actor=team.person, name="Cure").key
    dig = tasks.add_task(scenario, actor=team.person, name="Dig", parent=cure).key
    pour = tasks.add_task(scenario, actor=team.person, name="Pour").key

    commit(
        Scenario.objects.get(pk=scenario.pk),
        meaning=Meaning(team.person, "shuffle", "Shuffled"),
        change=lambda plan: replace(plan, tasks=tuple(map(plan.task, (dig, pour, cure)))),
    )

    rows = Task.objects.filter(scenario=scenario).order_by("position")
    assert [row.key for row in rows] == [pour, cure, dig]


def test_it_refuses_a_circle_and_names_its_tasks(team: Team, scenario: Scenario) -> None:
    dig, _pour, cure = make_chain(scenario, "Dig", "Pour", "Cure", team=team)

    with pytest.raises(ValidationError, match="Dig → Pour → Cure → Dig"):
        tasks.add_dependency(scenario, Dependency(cure.key, dig.key), actor=team.person)

    assert DependencyRow.objects.count() == 2


def test_it_refuses_a_row_that_somebody_changed_meanwhile(team: Team, scenario: Scenario) -> None:
    (dig,) = make_chain(scenario, "Dig", team=team)
    seen = Expected("tasks", dig.key, dig.version)
    tasks.edit_task(scenario, dig.key, actor=team.person, name="Dig deep")

    with pytest.raises(LostRaceError) as refusal:
        tasks.edit_task(scenario, dig.key, actor=team.person, name="Dig wide", expected=[seen])

    assert refusal.value.row.name == "Dig deep"


def test_it_refuses_who_may_only_look(team: Team, scenario: Scenario) -> None:
    viewer = join(team, Role.VIEWER)

    with pytest.raises(PermissionDenied):
        tasks.add_task(scenario, actor=viewer, name="Dig")

    assert not Task.objects.exists()


def test_it_refuses_an_archived_scenario(team: Team, scenario: Scenario) -> None:
    branch = scenarios.branch_scenario(scenario, name="What if", actor=team.person)
    scenarios.archive_scenario(branch, actor=team.person)

    with pytest.raises(ValidationError, match="archived"):
        tasks.add_task(branch, actor=team.person, name="Dig")


def test_the_rows_read_back_are_the_plan_that_was_committed(team: Team, scenario: Scenario) -> None:
    make_chain(scenario, "Dig", "Pour", "Cure", team=team)
    scenario.refresh_from_db()
    committed = snapshot.cached(scenario)

    loaded = snapshot.load(scenario)

    assert loaded.plan == committed.plan
    assert loaded.identities == committed.identities


def test_the_log_can_be_neither_changed_nor_deleted(team: Team, scenario: Scenario) -> None:
    make_chain(scenario, "Dig", team=team)

    for attempt in (
        lambda: Change.objects.update(summary="Nothing happened"),
        lambda: Change.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            attempt()
