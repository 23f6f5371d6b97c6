"""What differs between two plans and what it does to the dates."""

from dataclasses import replace
from datetime import datetime

from hypothesis import given

from planning.core.diff import diff
from planning.core.differences import counts, difference
from planning.core.edits import What
from planning.core.plan import Dependency, Plan, ProjectSettings, Task, standard_calendar
from tests.plan_strategies import few, plans

SHED = Plan(
    ProjectSettings("Shed", datetime(2026, 1, 5, 8)),
    (standard_calendar(),),
    (
        Task("R", "Security review", duration_minutes=480),
        Task("B", "Backend API", duration_minutes=12 * 480),
        Task("C", "Cure", duration_minutes=480),
    ),
    (Dependency("B", "C"),),
)


def changed(**fields) -> Plan:
    tasks = tuple(replace(one, **fields) if one.key == "B" else one for one in SHED.tasks)
    return replace(SHED, tasks=tasks)


def test_a_change_is_told_with_what_it_does_to_the_dates():
    after = replace(
        changed(duration_minutes=15 * 480),
        dependencies=(*SHED.dependencies, Dependency("R", "B")),
    )

    found = difference(SHED, after)

    assert [one.text for one in found.sentences] == [
        "Backend API: 12 d → 15 d; now after Security review"
    ]
    assert found.finish_minutes == 4 * 480
    assert [(move.key, move.minutes) for move in found.moves] == [("B", 1920), ("C", 1920)]


def test_promised_dates_are_told_once_and_not_task_by_task():
    when = datetime(2026, 2, 2, 17)

    found = difference(SHED, changed(promised_finish=when, promised_start=when))

    assert found.sentences == ()
    assert found.promised == 1
    assert not found.is_empty


def test_friday_evening_and_monday_morning_are_no_move():
    week = replace(SHED, tasks=(Task("B", "Dig", duration_minutes=5 * 480),), dependencies=())
    monday = datetime(2026, 1, 12, 8)
    milestone = Task("M", "Done", kind="milestone", duration_minutes=0)
    before = replace(week, tasks=(*week.tasks, milestone), dependencies=(Dependency("B", "M"),))
    after = replace(
        week, tasks=(*week.tasks, replace(milestone, manual_start=monday, manual_finish=monday))
    )

    assert [move.key for move in difference(before, after).moves] == []


def test_things_are_counted_once_however_many_of_their_fields_changed():
    after = changed(duration_minutes=480, percent_complete=50.0)
    after = replace(after, tasks=(*after.tasks, Task("N", "New")))

    assert counts(diff(SHED, after)) == {What.ADDED: 1, What.REMOVED: 0, What.CHANGED: 1}


@few
@given(plans(), plans())
def test_every_edit_stands_in_a_sentence_or_among_the_promises(before: Plan, after: Plan):
    found = difference(before, after)

    phrases = sum(len(one.phrases) for one in found.sentences)
    promises = [edit for edit in found.edits if edit.field.startswith("promised_")]
    assert phrases + len(promises) == len(found.edits)
    assert found.is_empty == (diff(before, after) == ())
