"""Real files with rows in another order, by other names, or with other links and calendars."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element, SubElement, tostring

from tests.computed_fields import tree_of

Row = dict[str, str]
Table = tuple[str, list[str], list[Row]]
NAMESPACE = "http://schemas.microsoft.com/project"
IDS = ("task_id", "pred_task_id", "wbs_id", "parent_wbs_id", "clndr_id", "base_clndr_id")


def tables_of(data: bytes) -> tuple[str, list[Table]]:
    """Return the first line of a XER file, and its tables in order."""
    lines = [line.rstrip("\r") for line in data.decode("latin-1").split("\n")]
    tables: list[Table] = []
    for line in lines[1:]:
        cells = line.split("\t")
        if cells[0] == "%T":
            tables.append((cells[1], [], []))
        elif cells[0] == "%F":
            tables[-1][1].extend(cells[1:])
        elif cells[0] == "%R":
            tables[-1][2].append(dict(zip(tables[-1][1], cells[1:], strict=False)))
    return lines[0], tables


def xer_of(head: str, tables: list[Table], newline: str = "\r\n") -> bytes:
    """Return the file of those tables."""
    lines = [head]
    for name, fields, rows in tables:
        lines += [f"%T\t{name}", "\t".join(["%F", *fields])]
        lines += ["\t".join(["%R", *(row.get(one, "") for one in fields)]) for row in rows]
    return newline.join([*lines, "%E", ""]).encode("latin-1")


def shuffled_xer(data: bytes, dice: random.Random) -> bytes:
    """Return the file with the rows of each table in another order."""
    head, tables = tables_of(data)
    return xer_of(head, [(name, f, dice.sample(rows, len(rows))) for name, f, rows in tables])


def renamed_xer(data: bytes, dice: random.Random) -> tuple[bytes, dict[str, str]]:
    """Return the file with other ids throughout, and the new Activity IDs by the old ones."""
    head, tables = tables_of(data)
    codes = [row["task_code"] for name, _, rows in tables if name == "TASK" for row in rows]
    fresh = dice.sample(range(10_000, 99_999), len(codes))
    names = {code: f"N{number}" for code, number in zip(codes, fresh, strict=True)}
    for name, _, rows in tables:
        for row in rows:
            for field in IDS:
                if row.get(field):
                    row[field] = str(9_999_999 - int(row[field]))
            if name == "TASK":
                row["task_code"] = names[row["task_code"]]
    return xer_of(head, tables), names


def changed_xer(data: bytes, dice: random.Random) -> bytes:
    """Return the file at another data date, with rows lost, other calendars, links and lags."""
    head, tables = tables_of(data)
    calendars = [row["clndr_id"] for name, _, rows in tables if name == "CALENDAR" for row in rows]
    days, hours = dice.choice([0, 7, 30, -10, 90]), dice.choice([0, 8, 12])
    for name, _, rows in tables:
        if name in ("TASK", "TASKPRED"):
            rows[:] = [row for row in rows if dice.random() > 0.05]
        for row in rows:
            if name == "PROJECT":
                moment = datetime.fromisoformat(row["last_recalc_date"])
                moved = moment + timedelta(days=days, hours=hours)
                row["last_recalc_date"] = moved.strftime("%Y-%m-%d %H:%M")
            elif name == "TASK" and dice.random() < 0.1:
                row["clndr_id"] = dice.choice(calendars)
            elif name == "TASKPRED":
                row.update(_other_link(dice))
    seen: set[tuple[str, ...]] = set()
    for name, _, rows in tables:
        if name == "TASKPRED":
            rows[:] = [row for row in rows if not (_pair(row) in seen or seen.add(_pair(row)))]
    return xer_of(head, tables)


def _pair(row: Row) -> tuple[str, ...]:
    return (row["pred_task_id"], row["task_id"], row["pred_type"])


def _other_link(dice: random.Random) -> Row:
    changed: Row = {}
    if dice.random() < 0.1:
        changed["pred_type"] = dice.choice(["PR_SS", "PR_FF", "PR_FS"])
    if dice.random() < 0.1:
        changed["lag_hr_cnt"] = dice.choice(["8", "40", "-8", "3"])
    return changed


def xml_of(root: Element, encoding: str = "utf-8") -> bytes:
    """Return MS Project XML of a tree without namespaces."""
    root.set("xmlns", NAMESPACE)
    found: bytes = tostring(root, encoding=encoding, xml_declaration=True)
    return found


def shuffled_xml(data: bytes, dice: random.Random) -> bytes:
    """Return the file with rows that stand beside each other, and all else, in another order."""
    root = tree_of(data)
    tasks = root.find("Tasks")
    assert tasks is not None
    rows = list(tasks)
    for row in rows:
        tasks.remove(row)
    tasks.extend(_reordered(rows, dice))
    for parent in (root.find(name) for name in ("Calendars", "Resources", "Assignments")):
        if parent is not None:
            parent[:] = dice.sample(list(parent), len(parent))
    for row in tasks:
        links = row.findall("PredecessorLink")
        for link in links:
            row.remove(link)
        row.extend(dice.sample(links, len(links)))
    return xml_of(root)


def _reordered(rows: list[Element], dice: random.Random) -> Iterator[Element]:
    """Yield rows with every branch of the outline whole, its neighbours in another order."""
    branches: list[list[Element]] = []
    for row in rows:
        if branches and _level(row) > _level(branches[-1][0]):
            branches[-1].append(row)
        else:
            branches.append([row])
    for first, *below in dice.sample(branches, len(branches)):
        yield first
        yield from _reordered(below, dice) if below else ()


def _level(row: Element) -> int:
    return int(row.findtext("OutlineLevel") or 0)


def changed_xml(data: bytes, dice: random.Random) -> bytes:
    """Return the file with links lost, of other types and lags, and other calendars.

    Constraints are honoured, as MPXJ always has it; who works on a task keeps it as it is.
    """
    root = tree_of(data)
    _put(root, "HonorConstraints", "1")
    assigned = {one.findtext("TaskUID") for one in root.iterfind("Assignments/Assignment")}
    calendars = [one.findtext("UID") or "" for one in root.iterfind("Calendars/Calendar")]
    for task in root.iterfind("Tasks/Task"):
        _complete(task)
        for link in task.findall("PredecessorLink"):
            if dice.random() < 0.07:
                task.remove(link)
            if dice.random() < 0.2:
                _put(link, "Type", dice.choice("0133"))
            if dice.random() < 0.2:
                _put(link, "LinkLag", dice.choice(["4800", "-4800", "9600"]))
                _put(link, "LagFormat", "7")
        if dice.random() < 0.1 and task.findtext("UID") not in assigned:
            _put(task, "CalendarUID", dice.choice(calendars))
    for one in root.iterfind("Assignments/Assignment"):
        _put(one, "RemainingWork", one.findtext("RemainingWork") or one.findtext("Work") or NONE)
        _put(one, "ActualWork", one.findtext("ActualWork") or NONE)
    return xml_of(root)


NONE = "PT0H0M0S"


def _complete(task: Element) -> None:
    """Give a task the durations that MPXJ wants to see."""
    duration = task.findtext("Duration") or NONE
    _put(task, "Duration", duration)
    _put(task, "RemainingDuration", task.findtext("RemainingDuration") or duration)
    _put(task, "ActualDuration", task.findtext("ActualDuration") or NONE)


def _put(element: Element, name: str, text: str) -> None:
    child = element.find(name)
    (SubElement(element, name) if child is None else child).text = text


Change = Callable[[bytes, random.Random], bytes]
CHANGES: dict[str, Change] = {".xer": changed_xer, ".xml": changed_xml}
SHUFFLES: dict[str, Change] = {".xer": shuffled_xer, ".xml": shuffled_xml}
