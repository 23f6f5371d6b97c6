"""Whatever stands in a file is kept, computed or counted as dropped: nothing goes in silence."""

from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

import pytest

from planning.interchange import mspdi, xer
from planning.interchange.mspdi_dropped import (
    COMPUTED,
    KEPT,
    PROJECT_IDLE,
    PROJECT_KEPT,
    snake_case,
)
from planning.interchange.xer_columns import COLUMNS, PREFIXES, WORDS
from tests.computed_fields import names, tree_of, with_column

SAMPLES = Path(__file__).parent / "samples"
HOUSE, BRIDGE = (SAMPLES / "house.xml").read_bytes(), (SAMPLES / "bridge.xer").read_bytes()

# Microsoft's schema of a task, and a field that no version has yet.
TASK_FIELDS = names(
    """
    UID ID Name Active Manual Type IsNull CreateDate Contact WBS WBSLevel OutlineNumber
    OutlineLevel Priority Start Finish Duration ManualStart ManualFinish ManualDuration
    DurationFormat Work Stop Resume ResumeValid EffortDriven Recurring OverAllocated
    Estimated Milestone Summary DisplayAsSummary Critical IsSubproject
    IsSubprojectReadOnly SubprojectName ExternalTask ExternalTaskProject EarlyStart
    EarlyFinish LateStart LateFinish StartVariance FinishVariance WorkVariance FreeSlack
    TotalSlack StartSlack FinishSlack FixedCost FixedCostAccrual PercentComplete
    PercentWorkComplete Cost OvertimeCost OvertimeWork ActualStart ActualFinish
    ActualDuration ActualCost ActualOvertimeCost ActualWork ActualOvertimeWork RegularWork
    RemainingDuration RemainingCost RemainingWork RemainingOvertimeCost
    RemainingOvertimeWork ACWP CV ConstraintType CalendarUID ConstraintDate Deadline
    LevelAssignments LevelingCanSplit LevelingDelay LevelingDelayFormat PreLeveledStart
    PreLeveledFinish Hyperlink HyperlinkAddress HyperlinkSubAddress IgnoreResourceCalendar
    Notes HideBar Rollup BCWS BCWP PhysicalPercentComplete EarnedValueMethod
    PredecessorLink ActualWorkProtected ActualOvertimeWorkProtected ExtendedAttribute
    Baseline OutlineCode IsPublished StatusManager CommitmentStart CommitmentFinish
    CommitmentType TimephasedData FieldOfTomorrow
    """
)
PROJECT_FIELDS = names(
    """
    Subject Category Company Manager Author Keywords Comments HyperlinkBase CurrencySymbol
    StatusDate ProjectOfTomorrow
    """
)
COUNTED_IN_ITS_OWN_WAY = {"WBS", "Baseline", "PredecessorLink"}


def counts(root: Element) -> dict[str, int]:
    return dict(mspdi.read_tree(root).report.dropped)


@pytest.mark.parametrize("name", sorted({*TASK_FIELDS} - COUNTED_IN_ITS_OWN_WAY))
def test_every_field_of_a_task_is_kept_computed_or_counted(name):
    root = tree_of(HOUSE)
    row = next(one for one in root.iterfind("Tasks/Task") if one.findtext("UID") not in ("0", ""))
    what = f"tasks.{snake_case(name)}"
    before = counts(root).get(what, 0)

    if name in KEPT or name in COMPUTED:
        assert before == 0
        return
    for child in row.findall(name):
        row.remove(child)
        before -= 1
    SubElement(row, name).text = "7"
    assert counts(root)[what] == before + 1


@pytest.mark.parametrize("name", PROJECT_FIELDS)
def test_every_field_of_the_project_is_kept_idle_or_counted(name):
    root = tree_of(HOUSE)
    for child in root.findall(name):
        root.remove(child)
    is_date = name == "StatusDate"
    SubElement(root, name).text = "2026-02-02T08:00:00" if is_date else "Otto"

    found = counts(root).get(f"project.{snake_case(name)}", 0)

    assert found == (0 if name in PROJECT_IDLE or (name in PROJECT_KEPT and not is_date) else 1)


def test_names_of_holidays_costs_of_baselines_and_strange_parts_of_links_are_counted():
    root = tree_of(HOUSE)
    calendar = root.find("Calendars/Calendar")
    row = root.findall("Tasks/Task")[-1]
    assert calendar is not None
    holiday = SubElement(SubElement(calendar, "Exceptions"), "Exception")
    SubElement(holiday, "Name").text = "Easter"
    SubElement(SubElement(row, "Baseline"), "Cost").text = "900"
    SubElement(row.findall("PredecessorLink")[-1], "Reason").text = "crane"

    found = counts(root)

    assert found["calendars.names_of_days"] >= 1
    assert (found["tasks.baseline_cost"], found["links.reason"]) == (1, 1)


@pytest.mark.parametrize("table", sorted(COLUMNS))
def test_every_column_is_kept_computed_idle_or_counted(table):
    columns = COLUMNS[table]
    strange = {*WORDS, "column_of_tomorrow"} - columns.kept - columns.computed - columns.idle

    for name in sorted(strange):
        data = with_column(BRIDGE, table, name, "7")
        rows = data.decode("latin-1").count("\n%R") and len(xer.read_tables(data).rows(table))
        found = dict(xer.read(data).report.dropped)
        assert found.get(f"{PREFIXES[table]}.{WORDS.get(name, name)}", 0) == rows


@pytest.mark.parametrize("table", sorted(COLUMNS))
def test_no_column_is_in_two_lists(table):
    kept, computed, idle = COLUMNS[table]

    assert len(kept | computed | idle) == len(kept) + len(computed) + len(idle)


def test_rows_of_tables_that_no_plan_holds_are_counted_whatever_they_are_called():
    data = BRIDGE.replace(b"%E", b"%T\tTOMORROW\r\n%F\tx\r\n%R\t1\r\n%R\t2\r\n%E")

    assert ("tomorrow", 2) in xer.read(data).report.dropped
