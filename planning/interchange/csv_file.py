"""CSV ⇄ Plan: a table of tasks as people and other programs keep it.

Reading knows the headings of MS Project and of common sheets; a row is a
task, its parent given by a column, an outline number or a level. Writing adds
rows of other kinds (project, calendar, risk, driver, correlation) and a column
``details`` with what no column holds, so that a plan comes back whole.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from planning.core.durations import Units
from planning.core.estimates import format_estimate
from planning.core.fields import write_moment
from planning.core.plan import Dependency, Plan, PlanError, Task, standard_calendar
from planning.core.project_words import write_settings
from planning.core.words import ROW_KINDS, RowKind, write_task
from planning.interchange.csv_cells import neutral, write_links
from planning.interchange.csv_columns import COLUMNS
from planning.interchange.csv_reading import PREDECESSORS, TableReader
from planning.interchange.csv_text import read_table, write_table
from planning.interchange.planfile import PlanFileError, plan_from_data
from planning.interchange.report import ImportResult

Dates = Mapping[str, tuple[datetime | None, datetime | None]]
_ROW_PATH = re.compile(r"(tasks|dependencies|calendars|risks|drivers|correlations)\[(\d+)\]\.?")
_OTHERS = ("calendars", "risks", "drivers", "correlations")


def read(data: bytes, name: str = "", *, today: date | None = None) -> ImportResult:
    """Return the plan of a CSV file, and what it could not keep.

    Parameters
    ----------
    data : bytes
        UTF-8, UTF-16 or cp1252; separated by comma, semicolon, tab or bar.
    name : str
        The file's name, which names the project where no row does.
    today : date, optional
        Where the project starts if the file gives no date at all; the day of
        the call by default.

    Raises
    ------
    PlanError
        If a cell is senseless; the message names its row as a spreadsheet
        counts them. Nothing of the file is kept then.
    """
    table, unfit = read_table(data)
    reader = TableReader(table, name, today)
    reader.report.drop("control characters in texts", unfit)
    try:
        plan = plan_from_data(reader.data())
    except PlanFileError as fault:
        raise PlanFileError(_with_row(each, reader.rows) for each in fault.faults) from None
    return ImportResult(plan, reader.report.build())


def write(plan: Plan, dates: Dates | None = None) -> str:
    """Return the plan as CSV.

    Parameters
    ----------
    plan : Plan
        What is written.
    dates : mapping of str to (start, finish), optional
        Scheduled dates by task key, for people; reading leaves them out.

    Returns
    -------
    str
        Text whose cells no spreadsheet takes for a formula.
    """
    units = Units.of(plan.project)
    links: defaultdict[str, list[Dependency]] = defaultdict(list)
    for link in plan.dependencies:
        links[link.successor].append(link)
    rows = [_project_row(plan)]
    rows += [_task_row(task, links[task.key], dates or {}, units) for task in plan.tasks]
    rows.extend(_other_rows(plan, units))
    cells = [[neutral(row.get(column, "")) for column in COLUMNS] for row in rows]
    return write_table([list(COLUMNS), *cells])


def _project_row(plan: Plan) -> dict[str, str]:
    settings = write_settings(plan.project, Units.of(plan.project))
    del settings["name"], settings["start"]
    levels = {
        name: settings.pop(name) for name in list(settings) if name.startswith("risk_levels.")
    }
    if levels:
        settings["risk_levels"] = {
            name.removeprefix("risk_levels."): factors for name, factors in levels.items()
        }
    return {
        "kind": "project",
        "name": plan.project.name,
        "start": write_moment(plan.project.start) or "",
        "details": _details(settings),
    }


def _task_row(task: Task, links: list[Dependency], dates: Dates, units: Units) -> dict[str, str]:
    words = write_task(task, units)
    start, finish = dates.get(task.key, (None, None))
    row = {
        "predecessors": write_links(links, units),
        "start": write_moment(start) or "",
        "finish": write_moment(finish) or "",
    }
    if task.estimate is not None:
        row["estimate"] = format_estimate(task.estimate, units, elapsed=task.elapsed)
        del words["estimate"]
    if (constraint := words.pop("constraint", None)) is not None:
        row["constraint"] = constraint["type"]
        row["constraint_date"] = constraint.get("date", "")
    for column in set(COLUMNS) & set(words):
        if words[column] != "":
            value = words.pop(column)
            row[column] = "" if value is None else str(value)
    return row | {"details": _details(words)}


def _other_rows(plan: Plan, units: Units) -> Iterator[dict[str, str]]:
    kinds: dict[str, RowKind] = {kind.collection: kind for kind in ROW_KINDS}
    for collection in _OTHERS:
        rows = getattr(plan, collection)
        if collection == "calendars" and rows == (standard_calendar(),):
            continue
        for entry in rows:
            words = kinds[collection].write(entry, units)
            row = {"kind": str(kinds[collection].kind)}
            row |= {column: words.pop(column) for column in ("id", "name") if words.get(column)}
            yield row | {"details": _details(words)}


def _details(words: dict[str, Any]) -> str:
    return json.dumps(words, ensure_ascii=False) if words else ""


def _with_row(fault: PlanError, rows: Mapping[str, list[int]]) -> PlanError:
    """Return the fault of a plan file as one of the table's row."""
    match = _ROW_PATH.match(fault.path)
    if match is None or int(match[2]) >= len(rows[match[1]]):
        return fault
    field = PREDECESSORS if match[1] == "dependencies" else fault.path[match.end() :]
    row = rows[match[1]][int(match[2])]
    return PlanError(fault.message, path=f"row {row:,}{', ' if field else ''}{field}")
