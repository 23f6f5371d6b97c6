"""Resource calendars of a XER file, for activities that are scheduled by them."""

from planning.core.plan import Calendar
from planning.interchange.combined_calendars import combined, union
from planning.interchange.xer_tables import Record, XerFile
from planning.interchange.xer_tasks import RESOURCE_DEPENDENT

DERIVED = "people:"


def work_calendars(file: XerFile, calendars: dict[str, Calendar]) -> dict[str, str]:
    """Return the work calendar of each resource-dependent activity, by internal id.

    Several resources work whenever one of them does; that calendar joins
    ``calendars``.
    """
    wanted = {
        one.get("task_id", "")
        for one in file.rows("TASK")
        if one.get("task_type") == RESOURCE_DEPENDENT
    }
    of_resource = {one.get("rsrc_id", ""): one.get("clndr_id", "") for one in file.rows("RSRC")}
    found: dict[str, dict[str, None]] = {}
    for assignment in file.rows("TASKRSRC"):
        task = assignment.get("task_id", "")
        calendar = of_resource.get(assignment.get("rsrc_id", ""), "")
        if task in wanted and calendar in calendars and _drives(assignment):
            found.setdefault(task, {})[calendar] = None
    return {task: _together(calendars, tuple(sorted(keys))) for task, keys in found.items()}


def _drives(assignment: Record) -> bool:
    """Whether the assignment sets dates; P6 calls that “drive activity dates”."""
    return assignment.get("rollup_dates_flag", "Y").upper() != "N"


def _together(calendars: dict[str, Calendar], keys: tuple[str, ...]) -> str:
    if len(keys) == 1:
        return keys[0]
    key = DERIVED + "or".join(keys)
    if key not in calendars:
        name = " or ".join(calendars[one].name for one in keys)
        calendars[key] = combined(calendars, keys, combine=union, key=key, name=name)
    return key
