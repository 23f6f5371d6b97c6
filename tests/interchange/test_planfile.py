from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given

from planning.core.distributions import Fixed, LognormalPercentiles, Pert, Trigen
from planning.core.hashing import plan_hash
from planning.core.plan import (
    Constraint,
    ConstraintType,
    Driver,
    Impact,
    Interval,
    Lag,
    LagCalendar,
    Plan,
    Rules,
    TaskKind,
    standard_calendar,
)
from planning.core.project_words import PROJECT_FIELDS
from planning.core.risk_words import CORRELATION_FIELDS, DRIVER_FIELDS, RISK_FIELDS
from planning.core.words import CALENDAR_FIELDS, DEPENDENCY_FIELDS, TASK_FIELDS
from planning.interchange.plan_schema import SCHEMA_PATH, plan_schema
from planning.interchange.planfile import plan_from_data, plan_from_json, plan_to_data, plan_to_json
from tests.interchange.plan_files import one_task, plan_data
from tests.plan_strategies import few, plans

PUBLISHED = Path(__file__).parents[2] / "docs" / "plan.schema.json"


@few
@given(plans())
def test_a_plan_is_written_and_read_back_exactly(plan: Plan):
    assert plan_from_json(plan_to_json(plan)) == plan


@few
@given(plans())
def test_writing_what_was_read_gives_the_same_text(plan: Plan):
    text = plan_to_json(plan)

    assert plan_to_json(plan_from_json(text)) == text


@few
@given(plans())
def test_the_hash_is_that_of_the_plan_and_not_of_the_file(plan: Plan):
    assert plan_hash(plan_from_json(plan_to_json(plan))) == plan_hash(plan)


def test_the_published_schema_is_the_one_that_is_used():
    assert PUBLISHED.read_text(encoding="utf-8") == SCHEMA_PATH.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("block", "fields", "besides"),
    [
        ("task", TASK_FIELDS, {"id"}),
        ("calendar", CALENDAR_FIELDS, {"id"}),
        ("dependency", DEPENDENCY_FIELDS, {"from", "to", "type"}),
        ("risk", RISK_FIELDS, {"id"}),
        ("driver", DRIVER_FIELDS, {"name"}),
        ("correlation", CORRELATION_FIELDS, {"tasks"}),
        ("project", PROJECT_FIELDS, set()),
    ],
)
def test_the_schema_holds_just_the_fields_of_a_plan(block, fields, besides):
    names = {name.partition(".")[0] for name in fields}

    assert set(plan_schema()["$defs"][block]["properties"]) == names | besides


def test_what_is_left_out_has_its_default():
    plan = plan_from_data(plan_data())

    assert plan.calendars == (standard_calendar(),)
    assert plan.project.minutes_per_day == 480
    assert plan.project.critical_float_limit_minutes == 0
    assert plan.project.rules is Rules.LINEO
    assert plan.tasks[0].name == "A"
    assert plan.tasks[0].duration_minutes == 480
    assert plan.tasks[0].existence == 1


@pytest.mark.parametrize(
    ("fields", "minutes"),
    [
        ({}, 480),
        ({"kind": "milestone"}, 0),
        ({"estimate": {"distribution": "fixed", "value": "3d"}}, 1440),
        ({"estimate": {"distribution": "pert", "low": "1d", "mode": "2d", "high": "9d"}}, 960),
        ({"estimate": {"distribution": "trigen", "low": "1d", "mode": "2d", "high": "9d"}}, 960),
        ({"estimate": {"distribution": "uniform", "low": "1d", "high": "4d"}}, 1200),
        ({"estimate": {"distribution": "lognormal", "p10": "8d", "p90": "18d"}}, 5760),
        ({"estimate": "2..3..9d"}, 1440),
        ({"duration": "4d", "estimate": "2..3..9d"}, 1920),
        ({"duration": "2.3333333333333335d"}, 1120),
    ],
)
def test_a_duration_left_out_follows_from_the_estimate(fields, minutes):
    assert one_task(**fields).duration_minutes == minutes


def test_an_elapsed_estimate_makes_an_elapsed_task():
    task = one_task(estimate={"distribution": "uniform", "low": "e1d", "high": "e3d"})

    assert (task.duration_minutes, task.elapsed) == (2880, True)


@pytest.mark.parametrize(
    ("fields", "attribute", "moment"),
    [
        ({"deadline": "2026-01-09"}, "deadline", "2026-01-09T17:00"),
        ({"deadline": "2026-01-11"}, "deadline", "2026-01-09T17:00"),
        ({"target": "2026-01-09"}, "target", "2026-01-09T17:00"),
        ({"actual_start": "2026-01-06"}, "actual_start", "2026-01-06T08:00"),
        ({"actual_start": "2026-01-10"}, "actual_start", "2026-01-12T08:00"),
        ({"deadline": "2026-01-09T12:00"}, "deadline", "2026-01-09T12:00"),
        ({"calendar": "night", "deadline": "2026-01-06"}, "deadline", "2026-01-07T00:00"),
        ({"calendar": "night", "actual_start": "2026-01-06"}, "actual_start", "2026-01-06T00:00"),
    ],
)
def test_a_date_without_a_time_is_the_edge_of_its_working_day(fields, attribute, moment):
    night = {"id": "night", "week": {day: ["22:00-06:00"] for day in ("mon", "tue", "wed")}}
    standard = plan_to_data(plan_from_data(plan_data()))["calendars"][0]
    data = plan_data(calendars=[standard, night], tasks=[{"id": "A", **fields}])

    assert getattr(plan_from_data(data).tasks[0], attribute) == datetime.fromisoformat(moment)


@pytest.mark.parametrize("what", ["actual", "manual", "promised"])
def test_work_on_a_weekend_took_the_hours_of_a_working_day(what):
    fields = {f"{what}_start": "2026-01-10", f"{what}_finish": "2026-01-11"}

    task = plan_from_data(plan_data(tasks=[{"id": "A", **fields}])).tasks[0]

    assert getattr(task, f"{what}_start") == datetime(2026, 1, 10, 8)
    assert getattr(task, f"{what}_finish") == datetime(2026, 1, 11, 17)


def test_the_kind_of_a_constraint_says_which_edge_its_date_means():
    start = one_task(constraint={"type": "SNET", "date": "2026-01-06"})
    finish = one_task(constraint={"type": "FNLT", "date": "2026-01-06"})

    assert start.constraint == Constraint(ConstraintType.SNET, datetime(2026, 1, 6, 8))
    assert finish.constraint == Constraint(ConstraintType.FNLT, datetime(2026, 1, 6, 17))


def test_the_dates_of_the_project_are_completed_too():
    project = {
        "name": "x",
        "start": "2026-01-05",
        "target": "2026-02-01",
        "data_date": "2026-01-10",
    }

    settings = plan_from_data(plan_data(project=project)).project

    assert settings.start == datetime(2026, 1, 5, 8)
    assert settings.target == datetime(2026, 1, 30, 17)
    assert settings.data_date == datetime(2026, 1, 12, 8)


def test_a_calendar_is_read_with_its_parent_shifts_and_exceptions():
    calendars = [
        {"id": "standard", "week": {"mon": ["08:00-12:00"], "tue": []}},
        {
            "id": "night",
            "name": "Nights",
            "parent": "standard",
            "week": {"mon": ["22:00-06:00"], "sun": ["00:00-24:00"]},
            "exceptions": [{"from": "2026-12-24", "to": "2026-12-26"}, {"from": "2026-12-31"}],
        },
    ]

    standard, night = plan_from_data(plan_data(calendars=calendars)).calendars

    assert standard.week[:3] == ((Interval(480, 720),), (), None)
    assert night.week[0] == (Interval(1320, 1800),)
    assert night.week[6] == (Interval(0, 1440),)
    assert [exception.last.day for exception in night.exceptions] == [26, 31]


def test_links_risks_drivers_and_correlations_are_read():
    data = plan_data(
        dependencies=[
            {"from": "A", "to": "B"},
            {"from": "A", "to": "B", "type": "SS", "lag": "50%", "lag_calendar": "24h"},
        ],
        risks=[
            {
                "id": "R1",
                "probability": 0.3,
                "impacts": [{"task": "A", "estimate": {"distribution": "fixed", "value": "20%"}}],
                "after": {"probability": 0.1, "impacts": [], "cost": 500},
            }
        ],
        drivers=[{"name": "Crew", "rho": 0.4, "tasks": ["A", "B"]}],
        correlations=[{"tasks": ["A", "B"], "spearman": -0.3}],
    )

    plan = plan_from_data(data)

    assert [link.key for link in plan.dependencies] == ["A|B|FS", "A|B|SS"]
    assert plan.dependencies[1].lag == Lag(percent=50.0)
    assert plan.dependencies[1].lag_calendar is LagCalendar.CLOCK
    assert plan.risks[0].impacts == (Impact("A", Fixed(2000), relative=True),)
    assert plan.risks[0].after.cost == 500
    assert plan.drivers == (Driver("Crew", 0.4, ("A", "B")),)
    assert plan.correlations[0].spearman == -0.3


@pytest.mark.parametrize(
    ("estimate", "law"),
    [
        ({"distribution": "pert", "low": "1d", "mode": "2d", "high": "3d"}, Pert(480, 960, 1440)),
        (
            {"distribution": "pert", "low": "1d", "mode": "2d", "high": "3d", "lambda": 6},
            Pert(480, 960, 1440, 6.0),
        ),
        (
            {"distribution": "trigen", "low": "1d", "mode": "2d", "high": "3d", "low_percentile": 5},
            Trigen(480, 960, 1440, 5.0, 90.0),
        ),
        (
            {"distribution": "lognormal", "p10": "8d", "p90": "18d"},
            LognormalPercentiles(3840, 8640),
        ),
    ],
)  # fmt: skip
def test_laws_are_read_with_their_own_fields(estimate, law):
    assert one_task(estimate=estimate).estimate == law


def test_a_child_that_stands_above_its_parent_is_moved_below():
    tasks = [
        {"id": "a", "parent": "S"},
        {"id": "x"},
        {"id": "b", "parent": "a"},
        {"id": "S"},
        {"id": "c", "parent": "S"},
    ]

    plan = plan_from_data(plan_data(tasks=tasks))

    assert [task.key for task in plan.tasks] == ["x", "S", "a", "b", "c"]


def test_a_parent_is_known_as_a_summary():
    tasks = [{"id": "S", "kind": "summary"}, {"id": "a", "parent": "S"}]

    plan = plan_from_data(plan_data(tasks=tasks))

    assert plan.tasks[0].kind is TaskKind.SUMMARY
    assert [task.key for task in plan.leaves()] == ["a"]
