"""Merges of outlines: what becomes of summaries, of what stands below them, and of the order."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planning.core import editing
from planning.core.distributions import Fixed
from planning.core.merge import Joined, Side, joined, merge, merged
from planning.core.plan import (
    Dependency,
    Driver,
    Impact,
    Plan,
    PlanError,
    ProjectSettings,
    Risk,
    Task,
    TaskKind,
    standard_calendar,
)
from planning.core.table_order import is_in_outline_order
from planning.core.validation import validate
from tests.core.test_merge import outline, with_task


def plan_of(*tasks: Task, **collections: tuple[object, ...]) -> Plan:
    project = ProjectSettings("Shed", datetime(2026, 1, 5, 8))
    plan = Plan(project, (standard_calendar(),), tasks, **collections)  # type: ignore[arg-type]
    parents = plan.parents()
    rows = tuple(editing.with_kind(task, task.key in parents) for task in tasks)
    return replace(plan, tasks=rows)


def row(key: str, parent: str | None = None) -> Task:
    return Task(key, key, parent, duration_minutes=480)


DEEP = plan_of(
    row("X"), row("C", "X"), row("G", "C"), row("H", "C"), row("Z"),
    dependencies=(Dependency("G", "H"), Dependency("H", "Z")),
    drivers=(Driver("Crew", 0.5, ("G", "H")),),
    risks=(Risk("Rain", "Rain", 0.5, (Impact("H", Fixed(60)),)),),
)  # fmt: skip
TWO = plan_of(row("S"), row("A", "S"), row("B", "S"), row("U"), row("V", "U"))

WITHOUT_X = editing.remove_tasks(DEEP, ["X"])
WITHOUT_U = editing.remove_tasks(TWO, ["U"])


def decided(base: Plan, ours: Plan, theirs: Plan, side: Side) -> Joined:
    decisions = dict.fromkeys((one.id for one in merge(base, ours, theirs).conflicts), side)
    return joined(base, ours, theirs, decisions)


def both_ways(base: Plan, holder: Plan, remover: Plan, *, stays: bool) -> list[Joined]:
    """Decide for the one, or the other, once as ours and once as theirs."""
    mine, other = (Side.OURS, Side.THEIRS) if stays else (Side.THEIRS, Side.OURS)
    return [decided(base, holder, remover, mine), decided(base, remover, holder, other)]


def test_a_task_that_is_kept_keeps_the_summaries_above_it() -> None:
    edited = with_task(DEEP, "G", duration_minutes=600)

    for found in both_ways(DEEP, edited, WITHOUT_X, stays=True):
        assert outline(found.plan) == ["X", ".C", "..G", "Z"]
        assert found.plan.task("G").duration_minutes == 600


def test_a_summary_that_is_kept_keeps_all_below_it_and_what_hangs_on_that() -> None:
    renamed = with_task(DEEP, "X", name="Ground works")

    for found in both_ways(DEEP, renamed, WITHOUT_X, stays=True):
        assert outline(found.plan) == outline(DEEP)
        assert {link.key for link in found.plan.dependencies} == {"G|H|FS", "H|Z|FS"}
        assert found.plan.drivers == DEEP.drivers
        assert found.plan.risks == DEEP.risks


def test_a_summary_that_is_not_kept_goes_with_all_that_was_removed_with_it() -> None:
    renamed = with_task(DEEP, "X", name="Ground works")

    for found in both_ways(DEEP, renamed, WITHOUT_X, stays=False):
        assert outline(found.plan) == ["Z"]
        assert found.plan.dependencies == ()


def test_a_task_is_kept_though_the_summary_above_it_is_decided_to_go() -> None:
    edited = with_task(with_task(DEEP, "X", name="Ground works"), "G", duration_minutes=600)

    found = joined(DEEP, edited, WITHOUT_X, {"task::X": Side.THEIRS, "task::G": Side.OURS})

    assert outline(found.plan) == ["C", ".G", "Z"]
    assert found.lifted == ("C",)


def test_a_task_that_both_hold_outlives_the_summary_that_one_moved_it_below() -> None:
    moved = editing.move_task(TWO, "A", parent="U", before=None)

    for found in both_ways(TWO, moved, WITHOUT_U, stays=False):
        assert outline(found.plan) == ["S", ".B", "A"]
        assert found.lifted == ("A",)
    for found in both_ways(TWO, moved, WITHOUT_U, stays=True):
        assert outline(found.plan) == ["S", ".B", "U", ".V", ".A"]


def test_the_removal_of_a_summary_alone_leaves_what_was_moved_out_of_it() -> None:
    out = editing.move_task(TWO, "V", parent=None, before="S")
    theirs = editing.remove_tasks(out, ["U"])

    found = joined(TWO, TWO, theirs, chosen=[("tasks", "U")])

    assert outline(found.plan) == ["S", ".A", ".B", "V"]
    assert found.lifted == ("V",)
    assert outline(merged(TWO, TWO, theirs)) == ["V", "S", ".A", ".B"]


def test_rows_stand_below_their_summary_whatever_was_chosen_and_added() -> None:
    theirs = editing.move_task(TWO, "A", parent="V", before=None)
    ours = editing.insert_task(TWO, row("N", "S"), after="A")

    assert outline(merged(TWO, ours, theirs)) == ["S", ".N", ".B", "U", ".V", "..A"]
    alone = merged(TWO, TWO, theirs, chosen=[("tasks", "A")])
    assert outline(alone) == ["S", ".B", "U", ".V", "..A"]


def test_what_theirs_added_stands_after_its_neighbour_where_ours_moved_rows() -> None:
    ours = editing.move_task(TWO, "B", parent="S", before="A")
    theirs = editing.insert_task(TWO, row("N", "S"), after="A")

    assert outline(merged(TWO, ours, theirs)) == ["S", ".B", ".A", ".N", "U", ".V"]


@pytest.mark.parametrize("is_turned", [False, True])
def test_a_task_that_the_merge_gives_children_is_a_summary(is_turned: bool) -> None:
    base = editing.remove_tasks(TWO, ["B", "U"])
    added, removed = (
        editing.insert_task(base, row("N", "S")),
        editing.remove_tasks(base, ["A"]),
    )
    sides = (removed, added) if is_turned else (added, removed)

    found = merged(base, *sides)

    assert outline(found) == ["S", ".N"]
    assert found.task("S").kind is TaskKind.SUMMARY


# --- Whatever two people do ---------------------------------------------------------------------

KEYS = "ABCDEFGH"


@st.composite
def trees(draw: st.DrawFn) -> Plan:
    """Draw an outline in order, with links, a driver and a risk on some of its tasks."""
    plan = plan_of(row(KEYS[0]))
    for key in KEYS[1 : draw(st.integers(3, len(KEYS)))]:
        parent = draw(st.sampled_from([None, *(task.key for task in plan.tasks)]))
        plan = editing.insert_task(plan, row(key, parent))
    keys = [task.key for task in plan.tasks]
    links = draw(st.sets(st.tuples(st.sampled_from(keys), st.sampled_from(keys)), max_size=3))
    return replace(
        plan,
        dependencies=tuple(Dependency(*pair) for pair in sorted(links) if pair[0] != pair[1]),
        drivers=(Driver("Crew", 0.5, tuple(keys[:2])),),
        risks=(Risk("Rain", "Rain", 0.5, (Impact(keys[-1], Fixed(60)),)),),
    )


def has_link(plan: Plan, key: str, other: str) -> bool:
    return key == other or Dependency(key, other) in plan.dependencies


@st.composite
def edits(draw: st.DrawFn, plan: Plan, name: str) -> Plan:
    """Draw what one person makes of a plan in some steps; ``name`` marks what they add."""
    for step in range(draw(st.integers(0, 4))):
        keys = [task.key for task in plan.tasks]
        if not keys:
            break
        key, other = draw(st.sampled_from(keys)), draw(st.sampled_from([None, *keys]))
        match draw(st.sampled_from(["remove", "move", "move", "rename", "add", "link"])):
            case "remove":
                plan = editing.remove_tasks(plan, [key])
            case "rename":
                plan = with_task(plan, key, name=f"{name} {step}")
            case "add":
                plan = editing.insert_task(plan, row(f"{name}{step}", other))
            case "link" if other is not None and not has_link(plan, key, other):
                plan = editing.add_dependency(plan, Dependency(key, other))
            case "move" if other not in {task.key for task in editing.subtree(plan, key)}:
                siblings = [task.key for task in plan.tasks if task.parent == other]
                before = draw(st.sampled_from([None, *(one for one in siblings if one != key)]))
                plan = editing.move_task(plan, key, parent=other, before=before)
    return plan


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_two_people_do_and_decide_nothing_is_lost(data: st.DataObject) -> None:
    base = data.draw(trees())
    ours, theirs = data.draw(edits(base, "our")), data.draw(edits(base, "their"))
    places = [("tasks", task.key) for task in (*base.tasks, *theirs.tasks)]
    chosen = data.draw(st.none() | st.sets(st.sampled_from(places)))
    conflicts = merge(base, ours, theirs, chosen=chosen).conflicts
    decisions = {one.id: data.draw(st.sampled_from(Side)) for one in conflicts}

    plan = joined(base, ours, theirs, decisions, chosen=chosen).plan

    try:
        validate(plan)
    except PlanError as error:
        # Two moves, one into the other, are refused and named; nothing is written.
        assume("its own ancestor" not in error.message)
        raise
    assert is_in_outline_order(plan.tasks)
    parents = plan.parents()
    assert all(task.kind is TaskKind.SUMMARY for task in plan.tasks if task.key in parents)
    held = {task.key for task in ours.tasks} & {task.key for task in theirs.tasks}
    kept = {
        one.key
        for one in conflicts
        if one.place[0] == "tasks"
        and not one.field
        and (one.ours if decisions[one.id] is Side.OURS else one.theirs) is not None
    }
    assert held | kept <= {task.key for task in plan.tasks}
