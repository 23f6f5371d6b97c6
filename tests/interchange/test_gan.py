from datetime import date, datetime

import pytest

from planning.core.plan import Constraint, ConstraintType, Dependency, Lag, LinkType, PlanError
from planning.interchange import gan
from tests.shared_data import require_shared_data

WEEK = (
    '<default-week id="1" name="default" sun="1" mon="0" tue="0" wed="0" thu="0" fri="0" sat="1"/>'
)


def file(tasks, calendars=f"<day-types>{WEEK}</day-types>", more=""):
    return (
        f'<project name="Garden"><calendars>{calendars}</calendars>'
        f"<tasks>{tasks}</tasks>{more}</project>"
    ).encode()


def task(key, inner="", start="2026-01-05", duration=3, **attributes):
    named = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return (
        f'<task id="{key}" name="Task {key}" start="{start}" duration="{duration}"{named}>'
        f"{inner}</task>"
    )


def depend(key, type_=2, difference=0, hardness="Strong"):
    return f'<depend id="{key}" type="{type_}" difference="{difference}" hardness="{hardness}"/>'


def plan_of(*args, **fields):
    return gan.read(file(*args, **fields)).plan


def test_days_are_eight_hours_and_nesting_makes_summaries():
    plan = plan_of(task(1, task(2) + task(3, meeting="true", duration=0)))

    assert [(one.key, one.parent, str(one.kind)) for one in plan.tasks] == [
        ("1", None, "summary"),
        ("2", "1", "task"),
        ("3", "1", "milestone"),
    ]
    assert plan.task("2").duration_minutes == 3 * 480


def test_links_stand_at_the_predecessor_and_free_their_successor():
    plan = plan_of(task(1, depend(2, 3, 2)) + task(2, start="2026-01-12"))

    assert plan.dependencies == (Dependency("1", "2", LinkType.FF, Lag(960)),)
    assert plan.task("1").constraint == Constraint(ConstraintType.SNET, datetime(2026, 1, 5, 8))
    assert plan.task("2").constraint is None


def test_the_successor_of_a_rubber_link_stays_where_it_was_put():
    plan = plan_of(task(1, depend(2, hardness="Rubber")) + task(2, start="2026-01-12"))

    assert plan.task("2").constraint == Constraint(ConstraintType.SNET, datetime(2026, 1, 12, 8))


def test_weekends_and_holidays_become_the_calendar():
    days = (
        '<date year="2026" month="2" date="14" type="HOLIDAY"/><date year="" month="5" date="1"/>'
    )

    (calendar,) = plan_of(task(1), f"<day-types>{WEEK}</day-types>{days}").calendars

    assert [bool(hours) for hours in calendar.week] == [True] * 5 + [False] * 2
    off = {one.first for one in calendar.exceptions}
    assert {date(2026, 2, 14), date(2026, 5, 1), date(2050, 5, 1)} <= off


def test_progress_began_on_the_start_and_ends_on_the_last_day():
    plan = plan_of(task(1, complete=50) + task(2, complete=100, start="2026-01-08"))

    assert (plan.task("1").actual_start, plan.task("1").percent_complete) == (
        datetime(2026, 1, 5, 8),
        50,
    )
    assert plan.task("2").actual_finish == datetime(2026, 1, 12, 17)


def test_the_last_baseline_gives_the_promised_dates():
    previous = '<previous-task id="1" start="2026-01-07" duration="2"/>'
    more = f"<previous><previous-tasks name='B1'>{previous}</previous-tasks></previous>"

    (one,) = plan_of(task(1), more=more).tasks

    assert one.promised_finish == datetime(2026, 1, 8, 17)


def test_what_cannot_be_kept_is_counted():
    more = "<resources><resource id='0' name='Ann'/></resources>"

    report = gan.read(file(task(1, "<notes>Dig</notes>"), more=more)).report

    assert report.dropped == (("resources", 1), ("tasks.notes", 1))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"<project/>", "not a GanttProject file"),
        (file(""), "holds no task"),
        (file(task(1, start="someday")), "has no readable date"),
        (file(task(1) + task(1)), "Two tasks have the id 1"),
        (file(task(1, depend(2)) + task(2, depend(1))), "circle"),
    ],
)
def test_what_cannot_be_a_plan_is_refused(data, sentence):
    with pytest.raises(PlanError, match=sentence):
        gan.read(data)


def test_the_shared_sample_is_read():
    path = require_shared_data() / "gan" / "HouseBuildingSample.gan"

    plan = gan.read(path.read_bytes()).plan

    assert (len(plan.tasks), len(plan.dependencies)) == (20, 17)
