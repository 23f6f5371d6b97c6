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
from planning.interchange import mspdi
from tests.interchange.mspdi_plans import plan_of, report_of
from tests.mspdi_files import link, tags, task
from tests.mspdi_files import mspdi as file


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


@pytest.mark.parametrize("namespace", ["", ' xmlns="http://schemas.microsoft.com/project/2007"'])
def test_it_reads_files_of_any_namespace(namespace):
    data = file(task(1)).replace(
        b' xmlns="http://schemas.microsoft.com/project"', namespace.encode()
    )

    assert mspdi.read(data).plan == plan_of(task(1))


def test_other_xml_is_refused():
    with pytest.raises(PlanError, match="not MS Project XML: it begins with <html>"):
        mspdi.read(b"<html/>")
