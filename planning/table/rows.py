"""Which rows of a plan a person sees, and in which order: the stored order never changes."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from planning.core.plan import TaskKind
from planning.table.outline import Outline
from planning.table.view_state import ViewState

Kept = Callable[[Outline], bool]
NONE_CHOSEN: Mapping[str, frozenset[UUID]] = {}
UNMARKED: Mapping[str, Sequence[str]] = {}


def shown_rows(
    outlines: Sequence[Outline],
    view: ViewState,
    *,
    values: Mapping[UUID, Any] | None = None,
    chosen: Mapping[str, frozenset[UUID]] = NONE_CHOSEN,
    marks: Mapping[str, Sequence[str]] = UNMARKED,
) -> list[Outline]:
    """Return the rows to show: filtered, sorted among their siblings, without what is collapsed.

    Parameters
    ----------
    outlines
        Every task in table order.
    values
        What the rows are sorted by, where the view sorts.
    chosen
        The tasks of each filter that an outline can't tell, where the view asks for it.
    marks
        The words beyond its name that find a task, by its key.

    Notes
    -----
    A match brings the summaries that it stands under, so the tree can be read; while a filter
    is on, nothing is collapsed. What has no value comes last either way.
    """
    if not (view.is_arranged or view.collapsed):
        return list(outlines)
    kept = _kept(outlines, _rules(view, chosen, marks)) if view.is_filtered else None
    children: dict[UUID | None, list[Outline]] = defaultdict(list)
    for outline in outlines:
        if kept is None or outline.id in kept:
            children[outline.parent_id].append(outline)
    if view.sort and values is not None:
        for siblings in children.values():
            _sort(siblings, values, is_descending=view.is_descending)
    collapsed = frozenset() if view.is_filtered else view.collapsed
    return _walked(children, collapsed)


def _walked(
    children: Mapping[UUID | None, Sequence[Outline]], collapsed: frozenset[str]
) -> list[Outline]:
    found: list[Outline] = []
    waiting = list(reversed(children.get(None, ())))
    while waiting:
        outline = waiting.pop()
        found.append(outline)
        if outline.key not in collapsed:
            waiting.extend(reversed(children.get(outline.id, ())))
    return found


def _sort(rows: list[Outline], values: Mapping[UUID, Any], *, is_descending: bool) -> None:
    known = [row for row in rows if values.get(row.id) is not None]
    known.sort(key=lambda row: values[row.id], reverse=is_descending)
    rows[:] = known + [row for row in rows if values.get(row.id) is None]


def _kept(outlines: Sequence[Outline], rules: Sequence[Kept]) -> frozenset[UUID]:
    """Return the ids of the tasks that match, and of the summaries above them."""
    parent_of = {outline.id: outline.parent_id for outline in outlines}
    kept: set[UUID] = set()
    for outline in outlines:
        if not all(rule(outline) for rule in rules):
            continue
        current: UUID | None = outline.id
        while current is not None and current not in kept:
            kept.add(current)
            current = parent_of[current]
    return frozenset(kept)


def _rules(
    view: ViewState,
    chosen: Mapping[str, frozenset[UUID]],
    marks: Mapping[str, Sequence[str]],
) -> list[Kept]:
    rules = [_by_word(word, marks) for word in view.text.casefold().split()]
    known: dict[str, Kept] = {
        "critical": lambda row: row.is_critical and row.kind != TaskKind.SUMMARY,
        "open": lambda row: row.actual_finish is None and row.kind != TaskKind.SUMMARY,
        "milestones": lambda row: row.is_instant and row.kind != TaskKind.SUMMARY,
        "late": _is_late,
    }
    return rules + [known.get(name) or _among(chosen.get(name)) for name in view.only]


def _among(ids: frozenset[UUID] | None) -> Kept:
    return lambda row: ids is not None and row.id in ids


def _by_word(word: str, marks: Mapping[str, Sequence[str]]) -> Kept:
    return lambda row: (
        word in row.name.casefold()
        or word == str(row.number)
        or any(mark.startswith(word) for mark in marks.get(row.key, ()))
    )


def _is_late(row: Outline) -> bool:
    """Whether the task is planned to finish after what was promised, or after its deadline."""
    limit = row.promised_finish or row.deadline
    return limit is not None and row.finish is not None and row.finish > limit
