"""A Plan → a file of any format that Lineo writes, and what that could not hold."""

from collections.abc import Callable

from planning.core.plan import Plan, PlanError
from planning.core.schedule import schedule
from planning.interchange import csv_file, ics_write, mspdi, mspdi_write, xer, xer_write
from planning.interchange.export import Dates, Export, fit
from planning.interchange.planfile import plan_to_json
from planning.interchange.report import ImportReport


def write_plan(plan: Plan, format_: str) -> Export:
    """Return the plan in a format, named as its suffix: json, xml, xer, csv or ics.

    Files of MS Project and P6 hold dates beside the plan. They are those that
    the file itself gives by its tool's rules, so that the tool moves nothing
    when it opens it and a second export is the same. A plan that cannot be
    scheduled is written without dates.

    Raises
    ------
    PlanError
        If the format is unknown, or is iCalendar and the plan cannot be
        scheduled.
    """
    writer = FORMATS.get(format_)
    if writer is None:
        raise PlanError(f"Lineo writes no .{format_} files; it writes {', '.join(FORMATS)}.")
    return writer(plan)


def _write_json(plan: Plan) -> Export:
    return Export(plan_to_json(plan).encode(errors="replace"), ImportReport())


def _write_csv(plan: Plan) -> Export:
    try:
        dates = _dates(plan)
    except PlanError:
        dates = {}
    return Export(csv_file.write(plan, dates).encode(errors="replace"), ImportReport())


def _write_mspdi(plan: Plan) -> Export:
    undated = mspdi_write.write(plan, {})
    try:
        as_read = mspdi.read(undated.data).plan
        dates = _dates(as_read)
    except PlanError:
        return undated
    # Rows keep their order there, and their numbers may not be their keys.
    pairs = zip(plan.tasks, as_read.tasks, strict=True)
    return mspdi_write.write(plan, {ours.key: dates[theirs.key] for ours, theirs in pairs})


def _write_xer(plan: Plan) -> Export:
    undated = xer_write.write(plan, {})
    try:
        dates = _dates(xer.read(undated.data).plan)
    except PlanError:
        return undated
    known = {task.key: dates.get(fit(task.key), (None, None)) for task in plan.tasks}
    return xer_write.write(plan, known)


def _write_ics(plan: Plan) -> Export:
    return ics_write.write(plan, _dates(plan))


def _dates(plan: Plan) -> Dates:
    return {key: (task.start, task.finish) for key, task in schedule(plan).tasks.items()}


FORMATS: dict[str, Callable[[Plan], Export]] = {
    "json": _write_json,
    "xml": _write_mspdi,
    "xer": _write_xer,
    "csv": _write_csv,
    "ics": _write_ics,
}
