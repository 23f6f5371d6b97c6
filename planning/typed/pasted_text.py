"""Text from a spreadsheet as rows of named cells: heads, outline numbers, leading spaces."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from planning.core.plan import PlanError
from planning.table.columns import COLUMNS

MOST_CHARACTERS = 2_000_000
MOST_ROWS = 5_000
WBS, LEVEL = "wbs", "level"

# What other tools call their columns, beside our own names and labels.
_OTHER_NAMES = {
    "id": "number",
    "no": "number",
    "no.": "number",
    "task name": "name",
    "name": "name",
    "activity name": "name",
    "activity": "name",
    "original duration": "duration",
    "predecessors": "predecessors",
    "after": "predecessors",
    "successors": "successors",
    "before": "successors",
    "% complete": "percent_complete",
    "percent complete": "percent_complete",
    "risk": "risk_level",
    "remaining duration": "remaining",
    "task calendar": "calendar",
    "wbs": WBS,
    "wbs code": WBS,
    "outline number": WBS,
    "outline level": LEVEL,
    "level": LEVEL,
}
_OUTLINE = re.compile(r"\d{1,6}(\.\d{1,6})*\.?")


@dataclass(frozen=True, slots=True)
class PastedRow:
    """One line: where it stood, how deep it stands, and its cells by column."""

    line: int
    level: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was pasted; ``unknown`` are heads that name no column."""

    rows: list[PastedRow]
    columns: list[str]
    has_head: bool = False
    unknown: tuple[str, ...] = ()


def lines_of(text: str) -> list[list[str]]:
    """Return the cells of each line that has any.

    Raises
    ------
    PlanError
        If it is more than a plan can hold.
    """
    if len(text) > MOST_CHARACTERS:
        raise PlanError(_("That is too much text for one paste; import it as a CSV file."))
    reader = csv.reader(io.StringIO(text.replace("\r\n", "\n").strip("\n")), delimiter="\t")
    try:
        lines = [line for line in reader if any(cell.strip() for cell in line)]
    except csv.Error as error:
        raise PlanError(_("This text is no table: %(why)s.") % {"why": error}) from error
    if len(lines) > MOST_ROWS:
        raise PlanError(
            _("A paste may have %(most)s rows; import more as a CSV file.") % {"most": MOST_ROWS}
        )
    return lines


def read_table(text: str, usual: Sequence[str]) -> Pasted:
    """Read rows that become tasks.

    Parameters
    ----------
    usual
        The columns that a table without heads has, from its first one on.

    Notes
    -----
    Without heads a first column of outline numbers is one. Depth comes from outline numbers,
    else from levels, else from the spaces before names.
    """
    lines = lines_of(text)
    if not lines:
        return Pasted([], [])
    heads = [column_named(cell) for cell in lines[0]]
    has_head = "name" in heads
    if has_head:
        unknown = [
            cell.strip()
            for cell, name in zip(lines[0], heads, strict=True)
            if cell.strip() and not name
        ]
        columns, body, offset = heads, lines[1:], 2
    else:
        unknown, body, offset = [], lines, 1
        columns = list(_with_outline(lines, usual))
    rows = [PastedRow(offset + place, 0, _cells(line, columns)) for place, line in enumerate(body)]
    return Pasted(_levelled(rows), [c for c in columns if c], has_head, tuple(unknown))


def column_named(head: str) -> str:
    """Return the column that a head means; nothing where it means none."""
    wanted = " ".join(head.split()).casefold()
    labels = {str(column.label).casefold(): name for name, column in COLUMNS.items()}
    if wanted in COLUMNS:
        return wanted
    return labels.get(wanted) or _OTHER_NAMES.get(wanted, "")


def _with_outline(lines: list[list[str]], usual: Sequence[str]) -> Sequence[str]:
    firsts = [line[0].strip() for line in lines]
    is_outline = all(_OUTLINE.fullmatch(first) for first in firsts)
    has_names = all(len(line) > 1 for line in lines)
    return (WBS, *usual) if is_outline and has_names else usual


def _cells(line: list[str], columns: Sequence[str]) -> dict[str, str]:
    pairs = zip(columns, line, strict=False)
    return {name: cell.rstrip() if name == "name" else cell.strip() for name, cell in pairs if name}


def _levelled(rows: list[PastedRow]) -> list[PastedRow]:
    depths = [_depth(row.cells) for row in rows]
    known = sorted(set(depths))
    step = {depth: place for place, depth in enumerate(known)}
    return [
        PastedRow(row.line, step[depth], {**row.cells, "name": row.cells.get("name", "").strip()})
        for row, depth in zip(rows, depths, strict=True)
    ]


def _depth(cells: dict[str, str]) -> int:
    if cells.get(WBS):
        return cells[WBS].rstrip(".").count(".")
    if cells.get(LEVEL, "").isdecimal():
        return int(cells[LEVEL][:4])
    name = cells.get("name", "").expandtabs(2).replace("\u00a0", " ")
    return len(name) - len(name.lstrip())
