"""Each iteration is a schedule: core's exact one, of the durations that were drawn."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import Phase, assume, given, reject, settings

from planning.core.calendars import calendars_of
from planning.core.distributions import (
    Discrete,
    Estimate,
    LognormalMoments,
    LognormalPercentiles,
    Pert,
    Triangular,
    Uniform,
)
from planning.core.instants import to_minutes
from planning.core.plan import Dependency, Lag, Plan, PlanError, Rules, Task, TaskKind
from planning.core.schedule import Schedule, schedule
from planning.interchange.reading import read_plan
from simulations.engine import SimulationOptions, simulate
from tests.engine.handing import Iterations, iterations_of
from tests.engine.reference_draws import draw, inverse, law_of, rounded, stream, uniform
from tests.plan_strategies import plans
from tests.shared_data import require_shared_data, shared_files

SCHEDULES = [*shared_files("schedules/*.xml"), *shared_files("schedules/*.xer")]
SHARED_ITERATIONS = 3
HEAVY_TAILS = (LognormalMoments, LognormalPercentiles)
RANDOM_ITERATIONS = 4
# Always the same plans; shrinking one takes longer than reading it.
some = settings(max_examples=40, deadline=None, derandomize=True, phases=[Phase.generate])
UNIX = 719162 * 1440  # core counts minutes from the year 1


def test_the_shared_schedules_are_here() -> None:
    require_shared_data()

    assert SCHEDULES


@pytest.mark.parametrize("path", SCHEDULES, ids=lambda path: path.stem)
def test_each_iteration_of_a_shared_schedule_is_its_schedule(path: Path) -> None:
    plan = uncertain(read_plan(path.read_bytes(), path.name).plan)

    found = iterations_of(plan, SHARED_ITERATIONS)

    assert differences(plan, found, SHARED_ITERATIONS) == []


@pytest.mark.parametrize("path", SCHEDULES, ids=lambda path: path.stem)
def test_shared_schedules_draw_what_the_plain_version_draws(path: Path) -> None:
    plan = uncertain(read_plan(path.read_bytes(), path.name).plan)
    found = iterations_of(plan, SHARED_ITERATIONS)

    for task in open_leaves(plan):
        key = stream(1, "task", task.key)
        for iteration in range(SHARED_ITERATIONS):
            u = uniform(key, iteration)
            drawn, law = int(found.minutes[task.key][iteration]), law_of(task, plan)
            # Tables err in probability by at most 2·10⁻⁴ beside the rounding to a minute.
            low, high = (inverse(law, min(max(u + e, 0.0), 1.0)) for e in (-2e-4, 2e-4))
            assert rounded(low) - 1 <= drawn <= rounded(high) + 1, task.key


@some
@given(plans(4))
def test_each_iteration_of_a_random_plan_is_its_schedule(plan: Plan) -> None:
    """All three families of rules, work under way and done, risks, drivers, every calendar."""
    plan = sensible(plan)
    found = simulated(plan)

    assert differences(plan, found, RANDOM_ITERATIONS) == [], plan


@some
@given(plans(4))
def test_criticality_counts_the_critical_tasks_of_each_schedule(plan: Plan) -> None:
    # Whether a task exists is drawn inside; here every task does.
    plan = sensible(plan)
    plan = replace(plan, tasks=tuple(replace(task, existence=1.0) for task in plan.tasks))
    found = simulated(plan)
    schedules = [one for _, one in each_schedule(plan, found, RANDOM_ITERATIONS)]

    forecast = simulate(plan, SimulationOptions(iterations=RANDOM_ITERATIONS))

    for one in forecast.tasks:
        if one.criticality is not None and not plan.task(one.key).is_finished:
            critical = sum(found.task(one.key).critical for found in schedules)
            assert one.criticality == critical / RANDOM_ITERATIONS, (one.key, plan)


def simulated(plan: Plan) -> Iterations:
    """Simulate a plan, or try another one: some have no dates, some laws reach beyond all time."""
    assume(any(True for _ in plan.leaves()))
    # Tables of a thousand years of calendar are the business of another test.
    assume(not any(isinstance(task.estimate, HEAVY_TAILS) for task in plan.tasks))
    try:
        return iterations_of(plan, RANDOM_ITERATIONS)
    except PlanError:
        reject()


@some
@given(plans(4))
def test_random_plans_draw_what_the_plain_version_draws(plan: Plan) -> None:
    plan = replace(
        plan,
        drivers=(),
        correlations=(),
        tasks=tuple(
            replace(task, actual_start=None, actual_finish=None, percent_complete=0.0)
            for task in plan.tasks
        ),
    )
    found = simulated(plan)

    for iteration in range(RANDOM_ITERATIONS):
        expected = draw(plan, 1, iteration)
        for task in plan.leaves():
            drawn = int(found.minutes[task.key][iteration])
            assert drawn == pytest.approx(expected.minutes[task.key], rel=4e-3, abs=4), task.key


# --- What a drawn iteration looks like as a plan ---------------------------------------------


def open_leaves(plan: Plan) -> Iterator[Task]:
    for task in plan.leaves():
        if task.active and task.kind is TaskKind.TASK and not task.is_finished:
            if task.is_manual or task.duration_minutes == 0:
                continue
            if not task.is_started:
                yield task


def uncertain(plan: Plan) -> Plan:
    """Give each task that has not started one of four laws around its duration."""
    laws = cycle((_triangle, _pert, _uniform, _discrete))
    ranges = {task.key: next(laws)(task.duration_minutes) for task in open_leaves(plan)}
    return replace(
        plan,
        tasks=tuple(
            replace(task, estimate=ranges.get(task.key, task.estimate)) for task in plan.tasks
        ),
    )


def _triangle(minutes: int) -> Estimate:
    return Triangular(minutes // 2, minutes, minutes * 2)


def _pert(minutes: int) -> Estimate:
    return Pert(minutes * 3 // 4, minutes, minutes * 2)


def _uniform(minutes: int) -> Estimate:
    return Uniform(minutes // 2, minutes * 3 // 2)


def _discrete(minutes: int) -> Estimate:
    return Discrete(((minutes // 2, 0.3), (minutes, 0.4), (minutes * 2, 0.3)))


def as_drawn(plan: Plan, found: Iterations, iteration: int) -> Plan:
    """Return the plan in which every duration is the one that was drawn."""
    tasks = []
    for task in plan.tasks:
        minutes = found.minutes.get(task.key)
        if minutes is not None and task.kind is not TaskKind.MILESTONE:
            tasks.append(_with_duration(plan, task, int(minutes[iteration])))
        else:
            tasks.append(replace(task, existence=1.0))
    links = tuple(_with_lag_as_planned(plan, link) for link in plan.dependencies)
    return replace(plan, tasks=tuple(tasks), dependencies=links, risks=())


def _with_lag_as_planned(plan: Plan, link: Dependency) -> Dependency:
    """A lag that is a share of work under way is that share of its planned duration."""
    before, share = plan.task(link.predecessor), link.lag.percent
    if share is None or not before.is_started:
        return link
    minutes = round(before.duration_minutes * share / 100)
    return replace(link, lag=Lag(minutes, elapsed=before.elapsed or link.lag.elapsed))


def _with_duration(plan: Plan, task: Task, minutes: int) -> Task:
    if task.is_finished or task.is_manual:
        return task
    if not task.is_started:
        return replace(task, duration_minutes=minutes, estimate=None, existence=1.0)
    remaining = task.remaining_minutes
    if remaining is None:
        remaining = max(0, round(task.duration_minutes * (1 - task.percent_complete / 100)))
    whole = task.duration_minutes
    if plan.project.rules is Rules.MSPROJECT:
        whole = max(0, whole - remaining + minutes)
    return replace(task, duration_minutes=whole, remaining_minutes=minutes, existence=1.0)


def sensible(plan: Plan) -> Plan:
    """Take away what core has no words for, and what contradicts itself.

    A risk delays a milestone by its impact, but to core a milestone takes no time; and no more
    of a task remains than there is of it.
    """
    timed = {task.key for task in plan.tasks if task.kind is TaskKind.TASK}
    return replace(
        plan,
        risks=tuple(
            replace(risk, impacts=tuple(one for one in risk.impacts if one.task in timed))
            for risk in plan.risks
        ),
        tasks=tuple(
            replace(
                task,
                remaining_minutes=task.remaining_minutes
                and min(task.remaining_minutes, task.duration_minutes),
            )
            for task in plan.tasks
        ),
    )


def each_schedule(plan: Plan, found: Iterations, count: int) -> Iterator[tuple[int, Schedule]]:
    for iteration in range(count):
        yield iteration, schedule(as_drawn(plan, found, iteration))


def differences(plan: Plan, found: Iterations, count: int) -> list[str]:
    """Return where an iteration is not the schedule of its durations, in working time."""
    calendars = calendars_of(plan.calendars)
    said = []
    start = to_minutes(plan.project.start)
    for iteration, expected in each_schedule(plan, found, count):
        work = calendars[plan.project.calendar].work_between(start, to_minutes(expected.finish))
        if work != found.project_work[iteration]:
            said.append(f"{iteration}: project {found.project_work[iteration]} for {work}")
        for key in found.starts:
            one, task = expected.task(key), plan.task(key)
            time = calendars[task.work_calendar or task.calendar or plan.project.calendar]
            for name, moment, instants in (
                ("start", one.start, found.starts), ("finish", one.finish, found.finishes),
            ):  # fmt: skip
                instant = int(instants[key][iteration]) + UNIX
                if time.work_between(instant, to_minutes(moment)) != 0:
                    said.append(f"{iteration}: {key} {name} {instant - to_minutes(moment)} off")
    return said
