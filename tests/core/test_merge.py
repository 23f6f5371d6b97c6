from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.core.diff import apply, diff
from planning.core.edits import EditKind
from planning.core.hashing import canonical_plan
from planning.core.merge import Side, check_merged, joined, merge, merged
from planning.core.plan import (
    Calendar,
    Constraint,
    ConstraintType,
    Correlation,
    Dependency,
    Driver,
    Plan,
    PlanError,
    ProjectSettings,
    Task,
    TaskKind,
    standard_calendar,
)
from planning.core.references import without_dangling
from tests.plan_strategies import few, plans

PROJECT = ProjectSettings("Shed", datetime(2026, 1, 5, 8))
BASE = Plan(
    PROJECT,
    (standard_calendar(), Calendar("night", "Night")),
    (
        Task("S", "Ground", kind=TaskKind.SUMMARY),
        Task("A", "Dig", "S", duration_minutes=480),
        Task("B", "Pour", "S", duration_minutes=960),
        Task("C", "Cure", duration_minutes=480),
    ),
    (Dependency("A", "B"), Dependency("B", "C")),
    correlations=(Correlation("A", "B", 0.3),),
)


def with_task(plan: Plan, key: str, **fields) -> Plan:
    tasks = tuple(replace(t, **fields) if t.key == key else t for t in plan.tasks)
    return replace(plan, tasks=tasks)


def without_task(plan: Plan, *keys: str) -> Plan:
    tasks = tuple(task for task in plan.tasks if task.key not in keys)
    return without_dangling(replace(plan, tasks=tasks))


def with_link(plan: Plan, predecessor: str, successor: str) -> Plan:
    return replace(plan, dependencies=(*plan.dependencies, Dependency(predecessor, successor)))


def outline(plan: Plan) -> list[str]:
    depth: dict[str | None, int] = {None: -1}
    for task in plan.tasks:
        depth[task.key] = depth[task.parent] + 1
    return ["." * depth[task.key] + task.key for task in plan.tasks]


def keys(plan: Plan) -> list[str]:
    return [task.key for task in plan.tasks]


def test_fields_that_only_one_side_changed_are_taken_from_it():
    ours = with_task(BASE, "A", duration_minutes=600)
    theirs = with_task(with_task(BASE, "A", name="Dig deep"), "C", duration_minutes=960)

    result = merged(BASE, ours, theirs)

    assert merge(BASE, ours, theirs).conflicts == ()
    assert (result.task("A").name, result.task("A").duration_minutes) == ("Dig deep", 600)
    assert result.task("C").duration_minutes == 960


def test_a_field_that_both_changed_is_a_conflict_with_all_three_values():
    ours = with_task(BASE, "A", duration_minutes=960)
    theirs = with_task(BASE, "A", duration_minutes=1440)

    (conflict,) = merge(BASE, ours, theirs).conflicts

    assert (conflict.kind, conflict.key, conflict.field) == (EditKind.TASK, "A", "duration")
    assert (conflict.base, conflict.ours, conflict.theirs) == ("1d", "2d", "3d")


@pytest.mark.parametrize(("side", "minutes"), [(Side.OURS, 960), (Side.THEIRS, 1440)])
def test_a_decision_says_whose_value_stands(side, minutes):
    ours = with_task(BASE, "A", duration_minutes=960)
    theirs = with_task(BASE, "A", duration_minutes=1440)

    result = merged(BASE, ours, theirs, {"task:duration:A": side})

    assert result.task("A").duration_minutes == minutes


def test_nothing_is_merged_until_all_is_decided():
    ours = with_task(BASE, "A", duration_minutes=960)
    theirs = with_task(BASE, "A", duration_minutes=1440)

    with pytest.raises(PlanError, match="Decide first what becomes of duration of the task “A”"):
        merged(BASE, ours, theirs)


def test_what_both_changed_alike_is_no_conflict():
    both = with_task(BASE, "A", duration_minutes=960)

    assert merge(BASE, both, with_task(both, "A")).edits == ()
    assert merge(BASE, both, both).conflicts == ()


def test_settings_conflict_one_by_one():
    ours = replace(BASE, project=replace(PROJECT, name="Barn", critical_float_limit_minutes=60))
    theirs = replace(BASE, project=replace(PROJECT, name="Hut", data_date=datetime(2026, 2, 2, 8)))

    (conflict,) = merge(BASE, ours, theirs).conflicts
    result = merged(BASE, ours, theirs, {conflict.id: Side.THEIRS})

    assert conflict.id == "setting:name:name"
    assert result.project.name == "Hut"
    assert result.project.critical_float_limit_minutes == 60
    assert result.project.data_date is not None


def test_two_weekdays_of_one_calendar_merge():
    monday, tuesday = (((), *[None] * 6)), ((None, (), *[None] * 5))
    ours = replace(BASE, calendars=(BASE.calendars[0], Calendar("night", "Night", week=monday)))
    theirs = replace(BASE, calendars=(BASE.calendars[0], Calendar("night", "Night", week=tuesday)))

    assert merged(BASE, ours, theirs).calendars[1].week[:3] == ((), (), None)


def test_a_task_changed_here_and_removed_there_is_decided_as_a_whole():
    ours = with_task(BASE, "C", duration_minutes=960)
    theirs = without_task(BASE, "C")

    (conflict,) = merge(BASE, ours, theirs).conflicts

    assert (conflict.id, conflict.theirs) == ("task::C", None)
    assert conflict.ours["duration"] == "2d"
    stays = merged(BASE, ours, theirs, {conflict.id: Side.OURS})
    assert stays.task("C").duration_minutes == 960
    assert len(stays.dependencies) == 2
    goes = merged(BASE, ours, theirs, {conflict.id: Side.THEIRS})
    assert keys(goes) == ["S", "A", "B"]
    assert [link.key for link in goes.dependencies] == ["A|B|FS"]


def test_a_task_removed_here_comes_back_with_its_parent_and_links():
    ours = without_task(BASE, "S", "A", "B")
    theirs = with_task(BASE, "B", duration_minutes=480)

    (conflict,) = merge(BASE, ours, theirs).conflicts
    result = merged(BASE, ours, theirs, {conflict.id: Side.THEIRS})

    assert set(keys(result)) == {"S", "B", "C"}
    assert [link.key for link in result.dependencies] == ["B|C|FS"]
    assert keys(merged(BASE, ours, theirs, {conflict.id: Side.OURS})) == ["C"]


def test_a_link_to_a_task_that_the_other_side_removed_is_a_conflict_about_the_task():
    ours = with_link(BASE, "A", "C")
    theirs = without_task(BASE, "C")

    (conflict,) = merge(BASE, ours, theirs).conflicts

    assert conflict.id == "task::C"
    stays = merged(BASE, ours, theirs, {conflict.id: Side.OURS})
    assert {link.key for link in stays.dependencies} == {"A|B|FS", "B|C|FS", "A|C|FS"}
    goes = merged(BASE, ours, theirs, {conflict.id: Side.THEIRS})
    assert [link.key for link in goes.dependencies] == ["A|B|FS"]


def test_a_child_added_below_a_summary_that_the_other_side_removed():
    ours = without_task(BASE, "S", "A", "B")
    theirs = replace(BASE, tasks=(*BASE.tasks, Task("N", "New", "S", duration_minutes=480)))

    (conflict,) = merge(BASE, ours, theirs).conflicts

    assert conflict.id == "task::S"
    goes = joined(BASE, ours, theirs, {conflict.id: Side.OURS})
    assert outline(goes.plan) == ["C", "N"]
    assert goes.lifted == ("N",)
    comes = joined(BASE, ours, theirs, {conflict.id: Side.THEIRS})
    assert outline(comes.plan) == ["S", ".A", ".B", ".N", "C"]
    assert comes.plan.dependencies == BASE.dependencies
    assert comes.lifted == ()


@pytest.mark.parametrize("side", Side)
def test_a_calendar_used_here_and_removed_there(side):
    ours = with_task(BASE, "A", calendar="night")
    theirs = replace(BASE, calendars=BASE.calendars[:1])

    (conflict,) = merge(BASE, ours, theirs).conflicts
    result = merged(BASE, ours, theirs, {conflict.id: side})

    assert conflict.id == "calendar::night"
    assert result.task("A").calendar == ("night" if side is Side.OURS else None)


def test_a_project_calendar_chosen_here_and_removed_there_is_a_conflict():
    ours = replace(BASE, project=replace(PROJECT, calendar="night"))
    theirs = replace(BASE, calendars=BASE.calendars[:1])

    assert [conflict.id for conflict in merge(BASE, ours, theirs).conflicts] == ["calendar::night"]


def test_one_key_added_by_both_is_compared_field_by_field():
    ours = replace(BASE, drivers=(Driver("Crew", 0.5, ("A", "B")),))
    theirs = replace(BASE, drivers=(Driver("Crew", 0.6, ("B", "A")),))

    (conflict,) = merge(BASE, ours, theirs).conflicts

    assert (conflict.field, conflict.base, conflict.ours, conflict.theirs) == (
        "rho",
        None,
        0.5,
        0.6,
    )
    assert merged(BASE, ours, theirs, {conflict.id: Side.THEIRS}).drivers[0].rho == 0.6


def test_rows_stand_as_theirs_moved_them_where_ours_moved_none():
    s, a, b, c = BASE.tasks
    theirs = replace(BASE, tasks=(c, s, b, a))
    ours = replace(BASE, tasks=(s, a, b, Task("N", "New", "S"), c))

    assert keys(merged(BASE, ours, theirs)) == ["C", "S", "B", "N", "A"]
    assert keys(merged(BASE, theirs, ours)) == ["C", "S", "B", "N", "A"]


def test_plans_that_count_days_differently_merge_to_the_minute():
    ours = replace(BASE, project=replace(PROJECT, minutes_per_day=240))
    theirs = with_task(BASE, "A", duration_minutes=1200)

    assert merged(BASE, ours, theirs).task("A").duration_minutes == 1200


@few
@given(plans(), plans())
def test_merging_with_a_side_that_did_nothing_changes_nothing(base: Plan, other: Plan):
    assert canonical_plan(merged(base, base, other)) == canonical_plan(other)
    assert merged(base, other, base) == other
    assert merge(base, base, other).conflicts == ()


@few
@given(plans(), plans())
def test_merging_a_plan_with_itself_changes_nothing(base: Plan, plan: Plan):
    assert merge(base, plan, plan).edits == ()
    assert merge(base, plan, plan).conflicts == ()
    assert merged(base, plan, plan) == plan


@few
@given(plans(), plans(), plans(), st.sampled_from(Side))
def test_whatever_is_decided_nothing_dangles(base: Plan, ours: Plan, theirs: Plan, side: Side):
    decisions = dict.fromkeys((c.id for c in merge(base, ours, theirs).conflicts), side)

    result = merged(base, ours, theirs, decisions)

    assert without_dangling(result) == result


Edit = Callable[[Plan], Plan]


def lengthen(key: str) -> Edit:
    return lambda plan: with_task(plan, key, duration_minutes=plan.task(key).duration_minutes + 60)


def hold(key: str) -> Edit:
    wish = Constraint(ConstraintType.SNET, datetime(2026, 3, 2, 8))
    return lambda plan: with_task(plan, key, constraint=wish)


EDITS = st.sampled_from(
    [lengthen("A"), hold("A"), lengthen("B"), hold("C"), lambda plan: with_link(plan, "A", "C"),
     lambda plan: replace(plan, tasks=(*plan.tasks, Task("N", "New", duration_minutes=60))),
     lambda plan: replace(plan, project=replace(plan.project, name="Barn")),
     lambda plan: replace(plan, dependencies=plan.dependencies[:1])]
)  # fmt: skip


@few
@given(st.lists(EDITS, min_size=2, max_size=5, unique=True), st.integers(1, 4))
def test_disjoint_edits_merge_to_both_in_either_order(edits: list[Edit], split: int):
    def edited(*chosen: Edit) -> Plan:
        plan = BASE
        for edit in chosen:
            plan = edit(plan)
        return plan

    ours, theirs = edited(*edits[:split]), edited(*edits[split:])
    both = canonical_plan(apply(diff(BASE, theirs), ours))

    assert canonical_plan(merged(BASE, ours, theirs)) == both
    assert canonical_plan(merged(BASE, theirs, ours)) == both
    assert canonical_plan(apply(diff(BASE, ours), theirs)) == both


def test_a_plan_that_stands_well_is_left_as_it_is():
    assert without_dangling(BASE) == BASE
    assert without_dangling(BASE).tasks[1] is BASE.tasks[1]


def test_only_chosen_rows_are_taken():
    theirs = with_task(with_task(BASE, "A", name="Dig deep"), "C", duration_minutes=960)

    result = merged(BASE, BASE, theirs, chosen=[("tasks", "A")])

    assert result == with_task(BASE, "A", name="Dig deep")


def test_a_chosen_link_brings_the_new_tasks_that_it_stands_on():
    added = (Task("N", "New", duration_minutes=480), Task("M", "Other", duration_minutes=480))
    theirs = with_link(replace(BASE, tasks=(*BASE.tasks, *added)), "N", "C")

    result = merged(BASE, BASE, theirs, chosen=[("dependencies", "N|C|FS")])

    assert keys(result) == ["S", "A", "B", "C", "N"]
    assert len(result.dependencies) == 3


def test_a_conflict_in_a_row_that_was_not_chosen_needs_no_decision():
    ours = with_task(BASE, "A", duration_minutes=960)
    theirs = with_task(with_task(BASE, "A", duration_minutes=1440), "C", name="Dry")

    assert merged(BASE, ours, theirs, chosen=[("tasks", "C")]).task("C").name == "Dry"


def test_a_circle_that_both_sides_close_together_is_named():
    loose = replace(BASE, dependencies=())
    ours, theirs = with_link(loose, "A", "C"), with_link(loose, "C", "A")

    result = merged(loose, ours, theirs)

    with pytest.raises(PlanError, match=r"Dig.*Cure|Cure.*Dig"):
        check_merged(result)
    check_merged(ours)


def test_calendars_whose_parents_go_round_after_a_merge_are_named():
    day, night = standard_calendar(), Calendar("night", "Night")
    ours = replace(BASE, calendars=(replace(day, parent="night"), night))
    theirs = replace(BASE, calendars=(day, replace(night, parent="standard")))

    with pytest.raises(PlanError, match="its own ancestor"):
        check_merged(merged(BASE, ours, theirs))
