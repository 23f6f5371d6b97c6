from dataclasses import replace
from datetime import datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.core.diff import apply, diff, value_of, values_of
from planning.core.distributions import Pert
from planning.core.edits import Edit, EditKind, What, inverse
from planning.core.hashing import canonical_plan, plan_hash
from planning.core.plan import (
    Correlation,
    Dependency,
    Driver,
    Lag,
    Plan,
    PlanError,
    ProjectSettings,
    Task,
    standard_calendar,
)
from tests.plan_strategies import few, plans

PROJECT = ProjectSettings("Shed", datetime(2026, 1, 5, 8))


def make_plan(*tasks: Task, **collections) -> Plan:
    return Plan(PROJECT, (standard_calendar(),), tasks, **collections)


def task(key: str, **fields) -> Task:
    return Task(key, key, **({"duration_minutes": 480} | fields))


def by_key(plan: Plan) -> Plan:
    """Return the plan with rows and members in one order, for comparing."""
    return replace(
        plan,
        tasks=tuple(sorted(plan.tasks, key=lambda row: row.key)),
        dependencies=tuple(sorted(plan.dependencies, key=lambda row: row.key)),
    )


def shuffled(plan: Plan, seed: int) -> Plan:
    rows = list(plan.tasks)
    links = list(plan.dependencies)
    Random(seed).shuffle(rows)
    Random(seed).shuffle(links)
    return replace(plan, tasks=tuple(rows), dependencies=tuple(links))


def test_a_changed_field_is_told_in_the_words_of_the_plan_file():
    before = make_plan(task("A", duration_minutes=12 * 480))
    after = make_plan(task("A", duration_minutes=15 * 480))

    assert [edit.to_json() for edit in diff(before, after)] == [
        {
            "kind": "task",
            "key": "A",
            "what": "changed",
            "field": "duration",
            "from": "12d",
            "to": "15d",
        }
    ]


def test_estimates_and_progress_are_kinds_of_their_own():
    before = make_plan(task("A"))
    after = make_plan(task("A", estimate=Pert(480, 960, 1440), percent_complete=50.0))

    assert [(str(edit.kind), edit.field) for edit in diff(before, after)] == [
        ("estimate", "estimate"),
        ("progress", "percent_complete"),
    ]


def test_an_added_thing_stands_whole_in_its_edit():
    before = make_plan(task("A"), task("B"))
    after = make_plan(task("A"), task("B"), dependencies=(Dependency("A", "B", lag=Lag(480)),))

    (edit,) = diff(before, after)

    assert (edit.kind, edit.what, edit.key) == (EditKind.DEPENDENCY, What.ADDED, "A|B|FS")
    assert edit.after == {"from": "A", "to": "B", "type": "FS", "lag": "1d"}
    assert edit.before is None


def test_the_order_of_rows_and_members_is_no_difference():
    drivers = (Driver("crew", 0.5, ("A", "B")),)
    pairs = (Correlation("A", "B", 0.3),)
    before = make_plan(task("A"), task("B"), drivers=drivers, correlations=pairs)
    after = make_plan(
        task("B"),
        task("A"),
        drivers=(Driver("crew", 0.5, ("B", "A")),),
        correlations=(Correlation("B", "A", 0.3),),
    )

    assert diff(before, after) == ()
    assert plan_hash(before) == plan_hash(after)


def test_plans_that_count_days_differently_are_compared_in_hours():
    before = make_plan(task("A", duration_minutes=960))
    after = replace(
        make_plan(task("A", duration_minutes=480)), project=replace(PROJECT, minutes_per_day=240)
    )

    edits = diff(before, after)

    assert ("16h", "8h") in [(edit.before, edit.after) for edit in edits]
    assert apply(edits, before) == after
    assert apply(inverse(edits), after) == before


@few
@given(plans(), plans())
def test_a_diff_applied_to_its_source_gives_its_target(before: Plan, after: Plan):
    edits = diff(before, after)

    assert canonical_plan(apply(edits, before)) == canonical_plan(after)
    assert diff(apply(edits, before), after) == ()


@few
@given(plans(), plans())
def test_the_inverse_of_a_diff_takes_it_back(before: Plan, after: Plan):
    edits = diff(before, after)

    assert by_key(apply(inverse(edits), apply(edits, before))) == by_key(before)


@few
@given(plans(), plans())
def test_edits_survive_being_stored_as_json(before: Plan, after: Plan):
    edits = diff(before, after)

    assert tuple(Edit.from_json(edit.to_json()) for edit in edits) == edits


@few
@given(plans(), st.integers(0, 99))
def test_a_plan_does_not_differ_from_itself_shuffled(plan: Plan, seed: int):
    assert diff(plan, shuffled(plan, seed)) == ()
    assert plan_hash(plan) == plan_hash(shuffled(plan, seed))


def test_rows_that_no_edit_touches_stay_the_same_objects():
    before = make_plan(task("A"), task("B"))
    after = make_plan(before.tasks[0], task("B", duration_minutes=960))

    applied = apply(diff(before, after), before)

    assert applied.tasks[0] is before.tasks[0]
    assert applied.calendars is before.calendars


def test_nothing_to_apply_gives_the_plan_itself():
    plan = make_plan(task("A"))

    assert apply((), plan) is plan


def test_added_tasks_stand_below_their_parents():
    before = make_plan(task("S"), task("A", parent="S"), task("Z"))
    added = (task("C", parent="B"), task("B", parent="S"), task("Y"))
    after = make_plan(*before.tasks, *added)

    applied = apply(diff(before, after), before)

    assert [row.key for row in applied.tasks] == ["S", "A", "B", "C", "Z", "Y"]


def test_what_the_log_adds_for_its_rows_is_left_out():
    plan = make_plan(task("A"))
    words = {"id": "B", "name": "B", "duration": "1d", "row": "0196"}
    edits = (
        Edit(EditKind.TASK, "A", What.CHANGED, "position", 1, 2),
        Edit(EditKind.TASK, "B", What.ADDED, after=words),
    )

    assert apply(edits, plan).tasks == (task("A"), task("B"))


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (Edit(EditKind.TASK, "X", What.REMOVED), "“X” no longer exists"),
        (Edit(EditKind.TASK, "X", What.CHANGED, "name", "a", "b"), "“X” no longer exists"),
        (Edit(EditKind.TASK, "A", What.ADDED, after={"id": "A"}), "“A” already exists"),
        (Edit(EditKind.TASK, "A", What.CHANGED, "cost", 1, 2), "no field “cost”"),
        (Edit(EditKind.TASK, "A", What.CHANGED, "duration", "1d", "x"), r"tasks\[A\].duration"),
    ],
)
def test_an_edit_that_does_not_fit_is_refused(edit, message):
    with pytest.raises(PlanError, match=message):
        apply((edit,), make_plan(task("A")))


def test_names_and_what_is_default_leave_the_hash_alone():
    plan = make_plan(task("A"))
    renamed = replace(plan, tasks=(replace(plan.tasks[0], name="Dig"),))

    assert plan_hash(renamed) == plan_hash(plan)
    assert plan_hash(make_plan(task("A", duration_minutes=481))) != plan_hash(plan)


def test_changed_tasks_among_many_are_the_only_ones_looked_at():
    """Rows that are one object in both plans are not even compared."""

    class Watched(Task):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            raise AssertionError("a shared row was compared")

        __hash__ = None

    shared = tuple(Watched(f"T{i}", "x") for i in range(50))
    before = make_plan(task("A"), *shared, task("Z"))
    longer = {"duration_minutes": 960}
    after = make_plan(task("A", **longer), *shared, task("Z", **longer))

    assert [edit.key for edit in diff(before, after)] == ["A", "Z"]


@few
@given(plans(), plans())
def test_what_stands_where_an_edit_writes_is_its_before_and_then_its_after(
    before: Plan, after: Plan
):
    edits = diff(before, replace(after, project=before.project))

    assert values_of(before, edits) == [edit.before for edit in edits]
    assert values_of(apply(edits, before), edits) == [edit.after for edit in edits]


def test_what_is_absent_has_no_value():
    edit = Edit(EditKind.PROGRESS, "X", What.CHANGED, "percent_complete", 0, 50)

    assert value_of(make_plan(task("A")), edit) is None
