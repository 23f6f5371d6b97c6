"""The rows of the table as text, for a template takes several times as long for the same.

Every text that comes from a person goes through :func:`~planning.drawing.text.escape`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from planning.drawing.text import escape
from planning.table.columns import Cell


@dataclass(slots=True)
class Row:
    """One row of the table; ``index`` counts every row that is shown, from 1."""

    pk: UUID
    key: str
    number: int
    version: int
    index: int
    level: int
    name: str
    url: str
    classes: str
    is_summary: bool
    is_collapsed: bool
    cells: Sequence[Cell]


def draw_rows(rows: Iterable[Row]) -> str:
    """Return the rows of one table body."""
    expand, collapse = escape(_("Expand")), escape(_("Collapse"))
    return "".join(_row(row, expand if row.is_collapsed else collapse) for row in rows)


def _row(row: Row, twist_label: str) -> str:
    key, name = escape(row.key), escape(row.name)
    expanded = twist = ""
    if row.is_summary:
        expanded = f' aria-expanded="{"false" if row.is_collapsed else "true"}"'
        twist = (
            f'<button class="twist" form="collapse" name="key" value="{key}" tabindex="-1"'
            f' aria-label="{twist_label}"></button>'
        )
    classes = f' class="{row.classes}"' if row.classes else ""
    return (
        f'<tr id="task-{row.number}" data-task="{row.pk}" data-key="{key}"'
        f' data-version="{row.version}" aria-level="{row.level + 1}"'
        f' aria-rowindex="{row.index}"{expanded}{classes}>'
        f'<td class="column-number">{row.number}</td>'
        f'<th scope="row" data-field="name" class="column-name level-{row.level}">{twist}'
        f'<a href="{row.url}" tabindex="-1">{name}</a></th>'
        f"{''.join(map(_cell, row.cells))}</tr>"
    )


def _cell(cell: Cell) -> str:
    classes = f"column-{cell.name} is-number" if cell.is_number else f"column-{cell.name}"
    field = f' data-field="{cell.name}"' if cell.is_editable else ""
    value = f' data-value="{escape(cell.value)}"' if cell.value != cell.text else ""
    return f'<td class="{classes}"{field}{value}>{escape(cell.text)}{_shape(cell.shape)}</td>'


def _shape(path: str) -> str:
    if not path:
        return ""
    return f'<svg class="shape" viewBox="0 0 28 12" aria-hidden="true"><path d="{path}"/></svg>'
