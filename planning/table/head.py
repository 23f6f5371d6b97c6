"""The head of the table: columns with their widths, and which one orders the rows."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from planning.table.columns import COLUMNS, FIRST_COLUMNS
from planning.table.view_state import ViewState


@dataclass(frozen=True, slots=True)
class HeadColumn:
    """One column as its head shows it."""

    name: str
    label: str
    width: int
    is_number: bool
    can_sort: bool
    order: str = ""


def head_columns(view: ViewState) -> list[HeadColumn]:
    """Return the columns of a person's view, number and name first."""
    return [_head(name, view) for name in (*FIRST_COLUMNS, *view.columns)]


def table_width(view: ViewState) -> int:
    """How wide the whole table is, in pixels."""
    return sum(column.width for column in head_columns(view))


def pane_width(view: ViewState) -> int:
    """How much of the table stands before the Gantt: what the person chose, else all of it."""
    return table_width(view) if view.split is None else view.split


def filter_labels() -> dict[str, str]:
    """Return what rows can be narrowed to, in words."""
    return {
        "critical": _("Critical"),
        "open": _("Not finished"),
        "unblocked": _("Unblocked: nothing it waits for is open"),
        "milestones": _("Milestones"),
        "uncertain": _("With a range"),
        "late": _("Late against promise or deadline"),
    }


def _head(name: str, view: ViewState) -> HeadColumn:
    column = COLUMNS[name]
    order = ""
    if view.sort_column == name:
        order = "descending" if view.is_descending else "ascending"
    return HeadColumn(
        name,
        str(column.label),
        view.width_of(name),
        column.is_number,
        can_sort=column.sort is not None,
        order=order,
    )
