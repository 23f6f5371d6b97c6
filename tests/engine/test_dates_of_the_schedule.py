"""A plan without uncertainty has the scheduler's own dates, by the clock and not only in work.

The end of a day and the next morning are one working minute; work that takes no
time may stand on either, or, by Microsoft Project's rules, where nobody works.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import assume, given, reject

from planning.core.distributions import Discrete
from planning.core.plan import (
    Constraint,
    ConstraintType,
    Dependency,
    Lag,
    Plan,
    PlanError,
    Rules,
    Task,
    TaskKind,
)
from planning.core.schedule import schedule
from planning.interchange.reading import read_plan
from simulations.engine import SimulationOptions, TaskForecast, simulate
from simulations.engine.axis import to_minutes
from simulations.engine.comparing.preview import preview
from tests.engine.building import DAY, MONDAY, link, milestone, plan_of, task
from tests.engine.test_plain_plans import random_plan
from tests.plan_strategies import few, plans
from tests.random_schedules import random_mspdi, random_xer
from tests.shared_data import shared_files

SCHEDULES = [*shared_files("schedules/*.xml"), *shared_files("schedules/*.xer")]
OPTIONS = SimulationOptions(iterations=512, output="core")
FRIDAY_EVENING = datetime(2026, 1, 9, 17)
SATURDAY = datetime(2026, 1, 10, 11)
NEXT_MONDAY = datetime(2026, 1, 12, 8)


def certain(plan: Plan) -> Plan:
    tasks = tuple(replace(one, estimate=None, risk_level=None, existence=1.0) for one in plan.tasks)
    return replace(plan, tasks=tasks, risks=(), drivers=(), correlations=())


def differences(plan: Plan) -> list[str]:
    """Return where the forecast has other dates than the schedule."""
    expected, forecast, found = schedule(plan), simulate(plan, OPTIONS), []
    for one in forecast.tasks:
        own = expected.task(one.key)
        for percentile in (5, 50, 95):
            start, finish = one.start_percentile(percentile), one.finish_percentile(percentile)
            if (start, finish) != (own.start, own.finish):
                found.append(f"{one.key}: {start} – {finish}, not {own.start} – {own.finish}")
    if {forecast.planned_finish, forecast.finish(50)} != {expected.finish}:
        found.append(f"project: {forecast.finish(50)}, not {expected.finish}")
    return found


@pytest.mark.parametrize("path", SCHEDULES, ids=lambda path: path.stem)
def test_shared_schedules_without_uncertainty(path: Path) -> None:
    assert differences(certain(read_plan(path.read_bytes(), path.name).plan)) == []


@pytest.mark.parametrize("make", [random_xer, random_mspdi])
def test_random_files_without_uncertainty(make: Callable[[int], bytes]) -> None:
    for seed in range(12):
        assert differences(certain(read_plan(make(seed)).plan)) == []


@pytest.mark.parametrize("seed", range(40))
def test_random_plain_plans_without_uncertainty(seed: int) -> None:
    assert differences(certain(random_plan(seed))) == []


@few
@given(plans())
def test_random_plans_without_uncertainty(plan: Plan) -> None:
    try:
        schedule(plan)
    except PlanError:
        reject()
    assume(plan.tasks)
    assert differences(certain(plan)) == []


def forecast_of(key: str, plan: Plan) -> TaskForecast:
    (found,) = (one for one in simulate(plan, OPTIONS).tasks if one.key == key)
    return found


def asked(kind: ConstraintType, instant: datetime) -> dict[str, Constraint]:
    return {"constraint": Constraint(kind, instant)}


Case = tuple[list[Task], list[Dependency], dict[str, Constraint], datetime, datetime]
WEEK = task("A", 5)
SNET, FNET, MSO = ConstraintType.SNET, ConstraintType.FNET, ConstraintType.MSO
# What comes before it, its constraint, where it stands as a milestone, and as a task of no length.
CASES: list[Case] = [
    ([WEEK], [link("A", "Z")], {}, FRIDAY_EVENING, NEXT_MONDAY),
    ([WEEK], [link("A", "Z", "FF")], {}, FRIDAY_EVENING, NEXT_MONDAY),
    ([WEEK], [link("A", "Z", lag=Lag(600, elapsed=True))], {}, NEXT_MONDAY, NEXT_MONDAY),
    ([], [], asked(SNET, SATURDAY), NEXT_MONDAY, NEXT_MONDAY),
    ([], [], asked(SNET, NEXT_MONDAY), NEXT_MONDAY, NEXT_MONDAY),
    ([], [], asked(SNET, FRIDAY_EVENING), FRIDAY_EVENING, NEXT_MONDAY),
    ([], [], asked(FNET, SATURDAY), NEXT_MONDAY, NEXT_MONDAY),
    ([], [], asked(MSO, SATURDAY), NEXT_MONDAY, NEXT_MONDAY),
]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", [TaskKind.MILESTONE, TaskKind.TASK])
def test_where_work_without_duration_stands(
    case: Case,
    kind: TaskKind,
) -> None:
    before, linked, constraint, as_milestone, as_task = case
    made = milestone if kind is TaskKind.MILESTONE else lambda key, **f: task(key, 0, **f)
    plan = plan_of([*before, made("Z", **constraint)], linked)

    found = forecast_of("Z", plan)

    wanted = as_milestone if kind is TaskKind.MILESTONE else as_task
    assert found.start_percentile(50) == found.finish_percentile(50) == wanted
    assert schedule(plan).task("Z").finish == wanted


@pytest.mark.parametrize("rules", list(Rules))
@pytest.mark.parametrize("begin", [MONDAY, FRIDAY_EVENING, SATURDAY])
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", [TaskKind.MILESTONE, TaskKind.TASK])
def test_by_the_rules_of_each_family(
    rules: Rules,
    begin: datetime,
    case: Case,
    kind: TaskKind,
) -> None:
    before, linked, constraint, *_ = case
    made = milestone if kind is TaskKind.MILESTONE else lambda key, **f: task(key, 0, **f)
    plan = plan_of(
        [*before, made("Z", **constraint), task("B", 1)], [*linked, link("Z", "B")], start=begin
    )

    assert differences(replace(plan, project=replace(plan.project, rules=rules))) == []


@pytest.mark.parametrize("kind", [MSO, FNET])
def test_by_the_rules_of_microsoft_project_a_milestone_may_stand_where_nobody_works(
    kind: ConstraintType,
) -> None:
    plan = plan_of([milestone("Z", **asked(kind, SATURDAY))])
    plan = replace(plan, project=replace(plan.project, rules=Rules.MSPROJECT))

    forecast = simulate(plan, OPTIONS)

    assert forecast_of("Z", plan).finish_percentile(50) == SATURDAY
    assert forecast.planned_finish == forecast.finish(80) == SATURDAY


def test_the_preview_shows_the_same_dates() -> None:
    plan = plan_of([WEEK, milestone("Z", **asked(SNET, NEXT_MONDAY))], [link("A", "Z")])

    seen = preview(plan, OPTIONS)

    finish = to_minutes(NEXT_MONDAY)
    assert set(seen.tasks["Z"].finish_minutes) == {finish}
    assert {seen.planned_finish, *(seen.finish_minutes or ())} == {finish}


def test_a_milestone_stands_where_each_future_puts_it() -> None:
    # In half of all futures its date holds it, and in the others, as planned, its link.
    either = Discrete(((4 * DAY, 0.5), (5 * DAY + 60, 0.5)))
    plan = plan_of(
        [
            task("A", either, duration_minutes=5 * DAY + 60),
            milestone("Z", **asked(SNET, NEXT_MONDAY)),
        ],
        [link("A", "Z")],
    )

    found = forecast_of("Z", plan)

    assert found.finish_percentile(20) == NEXT_MONDAY
    assert found.finish_percentile(80) == datetime(2026, 1, 12, 9)
