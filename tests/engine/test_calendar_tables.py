"""Tables of calendars: as long as they need be, refused where nobody plans, no matter to a date."""

import tracemalloc
from dataclasses import replace
from itertools import pairwise

import pytest

from planning.core.distributions import Estimate, LognormalPercentiles
from planning.core.plan import Dependency, Interval, Plan, PlanError, standard_calendar
from simulations.engine import SimulationOptions, simulate
from simulations.engine.calendars import crossing
from simulations.engine.calendars.timeline import kept_clocks
from simulations.engine.running import simulation
from tests.benchmarks.networks import network, with_calendars
from tests.benchmarks.networks import plan_of as plan_of_network
from tests.engine.building import links, pert, plan_of, task

OPTIONS = SimulationOptions(iterations=1_500)


def on_two_calendars(first: Estimate) -> Plan:
    early = replace(standard_calendar("early", "Early"), week=((Interval(360, 840),),) * 6 + ((),))
    tasks = [task("A", first), task("B", pert(1, 2, 3), calendar="early")]
    return plan_of(tasks, links("AB"), calendars=(standard_calendar(), early))


def test_a_tail_longer_than_the_tables_makes_them_longer() -> None:
    forecast = simulate(on_two_calendars(LognormalPercentiles(480, 300_000)), OPTIONS)

    # Two years are tabulated at first.
    assert forecast.days(99) > 3 * 260


def test_what_was_counted_before_the_tables_were_too_short_still_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # One iteration in two thousand goes beyond two years, none of the pilot does.
    plan = on_two_calendars(LognormalPercentiles(480, 20_000))
    options = SimulationOptions(iterations=6_000)
    at_once = simulate(plan, options)

    monkeypatch.setattr(simulation, "MOST_CELLS", 1)
    block_by_block = simulate(plan, options)

    assert replace(block_by_block, engine_seconds=0.0) == replace(at_once, engine_seconds=0.0)


def test_a_tail_that_nobody_plans_is_refused_before_any_table_is_made_for_it() -> None:
    plan = on_two_calendars(LognormalPercentiles(1_000_000, 16_000_000))
    keys = [f"T{number}" for number in range(30)]
    chain = tuple(replace(plan.tasks[number % 2], key=key) for number, key in enumerate(keys))
    wide = tuple(replace(one, estimate=plan.tasks[0].estimate) for one in chain)
    between = tuple(Dependency(first, second) for first, second in pairwise(keys))
    plan = replace(plan, tasks=wide, dependencies=between)
    tracemalloc.start()

    with pytest.raises(PlanError, match="further than 500 years"):
        simulate(plan, OPTIONS)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 300e6


def test_without_room_for_crossings_the_forecast_has_the_same_bits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = with_calendars(plan_of_network(network(60)))
    expected = simulate(plan, OPTIONS)

    kept_clocks.cache_clear()
    monkeypatch.setattr(crossing, "MOST_WORDS", 0)
    found = simulate(plan, OPTIONS)
    kept_clocks.cache_clear()

    assert replace(found, engine_seconds=0.0) == replace(expected, engine_seconds=0.0)
