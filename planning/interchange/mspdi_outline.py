"""Which rows of MS Project XML are tasks, and which stands under which."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from planning.core.plan import PlanError
from planning.interchange.mspdi_values import flag_of, int_of, text_of
from planning.interchange.report import ReportBuilder

PROJECT_UID = "0"


@dataclass(frozen=True, slots=True)
class Row:
    """One task row with its place in the outline."""

    element: Element
    key: str
    name: str
    parent: str | None


def read_outline(root: Element, report: ReportBuilder) -> list[Row]:
    """Return the task rows in table order, each with its parent's UID.

    The row of UID 0 is the project itself; rows that are null are blank lines
    of the table. A level that skips some stands under the nearest row above.

    Raises
    ------
    PlanError
        If a task has no UID, or two have the same.
    """
    rows: list[Row] = []
    seen: set[str] = set()
    above: list[tuple[int, str]] = []
    for element in root.iterfind("Tasks/Task"):
        key = text_of(element, "UID")
        if key == PROJECT_UID or flag_of(element, "IsNull"):
            continue
        name = text_of(element, "Name") or key
        _check_key(key, name, seen)
        level = _level(element)
        while above and above[-1][0] >= level:
            above.pop()
        if level > len(above) + 1 + _hidden_levels(above):
            report.warn(f"The outline level of task “{name}” skips some; the nearest row is taken.")
        rows.append(Row(element, key, name, above[-1][1] if above else None))
        above.append((level, key))
    return rows


def _check_key(key: str, name: str, seen: set[str]) -> None:
    if not key:
        raise PlanError(f"The task “{name or 'without a name'}” has no UID.")
    if key in seen:
        raise PlanError(f"Two tasks have the UID {key}; the second is “{name}”.")
    seen.add(key)


def _hidden_levels(above: list[tuple[int, str]]) -> int:
    return above[-1][0] - len(above) if above else 0


def _level(element: Element) -> int:
    """Return the outline level, 1 for the top; older files say only the number 1.2.3."""
    level = int_of(element, "OutlineLevel")
    if level is None:
        number = text_of(element, "OutlineNumber")
        level = number.count(".") + 1 if number else 1
    return max(1, level)
