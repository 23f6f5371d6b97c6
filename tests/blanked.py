"""Copies of schedules without what their tool computed, so that nothing computed can be read."""

import re
from xml.etree.ElementTree import Element, fromstring, tostring

COMPUTED_OF_TASKS = frozenset(
    {"EarlyStart", "EarlyFinish", "LateStart", "LateFinish", "FreeSlack", "TotalSlack"}
    | {"StartSlack", "FinishSlack", "Critical", "StartVariance", "FinishVariance"}
    | {"PreLeveledStart", "PreLeveledFinish"}
)
COMPUTED_OF_ASSIGNMENTS = frozenset(
    {"Start", "Finish", "Stop", "Resume", "StartVariance", "FinishVariance", "TimephasedData"}
)
DATES_OF_TASKS = frozenset({"Start", "Finish", "Stop", "Resume"})

COMPUTED_COLUMNS = {
    "PROJECT": "scd_end_date last_fin_dates_id",
    "TASK": (
        "early_start_date early_end_date late_start_date late_end_date restart_date reend_date "
        "rem_late_start_date rem_late_end_date total_float_hr_cnt free_float_hr_cnt "
        "driving_path_flag float_path float_path_order"
    ),
    "TASKPRED": "aref arls float_path",
    "TASKRSRC": (
        "restart_date reend_date target_start_date target_end_date rem_late_start_date "
        "rem_late_end_date"
    ),
}
PLANNED_COLUMNS = ("target_start_date", "target_end_date")


def blank_mspdi(data: bytes) -> bytes:
    """Return MS Project XML without computed dates, slack and flags."""
    root = fromstring(data.decode())
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    if _text(root, "ScheduleFromStart") != "0":
        _remove(root, frozenset({"FinishDate"}))
    for task in root.iterfind("Tasks/Task"):
        _remove(task, COMPUTED_OF_TASKS)
        is_scheduled = _text(task, "Manual") != "1" and not _text(task, "ActualStart")
        if is_scheduled and _text(task, "ExternalTask") != "1":
            _remove(task, DATES_OF_TASKS)
    for assignment in root.iterfind("Assignments/Assignment"):
        _remove(assignment, COMPUTED_OF_ASSIGNMENTS)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def blank_xer(data: bytes) -> bytes:
    """Return a XER file with its computed columns emptied."""
    lines = data.decode("latin-1").split("\n")
    table, fields = "", []
    for number, line in enumerate(lines):
        cells = line.rstrip("\r").split("\t")
        if cells[0] == "%T":
            table = cells[1]
        elif cells[0] == "%F":
            fields = cells[1:]
        elif cells[0] == "%R" and table in COMPUTED_COLUMNS:
            row = dict(zip(fields, cells[1:], strict=False))
            for name in COMPUTED_COLUMNS[table].split():
                row[name] = "" if name in row else None
            if table == "TASK" and row.get("status_code") == "TK_NotStart":
                row |= {name: "" for name in PLANNED_COLUMNS if name in row}
            lines[number] = "\t".join(["%R", *(row[name] for name in fields if name in row)]) + "\r"
    return "\n".join(lines).encode("latin-1")


def blank(data: bytes) -> bytes:
    """Return either format's file without what was computed."""
    return blank_xer(data) if re.match(rb"\xef?\xbb?\xbf?ERMHDR", data) else blank_mspdi(data)


def _text(element: Element, name: str) -> str:
    return (element.findtext(name) or "").strip()


def _remove(element: Element, names: frozenset[str]) -> None:
    for child in [one for one in element if one.tag in names]:
        element.remove(child)
