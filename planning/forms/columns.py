"""Choosing columns: what the chooser offers, and what a person sent back."""

from dataclasses import dataclass

from django.http import QueryDict

from planning.table.columns import CHOOSABLE, COLUMNS, MAX_WIDTH, MIN_WIDTH
from planning.table.view_state import ViewState


@dataclass(frozen=True, slots=True)
class Choice:
    """One column that can be shown."""

    name: str
    label: str
    width: int
    is_chosen: bool
    least: int = MIN_WIDTH
    most: int = MAX_WIDTH


def choosing(view: ViewState) -> list[Choice]:
    """Return every column: those that are shown first, in their order."""
    rest = [name for name in CHOOSABLE if name not in view.columns]
    return [
        Choice(name, str(COLUMNS[name].label), view.width_of(name), name in view.columns)
        for name in (*view.columns, *rest)
    ]


def chosen(sent: QueryDict) -> tuple[list[str], dict[str, int], bool]:
    """Return the columns in the order sent, their widths, and whether one was only moved."""
    names = sent.getlist("columns")
    widths = {
        name: int(width)
        for name in COLUMNS
        if (width := sent.get(f"width-{name}", "")).isdecimal() and len(width) < 6
    }
    for step, name in ((-1, sent.get("earlier")), (1, sent.get("later"))):
        if name in names:
            return _moved(names, names.index(name), step), widths, True
    return names, widths, False


def _moved(names: list[str], place: int, step: int) -> list[str]:
    other = min(max(place + step, 0), len(names) - 1)
    names[place], names[other] = names[other], names[place]
    return names
