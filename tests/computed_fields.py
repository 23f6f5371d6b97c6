"""Every field of MS Project XML and XER that its tool computes, and how to spoil it.

Written out in full, so that a field which is missing here is a decision and no
oversight. A field is *blanked* (taken away) or *scrambled* (given a wrong
value of its kind); neither may change the plan.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from xml.etree.ElementTree import Element, fromstring


def names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


DATE, SPAN, NUMBER, FLAG, TEXT = "date", "span", "number", "flag", "text"

MSPDI_PROJECT = {
    DATE: names("FinishDate CurrentDate LastSaved CreationDate"),
    NUMBER: names("Revision BaselineForEarnedValue"),
    FLAG: names("ActualsInSync ProjectExternallyEdited"),
}
# Of every task that its tool schedules, started or not.
MSPDI_TASKS = {
    DATE: names("EarlyStart EarlyFinish LateStart LateFinish PreLeveledStart PreLeveledFinish"),
    SPAN: names("ActualDuration Work ActualWork RemainingWork RegularWork OvertimeWork"),
    NUMBER: names(
        "FreeSlack TotalSlack StartSlack FinishSlack StartVariance FinishVariance WorkVariance "
        "DurationVariance CostVariance PercentWorkComplete Cost ActualCost RemainingCost "
        "OvertimeCost CV ACWP BCWS BCWP ID"
    ),
    FLAG: names("Critical OverAllocated Summary DisplayAsSummary"),
}
# Of those that have not started, Start and Finish too; of summaries, whatever rolls up.
MSPDI_NOT_STARTED = {DATE: names("Start Finish Stop Resume"), SPAN: names("RemainingDuration")}
MSPDI_SUMMARIES = {
    DATE: names("Start Finish ActualStart ActualFinish Stop Resume"),
    SPAN: names("Duration RemainingDuration ActualDuration"),
    NUMBER: names("PercentComplete DurationFormat"),
    FLAG: names("Milestone"),
}
MSPDI_ASSIGNMENTS = {
    DATE: names("Start Finish Stop Resume ActualStart ActualFinish"),
    SPAN: names("ActualWork RemainingWork RegularWork"),
    NUMBER: names("StartVariance FinishVariance PercentWorkComplete Cost CV VAC"),
    FLAG: names("OverAllocated Milestone Summary"),
}
MSPDI_RESOURCES = {
    DATE: names("Start Finish"),
    SPAN: names("Work ActualWork RemainingWork"),
    NUMBER: names("PeakUnits PercentWorkComplete Cost ID"),
    FLAG: names("OverAllocated"),
}

XER = {
    "PROJECT": {
        DATE: names("scd_end_date last_tasksum_date last_schedule_date fcst_start_date"),
        NUMBER: names("last_fin_dates_id sum_base_proj_id"),
    },
    "PROJWBS": {DATE: names("anticip_start_date anticip_end_date"), NUMBER: names("est_wt")},
    "TASK": {
        DATE: names(
            "early_start_date early_end_date late_start_date late_end_date restart_date "
            "reend_date rem_late_start_date rem_late_end_date"
        ),
        NUMBER: names(
            "total_float_hr_cnt free_float_hr_cnt float_path float_path_order act_this_per_work_qty"
        ),
        FLAG: names("driving_path_flag"),
    },
    "TASKPRED": {DATE: names("aref arls"), NUMBER: names("float_path")},
    "TASKRSRC": {
        DATE: names(
            "restart_date reend_date target_start_date target_end_date rem_late_start_date "
            "rem_late_end_date act_start_date act_end_date"
        ),
        NUMBER: names("target_cost remain_cost act_reg_cost"),
    },
}
XER_NOT_STARTED = names("target_start_date target_end_date")

WRONG_XML = {
    DATE: ("1999-12-31T23:59:00", "2044-02-29T03:07:00"),
    SPAN: ("PT0H0M0S", "PT7777H13M0S"),
    NUMBER: ("-77777", "0"),
    FLAG: ("0", "1"),
    TEXT: ("x", ""),
}
WRONG_XER = {
    DATE: ("1999-12-31 23:59", "2044-02-29 03:07"),
    NUMBER: ("-7777", "0"),
    FLAG: ("Y", "N"),
}

Kinds = dict[str, tuple[str, ...]]
Row = dict[str, str]


def tree_of(data: bytes) -> Element:
    """Return MS Project XML as a tree without namespaces."""
    root = fromstring(data.decode("utf-8-sig"))
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def mspdi_places(root: Element) -> Iterator[tuple[str, Kinds, Callable[[Element], list[Element]]]]:
    """Yield each kind of element with its computed fields, and how to find it in a copy."""

    def is_set(element: Element, name: str) -> bool:
        return (element.findtext(name) or "0") not in ("0", "", "false")

    def tasks(tree: Element, *, summary: bool) -> list[Element]:
        rows = tree.findall("Tasks/Task")
        levels = [int(row.findtext("OutlineLevel") or 0) for row in rows] + [0]
        return [
            row
            for place, row in enumerate(rows)
            if (levels[place + 1] > levels[place]) == summary
            and not is_set(row, "Manual")
            and not is_set(row, "ExternalTask")
        ]

    def waiting(tree: Element) -> list[Element]:
        return [
            row
            for row in tasks(tree, summary=False)
            if not row.findtext("ActualStart") and not is_set(row, "PercentComplete")
        ]

    yield "project", MSPDI_PROJECT, lambda tree: [tree]
    yield "tasks", MSPDI_TASKS, lambda tree: tasks(tree, summary=False)
    yield "tasks not started", MSPDI_NOT_STARTED, waiting
    yield "summaries", MSPDI_SUMMARIES, lambda tree: tasks(tree, summary=True)
    yield "assignments", MSPDI_ASSIGNMENTS, lambda tree: tree.findall("Assignments/Assignment")
    yield "resources", MSPDI_RESOURCES, lambda tree: tree.findall("Resources/Resource")


def spoilt_mspdi(root: Element) -> Iterator[tuple[str, Element]]:
    """Yield the tree with one field blanked, then with wrong values, for every computed field."""
    for where, kinds, find in mspdi_places(root):
        for kind, fields in kinds.items():
            for name in fields:
                yield f"{where}: no {name}", _with(root, find, name, None)
                for value in WRONG_XML[kind]:
                    yield f"{where}: {name} = {value}", _with(root, find, name, value)


def _with(
    root: Element, find: Callable[[Element], list[Element]], name: str, value: str | None
) -> Element:
    tree = deepcopy(root)
    for element in find(tree):
        for child in element.findall(name):
            element.remove(child)
        if value is not None:
            child = Element(name)
            child.text = value
            element.append(child)
    return tree


def spoilt_xer(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the file with one column emptied, then with wrong values, for every computed column."""
    for table, kinds in XER.items():
        for kind, columns in kinds.items():
            for name in columns:
                for value in ("", *WRONG_XER[kind]):
                    yield f"{table}.{name} = {value}", with_column(data, table, name, value)
    for name in XER_NOT_STARTED:
        for value in ("", *WRONG_XER[DATE]):
            changed = with_column(
                data, "TASK", name, value, lambda row: row.get("status_code") == "TK_NotStart"
            )
            yield f"TASK.{name} = {value}, not started", changed


def with_column(
    data: bytes,
    table: str,
    name: str,
    value: str,
    applies: Callable[[Row], bool] = lambda row: True,
) -> bytes:
    """Return a XER file with one value in a column, which is added where it was not."""
    lines = data.decode("latin-1").split("\n")
    current, fields = "", []
    for number, line in enumerate(lines):
        cells = line.rstrip("\r").split("\t")
        if cells[0] == "%T":
            current = cells[1]
        elif cells[0] == "%F" and current == table:
            fields = cells[1:] if name in cells else [*cells[1:], name]
            lines[number] = "\t".join(["%F", *fields])
        elif cells[0] == "%R" and current == table:
            row = dict(zip(fields, cells[1:], strict=False))
            row[name] = value if applies(row) else row.get(name, "")
            lines[number] = "\t".join(["%R", *(row.get(field, "") for field in fields)])
    return "\n".join(lines).encode("latin-1")
