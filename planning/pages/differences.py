"""What the page of a difference shows: one question, one answer, and the evidence under it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planning import selectors
from planning.core.differences import Difference, Move, counts
from planning.core.edits import What
from planning.core.plan import Plan
from planning.core.sentences import Sentence
from planning.drawing.scales import (
    DAY,
    DateAxis,
    Frame,
    Tick,
    date_ticks,
    midnight,
    text,
    whole_days,
)
from planning.models import Scenario, Task
from planning.pages.sides import Beside

SHOWN_SENTENCES = 100
SHOWN_MOVES = 12
MOVES = Frame(width=360, height=22, left=10, right=10)
GROUPS = {
    "project": gettext_lazy("Plan settings"),
    "tasks": gettext_lazy("Tasks and links"),
    "calendars": gettext_lazy("Calendars"),
    "risks": gettext_lazy("Risks"),
    "drivers": gettext_lazy("Drivers"),
    "correlations": gettext_lazy("Correlations"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that changed, and where it can be looked at."""

    title: str
    phrases: Sequence[str]
    what: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """The lines about one kind of thing."""

    title: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A task that moved, with an arrow from its former finish to its new one."""

    name: str
    url: str
    before: datetime
    after: datetime
    days: float
    x1: str
    x2: str
    is_later: bool


@dataclass(frozen=True, slots=True)
class Moves:
    """The tasks that moved most, on one axis of dates."""

    view_box: str
    unit: str
    ticks: list[Tick]
    rows: list[MoveRow]
    more: int


@dataclass(frozen=True, slots=True)
class DifferencePage:
    """Everything on the page."""

    finish_before: datetime
    finish_after: datetime
    finish_days: float
    is_empty: bool
    changed: int
    added: int
    removed: int
    promised: int
    groups: list[Group]
    page: Page[Sentence]
    moves: Moves | None


def difference_page(found: Beside, page: str = "") -> DifferencePage:
    """Return the page of what differs between two states."""
    what = found.difference
    day = found.plans[0].project.minutes_per_day
    pages = Paginator(in_order(what, found.plans[1]), SHOWN_SENTENCES).get_page(page)
    urls = _urls(found.after.scenario, pages.object_list, what.moves[:SHOWN_MOVES])
    tally = counts(tuple(edit for edit in what.edits))
    return DifferencePage(
        finish_before=what.finish_before,
        finish_after=what.finish_after,
        finish_days=what.finish_minutes / day,
        is_empty=what.is_empty,
        changed=tally[What.CHANGED],
        added=tally[What.ADDED],
        removed=tally[What.REMOVED],
        promised=what.promised,
        groups=groups_of(pages.object_list, urls),
        page=pages,
        moves=moves_chart(what.moves, day, urls),
    )


def in_order(found: Difference, after: Plan) -> list[Sentence]:
    """Return the sentences group by group, tasks in the order of the table."""
    place = {task.key: number for number, task in enumerate(after.tasks)}
    kinds = list(GROUPS)
    return sorted(
        found.sentences,
        key=lambda one: (kinds.index(one.collection), place.get(one.key, len(place))),
    )


def groups_of(sentences: Iterable[Sentence], urls: Mapping[str, str]) -> list[Group]:
    """Return the sentences under headings."""
    groups: dict[str, Group] = {}
    for one in sentences:
        group = groups.setdefault(one.collection, Group(str(GROUPS[one.collection]), []))
        url = urls.get(one.key, "") if one.collection == "tasks" else ""
        group.lines.append(Line(one.title, one.phrases, str(one.what), url))
    return list(groups.values())


def moves_chart(
    moves: Sequence[Move], minutes_per_day: int, urls: Mapping[str, str]
) -> Moves | None:
    """Draw the tasks that moved most; None where none did."""
    shown = moves[:SHOWN_MOVES]
    if not shown:
        return None
    dates = [moment for move in shown for moment in (move.before, move.after)]
    axis = DateAxis([(min(dates), max(*dates, min(dates) + DAY))], MOVES)
    unit, days = date_ticks(*axis.edges, most=5)
    return Moves(
        view_box=f"0 0 {text(MOVES.width)} {text(MOVES.height)}",
        unit=unit,
        ticks=[Tick(text(axis.x(midnight(day))), day) for day in whole_days(axis.edges[0], days)],
        rows=[_move(move, axis, minutes_per_day, urls) for move in shown],
        more=len(moves) - len(shown),
    )


def _move(move: Move, axis: DateAxis, minutes_per_day: int, urls: Mapping[str, str]) -> MoveRow:
    return MoveRow(
        name=move.name,
        url=urls.get(move.key, ""),
        before=move.before,
        after=move.after,
        days=move.minutes / minutes_per_day,
        x1=text(axis.x(move.before)),
        x2=text(axis.x(move.after)),
        is_later=move.minutes > 0,
    )


def _urls(
    scenario: Scenario, sentences: Iterable[Sentence], moves: Iterable[Move]
) -> dict[str, str]:
    """Return the page of each task that the scenario still has, by key."""
    keys = {one.key for one in sentences if one.collection == "tasks"}
    keys |= {move.key for move in moves}
    rows = Task.objects.filter(scenario=scenario, key__in=keys).values_list("key", "pk")
    return {key: reverse("planning:task", args=[pk]) for key, pk in rows}


def choices_for(scenario: Scenario) -> list[tuple[UUID, str]]:
    """Return the scenarios that one can be set beside, with their names."""
    rows: QuerySet[Scenario] = selectors.scenarios_of(scenario.project)
    return [
        (row.pk, _("%(name)s (archived)") % {"name": row.name} if row.is_archived else row.name)
        for row in rows
    ]
