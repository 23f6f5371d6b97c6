"""What is wrong with a plan file is told by its place, in one sentence."""

import json

import pytest

from planning.core.plan import PlanError
from planning.interchange.planfile import PlanFileError, plan_from_data, plan_from_json
from tests.interchange.plan_files import one_task, plan_data


@pytest.mark.parametrize("field", ["estimate", "remaining"])
def test_working_and_elapsed_time_do_not_mix_in_a_task(field):
    words = {"estimate": {"distribution": "fixed", "value": "e2d"}, "remaining": "e2d"}

    with pytest.raises(PlanError, match=rf"^tasks\[0\].{field}: must be elapsed time just where"):
        one_task(duration="2d", **{field: words[field]})


def test_work_that_ends_before_it_begins_is_refused_on_a_weekend_too():
    fields = {"actual_start": "2026-01-11", "actual_finish": "2026-01-10"}

    with pytest.raises(PlanError, match="actual_finish: lies before the start"):
        plan_from_data(plan_data(tasks=[{"id": "A", **fields}]))


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
