"""What people do to a plan, as functions from Plan to Plan."""

from dataclasses import replace
from datetime import datetime

import pytest

from planning.core import editing
from planning.core.distributions import Fixed
from planning.core.plan import (
    Correlation,
    Dependency,
    Driver,
    Impact,
    LinkType,
    Plan,
    PlanError,
    ProjectSettings,
    Risk,
    Task,
    TaskKind,
    standard_calendar,
)
from planning.core.table_order import in_outline_order


def plan_of(*tasks: Task, **collections: tuple[object, ...]) -> Plan:
    settings = ProjectSettings("Foundry", datetime(2026, 1, 5, 8))
    return Plan(settings, (standard_calendar(),), tasks, **collections)  # type: ignore[arg-type]


def task(key: str, parent: str | None = None) -> Task:
    return Task(key, key, parent, duration_minutes=480)


def outline(plan: Plan) -> list[str]:
    depth: dict[str | None, int] = {None: -1}
    lines = []
    for row in plan.tasks:
        depth[row.key] = depth[row.parent] + 1
        lines.append("." * depth[row.key] + row.key)
    return lines


TREE = plan_of(task("A"), task("B", "A"), task("C", "A"), task("D"), task("E", "D"), task("F"))


def test_a_new_task_stands_below_the_subtree_of_the_one_it_was_added_after() -> None:
    added = editing.insert_task(TREE, task("N"), after="A")

    assert outline(added) == ["A", ".B", ".C", "N", "D", ".E", "F"]


def test_a_task_that_gains_a_child_becomes_a_summary_and_back() -> None:
    plan = editing.insert_task(plan_of(task("A")), task("B", "A"))
    assert plan.task("A").kind is TaskKind.SUMMARY

    assert editing.remove_tasks(plan, ["B"]).task("A").kind is TaskKind.TASK


def test_indent_and_outdent_are_each_others_inverse_for_a_last_child() -> None:
    indented = editing.indent_task(TREE, "F")
    assert outline(indented) == ["A", ".B", ".C", "D", ".E", ".F"]

    assert outline(editing.outdent_task(indented, "F")) == outline(TREE)


def test_a_summary_is_outdented_where_it_stands_and_takes_the_rows_below_it_along() -> None:
    """One after the other, as one reads down the page: once this turned their order round."""
    plan = plan_of(task("A"), *(task(*row) for row in ("BA", "CB", "DA", "ED", "FA")))
    rows = [row.key for row in plan.tasks]

    for key in "BDF":
        plan = editing.outdent_task(plan, key)
        assert [row.key for row in plan.tasks] == rows

    assert outline(plan) == ["A", "B", ".C", "D", ".E", "F"]


def test_a_task_without_rows_below_it_goes_below_its_siblings_when_outdented() -> None:
    assert outline(editing.outdent_task(TREE, "B")) == ["A", ".C", "B", "D", ".E", "F"]


def test_the_first_task_cant_be_indented() -> None:
    with pytest.raises(PlanError, match="no task above"):
        editing.indent_task(TREE, "A")


def test_a_task_moves_with_all_that_stands_below_it() -> None:
    moved = editing.move_task(TREE, "A", parent="D", before="E")

    assert outline(moved) == ["D", ".A", "..B", "..C", ".E", "F"]


def test_a_task_cant_be_moved_below_itself() -> None:
    with pytest.raises(PlanError, match="below itself"):
        editing.move_task(TREE, "A", parent="B", before=None)


def test_a_task_goes_above_its_siblings_only() -> None:
    with pytest.raises(PlanError, match="“E” stands under another summary"):
        editing.move_task(TREE, "F", parent="A", before="E")
    with pytest.raises(PlanError, match="“E” stands under another summary"):
        editing.move_task(TREE, "F", parent=None, before="E")


def test_a_subtree_is_whole_even_where_the_table_is_out_of_order() -> None:
    mixed = replace(TREE, tasks=TREE.tasks[::-1])

    assert [row.key for row in editing.subtree(mixed, "A")] == ["A", "C", "B"]
    assert {row.key for row in editing.remove_tasks(mixed, ["A"]).tasks} == {"D", "E", "F"}


def test_a_table_out_of_order_is_put_in_order_and_one_in_order_left_as_it_is() -> None:
    a, b, c, d, e, f = TREE.tasks
    mixed = replace(TREE, tasks=(b, d, a, e, f, c))

    assert outline(in_outline_order(mixed)) == ["D", ".E", "A", ".B", ".C", "F"]
    assert in_outline_order(TREE) is TREE


def test_a_removed_task_takes_along_what_hung_on_it() -> None:
    plan = plan_of(
        task("A"),
        task("B"),
        task("C"),
        dependencies=(Dependency("A", "B"), Dependency("A", "C")),
        risks=(Risk("R", "R", 0.5, (Impact("B", Fixed(60)),)),),
        drivers=(Driver("Crew", 0.5, ("A", "B")),),
        correlations=(Correlation("B", "C", 0.3),),
    )

    left = editing.remove_tasks(plan, ["B"])

    assert [link.key for link in left.dependencies] == ["A|C|FS"]
    assert left.risks == ()
    assert left.drivers == (Driver("Crew", 0.5, ("A",)),)
    assert left.correlations == ()


def test_setting_predecessors_keeps_the_links_that_stay_the_same_objects() -> None:
    kept, gone = Dependency("A", "F"), Dependency("B", "F")
    plan = replace(TREE, dependencies=(kept, gone))

    changed = editing.set_predecessors(plan, "F", [Dependency("A", "F"), Dependency("E", "F")])

    assert {link.key for link in changed.dependencies} == {"A|F|FS", "E|F|FS"}


def test_a_task_cant_wait_for_itself_or_twice_the_same_way() -> None:
    linked = editing.add_dependency(TREE, Dependency("B", "F"))

    with pytest.raises(PlanError, match="wait for itself"):
        editing.add_dependency(linked, Dependency("F", "F"))
    with pytest.raises(PlanError, match="already waits"):
        editing.add_dependency(linked, Dependency("B", "F"))
    editing.add_dependency(linked, Dependency("B", "F", LinkType.SS))
