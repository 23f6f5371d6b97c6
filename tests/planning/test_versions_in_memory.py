"""A plan in memory knows the versions of its rows, and a change how it left its scenario."""

from collections.abc import Callable
from typing import Any

import pytest

from planning import snapshot
from planning.core.distributions import Fixed, Pert
from planning.core.plan import Correlation, Dependency, Driver, Impact, Risk
from planning.errors import LostRaceError
from planning.models import Scenario, Task
from planning.services import history, plans, rows, tasks
from planning.services.commit import Expected
from planning.table.cell_values import cell_value, written_cell
from planning.table.columns import COLUMNS
from planning.work.typed import FIELDS as WORK_FIELDS
from tests.builders import Team, make_chain

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys(scenario: Scenario, team: Team) -> list[str]:
    return [task.key for task in make_chain(scenario, "Dig", "Pour", "Dry", "Paint", team=team)]


def changes(scenario: Scenario, keys: list[str], team: Team) -> list[Callable[[], Any]]:
    """Return changes of every kind of row: made, edited, moved, deleted and brought back."""
    me = team.person
    first, second, third, last = keys

    def save(entity: Any) -> Callable[[], Any]:
        return lambda: plans.save_entity(scenario, entity, actor=me)

    return [
        lambda: tasks.edit_task(scenario, first, actor=me, estimate=Pert(480, 960, 2880)),
        lambda: tasks.edit_task(scenario, first, actor=me, name="Dig deep"),
        save(Risk("R1", "Rain", 0.3, (Impact(second, Fixed(960)),))),
        save(Risk("R1", "Much rain", 0.4, (Impact(third, Fixed(960)),))),
        save(Driver("Crew", 0.4, (first, second))),
        save(Driver("Crew", 0.6, (first, third))),
        save(Correlation(first, last, 0.5)),
        save(Correlation(first, last, 0.7)),
        lambda: tasks.add_dependency(scenario, Dependency(first, last), actor=me),
        lambda: rows.move_tasks(scenario, [second], step=1, actor=me),
        lambda: tasks.delete_tasks(scenario, [first], actor=me),
        lambda: history.undo(scenario, actor=me),
        lambda: tasks.edit_task(scenario, first, actor=me, duration_minutes=60),
        lambda: history.undo(scenario, actor=me),
        lambda: history.redo(scenario, actor=me),
    ]


def test_they_are_those_of_the_rows_after_every_change(scenario, keys, team):
    for change in changes(scenario, keys, team):
        change()

        scenario.refresh_from_db()
        held, read = snapshot.cached(scenario), snapshot.load(scenario)
        for collection in snapshot.KINDS:
            known = {
                value.key: held.version(collection, value.key)
                for value in getattr(held.plan, collection)
            }
            there = {
                value.key: read.version(collection, value.key)
                for value in getattr(read.plan, collection)
            }
            assert known == there, collection


def test_a_change_tells_how_it_left_the_scenario(scenario, keys, team):
    for change in changes(scenario, keys, team):
        left = change().subject

        row = Scenario.objects.get(pk=scenario.pk)
        assert (left.revision, left.head) == (row.revision, row.head)
        assert left.scheduled_finish == row.scheduled_finish
        assert scenario.revision < row.revision


@pytest.mark.parametrize("is_known", [True, False])
def test_an_edit_of_what_somebody_changed_meanwhile_is_refused(scenario, keys, team, is_known):
    tasks.edit_task(scenario, keys[0], actor=team.person, name="Dig deep")
    row = Task.objects.get(scenario=scenario, key=keys[0])
    if not is_known:
        snapshot.recent.clear()

    def edit(version: int) -> None:
        seen = [Expected("tasks", row.key, version)]
        tasks.edit_task(scenario, row.key, actor=team.person, name="Dig on", expected=seen)

    with pytest.raises(LostRaceError) as refused:
        edit(row.version - 1)
    edit(row.version)

    assert refused.value.row == row


def test_an_edit_of_what_somebody_deleted_meanwhile_is_refused(scenario, keys, team):
    tasks.delete_tasks(scenario, [keys[0]], actor=team.person)

    with pytest.raises(LostRaceError):
        tasks.edit_task(
            scenario,
            keys[1],
            actor=team.person,
            name="Pour on",
            expected=[Expected("tasks", keys[0], 1)],
        )


def test_a_cell_of_the_plan_in_memory_is_that_of_its_row(scenario, keys, team):
    for change in changes(scenario, keys, team)[:-4]:
        change()
    scenario.refresh_from_db()
    rows = Task.objects.filter(scenario=scenario).select_related("scenario", "calendar")

    for row in rows:
        for column in COLUMNS.keys() - {*WORK_FIELDS, "p50", "p80", "criticality", "comments"}:
            if column == "wbs":
                continue
            found = written_cell(scenario, row.key, column)
            assert found == (cell_value(row, column), row.version), (row.name, column)
