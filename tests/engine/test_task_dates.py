"""Percentiles of tasks are dates that the plan can have, however wide the bins are."""

from planning.core.distributions import Fixed, Triangular
from planning.core.plan import Impact, Plan, Risk
from planning.core.schedule import schedule
from simulations.engine import SimulationOptions, TaskForecast, simulate
from simulations.engine.comparing.preview import preview
from tests.engine.building import DAY, link, plan_of, task

OPTIONS = SimulationOptions(iterations=4_000)
RARE = Risk("R", "Flood", 0.02, (Impact("B", Fixed(900 * DAY)),))


def late(chance: float) -> Plan:
    delay = Impact("A", Fixed(100 * DAY))
    return plan_of([task("A", 5)], risks=(Risk("R", "Late permit", chance, (delay,)),))


def test_none_lies_before_the_least_nor_after_the_greatest_date() -> None:
    plan = late(0.3)

    [told] = simulate(plan, OPTIONS).tasks
    [surely] = simulate(late(1.0), OPTIONS).tasks

    planned = schedule(plan).task("A").finish
    assert [told.finish_percentile(percentile) for percentile in (5, 50)] == [planned, planned]
    assert told.finish_minutes[-1] <= surely.finish_minutes[0]


def test_no_percentile_of_a_finish_lies_before_the_start_s() -> None:
    plan = plan_of(
        [task("A", Triangular(0, 10 * DAY, 10 * DAY)), task("B", 0)],
        [link("A", "B")],
        risks=(RARE,),
    )

    told: TaskForecast = simulate(plan, OPTIONS).tasks[1]

    assert told.start_minutes[0] < told.start_minutes[-1]
    pairs = zip(told.start_minutes, told.finish_minutes, strict=True)
    assert all(start <= finish for start, finish in pairs)


def test_a_preview_tells_the_same_dates() -> None:
    plan = late(0.3)

    seen, whole = preview(plan, OPTIONS), simulate(plan, OPTIONS)

    assert set(seen.tasks["A"].finish_minutes) <= set(whole.tasks[0].finish_minutes)
