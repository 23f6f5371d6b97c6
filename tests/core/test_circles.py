"""Which links would make a circle is known before they are drawn."""

from dataclasses import replace

import pytest

from planning.core.circles import awaited_by, waiting_for
from planning.core.plan import Dependency, Plan, PlanError, TaskKind
from planning.core.schedule import CircleError, schedule
from tests.core.scheduling_plans import link, plan, random_plan, task


def test_what_waits_for_a_task_however_far_cannot_come_before_it():
    chain = plan(task("A"), task("B"), task("C"), task("D"), link("A", "B"), link("B", "C", "FF"))

    assert waiting_for(chain, "A") == {"B", "C"}
    assert waiting_for(chain, "D") == set()
    assert awaited_by(chain, "C") == {"A", "B"}


def test_a_summary_stands_for_its_tasks_and_is_never_linked_to_them():
    made = plan(
        task("S", kind=TaskKind.SUMMARY),
        task("A", parent="S"),
        task("B", parent="S"),
        task("C"),
        link("S", "C"),
    )

    assert waiting_for(made, "A") == {"S", "C"}
    assert waiting_for(made, "S") == {"A", "B", "C"}
    assert awaited_by(made, "C") == {"S", "A", "B"}
    assert awaited_by(made, "A") == {"S"}


def test_what_drives_nothing_closes_no_circle():
    made = plan(task("A"), task("E", kind=TaskKind.EFFORT), link("A", "E"))

    assert waiting_for(made, "A") == set()


@pytest.mark.parametrize("seed", range(12))
def test_what_is_told_is_what_the_schedule_refuses(seed: int):
    made = _with_links_of_summaries(random_plan(seed, count=9))
    keys = [one.key for one in made.tasks]

    for key in keys:
        before, after = waiting_for(made, key), awaited_by(made, key)
        for other in set(keys) - {key}:
            assert (other in before) is _is_circle(made, other, key), (other, key)
            assert (other in after) is _is_circle(made, key, other), (key, other)


def _with_links_of_summaries(made: Plan) -> Plan:
    """Return the plan with a link between two summaries where there is room for one."""
    linked = replace(made, dependencies=(*made.dependencies, Dependency("s0", "s1")))
    try:
        schedule(linked)
    except PlanError:
        return made
    return linked


def _is_circle(made: Plan, predecessor: str, successor: str) -> bool:
    known = [one for one in made.dependencies if one.key != f"{predecessor}|{successor}|FS"]
    try:
        schedule(replace(made, dependencies=(*known, Dependency(predecessor, successor))))
    except CircleError:
        return True
    return False
