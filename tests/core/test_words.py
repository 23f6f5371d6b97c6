from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given

from planning.core.calendar_words import read_hours, write_hours
from planning.core.distributions import Fixed, Pert, Uniform
from planning.core.durations import EXACT, STANDARD, Units
from planning.core.estimate_words import estimate_from_words, estimate_to_words, read_relative
from planning.core.plan import Interval, Plan, PlanError, ProjectSettings, RiskLevel, Rules, Task
from planning.core.project_words import read_project, write_project
from planning.core.risk_words import read_risk
from planning.core.words import ROW_KINDS, read_dependency, read_task, write_task
from tests.plan_strategies import few, plans


@few
@given(plans())
def test_every_row_is_written_and_read_back_exactly(plan: Plan):
    units = Units.of(plan.project)

    for kind in ROW_KINDS:
        for row in getattr(plan, kind.collection):
            assert kind.read(kind.write(row, units), units) == row
    assert read_project(write_project(plan.project)) == plan.project


@few
@given(plans())
def test_words_in_exact_units_hold_whatever_the_day_of_the_plan(plan: Plan):
    for kind in ROW_KINDS:
        for row in getattr(plan, kind.collection):
            assert kind.read(kind.write(row, EXACT), EXACT) == row


@few
@given(plans())
def test_each_field_put_into_a_row_gives_the_other_row(plan: Plan):
    units = Units.of(plan.project)

    for kind in ROW_KINDS:
        rows = getattr(plan, kind.collection)
        for one, other in pairwise(rows):
            mixed = one
            for field in kind.fields.values():
                mixed = field.put(mixed, field.write(other, units), units)
            assert all(field.value(mixed) == field.value(other) for field in kind.fields.values())


def test_a_task_is_written_without_what_is_default():
    task = Task("A", "Dig", duration_minutes=960)

    assert write_task(task, STANDARD) == {
        "id": "A",
        "name": "Dig",
        "parent": None,
        "kind": "task",
        "duration": "2d",
    }


def test_a_shift_over_midnight_belongs_to_the_day_on_which_it_starts():
    hours = (Interval(480, 720), Interval(1320, 1800))

    assert read_hours(["22:00-06:00", "08:00-12:00"]) == hours
    assert write_hours(hours) == ["08:00-12:00", "22:00-06:00"]


def test_a_whole_day_may_be_written_in_two_ways():
    assert read_hours(["00:00-24:00"]) == read_hours(["00:00-00:00"]) == (Interval(0, 1440),)


@pytest.mark.parametrize("texts", [["08:00-12:00", "11:00-13:00"], ["24:00-25:00"]])
def test_hours_that_cannot_be_are_refused(texts):
    with pytest.raises(PlanError):
        read_hours(texts)


def test_risk_levels_and_rules_are_settings_like_any_other():
    project = ProjectSettings(
        "Dam",
        datetime(2026, 1, 5, 8),
        rules=Rules.P6,
        risk_level_high=RiskLevel(0.7, 1, 2),
    )

    words = write_project(project)

    assert words["rules"] == "p6"
    assert words["risk_levels"]["high"] == [0.7, 1, 2]
    assert read_project(words) == project


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ({"duration": "-1d"}, "^duration: must not be negative"),
        ({"duration": "soon"}, "^duration: “soon” is no duration"),
        ({"remaining": "-1d"}, "^remaining: must not be negative"),
        ({"deadline": "2026-02-30T08:00"}, "^deadline: .* is no date"),
        ({"deadline": "0026-02-20T08:00"}, "^deadline: .* outside the years 1900 to 2200"),
        ({"constraint": {"type": "SNET"}}, "^constraint.date: missing"),
        ({"constraint": {"type": "SNET", "date": "x"}}, "^constraint.date: “x” is no date"),
        (
            {"estimate": {"distribution": "pert", "low": "1d", "mode": "3d", "high": "2d"}},
            "^estimate.high: less than mode",
        ),
        (
            {"estimate": {"distribution": "uniform", "low": "1d", "high": "e2d"}},
            "^estimate: elapsed and working time",
        ),
        (
            {"estimate": {"distribution": "discrete", "values": [["1d", 0.5], ["x", 0.5]]}},
            r"^estimate.values\[1\]\[0\]: “x” is no duration",
        ),
    ],
)
def test_a_fault_in_a_task_names_its_path(words, fault):
    with pytest.raises(PlanError, match=fault):
        read_task({"id": "A", "name": "A", "duration": "1d"} | words, STANDARD)


def test_a_fault_in_an_impact_names_its_path():
    estimate = {"distribution": "uniform", "low": "2d", "high": "1d"}
    words = {"id": "R", "probability": 0.5, "impacts": [{"task": "A", "estimate": estimate}]}

    with pytest.raises(PlanError, match=r"^impacts\[0\]\.estimate\.high: less than low"):
        read_risk(words, STANDARD)
    with pytest.raises(PlanError, match=r"^after\.impacts\[0\]\.estimate\.high: less than low"):
        read_risk(words | {"impacts": [], "after": words}, STANDARD)


def test_an_impact_in_per_cent_is_held_in_hundredths():
    words = {"distribution": "uniform", "low": "-5%", "high": "20.5%"}

    assert read_relative(words) == Uniform(-500, 2050)
    assert estimate_to_words(Uniform(-500, 2050), is_relative=True) == words


def test_per_cents_and_durations_do_not_mix():
    with pytest.raises(PlanError, match="cannot stand in one impact"):
        read_relative({"distribution": "uniform", "low": "5%", "high": "2d"})


def test_a_typed_range_may_stand_for_an_estimate():
    assert estimate_from_words("1..2..3d", STANDARD) == Pert(480, 960, 1440)
    assert estimate_from_words({"distribution": "fixed", "value": "5%"}, STANDARD) == Fixed(500)


def test_a_link_without_a_type_is_finish_to_start():
    assert read_dependency({"from": "A", "to": "B"}, STANDARD).key == "A|B|FS"


@pytest.mark.parametrize("hours", ["8 to 5", "08:00", "25:00-26:00", "08:00-24:30", "08:61-12:00"])
def test_hours_that_name_no_interval_are_refused_in_words(hours):
    with pytest.raises(PlanError, match="no interval of a day"):
        read_hours([hours])
