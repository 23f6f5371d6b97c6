"""What a plan says that no iteration can hear is told, and nothing else is."""

import pytest

from planning.core.distributions import Fixed, Uniform
from planning.core.plan import (
    Constraint,
    ConstraintType,
    Impact,
    Plan,
    Risk,
    Rules,
    Task,
    TaskKind,
)
from simulations.engine import SimulationOptions, simulate
from tests.engine.building import DAY, MONDAY, plan_of, task

RANGE = Uniform(DAY, 3 * DAY)
FEW = SimulationOptions(iterations=64)


def told(plan: Plan) -> dict[str, str]:
    """Return what the forecast says has no effect, by path."""
    notes = simulate(plan, FEW).notes
    return {note.path: note.reason for note in notes if note.reason.startswith("no effect")}


@pytest.mark.parametrize("kind", [TaskKind.SUMMARY, TaskKind.EFFORT])
def test_an_estimate_and_an_existence_that_count_for_nothing(kind: TaskKind) -> None:
    above = Task("S", "Phase", kind=kind, estimate=RANGE, existence=0.5)
    below = task("A", RANGE, parent="S" if kind is TaskKind.SUMMARY else None)

    assert list(told(plan_of([above, below]))) == ["tasks[0].estimate", "tasks[0].existence"]


def test_a_range_that_dates_set_by_hand_leave_unused() -> None:
    by_hand = {"manual_start": MONDAY, "manual_finish": MONDAY.replace(hour=17)}
    tasks = [task("A", RANGE, **by_hand), task("B", 1, **by_hand), task("C", RANGE)]

    assert list(told(plan_of(tasks))) == ["tasks[0].estimate"]


@pytest.mark.parametrize(
    ("touched", "reason"),
    [
        (Task("T", "Phase", kind=TaskKind.SUMMARY), "summary"),
        (Task("T", "Watch", kind=TaskKind.EFFORT), "level of effort"),
        (task("T", 1, actual_start=MONDAY, actual_finish=MONDAY.replace(hour=17)), "is done"),
        (
            task("T", 1, manual_start=MONDAY, manual_finish=MONDAY.replace(hour=17)),
            "set by hand",
        ),
        (task("T", 1, active=False), "inactive"),
    ],
)
def test_an_impact_that_reaches_no_iteration(touched: Task, reason: str) -> None:
    impacts = (Impact("A", Fixed(DAY)), Impact("T", Fixed(DAY)))
    plan = plan_of([task("A", RANGE), touched], risks=(Risk("R", "Rain", 0.5, impacts),))

    found = told(plan)

    assert list(found) == ["risks[0].impacts[1]"]
    assert reason in found["risks[0].impacts[1]"]


def constrained(key: str, kind: TaskKind, *types: ConstraintType) -> Task:
    wishes = [Constraint(one, MONDAY) for one in types]
    first, second = wishes if len(wishes) == 2 else (wishes[0], None)
    return Task(key, key, kind=kind, constraint=first, constraint2=second)


def test_a_constraint_that_moves_no_date_of_a_summary_or_a_level_of_effort() -> None:
    tasks = [
        constrained("S", TaskKind.SUMMARY, ConstraintType.SNET, ConstraintType.MFO),
        constrained("T", TaskKind.SUMMARY, ConstraintType.FNLT, ConstraintType.ASAP),
        constrained("L", TaskKind.EFFORT, ConstraintType.SNET),
        constrained("A", TaskKind.TASK, ConstraintType.MSO),
    ]

    assert list(told(plan_of(tasks))) == ["tasks[0].constraint2", "tasks[2].constraint"]


def test_no_constraint_of_a_summary_counts_by_the_rules_of_p6() -> None:
    summary = constrained("S", TaskKind.SUMMARY, ConstraintType.SNET)

    assert list(told(plan_of([summary, task("A", 1, parent="S")], rules=Rules.P6))) == [
        "tasks[0].constraint"
    ]


def test_progress_of_work_that_has_not_begun() -> None:
    tasks = [
        task("A", 4, percent_complete=50.0),
        task("B", 4, remaining_minutes=DAY),
        task("C", 4, percent_complete=50.0, actual_start=MONDAY),
    ]

    assert list(told(plan_of(tasks))) == ["tasks[0].percent_complete", "tasks[1].remaining"]
    assert list(told(plan_of(tasks, data_date=MONDAY))) == ["tasks[1].remaining"]


def test_nothing_is_told_of_what_counts() -> None:
    impacts = (Impact("A", Fixed(DAY)), Impact("M", Fixed(DAY)), Impact("B", Fixed(DAY)))
    tasks = [
        Task("S", "Phase", kind=TaskKind.SUMMARY),
        task("A", RANGE, parent="S", existence=0.5),
        task("B", RANGE, parent="S", actual_start=MONDAY),
        Task("M", "Handed over", kind=TaskKind.MILESTONE),
    ]

    assert told(plan_of(tasks, risks=(Risk("R", "Rain", 0.5, impacts),))) == {}
