"""What every row of a plan is known by is the same from memory as from its rows."""

from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from lineo import demo
from planning import snapshot
from planning.core.plan import Dependency
from planning.interchange.planfile import plan_from_json
from planning.models import Scenario
from planning.services import projects, tasks
from planning.table import sketch
from planning.table.sketch import Sketch
from tests.builders import Team

RELEASE = Path(demo.__file__).parent / "software-release.json"


@pytest.fixture
def release(team: Team) -> Scenario:
    plan = plan_from_json(RELEASE.read_text(encoding="utf-8"))
    project = projects.create_project_from_plan(plan=plan, name="Atlas", actor=team.person)
    return projects.baseline_of(project)


def changed(scenario: Scenario, team: Team) -> None:
    """A name, a duration, a link and a place in the table, each a change of its own."""
    held = snapshot.plan_of(scenario)
    first, second, *_others, last = [task.key for task in held.tasks if task.kind == "task"]
    tasks.edit_task(scenario, first, actor=team.person, name="Renamed", percent_complete=30.0)
    tasks.edit_task(scenario, second, actor=team.person, duration_minutes=12_000)
    tasks.add_dependency(scenario, Dependency(second, last), actor=team.person)
    tasks.outdent_task(scenario, second, actor=team.person)
    tasks.add_task(scenario, actor=team.person, name="Late idea", after=first)
    tasks.delete_tasks(scenario, [last], actor=team.person)
    scenario.refresh_from_db()


def from_rows(scenario: Scenario) -> Sketch:
    snapshot.recent.clear()
    sketch.recent.clear()
    return sketch.sketch_of(scenario)


def test_a_sketch_of_the_plan_in_memory_is_that_of_its_rows(release: Scenario, team: Team):
    changed(release, team)

    drawn = sketch.sketch_of(release)

    read = from_rows(release)
    assert drawn.drawn_from is not None
    assert read.drawn_from is None
    assert drawn.outlines == read.outlines
    assert sorted(drawn.links.rows) == sorted(read.links.rows)
    assert drawn.calendars == read.calendars
    assert drawn.calendars


def test_what_a_sketch_lends_the_next_is_right_after_every_change(release: Scenario, team: Team):
    plan = snapshot.plan_of(release)
    keys = [task.key for task in plan.tasks if task.kind == "task"]
    last = [task.key for task in plan.tasks if task.parent][-1]
    steps = [
        lambda: tasks.edit_task(release, keys[1], actor=team.person, duration_minutes=9_600),
        lambda: tasks.outdent_task(release, last, actor=team.person),
        lambda: tasks.edit_task(release, keys[2], actor=team.person, name="Another name"),
        lambda: tasks.indent_task(release, last, actor=team.person),
        lambda: tasks.add_task(release, actor=team.person, name="Late idea", after=keys[0]),
        lambda: tasks.delete_tasks(release, [keys[2]], actor=team.person),
    ]

    for step in steps:
        step()
        release.refresh_from_db()
        drawn, read = sketch.sketch_of(release), sketch._read(release)
        assert drawn.outlines == read.outlines
        assert (drawn.places, drawn.levels, drawn.numbers) == (
            read.places,
            read.levels,
            read.numbers,
        )


def test_after_an_edit_only_what_moved_is_drawn_anew(release: Scenario, team: Team):
    changed(release, team)
    before = sketch.sketch_of(release)
    last = before.outlines[-1]

    tasks.edit_task(release, last.key, actor=team.person, name="Another name")
    release.refresh_from_db()
    after = sketch.sketch_of(release)

    assert after.by_key[last.key].name == "Another name"
    anew = [one.key for one in after.outlines if one is not before.by_key[one.key]]
    above = after.by_id[after.by_key[last.key].parent_id]
    assert anew == [above.key, last.key]
    assert after.links is before.links


def test_a_change_of_this_process_is_sketched_without_a_query(
    release: Scenario, team: Team, django_assert_num_queries: DjangoAssertNumQueries
):
    changed(release, team)

    with django_assert_num_queries(0):
        sketch.sketch_of(release)


def test_a_change_of_another_process_is_read_from_its_rows(release: Scenario, team: Team):
    key = sketch.sketch_of(release).outlines[0].key
    tasks.edit_task(release, key, actor=team.person, name="Elsewhere")
    snapshot.recent.clear()
    release.refresh_from_db()

    assert sketch.sketch_of(release).outlines[0].name == "Elsewhere"
