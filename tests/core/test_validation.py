"""Is this a plan at all?"""

import random
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.core.distributions import Fixed, Uniform
from planning.core.plan import (
    Calendar,
    Constraint,
    ConstraintType,
    Correlation,
    Dependency,
    Driver,
    Impact,
    Plan,
    PlanError,
    ProjectSettings,
    Risk,
    RiskLevel,
    Task,
    TaskKind,
    standard_calendar,
)
from planning.core.validation import MAX_DEPTH, validate
from tests.core.scheduling_plans import random_plan
from tests.plan_strategies import plans

MONDAY = datetime(2026, 1, 5, 8)
GOOD = Plan(
    ProjectSettings("House", MONDAY),
    (standard_calendar(),),
    (Task("A", "Dig", duration_minutes=480), Task("B", "Pour", duration_minutes=480)),
    (Dependency("A", "B"),),
    (Risk("R", "Rain", 0.3, (Impact("A", Fixed(480)),)),),
    (Driver("Crew", 0.5, ("A", "B")),),
    (Correlation("A", "B", 0.3),),
)


def with_task(**fields: Any) -> Plan:
    return replace(GOOD, tasks=(replace(GOOD.tasks[0], **fields), GOOD.tasks[1]))


def test_a_good_plan_passes() -> None:
    validate(GOOD)


@given(plans())
def test_whatever_the_strategies_make_passes(plan: Plan) -> None:
    validate(plan)


@pytest.mark.parametrize(
    ("plan", "path"),
    [
        (with_task(name=" "), "tasks[0].name"),
        (with_task(duration_minutes=-1), "tasks[0].duration"),
        (with_task(kind=TaskKind.MILESTONE), "tasks[0].duration"),
        (with_task(percent_complete=101.0), "tasks[0].percent_complete"),
        (with_task(percent_complete=float("nan")), "tasks[0].percent_complete"),
        (with_task(existence=1.5), "tasks[0].existence"),
        (with_task(risk_level="dreadful"), "tasks[0].risk_level"),
        (with_task(remaining_minutes=-5), "tasks[0].remaining"),
        (with_task(estimate=Uniform(9, 3)), "tasks[0].estimate.high"),
        (with_task(constraint=Constraint(ConstraintType.SNET)), "tasks[0].constraint.date"),
        (with_task(parent="A"), "tasks[0].parent"),
        (with_task(parent="Z"), "tasks[0].parent"),
        (with_task(calendar="Z"), "tasks[0].calendar"),
        (with_task(key="B"), "tasks[1].id"),
        (
            with_task(actual_start=MONDAY, actual_finish=datetime(2026, 1, 4)),
            "tasks[0].actual_finish",
        ),
        (replace(GOOD, dependencies=(Dependency("A", "A"),)), "dependencies[0]"),
        (replace(GOOD, dependencies=(Dependency("A", "Z"),)), "dependencies[0].to"),
        (replace(GOOD, risks=(Risk("R", "R", 1.1, ()),)), "risks[0].probability"),
        (replace(GOOD, drivers=(Driver("Crew", 1.0, ("A",)),)), "drivers[0].rho"),
        (
            replace(GOOD, drivers=(Driver("X", 0.1, ("A",)), Driver("Y", 0.1, ("A",)))),
            "drivers[1].tasks",
        ),
        (
            replace(GOOD, risks=(Risk("R", "R", 0.1, (Impact("Z", Fixed(480)),)),)),
            "risks[0].impacts[0].task",
        ),
        (replace(GOOD, drivers=(Driver("X", 0.1, ("A", "Z")),)), "drivers[0].tasks[1]"),
        (replace(GOOD, drivers=(Driver("X", 0.1, ()),) * 2), "drivers[1].name"),
        (replace(GOOD, correlations=(Correlation("A", "B", 1.0),)), "correlations[0].spearman"),
        (replace(GOOD, correlations=(Correlation("A", "A", 0.5),)), "correlations[0].tasks"),
        (replace(GOOD, project=replace(GOOD.project, time_zone="Mars/X")), "project.time_zone"),
        (replace(GOOD, calendars=()), "project.calendar"),
        (
            replace(GOOD, calendars=(replace(standard_calendar(), parent="standard"),)),
            "calendars[0].parent",
        ),
        (replace(GOOD, calendars=(Calendar("standard", "S", week=()),)), "calendars[0].week"),
        (
            replace(GOOD, project=replace(GOOD.project, risk_level_low=RiskLevel(2, 1, 3))),
            "project.risk_levels.low",
        ),
    ],
)
def test_a_fault_is_refused_with_its_path(plan: Plan, path: str) -> None:
    with pytest.raises(PlanError) as fault:
        validate(plan)

    assert fault.value.path == path


def test_an_outline_deeper_than_people_read_is_refused() -> None:
    tasks = [Task("0", "0")]
    tasks += [Task(str(n), str(n), parent=str(n - 1)) for n in range(1, MAX_DEPTH + 1)]
    bare = replace(GOOD, dependencies=(), risks=(), drivers=(), correlations=())

    validate(replace(bare, tasks=tuple(tasks[:-1])))
    with pytest.raises(PlanError, match="deeper than 100"):
        validate(replace(bare, tasks=tuple(tasks)))


@given(st.integers(0, 10**9))
def test_what_is_known_to_be_right_is_not_asked_again_but_every_fault_is_found(seed: int) -> None:
    """A fault that an edit brings is found by its own row, or by what it takes from others."""
    good, dice = random_plan(seed), random.Random(seed)
    rows: dict[str, Any] = {"tasks": list(good.tasks), "dependencies": list(good.dependencies)}
    place = dice.randrange(len(good.tasks))
    spoil = dice.choice(["gone", "twice", "self", "nowhere", "parent", "name", "link twice"])
    if spoil == "gone":
        rows["tasks"].pop(place)
    elif spoil == "twice":
        rows["tasks"].append(replace(good.tasks[place]))
    elif spoil == "self":
        rows["dependencies"].append(Dependency("t1", "t1"))
    elif spoil == "nowhere":
        rows["dependencies"].append(Dependency("t1", "nowhere"))
    elif spoil == "parent":
        rows["tasks"][0] = replace(rows["tasks"][0], parent="t0")
    elif spoil == "name":
        rows["tasks"][place] = replace(rows["tasks"][place], name=" ")
    elif good.dependencies:
        rows["dependencies"].append(replace(dice.choice(good.dependencies)))
    bad = replace(good, **{name: tuple(value) for name, value in rows.items()})

    assert fault_of(bad, good) == fault_of(bad, None)


def fault_of(plan: Plan, former: Plan | None) -> str:
    try:
        validate(plan, former)
    except PlanError as fault:
        return str(fault)
    return ""


@pytest.mark.parametrize("unfit", ["\x01", "\x0b", "\ufffe"])
def test_a_name_that_nothing_can_show_is_refused(unfit):
    settings = ProjectSettings("House", datetime(2026, 1, 5, 8))
    plan = Plan(settings, (standard_calendar(),), (Task("A", f"Dig{unfit}it"),))

    assert fault_of(plan, None).startswith("tasks[0].name: a name can't hold control characters")
    named = replace(plan, tasks=(), project=replace(settings, name=unfit + "House"))
    assert fault_of(named, None).startswith("project.name:")
