"""What a task waits for in other projects: a link, and when its other end was last heard to be."""

from dataclasses import replace
from datetime import datetime

import pytest

from planning.core.diff import apply, diff
from planning.core.edits import inverse
from planning.core.plan import (
    ExternalDates,
    ExternalLink,
    Lag,
    LinkType,
    PlanError,
    Task,
    TaskKind,
)
from planning.core.schedule import reschedule, schedule
from planning.core.sentences import sentences
from planning.core.validation import validate
from planning.interchange.planfile import plan_from_json, plan_to_json
from planning.interchange.writing import write_plan
from tests.core.scheduling_plans import dates, link, plan, task

OTHER = "01940000-0000-7000-8000-000000000001"
# Tuesday 08:00 to Wednesday 17:00 in the other project.
HEARD = ExternalDates(OTHER, "P", datetime(2026, 1, 6, 8), datetime(2026, 1, 7, 17))


def waiting(days: int = 2, kind: str = "FS", lag: Lag | None = None, **fields: object) -> Task:
    one = ExternalLink(OTHER, "P", LinkType(kind), lag or Lag())
    return replace(task("b", days), external_links=(one,), external_dates=(HEARD,), **fields)


@pytest.mark.parametrize(
    ("kind", "lag", "start"),
    [
        ("FS", Lag(), (2026, 1, 8, 8)),
        ("FS", Lag(480), (2026, 1, 9, 8)),
        ("FS", Lag(-480), (2026, 1, 7, 8)),
        ("FS", Lag(3 * 1440, elapsed=True), (2026, 1, 12, 8)),
        ("SS", Lag(), (2026, 1, 6, 8)),
        ("SS", Lag(240), (2026, 1, 6, 13)),
        ("FF", Lag(), (2026, 1, 6, 8)),
        ("FF", Lag(480), (2026, 1, 7, 8)),
        ("SF", Lag(), (2026, 1, 5, 8)),
        ("SF", Lag(5 * 480), (2026, 1, 9, 8)),
    ],
)
def test_each_type_holds_a_task_as_a_link_within_the_plan_does(kind, lag, start):
    inside = dates(
        task("first", 1), task("P", 2), task("b", 2), link("first", "P"), _link(kind, lag)
    )

    found = dates(waiting(kind=kind, lag=lag))

    assert found["b"].start == datetime(*start)
    assert (found["b"].start, found["b"].finish) == (inside["b"].start, inside["b"].finish)


def _link(kind: str, lag: Lag):
    return replace(link("P", "b", kind), lag=lag)


def test_a_link_without_dates_and_dates_without_a_link_hold_nothing():
    deaf = replace(waiting(), external_dates=())
    free = replace(waiting(), external_links=())

    assert dates(deaf)["b"].start == dates(free)["b"].start == datetime(2026, 1, 5, 8)


def test_the_later_of_a_link_inside_and_one_to_another_project_counts():
    found = dates(task("a", 5), waiting(), link("a", "b"))

    assert found["b"].start == datetime(2026, 1, 12, 8)
    assert found["b"].driven_by[0].kind == "dependency"


def test_the_reason_names_the_link_and_what_it_asks():
    reason = dates(waiting(lag=Lag(480)))["b"].driven_by[0]

    assert reason.to_json() == {
        "kind": "external",
        "id": f"{OTHER}|P",
        "type": "FS",
        "lag": "1d",
        "date": "2026-01-08T17:00",
    }


def test_work_that_has_begun_waits_no_more():
    begun = waiting(actual_start=datetime(2026, 1, 5, 8))

    assert dates(begun)["b"].finish == datetime(2026, 1, 6, 17)


def test_a_milestone_may_stand_where_the_other_finishes():
    found = dates(waiting(0, kind="FS"))
    milestone = dates(replace(waiting(0), kind=TaskKind.MILESTONE))

    assert found["b"].start == datetime(2026, 1, 8, 8)
    assert milestone["b"].finish == datetime(2026, 1, 7, 17)


def test_a_date_that_moves_reschedules_like_an_empty_start():
    former = plan(task("a", 3), waiting(), task("c"), link("b", "c"))
    later = replace(HEARD, finish=datetime(2026, 1, 14, 17))
    moved = replace(former.task("b"), external_dates=(later,))
    now = replace(former, tasks=(former.tasks[0], moved, former.tasks[2]))

    assert reschedule(schedule(former), now) == schedule(now)
    assert schedule(now).task("c").start == datetime(2026, 1, 19, 8)


def test_a_diff_tells_link_and_dates_apart_and_undoes_either():
    before, after = plan(task("b", 2)), plan(waiting())

    edits = diff(before, after)

    assert [edit.field for edit in edits] == ["external_links", "external_dates"]
    assert apply(edits, before) == after
    assert apply(inverse(edits), after) == before
    assert sentences(edits, before, after)[0].text == (
        "b: waits for other tasks of other projects; dates in other projects"
    )


def test_a_plan_file_keeps_links_and_their_dates():
    one = plan(waiting(lag=Lag(-960)))

    assert plan_from_json(plan_to_json(one)) == one


@pytest.mark.parametrize("format_", ["xml", "xer"])
def test_what_a_file_can_not_hold_is_counted(format_):
    report = write_plan(plan(waiting()), format_).report

    assert ("tasks.external_links", 1) in report.dropped


@pytest.mark.parametrize(
    ("links", "message"),
    [
        ((ExternalLink(OTHER, "P", lag=Lag(percent=50)),), "has a lag in time"),
        ((ExternalLink(OTHER, "P"), ExternalLink(OTHER, "P", lag=Lag(5))), "stands twice"),
    ],
)
def test_what_no_link_to_another_project_can_be_is_refused(links, message):
    with pytest.raises(PlanError, match=message):
        validate(plan(replace(task("b"), external_links=links)))
