from datetime import datetime

import pytest

from planning.core.plan import (
    Constraint,
    ConstraintType,
    Dependency,
    Lag,
    LagCalendar,
    LinkType,
    OutOfSequence,
    PlanError,
    TaskKind,
    TotalFloat,
)
from planning.core.schedule import schedule
from planning.interchange import xer
from tests.xer_files import (
    activity,
    node,
    project,
    relation,
)
from tests.xer_files import (
    xer as file,
)

WISH = datetime(2026, 1, 12, 8)


def plan_of(*args, **tables):
    return xer.read(file(*args, **tables)).plan


def task_of(**fields):
    return plan_of([activity(7, "A", **fields)]).task("A")


def options(**fields):
    return {"schedoptions_id": 1, "proj_id": 1} | fields


def test_activities_keep_their_ids_and_stand_in_the_breakdown():
    nodes = [node(1, "BR"), node(2, "DECK", 1), node(3, "EAST", 2)]

    plan = plan_of([activity(10, "A", wbs_id=3), activity(11, "B", wbs_id=1)], PROJWBS=nodes)

    assert [(task.key, task.parent) for task in plan.tasks] == [
        ("wbs:BR", None),
        ("wbs:BR.DECK", "wbs:BR"),
        ("wbs:BR.DECK.EAST", "wbs:BR.DECK"),
        ("A", "wbs:BR.DECK.EAST"),
        ("B", "wbs:BR"),
    ]
    assert plan.project.name == "Part BR"


def test_the_options_of_the_schedule_decide():
    row = project(critical_drtn_hr_cnt=9, plan_end_date="2026-03-31 17:00")
    chosen = options(
        sched_float_type="FT_SS",
        sched_calendar_on_relationship_lag="rcal_24Hour",
        sched_open_critical_flag="Y",
        sched_retained_logic="N",
        sched_progress_override="Y",
        sched_lag_early_start_flag="N",
    )

    settings = plan_of([activity(1, "A")], PROJECT=[row], SCHEDOPTIONS=[chosen]).project

    assert settings.critical_float_limit_minutes == 540
    assert settings.must_finish_by == datetime(2026, 3, 31, 17)
    assert settings.data_date == datetime(2026, 1, 5)
    assert settings.total_float is TotalFloat.START
    assert settings.lag_calendar is LagCalendar.CLOCK
    assert settings.out_of_sequence is OutOfSequence.PROGRESS_OVERRIDE
    assert settings.open_ends_critical
    assert not settings.lag_from_early_start


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("TT_Task", TaskKind.TASK),
        ("TT_Rsrc", TaskKind.TASK),
        ("TT_Mile", TaskKind.MILESTONE),
        ("TT_FinMile", TaskKind.MILESTONE),
        ("TT_LOE", TaskKind.EFFORT),
    ],
)
def test_every_type_of_activity_has_its_kind(code, kind):
    task = task_of(task_type=code)

    assert task.kind is kind
    assert task.start_milestone is (code == "TT_Mile")


def test_a_wbs_summary_activity_spans_its_node():
    nodes = [node(1, "BR"), node(2, "DECK", 1)]
    rows = [activity(1, "A", wbs_id=2), activity(2, "W", wbs_id=2, task_type="TT_WBS")]

    plan = plan_of(rows, PROJWBS=nodes)

    assert plan.task("W").parent == "wbs:BR"
    assert plan.dependencies == (
        Dependency("wbs:BR.DECK", "W", LinkType.SS),
        Dependency("wbs:BR.DECK", "W", LinkType.FF),
    )


@pytest.mark.parametrize(
    ("code", "first", "second"),
    [
        ("CS_MSO", "SNET", "SNLT"),
        ("CS_MEO", "FNET", "FNLT"),
        ("CS_MSOA", "SNET", None),
        ("CS_MSOB", "SNLT", None),
        ("CS_MEOA", "FNET", None),
        ("CS_MEOB", "FNLT", None),
        ("CS_MANDSTART", "MSO", None),
        ("CS_MANDFIN", "MFO", None),
    ],
)
def test_constraints_bound_as_p6_means_them(code, first, second):
    task = task_of(cstr_type=code, cstr_date="2026-01-12 08:00")

    assert task.constraint == Constraint(ConstraintType(first), WISH)
    assert task.constraint2 == (Constraint(ConstraintType(second), WISH) if second else None)


def test_as_late_as_possible_needs_no_date_and_may_have_a_second_constraint():
    task = task_of(cstr_type="CS_ALAP", cstr_type2="CS_MEOB", cstr_date2="2026-01-12 08:00")

    assert task.constraint == Constraint(ConstraintType.ALAP)
    assert task.constraint2 == Constraint(ConstraintType.FNLT, WISH)


def test_dates_of_links_to_other_files_bound_a_task_unless_the_options_say_no():
    row = activity(1, "A", external_early_start_date="2026-01-12 08:00")
    ignored = options(sched_outer_depend_type="SD_None")

    task = plan_of([row]).task("A")

    assert (task.external_start, task.constraint) == (WISH, None)
    assert plan_of([row], SCHEDOPTIONS=[ignored]).task("A").external_start is None


def test_what_remains_is_the_duration_of_an_activity_that_has_not_started():
    assert task_of(hours=40, remain_drtn_hr_cnt="24.5").duration_minutes == 1470


def test_progress_is_read_by_its_status():
    begun = {"act_start_date": "2026-01-05 08:00", "remain_drtn_hr_cnt": 10}
    under_way = task_of(
        hours=40,
        status_code="TK_Active",
        suspend_date="2026-01-06 12:00",
        resume_date="2026-01-09 08:00",
        **begun,
    )
    done = task_of(status_code="TK_Complete", act_end_date="2026-01-06 17:00", **begun)

    assert (under_way.duration_minutes, under_way.remaining_minutes) == (2400, 600)
    assert under_way.percent_complete == 75
    assert under_way.resumed == datetime(2026, 1, 9, 8)
    assert (done.actual_finish, done.remaining_minutes) == (datetime(2026, 1, 6, 17), None)


def test_physical_progress_is_taken_where_the_activity_names_it():
    task = task_of(
        status_code="TK_Active",
        act_start_date="2026-01-05 08:00",
        complete_pct_type="CP_Phys",
        phys_complete_pct=30,
    )

    assert task.percent_complete == 30


def test_expected_finishes_count_only_where_the_options_use_them():
    row = activity(1, "A", expect_end_date="2026-01-12 08:00")
    unused = options(sched_use_expect_end_flag="N")

    assert plan_of([row]).task("A").expected_finish == WISH
    assert plan_of([row], SCHEDOPTIONS=[unused]).task("A").expected_finish is None


@pytest.mark.parametrize("kind", list(LinkType))
def test_relations_have_four_types_and_lags_in_hours(kind):
    plan = plan_of([activity(1, "A"), activity(2, "B")], [relation(1, 2, kind, "-2.5")])

    assert plan.dependencies == (Dependency("A", "B", kind, Lag(-150)),)


@pytest.mark.parametrize("lags", [(8, 40), (40, 8)])
def test_of_two_relations_of_one_type_the_longer_is_kept_and_the_other_told(lags):
    pair = [relation(1, 2, lag=lag, task_pred_id=number) for number, lag in enumerate(lags)]
    result = xer.read(file([activity(1, "A"), activity(2, "B")], pair))

    assert [one.lag.minutes for one in result.plan.dependencies] == [2400]
    assert "the longer one is kept" in result.report.warnings[0]


def test_a_link_to_a_project_that_is_not_in_the_file_is_counted():
    foreign = relation(99, 1, pred_proj_id=2)

    assert ("links.other_project", 1) in xer.read(
        file([activity(1, "A")], [foreign])
    ).report.dropped


def test_links_through_a_level_of_effort_close_no_circle():
    rows = [activity(1, "A", 16), activity(2, "LOE", 0, task_type="TT_LOE")]
    links = [relation(1, 2, "SS"), relation(2, 1, "FF")]

    plan = plan_of(rows, links)
    found = schedule(plan)

    assert found.task("LOE").start == found.task("A").start
    assert found.task("LOE").finish == found.task("A").finish


def test_half_a_minute_counts_as_a_whole_one():
    assert task_of(hours=1.875).duration_minutes == 113
    assert task_of(hours=7.4749).duration_minutes == 448


def test_several_projects_are_told_apart_by_their_ids():
    rows = [activity(1, "A"), activity(2, "A", proj_id=2, wbs_id=2), activity(3, "B", proj_id=2)]
    projects = [project(), project(2, "TW", last_recalc_date="2026-02-02 00:00")]
    nodes = [node(1, "BR"), node(2, "TW", proj=2)]

    plan = plan_of(rows, PROJECT=projects, PROJWBS=nodes)

    assert {task.key for task in plan.tasks} == {
        "BR:wbs:BR",
        "TW:wbs:TW",
        "BR:A",
        "TW:A",
        "TW:B",
    }
    assert plan.task("TW:A").constraint == Constraint(ConstraintType.SNET, datetime(2026, 2, 2))
    assert plan.task("BR:A").constraint is None


def test_a_baseline_in_the_file_gives_the_promised_dates():
    planned = {"target_start_date": "2026-01-07 08:00", "target_end_date": "2026-01-09 17:00"}
    rows = [activity(1, "A"), activity(2, "A", proj_id=2, **planned)]

    plan = plan_of(rows, PROJECT=[project(), project(2, "BR-B1", orig_proj_id=1)])

    assert plan.task("A").promised_finish == datetime(2026, 1, 9, 17)
    assert len(plan.tasks) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_names_are_read_in_every_encoding(encoding):
    data = file([activity(1, "A", task_name="Brücke – Gründung")]).decode().encode(encoding)

    assert xer.read(data).plan.task("A").name == "Brücke – Gründung"


def test_control_characters_in_names_become_spaces():
    assert task_of(task_name="Deck\x7f\x7fand\x00pier").name == "Deck and pier"


def test_what_cannot_be_kept_is_counted():
    rows = [activity(1, "A", target_work_qty=8, priority_type="PT_High")]
    tables = {"RSRC": [{"rsrc_id": 1}], "UDFVALUE": [{"udf_type_id": 1}], "NEWTABLE": [{"x": 1}]}

    report = xer.read(file(rows, **tables)).report

    assert report.dropped == (
        ("custom_field_values", 1),
        ("newtable", 1),
        ("resources", 1),
        ("tasks.priority", 1),
        ("tasks.work", 1),
    )


def test_a_file_that_breaks_off_within_a_row_is_refused():
    whole = file([activity(1, "A"), activity(2, "B")], [relation(1, 2)])

    for end in (whole.index(b"Activity B"), whole.index(b"PR_FS")):
        with pytest.raises(PlanError, match="breaks off in the table TASK"):
            xer.read(whole[:end])


def test_a_file_without_its_last_line_is_read_and_doubted():
    data = file([activity(1, "A")]).removesuffix(b"%E\r\n")

    result = xer.read(data)

    assert result.plan.has_task("A")
    assert "cut off" in result.report.warnings[0]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\x03\x04", "does not begin with ERMHDR"),
        (b"ERMHDR\t8.0\r\n%E\r\n", "holds no project"),
        (b"ERMHDR\t8.0\r\n%T\tTASK\r\n%R\t1\r\n", "TASK of this XER file names no fields"),
        (file([activity(1, "A"), activity(2, "A")]), "Two activities of this XER file have the id"),
        (
            file(
                [activity(1, "A"), activity(2, "B")],
                [relation(1, 2), relation(2, 1)],
            ),
            "circle: Activity A → Activity B → Activity A",
        ),
        (
            file([activity(1, "A")], PROJECT=[project(plan_start_date="", last_recalc_date="")]),
            "does not say when its project starts",
        ),
        (file([activity(1, "A", hours=10**9)]), "longer than a hundred years"),
    ],
)
def test_what_cannot_be_a_plan_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(PlanError, match=sentence):
        xer.read(data)


def test_a_row_with_too_many_values_is_reported():
    data = file([activity(1, "A")]).replace(b"Activity A", b"Activity\tA")

    assert "TASK has more values" in xer.read(data).report.warnings[0]
