from datetime import datetime

import pytest

from planning.core.plan import (
    Constraint,
    ConstraintType,
    Dependency,
    Lag,
    LinkType,
    PlanError,
    Rules,
    TaskKind,
    TotalFloat,
)
from planning.core.schedule import schedule
from planning.interchange import mspdi
from tests.mspdi_files import calendar, link, tags, task, week
from tests.mspdi_files import mspdi as file


def plan_of(*args, **fields):
    return mspdi.read(file(*args, **fields)).plan


def report_of(*args, **fields):
    return mspdi.read(file(*args, **fields)).report


def test_it_reads_the_settings_that_decide_dates():
    project = plan_of(
        task(1),
        CriticalSlackLimit=2,
        HonorConstraints=0,
        MultipleCriticalPaths=1,
        MinutesPerDay=420,
    ).project

    assert project.name == "House"
    assert project.start == datetime(2026, 1, 5, 8)
    assert project.critical_float_limit_minutes == 840
    assert project.honor_constraints is False
    assert project.open_ends_critical is True
    assert (project.rules, project.total_float) == (Rules.MSPROJECT, TotalFloat.SMALLEST)


def test_the_row_of_uid_0_and_blank_rows_are_no_tasks():
    plan = plan_of(task(0, name="House") + task(1) + tags(Task=tags(UID=2, IsNull=1)))

    assert [one.key for one in plan.tasks] == ["1"]


def test_outline_levels_become_parents():
    rows = task(1) + task(2, level=2) + task(3, level=3) + task(4, level=2) + task(5)

    plan = plan_of(rows)

    assert [(one.key, one.parent) for one in plan.tasks] == [
        ("1", None),
        ("2", "1"),
        ("3", "2"),
        ("4", "1"),
        ("5", None),
    ]
    assert [one.kind for one in plan.tasks][:3] == ["summary", "summary", "task"]


def test_a_hundred_outline_levels_are_a_hundred_summaries():
    plan = plan_of("".join(task(level, level=level) for level in range(1, 102)))

    assert len(plan.parents()) == 100


@pytest.mark.parametrize(
    ("duration", "unit", "minutes", "is_elapsed"),
    [
        ("PT8H0M0S", 7, 480, False),
        ("PT7H30M0S", 39, 450, False),
        ("PT48H0M0S", 8, 2880, True),
        ("PT48H0M0S", 40, 2880, True),
        ("PT0.5H", 5, 30, False),
    ],
)
def test_durations_are_minutes_and_may_be_elapsed(duration, unit, minutes, is_elapsed):
    (one,) = plan_of(task(1, duration, DurationFormat=unit)).tasks

    assert (one.duration_minutes, one.elapsed) == (minutes, is_elapsed)


def test_a_milestone_has_no_duration():
    first, second = plan_of(task(1, "PT0H0M0S", Milestone=1) + task(2, Milestone=1)).tasks

    assert first.kind is TaskKind.MILESTONE
    assert second.kind is TaskKind.TASK


def test_every_constraint_is_read_with_its_date():
    rows = "".join(
        task(code + 1, ConstraintType=code, ConstraintDate="2026-01-12T08:00:00")
        for code in range(8)
    )

    wishes = [one.constraint for one in plan_of(rows).tasks]

    assert wishes[0] is None
    assert wishes[1] == Constraint(ConstraintType.ALAP)
    assert [wish.type for wish in wishes[2:]] == ["MSO", "MFO", "SNET", "SNLT", "FNET", "FNLT"]
    assert {wish.date for wish in wishes[2:]} == {datetime(2026, 1, 12, 8)}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, Dependency("1", "2")),
        ({"type_": 0}, Dependency("1", "2", LinkType.FF)),
        ({"type_": 2}, Dependency("1", "2", LinkType.SF)),
        ({"type_": 3, "lag": 4800}, Dependency("1", "2", LinkType.SS, Lag(480))),
        ({"lag": -14400, "unit": 8}, Dependency("1", "2", LinkType.FS, Lag(-1440, elapsed=True))),
        ({"lag": -50, "unit": 19}, Dependency("1", "2", LinkType.FS, Lag(percent=-50))),
        (
            {"lag": 25, "unit": 52},
            Dependency("1", "2", LinkType.FS, Lag(percent=25, elapsed=True)),
        ),
    ],
)
def test_links_have_four_types_and_lags_of_every_unit(fields, expected):
    plan = plan_of(task(1) + task(2, links=[link(1, **fields)]))

    assert plan.dependencies == (expected,)


def test_progress_keeps_actual_dates_and_what_remains():
    started = {"ActualStart": "2026-01-05T08:00:00", "PercentComplete": 25}
    finished = {
        "ActualStart": "2026-01-05T08:00:00",
        "ActualFinish": "2026-01-06T17:00:00",
        "PercentComplete": 100,
    }

    first, second = plan_of(
        task(1, "PT32H0M0S", RemainingDuration="PT24H0M0S", **started) + task(2, **finished)
    ).tasks

    assert (first.actual_start, first.remaining_minutes) == (datetime(2026, 1, 5, 8), 1440)
    assert first.percent_complete == 25
    assert second.actual_finish == datetime(2026, 1, 6, 17)


def test_work_that_was_split_goes_on_when_the_file_says():
    fields = {
        "ActualStart": "2026-01-05T08:00:00",
        "PercentComplete": 50,
        "Stop": "2026-01-05T12:00:00",
        "Resume": "2026-01-08T13:00:00",
    }

    (one,) = plan_of(task(1, **fields)).tasks

    assert (one.suspended, one.resumed) == (datetime(2026, 1, 5, 12), datetime(2026, 1, 8, 13))


def test_a_manual_task_keeps_its_dates():
    fields = {"ManualStart": "2026-02-02T08:00:00", "ManualFinish": "2026-02-03T17:00:00"}

    first, second = plan_of(task(1, Manual=1, **fields) + task(2, Manual=0, **fields)).tasks

    assert first.manual_start == datetime(2026, 2, 2, 8)
    assert first.is_manual
    assert not second.is_manual


def test_the_dates_of_an_automatic_task_are_never_looked_at():
    wrong = {"Start": "2031-01-01T08:00:00", "Finish": "2031-01-02T17:00:00"}

    assert plan_of(task(1, **wrong)) == plan_of(task(1))


def test_the_first_baseline_gives_the_promised_dates_and_others_are_counted():
    def baseline(number):
        dates = tags(Start="2026-01-07T08:00:00", Finish="2026-01-09T17:00:00")
        return tags(Number=number) + dates

    result = mspdi.read(file(task(1, Baseline=[baseline(0), baseline(3)])))

    assert result.plan.tasks[0].promised_finish == datetime(2026, 1, 9, 17)
    assert ("tasks.baseline_3", 1) in result.report.dropped


def test_what_cannot_be_kept_is_counted_by_field():
    rows = task(1, Cost=1200, Notes="Dig", Priority=700) + task(2, Cost=0, Priority=500, Work=90)
    more = tags(Resources=tags(Resource=[tags(UID=1, Name="Digger")]))

    report = report_of(rows, more=more)

    assert report.dropped == (
        ("resources", 1),
        ("tasks.cost", 1),
        ("tasks.notes", 1),
        ("tasks.priority", 1),
        ("tasks.work", 1),
    )


def test_inactive_and_levelled_tasks_are_marked():
    first, second = plan_of(task(1, Active=0) + task(2, LevelingDelay=28800)).tasks

    assert not first.active
    assert (second.active, second.leveling_delay_minutes) == (True, 2880)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (task(1, "-PT8H0M0S"), "Task “Task 1” has a negative duration; 0 is taken."),
        (task(1, None), "Task “Task 1” has no duration; 480 minutes are assumed."),
        (task(1, links=[link(1)]), "The task “Task 1” is linked to itself; left out."),
        (
            task(1, links=[link(9)]),
            "A link of task “Task 1” comes from 9, which is no task of this file; it is left out.",
        ),
        (
            task(1) + task(2, level=2, links=[link(1)]),
            "The link “Task 1” → “Task 2” joins a task with its own summary; it is left out.",
        ),
        (
            task(1, ConstraintType=4),
            "The constraint SNET of task “Task 1” has no date; it is left out.",
        ),
        (
            task(1, ConstraintType=4, ConstraintDate="2500-01-01T08:00:00"),
            "The constraint SNET of task “Task 1” has no date; it is left out.",
        ),
        (
            task(1, CalendarUID=77),
            "The calendar 77 of task “Task 1” is not in the file; the project's is used.",
        ),
        (task(1, Manual=1), "The manual task “Task 1” has no dates; its links schedule it."),
    ],
)
def test_what_makes_no_sense_is_repaired_and_said(row, sentence):
    result = mspdi.read(file(row))

    assert sentence in result.report.warnings


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (task(1) + task(1), "Two tasks have the UID 1; the second is “Task 1”."),
        (
            task(1, links=[link(2)]) + task(2, links=[link(3)]) + task(3, links=[link(1)]),
            "The links of this file make a circle: Task 2 → Task 1 → Task 3 → Task 2.",
        ),
        (task(1, "PT99999999H0M0S"), "The duration PT99999999H0M0S is longer than a hundred"),
    ],
)
def test_what_no_plan_can_mean_is_refused_in_a_sentence(rows, sentence):
    with pytest.raises(PlanError, match=sentence.replace("(", r"\(").replace(".", r"\.")):
        mspdi.read(file(rows))


def test_links_to_other_projects_are_counted():
    foreign = link(-1, CrossProject=1, CrossProjectName="other.mpp\\5")

    assert ("links.other_project", 1) in report_of(task(1, links=[foreign])).dropped


def test_a_status_date_is_told_and_not_taken_for_a_data_date():
    result = mspdi.read(file(task(1), StatusDate="2026-01-07T17:00:00"))

    assert result.plan.project.data_date is None
    assert "status date" in result.report.warnings[0]


SEVEN = calendar(2, "Seven days", days=week(range(1, 8)))
TUESDAYS = calendar(3, "Tom", base=1, is_base=0, days=week([3]))
RESOURCES = tags(
    Resources=tags(
        Resource=[tags(UID=1, Type=1, CalendarUID=3), tags(UID=2, Type=1, CalendarUID=2)]
    )
)


def assigned(*pairs):
    rows = [tags(TaskUID=task, ResourceUID=who, Units=1) for task, who in pairs]
    return RESOURCES + tags(Assignments=tags(Assignment=rows))


def work_calendars(rows, *pairs):
    plan = plan_of(rows, calendar() + SEVEN + TUESDAYS, more=assigned(*pairs))
    keys = {one.key for one in plan.calendars}
    used = [one.work_calendar for one in plan.tasks]
    assert all(key in keys for key in used if key)
    return used


def test_a_task_is_worked_on_when_its_people_work():
    assert work_calendars(task(1) + task(2), (1, 1)) == ["3", None]


def test_several_people_work_whenever_one_of_them_does():
    assert work_calendars(task(1), (1, 1), (1, 2)) == ["people:2or3"]


def test_a_calendar_of_its_own_narrows_the_time_of_its_people():
    tuesday_and_thursday = task(1, CalendarUID=2)

    assert work_calendars(tuesday_and_thursday, (1, 1)) == ["3"]


def test_people_are_left_aside_where_the_task_says_so_or_its_duration_is_fixed():
    rows = task(1, IgnoreResourceCalendar=1) + task(2, Type=1) + task(3, Type=2)

    assert work_calendars(rows, (1, 1), (2, 1), (3, 1)) == [None, None, "3"]


@pytest.mark.parametrize("namespace", ["", ' xmlns="http://schemas.microsoft.com/project/2007"'])
def test_it_reads_files_of_any_namespace(namespace):
    data = file(task(1)).replace(
        b' xmlns="http://schemas.microsoft.com/project"', namespace.encode()
    )

    assert mspdi.read(data).plan == plan_of(task(1))


def test_other_xml_is_refused():
    with pytest.raises(PlanError, match="not MS Project XML: it begins with <html>"):
        mspdi.read(b"<html/>")


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
