"""Dates far before the project's start, where a limit or a long draw asks for them."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from planning.core.distributions import Discrete, Fixed, LognormalMoments, Uniform
from planning.core.plan import (
    Calendar,
    Constraint,
    ConstraintType,
    Impact,
    Interval,
    Plan,
    Risk,
    Rules,
    standard_calendar,
)
from simulations.engine import Forecast, SimulationOptions, simulate
from tests.engine.building import DAY, MONDAY, link, plan_of, task

OPTIONS = SimulationOptions(iterations=600)
SHIFTS = Calendar("shifts", "Shifts", week=((Interval(0, 1440),),) * 7)


def chain(count: int, *, calendar: str | None = None, **settings: object) -> Plan:
    """Return tasks of 20 to 50 days, one after the other, every second on another calendar."""
    tasks = [
        task(f"T{number}", Uniform(20 * DAY, 50 * DAY), calendar=calendar if number % 2 else None)
        for number in range(count)
    ]
    links = [link(f"T{number}", f"T{number + 1}") for number in range(count - 1)]
    return plan_of(tasks, links, calendars=(standard_calendar(), SHIFTS), **settings)


def finishes(forecast: Forecast) -> np.ndarray:
    return np.frombuffer(forecast.finishes[""], np.int32)


@pytest.mark.parametrize("calendar", [None, "shifts"])
def test_a_limit_that_is_years_too_early_leaves_everything_critical(calendar: str | None) -> None:
    plan = chain(20, calendar=calendar, must_finish_by=datetime(2026, 3, 1, 17))
    free = replace(plan, project=replace(plan.project, must_finish_by=None))

    told = simulate(plan, OPTIONS)

    assert {one.criticality for one in told.tasks} == {1.0}
    assert (finishes(told) == finishes(simulate(free, OPTIONS))).all()


@pytest.mark.parametrize(
    "law", [Discrete(((DAY, 0.5), (300 * DAY, 0.5))), LognormalMoments(60 * DAY, 60 * DAY)]
)
def test_a_long_draw_begins_long_before_an_earliest_finish(law: Discrete) -> None:
    """Microsoft Project lets such a start lie before the project's."""
    wish = Constraint(ConstraintType.FNET, MONDAY.replace(hour=17))
    late = task("A", law, duration_minutes=0, constraint=wish, deadline=MONDAY)

    told = simulate(plan_of([late], rules=Rules.MSPROJECT), OPTIONS)

    assert set(finishes(told).tolist()) == {DAY}


def test_a_risk_that_would_shorten_leaves_room_for_one_that_lengthens() -> None:
    wish = Constraint(ConstraintType.FNET, MONDAY.replace(hour=17))
    late = task("A", 1, constraint=wish, deadline=MONDAY)
    risks = [
        Risk(key, key, 0.5, (Impact("A", Fixed(days * DAY)),))
        for key, days in (("Flood", 900), ("Luck", -900))
    ]

    told = simulate(plan_of([late], rules=Rules.MSPROJECT, risks=tuple(risks)), OPTIONS)

    assert set(finishes(told).tolist()) == {DAY}
