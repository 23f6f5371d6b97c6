import csv
import io
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.core.distributions import Pert
from planning.core.plan import (
    Constraint,
    ConstraintType,
    Dependency,
    Lag,
    LagCalendar,
    LinkType,
    Plan,
    PlanError,
    ProjectSettings,
    Task,
    TaskKind,
    standard_calendar,
)
from planning.interchange import csv_file
from planning.interchange.csv_cells import neutral, plain_text
from tests.plan_strategies import few, plans

TODAY = date(2026, 3, 2)


def read(text: str, name: str = "plan.csv") -> Plan:
    return csv_file.read(text.encode(), name, today=TODAY).plan


def by_key(plan: Plan) -> Plan:
    return replace(plan, dependencies=tuple(sorted(plan.dependencies, key=lambda row: row.key)))


@pytest.mark.parametrize("percent", [100 / 3, 1e-07, 99.99999999999999])
def test_any_share_that_is_done_comes_back(percent: float):
    tasks = (Task("A", "A", duration_minutes=480, percent_complete=percent),)
    plan = Plan(ProjectSettings("Shed", datetime(2026, 1, 5, 8)), (standard_calendar(),), tasks)

    assert read(csv_file.write(plan)).tasks[0].percent_complete == percent


@few
@given(plans())
def test_a_plan_is_written_and_read_back_whole(plan: Plan):
    assert by_key(csv_file.read(csv_file.write(plan).encode()).plan) == by_key(plan)


@few
@given(plans())
def test_writing_what_was_read_gives_the_same_table(plan: Plan):
    text = csv_file.write(plan)

    assert csv_file.write(csv_file.read(text.encode()).plan) == text


def test_a_small_table_is_a_plan():
    plan = read(
        'id,name,duration,predecessors\nA,Dig,3d,\nB,Pour,2..3..5d,A\nC,Cure,1w,"A, B FS+2d"\n'
    )

    assert plan.project.name == "plan"
    assert plan.project.start == datetime(2026, 3, 2, 8)
    assert [task.duration_minutes for task in plan.tasks] == [1440, 1440, 2400]
    assert plan.tasks[1].estimate == Pert(960, 1440, 2400)
    assert plan.dependencies == (
        Dependency("A", "B"),
        Dependency("A", "C"),
        Dependency("B", "C", lag=Lag(960)),
    )


def test_the_headings_of_ms_project_are_known():
    plan = read(
        "ID;Task Name;Duration;Start;Finish;Predecessors;% Complete;Outline Level;Cost\n"
        "1;Phase;5 days?;Mon 1/19/26;Fri 1/23/26;;0%;1;12\n"
        "2;Dig;2 days?;Mon 1/19/26;Tue 1/20/26;;50%;2;\n"
        "3;Pour;3 edays;Wed 1/21/26;Fri 1/23/26;2SS+50%,2FF-1 day;0%;2;7\n"
    )

    assert [task.parent for task in plan.tasks] == [None, "1", "1"]
    assert plan.tasks[1].percent_complete == 50
    assert plan.tasks[2].elapsed
    assert plan.dependencies == (
        Dependency("2", "3", LinkType.SS, Lag(percent=50.0)),
        Dependency("2", "3", LinkType.FF, Lag(-480)),
    )


def test_what_no_field_of_a_plan_holds_is_counted():
    result = csv_file.read(b"id,name,Cost,Owner\nA,Dig,5,\nB,Pour,6,Ann\n", today=TODAY)

    assert result.report.dropped == (("columns.Cost", 2), ("columns.Owner", 1))
    assert "starts on 2026-03-02" in result.report.warnings[0]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_delimiter_and_encoding_are_found(delimiter, encoding):
    text = "id,name,duration\nA,Décapage – été,3d\n".replace(",", delimiter)

    plan = csv_file.read(text.encode(encoding), today=TODAY).plan

    assert plan.tasks == (Task("A", "Décapage – été", duration_minutes=1440),)


def test_a_table_without_ids_counts_its_rows_and_links_by_name():
    plan = read("Task,Duration,After\nDig,1d,\nPour,2d,Dig\n")

    assert [task.key for task in plan.tasks] == ["1", "2"]
    assert plan.dependencies == (Dependency("1", "2"),)


def test_outline_numbers_make_a_tree():
    plan = read("WBS,Name,ID\n1,Phase,a\n1.1,Dig,b\n1.1.1,Deep,c\n2,Close,d\n")

    assert [task.parent for task in plan.tasks] == [None, "a", "b", None]


def test_three_columns_make_a_range_and_a_yes_makes_a_milestone():
    plan = read("id,optimistic,most likely,pessimistic,milestone\nA,1,2,4,\nB,,,,yes\n")

    assert plan.tasks[0].estimate == Pert(480, 960, 1920)
    assert plan.tasks[1].kind is TaskKind.MILESTONE
    assert plan.tasks[1].duration_minutes == 0


def test_dates_alone_make_durations_and_hold_tasks_without_predecessors():
    result = csv_file.read(
        b"id,start,finish,predecessors\nA,2026-01-05,2026-01-09,\nB,2026-01-12,2026-01-13,A\n"
    )

    plan = result.plan
    assert [task.duration_minutes for task in plan.tasks] == [2400, 960]
    assert plan.tasks[0].constraint == Constraint(ConstraintType.SNET, datetime(2026, 1, 5, 8))
    assert plan.tasks[1].constraint is None
    assert plan.project.start == datetime(2026, 1, 5, 8)
    assert result.report.dropped == (("columns.start", 1),)


def test_scheduled_dates_are_written_for_people_and_never_read():
    plan = Plan(
        ProjectSettings("x", datetime(2026, 1, 5, 8)),
        (standard_calendar(),),
        (Task("A", "A", duration_minutes=480),),
    )
    moments = (datetime(2026, 1, 5, 8), datetime(2026, 1, 5, 17))

    text = csv_file.write(plan, {"A": moments})

    assert "2026-01-05T17:00" in text
    assert csv_file.read(text.encode()).plan == plan


@pytest.mark.parametrize(
    ("cells", "start"),
    [
        (["13/1/2026", "5/1/2026"], datetime(2026, 1, 5, 8)),
        (["1/13/2026", "1/5/2026"], datetime(2026, 1, 5, 8)),
        (["Mon 5/1/26", "Tue 6/1/26"], datetime(2026, 1, 5, 8)),
        (["Mon 1/5/26", "Tue 1/6/26"], datetime(2026, 1, 5, 8)),
        (["Mo 05/01/26", "Di 06/01/26"], datetime(2026, 1, 5, 8)),
        (["05.01.2026 09:30"], datetime(2026, 1, 5, 9, 30)),
        (["Mon 1/5/26 1:00 PM", "1/30/26"], datetime(2026, 1, 5, 13)),
        (["2026-01-05T09:30"], datetime(2026, 1, 5, 9, 30)),
    ],
)
def test_dates_are_read_as_the_file_writes_them(cells, start):
    rows = "".join(f"T{place},{cell}\n" for place, cell in enumerate(cells))

    assert read(f"id,start\n{rows}").project.start == start


def test_a_date_that_could_be_two_is_refused():
    with pytest.raises(PlanError, match=r"row 2, start: “1/5/2026” could be two dates"):
        read("id,start\nA,1/5/2026\n")


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("B,x,soon,", "row 3, duration: “soon” is no estimate"),
        ("B,x,8..3d,", "row 3, duration: less than low|row 3, high: less than low"),
        ("B,x,1d,Z", "row 3, predecessors: “Z” is no task of this file"),
        ("B,x,1d,A FS+soon", "row 3, predecessors: “soon” is no duration|no task"),
        ("B,x,-1d,", "row 3, .*must not be negative"),
        ('B,"x,1d,', "Row 3: the table is broken|Row"),
    ],
)
def test_a_fault_names_its_row_and_column(row, fault):
    with pytest.raises(PlanError, match=fault):
        read(f"id,name,duration,predecessors\nA,a,1d,\n{row}\n")


def test_a_fault_that_the_plan_file_finds_names_its_row_too():
    with pytest.raises(PlanError, match=r"row 4, constraint\.date: missing"):
        read("id,name,constraint\nA,a,\n,,\nB,b,SNET\n")


def test_an_error_far_below_leaves_nothing():
    rows = "".join(f"T{i},1d\n" for i in range(9997)) + "T9997,soon\n"

    with pytest.raises(PlanError, match=r"^row 9,999, duration"):
        read(f"id,duration\n{rows}")


@pytest.mark.parametrize("text", ["", "hello", "a,b\n1,2\n", "id\nA\n", "<html>", "id,name\x00\n"])
def test_what_is_no_table_of_tasks_is_refused_in_a_sentence(text):
    with pytest.raises(PlanError, match="neither a plan nor a table"):
        read(text)


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "'=1", "=cmd|' /C calc'!A0", "＝1+1"]
)
def test_no_cell_begins_like_a_formula(name):
    plan = read("id,name\nA,x\nB,y\n")
    plan = replace(plan, tasks=(replace(plan.tasks[0], name=name), plan.tasks[1]))

    text = csv_file.write(plan)

    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝", "\t", "\r"))]
    assert csv_file.read(text.encode()).plan.tasks[0].name == name


@given(st.text())
def test_neutralised_text_comes_back(text):
    assert plain_text(neutral(text)) == text


def test_keys_that_look_like_links_are_quoted():
    keys = ("1FS", "a, b", 'say "x"', "A-1", "plan:1.2", "B +2d")
    tasks = tuple(Task(key, key, duration_minutes=480) for key in (*keys, "Z"))
    links = tuple(Dependency(key, "Z", LinkType.SS, Lag(-480), LagCalendar.CLOCK) for key in keys)
    project = ProjectSettings("x", datetime(2026, 1, 5, 8))
    plan = Plan(project, (standard_calendar(),), tasks, links)

    assert csv_file.read(csv_file.write(plan).encode()).plan == plan


def test_control_characters_become_blanks_and_are_counted():
    found = csv_file.read(b"id,name,duration\nA,Dig\x01\x0bit,2d\n", "plan.csv")

    assert found.plan.task("A").name.split() == ["Dig", "it"]
    assert ("control characters in texts", 2) in found.report.dropped
