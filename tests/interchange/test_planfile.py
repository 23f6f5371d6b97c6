import json
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given

from planning.core.distributions import (
    Discrete,
    Exponential,
    Fixed,
    LognormalMoments,
    LognormalPercentiles,
    Normal,
    Pert,
    PertClassical,
    Triangular,
    Trigen,
    Uniform,
)
from planning.core.estimate_words import read_relative, write_typed_per_cents
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
    PlanError,
    Rules,
    TaskKind,
    standard_calendar,
)
from planning.core.project_words import PROJECT_FIELDS
from planning.core.risk_words import CORRELATION_FIELDS, DRIVER_FIELDS, RISK_FIELDS
from planning.core.words import CALENDAR_FIELDS, DEPENDENCY_FIELDS, TASK_FIELDS
from planning.interchange.plan_schema import SCHEMA_PATH, plan_schema
from planning.interchange.planfile import (
    PlanFileError,
    plan_from_data,
    plan_from_json,
    plan_to_data,
    plan_to_json,
)
from tests.plan_strategies import few, plans

PUBLISHED = Path(__file__).parents[2] / "docs" / "plan.schema.json"


def plan_data(**blocks) -> dict:
    data = {"lineo": 1, "project": {"name": "Foundry", "start": "2026-01-05T08:00"}}
    return data | {"tasks": [{"id": "A"}, {"id": "B"}]} | blocks


def one_task(**fields):
    return plan_from_data(plan_data(tasks=[{"id": "A", **fields}])).tasks[0]


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


@pytest.mark.parametrize("field", ["estimate", "remaining"])
def test_working_and_elapsed_time_do_not_mix_in_a_task(field):
    words = {"estimate": {"distribution": "fixed", "value": "e2d"}, "remaining": "e2d"}

    with pytest.raises(PlanError, match=rf"^tasks\[0\].{field}: must be elapsed time just where"):
        one_task(duration="2d", **{field: words[field]})


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


def test_work_that_ends_before_it_begins_is_refused_on_a_weekend_too():
    fields = {"actual_start": "2026-01-11", "actual_finish": "2026-01-10"}

    with pytest.raises(PlanError, match="actual_finish: lies before the start"):
        plan_from_data(plan_data(tasks=[{"id": "A", **fields}]))


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


@pytest.mark.parametrize(
    ("blocks", "fault"),
    [
        ({"lineo": 2}, "lineo: the file is of format 2"),
        ({"lineo": "1"}, "lineo: must be 1"),
        ({"cost": 3}, "cost: unknown field"),
        ({"project": {"name": "x"}}, "project.start: missing"),
        ({"project": {"name": "x", "start": "soon"}}, "project.start: must be a date such as"),
        ({"project": {"name": "x", "start": "2026-01-05T08:00Z"}}, "project.start: must be a date"),
        ({"project": {"name": "x", "start": "2026-02-30"}}, "project.start: .* is no date"),
        ({"project": {"name": "x", "start": "1812-01-01"}}, "project.start: .* outside the years"),
        ({"tasks": {}}, "tasks: must be a list"),
        ({"tasks": [{}]}, r"tasks\[0\].id: missing"),
        ({"tasks": [{"id": 7}]}, r"tasks\[0\].id: must be a text"),
        ({"tasks": [{"id": ""}]}, r"tasks\[0\].id: must be a text"),
        ({"tasks": [{"id": "A", "slack": 1}]}, r"tasks\[0\].slack: unknown field"),
        ({"tasks": [{"id": "A", "duration": 5}]}, r"tasks\[0\].duration: must be a duration"),
        ({"tasks": [{"id": "A", "duration": "-5d"}]}, r"tasks\[0\].duration: must be a duration"),
        ({"tasks": [{"id": "A", "duration": "999999w"}]}, r"tasks\[0\].duration: .*hundred years"),
        ({"tasks": [{"id": "A", "kind": "hammock"}]}, r'tasks\[0\].kind: must be one of "task"'),
        ({"tasks": [{"id": "A", "percent_complete": 101}]}, "percent_complete: must be at most 100"),
        ({"tasks": [{"id": "A", "constraint": {"type": "SNET"}}]}, "constraint.date: missing"),
        (
            {"tasks": [{"id": "A", "estimate": {"distribution": "beta"}}]},
            r'tasks\[0\].estimate.distribution: must be one of "fixed"',
        ),
        (
            {"tasks": [{"id": "A", "estimate": {"distribution": "pert", "low": "1d"}}]},
            r"tasks\[0\].estimate.mode: missing",
        ),
        (
            {"tasks": [{"id": "A", "estimate": {"distribution": "fixed", "value": "1d", "sd": 1}}]},
            r"tasks\[0\].estimate.sd: unknown field",
        ),
        ({"tasks": [{"id": "A", "estimate": "soon"}]}, r"tasks\[0\].estimate: “soon” is no estimate"),
        (
            {"tasks": [{"id": str(i), "estimate": "3..5..10d" if i < 3 else {
                "distribution": "pert", "low": "1d", "mode": "3d", "high": "2d"}} for i in range(4)]},
            r"^tasks\[3\].estimate.high: less than mode$",
        ),
        ({"dependencies": [{"from": "A"}]}, r"dependencies\[0\].to: missing"),
        ({"dependencies": [{"from": "A", "to": "B", "lag": "x"}]}, r"\[0\].lag: must be a lag"),
        (
            {"calendars": [{"id": "standard", "week": {"mon": ["8-12"]}}]},
            r"calendars\[0\].week.mon\[0\]: must be an interval",
        ),
        (
            {"calendars": [{"id": "standard", "week": {"mon": ["08:00-12:00", "11:00-13:00"]}}]},
            r"calendars\[0\].week.mon: the hours from 08:00 and 11:00 overlap",
        ),
        (
            {"calendars": [{"id": "c", "exceptions": [{"from": "2026-01-02", "to": "2026-01-01"}]}]},
            r"calendars\[0\].exceptions\[0\].to: before from",
        ),
        ({"risks": [{"id": "R", "probability": 2, "impacts": []}]}, "probability: must be at most 1"),
        ({"drivers": [{"name": "D", "rho": 1, "tasks": []}]}, "rho: must be below 1"),
        ({"correlations": [{"tasks": ["A"], "spearman": 0.3}]}, "tasks: must be a pair"),
    ],
)  # fmt: skip
def test_a_fault_names_its_path_and_what_would_be_right(blocks, fault):
    with pytest.raises(PlanError, match=fault):
        plan_from_data(plan_data(**blocks))


def test_every_fault_is_kept_and_the_first_one_told():
    data = plan_data(tasks=[{"id": "A", "duration": "soon"}, {"name": "B"}])

    with pytest.raises(PlanFileError, match=r"\(and 1 more fault\)$") as raised:
        plan_from_data(data)

    assert [fault.path for fault in raised.value.faults] == ["tasks[0].duration", "tasks[1].id"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "no valid JSON"),
        ("[]", "begins with"),
        ("{", "no valid JSON"),
        ('{"lineo": 1, "lineo": 1}', "stands twice"),
        ('{"lineo": NaN}', "NaN"),
        ('{"lineo": -Infinity}', "-Infinity"),
        ('{"lineo": 1e999}', "too large"),
        ('{"lineo": ' + "9" * 5000 + "}", "too large"),
        ("[" * 100_000, "nested too deeply"),
        ("[" * 500 + "]" * 500, "begins with"),
        ('{"lineo": 1, "project": ' + "[" * 500 + "]" * 500 + "}", "nested too deeply|must be"),
        ('{"project": {"name": "a\\u0000b"}}', r"project.name: holds a NUL"),
        ('{"tasks": [{"id": "\\ud800"}]}', r"tasks\[0\].id: holds half a character"),
    ],
)
def test_hostile_json_is_refused_in_one_sentence(text, fault):
    with pytest.raises(PlanError, match=fault) as raised:
        plan_from_json(text)

    assert "\n" not in str(raised.value)


def test_a_pair_of_surrogates_is_one_character_and_welcome():
    data = json.dumps(plan_data(tasks=[{"id": "A", "name": "🚧"}]))

    assert "\\ud83d" in data
    assert plan_from_json(data).tasks[0].name == "🚧"


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


@pytest.mark.parametrize(
    ("blocks", "fault"),
    [
        ({"tasks": [{"id": "A"}, {"id": "A"}]}, r"tasks\[1\].id: “A” stands twice"),
        ({"tasks": [{"id": "A", "parent": "Z"}]}, r"tasks\[0\].parent: refers to “Z”"),
        ({"dependencies": [{"from": "A", "to": "A"}]}, r"dependencies\[0\]: .* wait for itself"),
        ({"project": {"name": "x", "start": "2026-01-05", "calendar": "c"}}, "project.calendar"),
        (
            {"tasks": [{"id": "A", "parent": "B"}, {"id": "B", "parent": "A"}]},
            r"tasks\[\d\].parent: “.” is its own ancestor",
        ),
    ],
)
def test_a_plan_that_does_not_hold_together_is_refused(blocks, fault):
    with pytest.raises(PlanError, match=fault):
        plan_from_data(plan_data(**blocks))


def test_a_fault_of_a_moved_row_names_its_place_in_the_file():
    tasks = [{"id": "a", "parent": "S", "kind": "milestone", "duration": "1d"}, {"id": "S"}]

    with pytest.raises(PlanError, match=r"^tasks\[0\].duration: a milestone takes no time"):
        plan_from_data(plan_data(tasks=tasks))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("-2d", {"distribution": "fixed", "value": "-2d"}),
        ("-3..-1d", {"distribution": "uniform", "low": "-3d", "high": "-1d"}),
        ("20%", {"distribution": "fixed", "value": "20%"}),
        ("-20..-10%", {"distribution": "uniform", "low": "-20%", "high": "-10%"}),
        ("10..15.5..30%", {"distribution": "pert", "low": "10%", "mode": "15.5%", "high": "30%"}),
    ],
)
def test_an_impact_is_typed_as_it_is_written(typed, words):
    """Opportunities below zero and per cents of the duration, as the page takes them."""
    one, other = (
        plan_from_json(
            json.dumps(
                {
                    "lineo": 1,
                    "project": {"name": "House", "start": "2026-01-05"},
                    "tasks": [{"id": "A", "duration": "10d"}],
                    "risks": [
                        {
                            "id": "R",
                            "probability": 0.3,
                            "impacts": [{"task": "A", "estimate": estimate}],
                            "after": {
                                "probability": 0.1,
                                "impacts": [{"task": "A", "estimate": estimate}],
                            },
                        }
                    ],
                }
            )
        )
        for estimate in (typed, words)
    )

    assert one == other


@pytest.mark.parametrize(
    "estimate",
    [
        Fixed(2000),
        Fixed(-2000),
        Uniform(1000, 2000),
        Uniform(-2000, -1000),
        Pert(1000, 1550, 3000),
        Pert(1000, 1550, 3000, 6),
        PertClassical(1000, 1550, 3000),
        Triangular(1000, 1550, 3000),
        Trigen(1000, 1550, 3000, 5, 95),
        Normal(500, 200),
        LognormalMoments(500, 200),
        LognormalPercentiles(800, 1800),
        Exponential(500),
        Discrete(((1000, 0.4), (5000, 0.6))),
    ],
)
def test_per_cents_of_every_law_are_read_as_they_are_written(estimate):
    """A range of 10 to 20 % once stood on the page as 10..2000 %, and could not be typed."""
    assert read_relative(write_typed_per_cents(estimate)) == estimate


@pytest.mark.parametrize("typed", ["%", "much%", "5..%"])
def test_what_is_no_range_of_per_cents_is_said_in_those_words(typed):
    with pytest.raises(PlanError, match="is no range of per cents; write 20%"):
        read_relative(typed)


def test_a_duration_may_not_be_typed_below_zero():
    with pytest.raises(PlanError, match="must not be negative"):
        plan_from_json(
            json.dumps(
                {
                    "lineo": 1,
                    "project": {"name": "House", "start": "2026-01-05"},
                    "tasks": [{"id": "A", "estimate": "-3..-1d"}],
                }
            )
        )
