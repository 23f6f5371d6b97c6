"""Forecasts of tasks are made when they are asked for, in the order of the plan."""

import pickle

from simulations.engine import SimulationOptions, TaskForecast, simulate
from tests.engine.building import link, milestone, pert, plan_of, task

OPTIONS = SimulationOptions(iterations=600)
# The second of the table comes first in time.
PLAN = plan_of(
    [task("B", pert(1, 2, 4)), task("A", pert(1, 2, 4)), milestone("M")], [link("A", "B")]
)


def test_they_stand_in_the_order_of_the_plan() -> None:
    tasks = simulate(PLAN, OPTIONS).tasks

    assert len(tasks) == 3
    assert [one.key for one in tasks] == ["B", "A", "M"]
    assert tasks[0].start_minutes > tasks[1].start_minutes


def test_one_of_them_or_some_can_be_taken() -> None:
    tasks = simulate(PLAN, OPTIONS).tasks

    assert isinstance(tasks[1], TaskForecast)
    assert list(tasks[1:]) == [tasks[1], tasks[2]]


def test_figures_are_plain_and_none_where_a_task_has_none() -> None:
    task_forecast, _, moment = simulate(PLAN, OPTIONS).tasks

    assert type(task_forecast.finish_minutes[0]) is int
    assert type(task_forecast.cruciality) is float
    assert task_forecast.p_target is None
    assert moment.cruciality is None
    assert moment.criticality is not None


def test_the_same_simulation_has_the_same_ones_also_elsewhere() -> None:
    first, second = (simulate(PLAN, OPTIONS).tasks for _ in range(2))
    other = simulate(PLAN, SimulationOptions(iterations=600, seed=2)).tasks

    assert first == second
    assert pickle.loads(pickle.dumps(first)) == first
    assert first != other
