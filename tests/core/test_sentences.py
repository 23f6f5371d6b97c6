from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given

from planning.core.diff import diff
from planning.core.distributions import Fixed, Pert
from planning.core.plan import (
    Constraint,
    ConstraintType,
    Correlation,
    Dependency,
    Driver,
    Impact,
    Lag,
    LinkType,
    Plan,
    ProjectSettings,
    Risk,
    Task,
    standard_calendar,
)
from planning.core.sentences import sentences
from tests.plan_strategies import few, plans

OLD = Plan(
    ProjectSettings("Release", datetime(2026, 1, 5, 8)),
    (standard_calendar(),),
    (
        Task("R", "Security review", duration_minutes=960),
        Task("B", "Backend API", duration_minutes=12 * 480),
    ),
    (Dependency("R", "B"),),
)


def told(new: Plan, old: Plan = OLD) -> list[str]:
    return [sentence.text for sentence in sentences(diff(old, new), old, new)]


def with_task(key: str, **fields) -> Plan:
    tasks = tuple(replace(t, **fields) if t.key == key else t for t in OLD.tasks)
    return replace(OLD, tasks=tasks)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"duration_minutes": 7200}, "Backend API: 12 d → 15 d"),
        ({"name": "API"}, "API: was called Backend API"),
        ({"percent_complete": 50.0}, "Backend API: done 0 % → 50 %"),
        ({"deadline": datetime(2026, 2, 2, 17)}, "Backend API: deadline 2026-02-02 17:00"),
        ({"estimate": Pert(480, 960, 1440)}, "Backend API: estimate 1..2..3d"),
        ({"remaining_minutes": 480}, "Backend API: remaining 1 d"),
        ({"parent": "R"}, "Backend API: now under Security review"),
        ({"active": False}, "Backend API: active yes → no"),
        (
            {"constraint": Constraint(ConstraintType.SNET, datetime(2026, 2, 2, 8))},
            "Backend API: constraint starts no earlier than 2026-02-02 08:00",
        ),
    ],
)
def test_a_change_of_a_task_reads_like_a_note(fields, text):
    assert told(with_task("B", **fields)) == [text]


def test_what_is_taken_away_is_told_with_what_it_was():
    old = with_task("B", deadline=datetime(2026, 2, 2, 17))

    assert told(OLD, old) == ["Backend API: deadline removed (was 2026-02-02 17:00)"]


def test_links_are_told_at_the_task_that_waits():
    links = (Dependency("R", "B", LinkType.SS, Lag(960)),)

    assert told(replace(OLD, dependencies=links)) == [
        "Backend API: now after Security review (SS) + 2 d; no longer after Security review"
    ]


def test_a_changed_lag_says_after_whom():
    links = (Dependency("R", "B", lag=Lag(percent=50.0)),)

    assert told(replace(OLD, dependencies=links)) == [
        "Backend API: lag after Security review 0 d → 50 %"
    ]


def test_added_and_removed_things_are_named():
    tasks = (OLD.tasks[0], Task("N", "Write docs", duration_minutes=480))
    new = replace(
        OLD,
        tasks=tasks,
        dependencies=(),
        risks=(Risk("R1", "Late permit", 0.3, (Impact("R", Fixed(480)),)),),
        drivers=(Driver("Same crew", 0.5, ("R", "N")),),
        correlations=(Correlation("N", "R", 0.3),),
    )

    assert told(new) == [
        "Write docs: added, 1 d",
        "Backend API: removed; no longer after Security review",
        "Risk R1: added, probability 30 %",
        "Driver Same crew: added",
        "Correlation Write docs and Security review: added",
    ]


def test_settings_stand_in_one_line():
    project = replace(OLD.project, data_date=datetime(2026, 2, 2, 8), open_ends_critical=True)

    assert told(replace(OLD, project=project)) == [
        "Plan settings: data date 2026-02-02 08:00; open ends are critical no → yes"
    ]


def test_a_key_that_holds_a_bar_names_its_task():
    odd = Task("a|b", "Odd", duration_minutes=480)
    old = replace(OLD, tasks=(*OLD.tasks, odd))
    new = replace(old, dependencies=(*old.dependencies, Dependency("a|b", "B")))

    assert told(new, old) == ["Backend API: now after Odd"]


@few
@given(plans(), plans())
def test_every_change_has_its_sentence(before: Plan, after: Plan):
    edits = diff(before, after)

    found = sentences(edits, before, after)

    assert bool(found) == bool(edits)
    assert all(sentence.text and "\n" not in sentence.text for sentence in found)
