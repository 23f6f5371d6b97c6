"""With certain durations the kernel gives core's dates: one rule set, two executors."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from numpy.typing import NDArray

from planning.core.calendars import calendars_of
from planning.core.instants import to_minutes
from planning.core.plan import (
    Constraint,
    ConstraintType,
    Plan,
    PlanError,
    ProjectSettings,
    Rules,
    Task,
    TaskKind,
    standard_calendar,
)
from planning.core.schedule import Schedule, schedule
from planning.interchange.reading import read_plan
from simulations.engine.calendars import columns as c
from simulations.engine.calendars.clocks import AS_FINISH, AS_START, instants_of
from simulations.engine.lowering.plans import Lowered, lower
from simulations.engine.options import SimulationOptions
from simulations.engine.running.many_calendars import ManyCalendars, ManyRows
from simulations.engine.running.run import Rows, Run
from simulations.engine.running.runs import run_of
from tests.engine.handing import block_of
from tests.plan_strategies import few, plans
from tests.random_schedules import random_mspdi, random_xer
from tests.shared_data import shared_files

SCHEDULES = [*shared_files("schedules/*.xml"), *shared_files("schedules/*.xer")]


def rows_as_planned(plan: Plan) -> tuple[Run, Rows, int]:
    run = run_of(plan, lower(plan, SimulationOptions()))
    run = run.with_lowered(run.lowered.as_planned())
    rows = run.rows()
    ends = block_of(run, rows, 0, 1)
    return run, rows, int(run.project_work(ends)[0])


def differences(plan: Plan) -> list[str]:
    """Return where kernel and schedule differ, in working time."""
    expected = schedule(plan)
    run, rows, finish = rows_as_planned(plan)
    if not isinstance(run, ManyCalendars):
        return _on_one_calendar(plan, expected, run.lowered, rows, finish)
    found = _with_calendars(expected, run, rows)
    project_time = calendars_of(plan.calendars)[plan.project.calendar]
    work = project_time.work_between(to_minutes(plan.project.start), to_minutes(expected.finish))
    return found if work == finish else [*found, f"project: {finish} for {work}"]


def _on_one_calendar(
    plan: Plan, expected: Schedule, lowered: Lowered, rows: Rows, finish: int
) -> list[str]:
    time = calendars_of(plan.calendars)[plan.project.calendar]
    start = to_minutes(plan.project.start)
    found = []
    for row, task in enumerate(lowered.tasks):
        one = expected.task(task.key)
        begins, ends = (
            time.work_between(start, to_minutes(moment)) for moment in (one.start, one.finish)
        )
        if (begins, ends) != (rows.scratch.start[row, 0], rows.scratch.finish[row, 0]):
            found.append(f"{task.key}: dates")
    work = time.work_between(start, to_minutes(expected.finish))
    return found if work == finish else [*found, "project"]


def _with_calendars(expected: Schedule, run: ManyCalendars, rows: Rows) -> list[str]:
    assert isinstance(rows, ManyRows)
    lowered, timeline, calendars = run.lowered, run.side.timeline, run.side.shown.calendar
    found = []
    for row, task in enumerate(lowered.tasks):
        one, time = expected.task(task.key), timeline.times[calendars[row]]
        for moment, instants in (
            (one.start, rows.scratch.start),
            (one.finish, rows.scratch.finish),
        ):
            instant = int(instants[row, 0]) + timeline.first
            if time.work_between(instant, to_minutes(moment)) != 0:
                found.append(f"{task.key}: {instant - to_minutes(moment)} minutes off")
    for row, task in enumerate(lowered.tasks[: lowered.leaves]):
        one = expected.task(task.key)
        if one.late_start is None or one.late_finish is None or task.actual_start is not None:
            continue
        late = _late_dates(run, rows, row) + timeline.first
        if late.tolist() != [to_minutes(one.late_start), to_minutes(one.late_finish)]:
            found.append(f"{task.key}: late dates")
    return found


def _late_dates(run: ManyCalendars, rows: ManyRows, row: int) -> NDArray[np.int64]:
    """Return late dates; plain nodes keep them as working minutes."""
    dates, node = rows.dates.rows[:, row, 0].astype(np.int64), run.side.rules.node[:, row]
    if not node[c.N_PLAIN]:
        return dates[[c.LATE_START, c.LATE_FINISH]]
    late, calendar = dates[[c.LATE_WORK]], int(node[c.N_WORK])
    finish = instants_of(run.clocks, calendar, late, int(AS_FINISH))
    left = dates[c.LEFT]
    start = instants_of(run.clocks, calendar, late - left, int(AS_START)) if left else finish
    return np.concatenate((start, finish))


@pytest.mark.parametrize("path", SCHEDULES, ids=lambda path: path.stem)
def test_every_shared_schedule_gets_the_same_dates(path: Path) -> None:
    plan = read_plan(path.read_bytes(), path.name).plan

    assert differences(plan) == []


@pytest.mark.parametrize("make", [random_xer, random_mspdi])
def test_random_files_get_the_same_dates(make: Callable[[int], bytes]) -> None:
    for seed in range(12):
        assert differences(read_plan(make(seed)).plan) == []


@few
@given(plans())
def test_random_plans_get_the_same_dates(plan: Plan) -> None:
    try:
        schedule(plan)
    except PlanError:
        return
    assume(any(True for _ in plan.leaves()))

    assert differences(plan) == []


def test_a_summary_of_what_is_not_done_stands_at_the_project_start() -> None:
    start = datetime(2026, 1, 5, 8)
    plan = Plan(
        ProjectSettings("House", start, rules=Rules.MSPROJECT),
        (standard_calendar(),),
        (
            Task("s", "Left out", kind=TaskKind.SUMMARY),
            Task("a", "A", parent="s", duration_minutes=480, active=False),
            Task("b", "B", duration_minutes=960, deadline=datetime(2026, 1, 9, 17)),
        ),
    )

    assert differences(plan) == []


def test_it_keeps_to_progress_without_dates_and_to_constraints_of_summaries() -> None:
    late = Constraint(ConstraintType.SNET, datetime(2026, 1, 14, 8))
    tasks = (
        Task("S", "Phase", kind=TaskKind.SUMMARY, constraint=late),
        Task("A", "A", parent="S", duration_minutes=960),
        Task("B", "B", duration_minutes=1920, percent_complete=50.0),
        Task("C", "C", duration_minutes=960, actual_finish=datetime(2026, 1, 6, 17)),
    )
    settings = ProjectSettings("P", datetime(2026, 1, 5, 8), data_date=datetime(2026, 1, 8, 8))

    assert differences(Plan(settings, (standard_calendar(),), tasks)) == []
