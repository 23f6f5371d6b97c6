"""How a person looks at a plan, as a value: read from JSON that may be old or wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from planning.drawing.timescale import ZOOMS
from planning.table.columns import COLUMNS, DEFAULT_COLUMNS, MAX_WIDTH, MIN_WIDTH

LOOKS = ("plan", "uncertainty", "criticality")
FILTERS = ("critical", "open", "unblocked", "milestones", "uncertain", "late")
MAX_COLLAPSED = 5_000
MAX_TEXT = 200
MAX_PLACE = 10_000_000
MIN_SPLIT, MAX_SPLIT = 120, 6_000


@dataclass(frozen=True, slots=True)
class ViewState:
    """Columns and their widths, zoom, place, collapsed rows, sort and filter.

    ``split`` is how wide the table stands before the Gantt, None where it fits its columns.
    ``sort`` is a column's name, with a minus before it where the last comes first. ``collapsed``
    holds task keys. ``left`` is None until the person has scrolled the Gantt.
    """

    columns: tuple[str, ...] = DEFAULT_COLUMNS
    widths: Mapping[str, int] = field(default_factory=dict)
    split: int | None = None
    zoom: str = ""
    look: str = ""
    top: int = 0
    left: int | None = None
    collapsed: frozenset[str] = frozenset()
    sort: str = ""
    text: str = ""
    only: tuple[str, ...] = ()

    @property
    def sort_column(self) -> str:
        """The name of the column that orders the rows, or nothing."""
        return self.sort.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        """Whether the last comes first."""
        return self.sort.startswith("-")

    @property
    def is_filtered(self) -> bool:
        """Whether some rows are hidden by what they are."""
        return bool(self.text or self.only)

    @property
    def is_arranged(self) -> bool:
        """Whether the rows shown are not the plan as it stands."""
        return bool(self.sort or self.is_filtered)

    def width_of(self, column: str) -> int:
        """How wide a column is drawn, in pixels."""
        return self.widths.get(column, COLUMNS[column].width)

    def to_json(self) -> dict[str, Any]:
        """Return what :func:`read_view` reads."""
        return {**asdict(self), "collapsed": sorted(self.collapsed)}


def read_view(words: Any) -> ViewState:
    """Return the view that ``words`` describe; whatever makes no sense has its default."""
    words = words if isinstance(words, dict) else {}
    sort = words.get("sort")
    is_known = isinstance(sort, str) and sort.removeprefix("-") in COLUMNS
    return ViewState(
        columns=chosen_columns(words.get("columns")) or DEFAULT_COLUMNS,
        widths=_widths(words.get("widths")),
        split=_split(words.get("split")),
        zoom=_one_of(tuple(ZOOMS), words.get("zoom")),
        look=_one_of(LOOKS, words.get("look")),
        top=_place(words.get("top")) or 0,
        left=_place(words.get("left")),
        collapsed=frozenset(_texts(words.get("collapsed"))[:MAX_COLLAPSED]),
        sort=str(sort) if is_known else "",
        text=str(words.get("text") or "")[:MAX_TEXT].strip(),
        only=tuple(name for name in FILTERS if name in _texts(words.get("only"))),
    )


def chosen_columns(names: Any) -> tuple[str, ...]:
    """Return the columns of ``names`` that exist, each once, in their order."""
    return tuple(dict.fromkeys(name for name in _texts(names) if name in COLUMNS))


def _widths(words: Any) -> dict[str, int]:
    words = words if isinstance(words, dict) else {}
    return {
        name: min(max(width, MIN_WIDTH), MAX_WIDTH)
        for name in COLUMNS
        if (width := _place(words.get(name))) is not None
    }


def _split(value: Any) -> int | None:
    width = _place(value)
    return None if width is None else min(max(width, MIN_SPLIT), MAX_SPLIT)


def _place(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(min(max(value, 0), MAX_PLACE)) if value == value else None


def _one_of(known: tuple[str, ...], value: Any) -> str:
    return value if value in known else ""


def _texts(words: Any) -> list[str]:
    is_list = isinstance(words, Iterable) and not isinstance(words, str | Mapping)
    return [word for word in words if isinstance(word, str)] if is_list else []
