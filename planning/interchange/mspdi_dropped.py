"""What a plan cannot hold of an MS Project file, counted field by field."""

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from planning.interchange.report import ReportBuilder


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a plan holds, in its own way.
KEPT = _names(
    """UID Name Active Manual IsNull OutlineNumber OutlineLevel Start Finish ManualStart
    ManualFinish ManualDuration Duration DurationFormat Stop Resume ResumeValid Milestone Summary
    PercentComplete ActualStart ActualFinish ActualDuration RemainingDuration ConstraintType
    ConstraintDate CalendarUID Deadline IgnoreResourceCalendar PredecessorLink ExternalTask
    LevelingDelay LevelingDelayFormat"""
)
# What MS Project reckons from the rest, or what says nothing by itself.
COMPUTED = _names(
    """ID GUID CreateDate EarlyStart EarlyFinish LateStart LateFinish FreeSlack TotalSlack
    StartSlack FinishSlack Critical StartVariance FinishVariance WorkVariance CostVariance
    OverAllocated PercentWorkComplete CV SV SPI CPI CVP SVP ACWP BCWS BCWP VAC EAC EstimatedFinish
    TCPI DurationVariance PreLeveledStart PreLeveledFinish DurationText StartText FinishText
    FixedCostAccrual LevelAssignments LevelingCanSplit Rollup HideBar EarnedValueMethod Type
    EffortDriven IsSubprojectReadOnly CommitmentType DisplayAsSummary DisplayOnTimeline
    IsPublished StatusManager CommitmentStart CommitmentFinish"""
)
PROJECT_KEPT = _names(
    """Name Title StartDate CalendarUID MinutesPerDay MinutesPerWeek CriticalSlackLimit
    HonorConstraints MultipleCriticalPaths ScheduleFromStart FinishDate StatusDate Calendars Tasks
    Resources Assignments ExtendedAttributes OutlineCodes"""
)
# Identities, book-keeping, and how the program behaves; no date of a plan depends on it.
PROJECT_IDLE = _names(
    """SaveVersion BuildNumber UID GUID CreationDate Revision LastSaved ExtendedCreationDate
    CurrentDate FYStartDate FiscalYearStart WeekStartDay DaysPerMonth DefaultStartTime
    DefaultFinishTime DefaultTaskType DefaultFixedCostAccrual DefaultStandardRate
    DefaultOvertimeRate DefaultTaskEVMethod DurationFormat WorkFormat CurrencyDigits
    CurrencySymbol CurrencyCode CurrencySymbolPosition EditableActualCosts EarnedValueMethod
    InsertedProjectsLikeSummary NewTasksEffortDriven NewTasksEstimated NewTaskStartDate
    NewTasksAreManual SplitsInProgressTasks SpreadActualCost SpreadPercentComplete
    TaskUpdatesResource MoveCompletedEndsBack MoveRemainingStartsBack MoveRemainingStartsForward
    MoveCompletedEndsForward BaselineForEarnedValue BaselineCalendar AutoAddNewResourcesAndTasks
    MicrosoftProjectServerURL Autolink ProjectExternallyEdited ActualsInSync RemoveFileProperties
    AdminProject UpdateManuallyScheduledTasksWhenEditingLinks
    KeepTaskOnNearestWorkingTimeWhenMadeAutoScheduled Views Filters Groups Tables Maps Reports
    Drawings DataLinks VBAProjects"""
)
CALENDAR_KNOWN = _names(
    """UID GUID Name IsBaseCalendar IsBaselineCalendar BaseCalendarUID WeekDays Exceptions
    WorkWeeks"""
)
LINK_KNOWN = _names(
    "PredecessorUID Type CrossProject CrossProjectName LinkLag LagFormat Start Finish"
)
BASELINE_KEPT = _names("Number Start Finish")
# Values that say what is taken for granted.
USUAL = {"Priority": "500"}
NOTHING = re.compile(r"-?0*\.?0*|PT0*H0*M0*S|false|-1", re.ASCII)

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def drop_task_fields(element: Element, report: ReportBuilder) -> None:
    """Count each field of one task that says something and is not kept."""
    for child in element:
        if child.tag in KEPT or child.tag in COMPUTED:
            continue
        if child.tag == "WBS":
            _drop_own_wbs(element, report)
        elif child.tag == "Baseline":
            _drop_baseline(child, report)
        elif len(child) or not _says_nothing(child):
            report.drop(f"tasks.{snake_case(child.tag)}")


def drop_other_things(root: Element, report: ReportBuilder) -> None:
    """Count resources, assignments, definitions of custom fields, and what else the file says."""
    for child in root:
        if child.tag not in PROJECT_KEPT and child.tag not in PROJECT_IDLE:
            if len(child):
                report.drop(f"project.{snake_case(child.tag)}", len(child))
            elif not _says_nothing(child):
                report.drop(f"project.{snake_case(child.tag)}")
    for calendar in root.iterfind("Calendars/Calendar"):
        _drop_unknown(calendar, CALENDAR_KNOWN, "calendars", report)
        for what in ("Exceptions/Exception", "WorkWeeks/WorkWeek"):
            named = sum(
                1 for one in calendar.iterfind(what) if (one.findtext("Name") or "").strip()
            )
            report.drop("calendars.names_of_days", named)
    for link in root.iterfind("Tasks/Task/PredecessorLink"):
        _drop_unknown(link, LINK_KNOWN, "links", report)
    for what, path in (
        ("resources", "Resources/Resource"),
        ("assignments", "Assignments/Assignment"),
        ("project.custom_fields", "ExtendedAttributes/ExtendedAttribute"),
        ("project.outline_codes", "OutlineCodes/OutlineCode"),
    ):
        report.drop(what, _count(root.iterfind(path)))


def snake_case(name: str) -> str:
    """Return ``FixedCost`` as ``fixed_cost``.

    Examples
    --------
    >>> snake_case("FixedCost"), snake_case("HyperlinkSubAddress"), snake_case("WBS")
    ('fixed_cost', 'hyperlink_sub_address', 'wbs')
    """
    return _WORDS.sub("_", name).lower()


def _count(elements: Iterable[Element]) -> int:
    # MS Project writes a nameless resource 0 for work that nobody has.
    return sum(1 for one in elements if (one.findtext("ResourceUID") or "") != "-65535")


def _says_nothing(element: Element) -> bool:
    text = (element.text or "").strip()
    return not text or NOTHING.fullmatch(text) is not None or USUAL.get(element.tag) == text


def _drop_own_wbs(element: Element, report: ReportBuilder) -> None:
    """Count a WBS code that is more than the outline number."""
    wbs = (element.findtext("WBS") or "").strip()
    if wbs and wbs != (element.findtext("OutlineNumber") or wbs).strip():
        report.drop("tasks.wbs")


def _drop_baseline(element: Element, report: ReportBuilder) -> None:
    """Count baselines beyond the first, and of the first what is no date."""
    number = (element.findtext("Number") or "0").strip()
    if number not in ("", "0"):
        report.drop(f"tasks.baseline_{number[:3]}")
        return
    _drop_unknown(element, BASELINE_KEPT, "tasks.baseline", report, joint="_")


def _drop_unknown(
    element: Element, known: frozenset[str], what: str, report: ReportBuilder, *, joint: str = "."
) -> None:
    """Count each child that says something and is not known."""
    for child in element:
        if child.tag not in known and (len(child) or not _says_nothing(child)):
            report.drop(f"{what}{joint}{snake_case(child.tag)}")
