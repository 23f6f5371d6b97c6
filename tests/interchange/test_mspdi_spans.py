"""Projects from their finish, tasks in pieces, and dates of which one is missing."""

from datetime import datetime

import pytest

from planning.core.schedule import schedule
from planning.interchange import mspdi
from tests.mspdi_files import link, tags, task
from tests.mspdi_files import mspdi as file


def from_its_finish(**fields) -> bytes:
    """A chain of two tasks and one alone, as late as possible before Friday 17:00."""
    rows = [
        task(1, "PT16H0M0S", ConstraintType=1),
        task(2, "PT8H0M0S", ConstraintType=1, links=[link(1)]),
        task(3, "PT8H0M0S", ConstraintType=0),
    ]
    known = {"ScheduleFromStart": 0, "FinishDate": "2026-01-09T17:00:00"}
    return file("".join(rows), **(known | fields))


def test_a_project_scheduled_from_its_finish_begins_as_late_as_it_can():
    result = mspdi.read(from_its_finish())
    found = schedule(result.plan)

    assert result.plan.project.start == datetime(2026, 1, 7, 8)
    assert result.plan.project.must_finish_by == datetime(2026, 1, 9, 17)
    assert [found.task(key).start.day for key in "123"] == [7, 9, 7]
    assert found.finish == datetime(2026, 1, 9, 17)
    assert "scheduled from its finish, 2026-01-09 17:00" in result.report.warnings[0]


@pytest.mark.parametrize("start", ["1999-01-01T00:00:00", "2031-01-01T00:00:00", ""])
def test_the_stored_start_of_such_a_project_is_no_input(start):
    assert mspdi.read(from_its_finish(StartDate=start)).plan == mspdi.read(from_its_finish()).plan


def pieces(*periods: tuple[str, str, int], type_: int = 1) -> str:
    """One person's work on task 1: day and time of start and finish, and hours."""
    inner = "".join(
        tags(
            TimephasedData=tags(
                Type=type_,
                Start=f"2026-01-{start}:00",
                Finish=f"2026-01-{finish}:00",
                Unit=2,
                Value=f"PT{hours}H0M0S",
            )
        )
        for start, finish, hours in periods
    )
    return tags(Assignments=tags(Assignment=tags(UID=1, TaskUID=1, ResourceUID=-65535) + inner))


SPLIT = (("05T08:00", "05T17:00", 8), ("06T08:00", "08T08:00", 0), ("08T08:00", "08T17:00", 8))


@pytest.mark.parametrize("start", ["2026-01-05T08:00:00", "2026-01-26T08:00:00"])
def test_a_task_in_pieces_ends_where_its_last_piece_does_wherever_it_stands(start):
    result = mspdi.read(file(task(1, "PT16H0M0S"), more=pieces(*SPLIT), StartDate=start))

    days = (schedule(result.plan).task("1").finish - datetime.fromisoformat(start)).days
    assert days == 3
    assert "in 2 pieces" in result.report.warnings[0]


def test_pieces_that_are_not_what_the_duration_counts_are_no_split():
    data = file(task(1, "PT32H0M0S"), more=pieces(*SPLIT))

    assert mspdi.read(data).plan.task("1").duration_minutes == 1920


def test_what_was_and_what_is_to_be_done_lie_on_both_sides_of_a_pause():
    begun = {"ActualStart": "2026-01-05T08:00:00", "PercentComplete": 50}
    row = task(1, "PT16H0M0S", RemainingDuration="PT8H0M0S", **begun)
    done = pieces(SPLIT[0], type_=2).replace("</Assignment></Assignments>", "")
    left = pieces(SPLIT[2]).partition("</ResourceUID>")[2]

    one = mspdi.read(file(row, more=done + left)).plan.task("1")

    assert (one.duration_minutes, one.remaining_minutes) == (1920, 1440)


@pytest.mark.parametrize(("own", "honors"), [("<OutlineCodes/><WBSMasks/>", True), ("", False)])
def test_what_microsoft_project_writes_of_constraints_is_not_taken_at_its_word(own, honors):
    rows = task(1, "PT40H0M0S") + task(
        2, links=[link(1)], ConstraintType=2, ConstraintDate="2026-01-06T08:00:00"
    )

    result = mspdi.read(file(rows, more=own, HonorConstraints=0))

    assert result.plan.project.honor_constraints is honors
    assert schedule(result.plan).task("2").start.day == (6 if honors else 12)
    assert bool(result.report.warnings) is honors


@pytest.mark.parametrize(
    ("given", "start", "finish"),
    [
        ({"ManualStart": "2026-01-07T08:00:00"}, (7, 8), (8, 17)),
        ({"ManualFinish": "2026-01-14T17:00:00"}, (13, 8), (14, 17)),
    ],
)
def test_a_manual_task_with_one_date_gets_the_other_from_its_duration(given, start, finish):
    result = mspdi.read(file(task(1, "PT16H0M0S", Manual=1, **given)))
    found = schedule(result.plan).task("1")

    assert (found.start.day, found.start.hour) == start
    assert (found.finish.day, found.finish.hour) == finish
    assert "only one date" in result.report.warnings[0]
