"""P6 knows working hours alone: what runs by the clock keeps its dates there, and is counted."""

from datetime import datetime

import pytest

from planning.core.plan import (
    Dependency,
    Lag,
    LagCalendar,
    LinkType,
    Plan,
    ProjectSettings,
    Task,
    standard_calendar,
)
from planning.core.schedule import schedule
from planning.interchange.reading import read_plan
from planning.interchange.writing import write_plan

MONDAY = datetime(2026, 1, 5, 8)
DAY = 24 * 60


def plan(*tasks: Task, links: tuple[Dependency, ...] = (), **settings) -> Plan:
    project = ProjectSettings("House", MONDAY, calendar="1", **settings)
    return Plan(project, (standard_calendar("1"),), tasks, links)


def in_p6(value: Plan):
    """Return the dates that the file gives by P6's rules, and what the export counted."""
    export = write_plan(value, "xer")
    found = schedule(read_plan(export.data).plan).tasks
    dates = {task.key: (found[task.key].start, found[task.key].finish) for task in value.tasks}
    return dates, dict(export.report.dropped)


@pytest.mark.parametrize("counted_in", [LagCalendar.SUCCESSOR, LagCalendar.CLOCK])
@pytest.mark.parametrize("kind", [LinkType.FS, LinkType.SS, LinkType.FF])
def test_a_lag_by_the_clock_keeps_the_dates(kind, counted_in):
    slab = Task("S", "Slab", duration_minutes=3 * 480)
    frame = Task("F", "Frame", duration_minutes=2 * 480)
    link = Dependency("S", "F", kind, Lag(7 * DAY, elapsed=True))
    value = plan(slab, frame, links=(link,), lag_calendar=counted_in)

    dates, dropped = in_p6(value)

    ours = schedule(value).tasks["F"]
    assert dates["F"] == (ours.start, ours.finish)
    assert dropped["links.elapsed"] == 1


def test_work_by_the_clock_keeps_the_dates():
    dry = Task("D", "Drying", duration_minutes=7 * DAY, elapsed=True)
    paint = Task("P", "Paint", duration_minutes=480)
    value = plan(dry, paint, links=(Dependency("D", "P", LinkType.FS),))

    dates, dropped = in_p6(value)

    assert dates["P"] == (datetime(2026, 1, 12, 8), datetime(2026, 1, 12, 17))
    assert dropped["tasks.elapsed"] == 1


def test_what_is_left_of_work_by_the_clock_keeps_the_dates():
    dry = Task(
        "D",
        "Drying",
        duration_minutes=7 * DAY,
        elapsed=True,
        actual_start=MONDAY,
        remaining_minutes=5 * DAY,
    )
    paint = Task("P", "Paint", duration_minutes=480)
    links = (Dependency("D", "P", LinkType.FS),)
    value = plan(dry, paint, links=links, data_date=datetime(2026, 1, 7, 8))

    dates, _ = in_p6(value)

    assert dates["P"][0] == schedule(value).tasks["P"].start == datetime(2026, 1, 12, 8)
