"""What people do to a plan, rescheduled step by step, is what scheduling it anew gives."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.core import editing
from planning.core.plan import (
    Constraint,
    ConstraintType,
    Dependency,
    LinkType,
    Plan,
    PlanError,
    ProjectSettings,
    Task,
    standard_calendar,
)
from planning.core.schedule import reschedule, schedule

EMPTY = Plan(ProjectSettings("House", datetime(2026, 1, 5, 8)), (standard_calendar(),))
KEYS = st.integers(0, 7).map(lambda number: f"T{number}")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), KEYS, st.none() | KEYS),
        st.tuples(st.just("remove"), KEYS, st.none()),
        st.tuples(st.just("link"), KEYS, KEYS, st.sampled_from(LinkType)),
        st.tuples(st.just("unlink"), KEYS, KEYS, st.sampled_from(LinkType)),
        st.tuples(st.just("duration"), KEYS, st.integers(0, 4000)),
        st.tuples(st.just("constrain"), KEYS, st.sampled_from([None, *ConstraintType])),
        st.tuples(st.just("begin"), KEYS, st.none()),
        st.tuples(st.just("indent"), KEYS, st.none()),
        st.tuples(st.just("outdent"), KEYS, st.none()),
    ),
    max_size=25,
)


def changed(plan: Plan, step: tuple[object, ...]) -> Plan:
    """Return the plan after one thing that a person does."""
    match step:
        case ("add", str(key), after):
            below = after if after and plan.has_task(str(after)) else None
            return editing.insert_task(plan, Task(key, key, duration_minutes=480), after=below)
        case ("remove", str(key), _):
            return editing.remove_tasks(plan, [key])
        case ("link", str(first), str(second), LinkType() as kind):
            return editing.add_dependency(plan, Dependency(first, second, kind))
        case ("unlink", str(first), str(second), kind):
            return editing.remove_dependency(plan, f"{first}|{second}|{kind}")
        case ("duration", str(key), int(minutes)):
            return editing.replace_task(plan, key, duration_minutes=minutes)
        case ("constrain", str(key), None):
            return editing.replace_task(plan, key, constraint=None)
        case ("constrain", str(key), ConstraintType() as kind):
            wish = Constraint(kind, datetime(2026, 1, 14, 8))
            return editing.replace_task(plan, key, constraint=wish)
        case ("begin", str(key), _):
            return editing.replace_task(plan, key, actual_start=datetime(2026, 1, 6, 9))
        case ("indent", str(key), _):
            return editing.indent_task(plan, key)
        case ("outdent", str(key), _):
            return editing.outdent_task(plan, key)
    raise AssertionError(step)


@settings(max_examples=150)
@given(STEPS)
def test_each_step_gives_what_scheduling_anew_gives(steps: list[tuple[object, ...]]) -> None:
    plan, dates = EMPTY, schedule(EMPTY)
    for step in steps:
        try:
            wanted = changed(plan, step)
            anew = schedule(wanted)
        except PlanError:
            continue

        dates = reschedule(dates, wanted)
        plan = wanted

        assert dates.tasks == anew.tasks
        assert (dates.start, dates.finish) == (anew.start, anew.finish)


def test_a_link_that_is_taken_away_and_added_again_holds() -> None:
    """The very same object comes back, as it does when somebody tries a link twice."""
    tasks = (Task("A", "Dig", duration_minutes=480), Task("B", "Pour", duration_minutes=480))
    forth, back = Dependency("A", "B"), Dependency("B", "A")
    apart = replace(EMPTY, tasks=tasks)
    linked = replace(apart, dependencies=(forth,))

    dates = reschedule(reschedule(reschedule(schedule(apart), linked), apart), linked)

    assert dates.tasks == schedule(linked).tasks
    with pytest.raises(PlanError, match="Dig → Pour → Dig"):
        reschedule(dates, replace(linked, dependencies=(forth, back)))


def test_a_task_without_links_added_to_an_empty_plan() -> None:
    plan = replace(EMPTY, tasks=(Task("A", "A", duration_minutes=480),))

    assert reschedule(schedule(EMPTY), plan).tasks == schedule(plan).tasks
