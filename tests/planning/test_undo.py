"""Undo and redo on the change log."""

import pytest
from django.core.exceptions import ValidationError

from planning import snapshot
from planning.core.plan import Dependency
from planning.models import Dependency as DependencyRow
from planning.models import Scenario, Task
from planning.services import history, plans, tasks
from tests.builders import Team, join, make_chain

UNSTABLE = {"version"}


def rows_of(scenario: Scenario) -> list[dict[str, object]]:
    """Return every column of the plan's rows but versions."""
    rows = [
        *Task.objects.filter(scenario=scenario),
        *DependencyRow.objects.filter(scenario=scenario),
    ]
    return [
        {
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if field.name not in UNSTABLE
        }
        for row in rows
    ]


def test_undo_brings_back_the_exact_rows(team: Team, scenario: Scenario) -> None:
    _dig, pour, _cure = make_chain(scenario, "Dig", "Pour", "Cure", team=team)
    before = rows_of(scenario)

    tasks.delete_tasks(scenario, [pour.key], actor=team.person)
    assert Task.objects.count() == 2
    history.undo(scenario, actor=team.person)

    assert rows_of(scenario) == before


def test_undo_walks_back_and_redo_forward(team: Team, scenario: Scenario) -> None:
    (dig,) = make_chain(scenario, "Dig", team=team)
    for name in ("Dig A", "Dig B", "Dig C"):
        tasks.edit_task(scenario, dig.key, actor=team.person, name=name)

    names = []
    for step in (history.undo, history.undo, history.redo, history.undo, history.undo):
        step(scenario, actor=team.person)
        names.append(Task.objects.get().name)

    assert names == ["Dig B", "Dig A", "Dig B", "Dig A", "Dig"]


def test_a_fresh_change_ends_redo(team: Team, scenario: Scenario) -> None:
    (dig,) = make_chain(scenario, "Dig", team=team)
    tasks.edit_task(scenario, dig.key, actor=team.person, name="Dig A")
    history.undo(scenario, actor=team.person)
    tasks.edit_task(scenario, dig.key, actor=team.person, name="Dig B")

    with pytest.raises(ValidationError, match="nothing to redo"):
        history.redo(scenario, actor=team.person)


def test_undo_is_refused_where_somebody_touched_the_same_field(
    team: Team, scenario: Scenario
) -> None:
    colleague = join(team)
    (dig,) = make_chain(scenario, "Dig", team=team)
    tasks.edit_task(scenario, dig.key, actor=team.person, name="Mine")
    tasks.edit_task(scenario, dig.key, actor=colleague, name="Theirs")

    with pytest.raises(ValidationError, match=r"Theirs.*Dig"):
        history.undo(scenario, actor=team.person)

    assert Task.objects.get().name == "Theirs"


def test_undo_leaves_alone_what_others_did_elsewhere(team: Team, scenario: Scenario) -> None:
    colleague = join(team)
    (dig,) = make_chain(scenario, "Dig", team=team)
    tasks.edit_task(scenario, dig.key, actor=team.person, name="Mine")
    tasks.edit_task(scenario, dig.key, actor=colleague, duration_minutes=960)

    history.undo(scenario, actor=team.person)

    dig.refresh_from_db()
    assert (dig.name, dig.duration_minutes) == ("Dig", 960)


def test_undo_of_a_move_restores_the_order(team: Team, scenario: Scenario) -> None:
    dig, _pour, cure = make_chain(scenario, "Dig", "Pour", "Cure", team=team)
    before = rows_of(scenario)

    tasks.move_task(scenario, cure.key, actor=team.person, parent=None, before=dig.key)
    assert [task.name for task in Task.objects.order_by("position")] == ["Cure", "Dig", "Pour"]
    history.undo(scenario, actor=team.person)

    assert rows_of(scenario) == before


def test_undo_of_nothing_says_so(team: Team, scenario: Scenario) -> None:
    with pytest.raises(ValidationError, match="nothing to undo"):
        history.undo(scenario, actor=team.person)


def test_the_plan_of_an_earlier_revision_is_found_again(team: Team, scenario: Scenario) -> None:
    dig, pour, _cure = make_chain(scenario, "Dig", "Pour", "Cure", team=team)
    scenario.refresh_from_db()
    then, revision = snapshot.cached(scenario), scenario.revision
    tasks.edit_task(scenario, dig.key, actor=team.person, duration_minutes=960)
    tasks.delete_tasks(scenario, [pour.key], actor=team.person)
    tasks.add_task(scenario, actor=team.person, name="Inspect")
    scenario.refresh_from_db()

    again = history.snapshot_at(scenario, snapshot.cached(scenario), revision)

    assert again.plan == then.plan
    assert again.identities == then.identities
    assert Dependency(dig.key, pour.key) in again.plan.dependencies


def test_a_duration_comes_back_in_the_days_it_was_written_in(
    team: Team, scenario: Scenario
) -> None:
    dig = tasks.add_task(scenario, actor=team.person, name="Dig", duration_minutes=960)
    tasks.delete_tasks(scenario, [dig.key], actor=team.person)
    plans.edit_settings(scenario, actor=join(team), minutes_per_day=240)

    history.undo(scenario, actor=team.person)

    assert Task.objects.get().duration_minutes == 960


def test_undo_compares_minutes_where_days_have_another_length(
    team: Team, scenario: Scenario
) -> None:
    (dig,) = make_chain(scenario, "Dig", team=team)
    tasks.edit_task(scenario, dig.key, actor=team.person, duration_minutes=960)
    plans.edit_settings(scenario, actor=join(team), minutes_per_day=240)
    tasks.edit_task(scenario, dig.key, actor=join(team), duration_minutes=480)

    with pytest.raises(ValidationError, match="changed since"):
        history.undo(scenario, actor=team.person)

    tasks.edit_task(scenario, dig.key, actor=join(team), duration_minutes=960)
    history.undo(scenario, actor=team.person)
    assert Task.objects.get().duration_minutes == dig.duration_minutes
