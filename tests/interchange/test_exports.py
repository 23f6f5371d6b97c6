"""A plan written and read back is the same plan; what a format cannot hold is counted."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from planning.core.distributions import Triangular
from planning.core.plan import (
    Calendar,
    CalendarException,
    Constraint,
    ConstraintType,
    Dependency,
    Interval,
    Lag,
    LinkType,
    Plan,
    PlanError,
    ProjectSettings,
    Rules,
    Task,
    TaskKind,
    TotalFloat,
    standard_calendar,
)
from planning.core.schedule import schedule
from planning.interchange.reading import read_plan
from planning.interchange.writing import FORMATS, write_plan
from tests.plan_strategies import plans

START = datetime(2026, 1, 5, 8)
NIGHTS = Calendar(
    "2",
    "Nights",
    "1",
    ((Interval(1320, 1800),),) * 5 + (None, None),
    (CalendarException(date(2026, 1, 7), date(2026, 1, 8)),),
)


def plan(*tasks, links=(), rules=Rules.MSPROJECT, **settings):
    project = ProjectSettings("House", START, calendar="1", rules=rules, **settings)
    return Plan(project, (standard_calendar("1"), NIGHTS), tasks, tuple(links))


def task(key, days=1, **fields):
    return Task(key, f"Task {key}", duration_minutes=480 * days, **fields)


def written(value, suffix):
    """Return the file, the plan read from it, and the file written again."""
    first = write_plan(value, suffix).data
    again = read_plan(first).plan
    return first, again, write_plan(again, suffix).data


HOUSE = plan(
    Task("1", "Ground", kind=TaskKind.SUMMARY),
    task("2", 3, parent="1", deadline=datetime(2026, 1, 9, 17)),
    task("3", 2, parent="1", calendar="2", leveling_delay_minutes=1440),
    task(
        "4",
        percent_complete=50.0,
        actual_start=START,
        remaining_minutes=240,
        promised_start=START,
        promised_finish=datetime(2026, 1, 6, 17),
    ),
    Task("5", "Done", kind=TaskKind.MILESTONE),
    task("6", 2, elapsed=True, active=False),
    links=[
        Dependency("2", "3", LinkType.SS, Lag(-120)),
        Dependency("3", "5", LinkType.FF, Lag(percent=50)),
        Dependency("4", "5", LinkType.FS, Lag(1440, elapsed=True)),
    ],
    total_float=TotalFloat.SMALLEST,
)

BRIDGE = plan(
    Task("wbs:BR", "House", kind=TaskKind.SUMMARY),
    Task("wbs:BR.DECK", "Deck", parent="wbs:BR", kind=TaskKind.SUMMARY),
    task("A10", 5, parent="wbs:BR.DECK", constraint=Constraint(ConstraintType.MSO, START)),
    task(
        "A20",
        5,
        parent="wbs:BR.DECK",
        constraint=Constraint(ConstraintType.SNET, START),
        constraint2=Constraint(ConstraintType.SNLT, START),
        expected_finish=datetime(2026, 1, 12, 17),
    ),
    Task("M", "Open", parent="wbs:BR", kind=TaskKind.MILESTONE, start_milestone=True),
    Task("L", "Care", parent="wbs:BR", kind=TaskKind.EFFORT),
    links=[Dependency("A10", "M", LinkType.FS, Lag(600)), Dependency("A10", "L", LinkType.SS)],
    rules=Rules.P6,
    data_date=datetime(2026, 1, 6),
    must_finish_by=datetime(2026, 2, 1),
)


def test_ms_project_xml_holds_what_ms_project_knows():
    first, again, second = written(HOUSE, "xml")

    # A shift over midnight becomes two, so calendars are compared by the dates they give.
    assert replace(again, calendars=HOUSE.calendars) == HOUSE
    assert schedule(again) == schedule(HOUSE)
    assert first == second
    assert write_plan(HOUSE, "xml").report.is_clean


def test_xer_holds_what_p6_knows():
    first, again, second = written(BRIDGE, "xer")

    assert replace(again, calendars=BRIDGE.calendars, project=BRIDGE.project) == BRIDGE
    assert first == second
    assert write_plan(BRIDGE, "xer").report.is_clean


@pytest.mark.parametrize(("value", "suffix"), [(HOUSE, "xer"), (BRIDGE, "xml")])
def test_a_plan_of_the_other_tool_is_the_same_after_the_first_export(value, suffix):
    first, _, second = written(value, suffix)

    assert first == second
    assert write_plan(value, suffix).report.dropped


@pytest.mark.parametrize("suffix", ["xml", "xer"])
def test_progress_without_a_start_is_counted_as_what_the_format_cannot_hold(suffix):
    half = plan(task("A", 4, percent_complete=50.0), rules=Rules.LINEO, data_date=START)

    assert ("tasks.percent_complete", 1) in write_plan(half, suffix).report.dropped


def test_what_a_format_cannot_hold_is_counted():
    rich = plan(
        task("A", estimate=Triangular(480, 960, 1920), target=START, risk_level="high"),
        task("B", constraint2=Constraint(ConstraintType.FNLT, START), existence=0.5),
        data_date=START,
    )

    dropped = dict(write_plan(rich, "xml").report.dropped)

    assert dropped == {
        "project.data_date": 1,
        "project.total_float": 1,
        "tasks.constraint2": 1,
        "tasks.estimate": 1,
        "tasks.existence": 1,
        "tasks.key": 2,
        "tasks.risk_level": 1,
        "tasks.target": 1,
    }


def test_people_and_their_calendars_survive_ms_project_xml():
    value = plan(task("1", work_calendar="2"))

    _, again, _ = written(value, "xml")

    assert again.task("1").work_calendar == "2"


def test_links_of_summaries_become_links_of_their_tasks_in_p6():
    value = plan(
        Task("S", "Sum", kind=TaskKind.SUMMARY),
        task("A", parent="S"),
        task("B", parent="S"),
        task("C"),
        links=[Dependency("S", "C")],
    )

    _, again, _ = written(value, "xer")

    assert {one.key for one in again.dependencies} == {"A|C|FS", "B|C|FS"}
    assert ("links.of_summaries", 1) in write_plan(value, "xer").report.dropped


def test_a_calendar_file_has_an_event_for_each_task_in_the_projects_zone():
    value = plan(task("A"), Task("S", "Sum", kind=TaskKind.SUMMARY), time_zone="Europe/Berlin")

    text = write_plan(value, "ics").data.decode()

    assert text.count("BEGIN:VEVENT") == 1
    assert "DTSTART:20260105T070000Z" in text
    assert "DTEND:20260105T160000Z" in text


@pytest.mark.parametrize("suffix", FORMATS)
def test_names_that_no_file_can_hold_are_cleaned(suffix):
    value = plan(Task("1", "a\x00b\tc\n\ud800&<>|", duration_minutes=480))

    data = write_plan(value, suffix).data

    if suffix not in ("ics", "json", "csv"):
        assert read_plan(data).plan.task("1").name == "a b c &<>|"


@pytest.mark.parametrize("suffix", ["xml", "xer"])
def test_an_empty_plan_is_written(suffix):
    assert write_plan(plan(), suffix).data


def test_an_unknown_format_is_refused():
    with pytest.raises(PlanError, match=r"no \.mpp files; it writes json, xml, xer, csv, ics"):
        write_plan(HOUSE, "mpp")


@pytest.mark.parametrize("suffix", ["xml", "xer"])
@settings(
    max_examples=30,
    deadline=timedelta(seconds=5),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(value=plans())
def test_any_plan_is_the_same_after_the_first_export(suffix, value):
    first = write_plan(value, suffix).data

    try:
        again = read_plan(first).plan
    except PlanError:
        # A random plan may have links in a circle, or a task that finishes before it starts.
        return
    assert write_plan(again, suffix).data == first
