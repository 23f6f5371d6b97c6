"""What the workbench shows: rows of the table and windows of the Gantt, as plain values.

Dates are read from the columns that the last commit computed. Texts are made only for the
rows that a window shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import overload
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from planning import selectors
from planning.core.durations import Units
from planning.core.plan import TaskKind
from planning.drawing.bar_words import BarWords
from planning.drawing.bars import Bar
from planning.drawing.days_off import days_off
from planning.drawing.gantt import LONGEST_CROSSING, ROW, Gantt, Link
from planning.drawing.labels import ruler_label
from planning.drawing.timescale import TimeScale
from planning.models import Scenario
from planning.table.columns import COLUMNS, Facts, cell_of
from planning.table.elsewhere import elsewhere_in
from planning.table.head import HeadColumn, head_columns
from planning.table.listed import Listed, listed_tasks
from planning.table.markup import Row, draw_rows
from planning.table.outline import Outline, bar_of
from planning.table.row_counts import comment_counts
from planning.table.rows import shown_rows
from planning.table.sketch import places_of, reach_of, sketch_of
from planning.table.spreads import spreads_of
from planning.table.view_state import ViewState
from planning.typed.tasks import LinkRow
from planning.work.facts import works_of
from planning.work.readiness import unblocked_ids
from planning.work.typed import FIELDS as WORK_FIELDS

WINDOW_ROWS = 40
"""As many as a browser lays out and paints within one frame."""
MAX_LEVEL = 8
PLAIN = ViewState()
CHOSEN = {"uncertain": selectors.uncertain_ids, "unblocked": unblocked_ids}
"""Filters that ask for more than the outline of a row tells."""
MARKS = "@#!~"
NOBODY = str(UUID(int=0))
"""Stands for a task's id in an address that is made for many of them at once."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of rows with its piece of the Gantt; without rows it is yet to be fetched."""

    first: int
    last: int
    rows: Sequence[Row] = ()
    gantt: str = ""
    total: int = 0
    is_old: bool = False

    @property
    def body(self) -> SafeString:
        """Its rows as the table shows them."""
        return mark_safe(draw_rows(self.rows))  # noqa: S308 - escapes what people typed

    @property
    def number(self) -> int:
        """What people call its first row."""
        return self.first + 1

    @property
    def height(self) -> int:
        """Pixels, so that the scroll bar is right before the rows are there."""
        return (self.last - self.first) * ROW


class Workbench:
    """A scenario's rows, read once for a page or for one window of it.

    ``pixels`` is the width of the Gantt where paper sets it, and not the zoom; ``is_new`` says
    that this request has changed the plan.
    """

    def __init__(
        self,
        scenario: Scenario,
        view: ViewState = PLAIN,
        *,
        pixels: int = 0,
        is_new: bool = False,
    ) -> None:
        self.scenario = scenario
        self.view = view
        self._pixels = pixels
        self.sketch = sketch_of(scenario)
        self.everything = self.sketch.outlines
        self._forecast = spreads_of(scenario, is_new=is_new)
        self.spreads = self._forecast.by_key
        self.outlines = self._shown()

    @property
    def is_foretold(self) -> bool:
        """Whether the rows show a forecast of the plan as it stands."""
        return bool(self.spreads) and not self._forecast.is_old

    @property
    def total(self) -> int:
        """How many rows are shown; what is filtered out or collapsed is none."""
        return len(self.outlines)

    @property
    def is_empty(self) -> bool:
        """Whether the plan has no task at all."""
        return not self.everything

    @property
    def columns(self) -> list[HeadColumn]:
        """The columns that this person chose, as the head and the colgroup need them."""
        return head_columns(self.view)

    @property
    def opening_row(self) -> int:
        """The first row in sight where this person left the table."""
        return min(self.view.top // ROW, max(self.total - 1, 0))

    def place_of(self, number: int | None) -> int | None:
        """Return where the task of that number stands among the rows shown."""
        places = (place for place, row in enumerate(self.outlines) if row.number == number)
        return next(places, None)

    @property
    def zoom(self) -> str:
        return self.gantt.scale.zoom.name

    def windows(self, shown: int) -> list[Window]:
        """Every window of the plan; only the one that holds row ``shown`` has its rows."""
        return [
            self.window(first)
            if first <= shown < first + WINDOW_ROWS
            else Window(first, min(first + WINDOW_ROWS, self.total))
            for first in range(0, self.total, WINDOW_ROWS)
        ]

    def window(self, first: int) -> Window:
        """The window that begins with row ``first``."""
        last = min(first + WINDOW_ROWS, self.total)
        rows = self._rows(first, last)
        drawn = self.drawn(first, last)
        return Window(first, last, rows, drawn, self.total, is_old=self.has_old_forecast)

    def drawn(self, first: int, last: int) -> SafeString:
        """The bars of the rows ``first`` to ``last`` (excluded)."""
        label = _("Gantt of tasks %(first)d to %(last)d; the same dates stand in the table.")
        drawn = self._described(first, last).window(
            first, last, label % {"first": first + 1, "last": last}
        )
        return mark_safe(drawn)  # noqa: S308 - the Gantt escapes what people typed

    @property
    def opening_x(self) -> int:
        """Where to look first, in pixels: where the work stands, else where the plan begins."""
        moment = self.scenario.data_date or self.scenario.scheduled_start or self.scenario.start
        return max(round(self.gantt.scale.x(moment)), 0)

    def head(self) -> SafeString:
        """The rulers above the Gantt."""
        return mark_safe(self.gantt.head())  # noqa: S308 - the Gantt escapes what people typed

    @cached_property
    def gantt(self) -> Gantt:
        """The plan's time scale with bars for all its rows, each made when it is drawn."""
        scenario = self.scenario
        moments = [*self._reach, *(spread.p90 for spread in self.spreads.values()), scenario.start]
        scale = (
            TimeScale.filling(moments, self._pixels)
            if self._pixels
            else TimeScale.covering(moments, self.view.zoom)
        )
        zone = ZoneInfo(scenario.project.time_zone)
        return Gantt(
            scale=scale,
            bars=_Bars(self),
            places=self.places,
            days_off=days_off(scenario, scale),
            today=timezone.now().astimezone(zone).replace(tzinfo=None),
            data_date=scenario.data_date,
            date_label=ruler_label,
            is_old=self.has_old_forecast,
        )

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each task stands among the rows shown, by its key."""
        return self.sketch.places if self._is_whole else places_of(self.outlines)

    @property
    def _reach(self) -> list[datetime]:
        return self.sketch.reach if self._is_whole else reach_of(self.outlines)

    @property
    def _is_whole(self) -> bool:
        return self.outlines is self.everything

    def bar(self, place: int) -> Bar:
        """The bar of the row that stands there."""
        outline = self.outlines[place]
        above = self.sketch.by_id.get(outline.parent_id) if outline.parent_id else None
        parent = above.key if above and above.key in self.places else ""
        return bar_of(outline, self.scenario, self.spreads, parent=parent)

    @property
    def has_old_forecast(self) -> bool:
        """Whether the forecast that is drawn describes an older state of the plan."""
        return self._forecast.is_old

    def _described(self, first: int, last: int) -> Gantt:
        words = BarWords(is_old=self.has_old_forecast)
        bars = {
            place: words.described(self.bar(place), self.outlines[place])
            for place in range(first, last)
        }
        return replace(self.gantt, bars=_Bars(self, bars), links=self._arrows(first, last))

    def _arrows(self, first: int, last: int) -> list[Link]:
        """What a window may draw: few rows can be crossed by a link that ends in none of them."""
        reach = LONGEST_CROSSING if last - first < LONGEST_CROSSING else 0
        near = self.outlines[max(first - reach, 0) : last + reach]
        links = self.sketch.links.at(outline.id for outline in near)
        ends = self.sketch.by_id
        return [_arrow(ends[link.predecessor_id], ends[link.successor_id], link) for link in links]

    def _shown(self) -> Sequence[Outline]:
        if not (self.view.is_arranged or self.view.collapsed):
            return self.everything
        column = COLUMNS.get(self.view.sort_column)
        values = None
        if column is not None and column.sort is not None:
            tasks = listed_tasks(self.scenario).values()
            values = {task.id: column.sort(task, self.facts) for task in tasks}
        return shown_rows(
            self.everything,
            self.view,
            values=values,
            chosen={name: CHOSEN[name](self.scenario) for name in self.view.only if name in CHOSEN},
            marks=self._marks,
        )

    @property
    def _marks(self) -> Mapping[str, Sequence[str]]:
        """The words beyond its name that a filter finds a task by, where it asks for such."""
        if not any(word[0] in MARKS for word in self.view.text.split()):
            return {}
        return {key: work.marks for key, work in works_of(self.scenario.project_id).items()}

    def _rows(self, first: int, last: int) -> list[Row]:
        ids = [outline.id for outline in self.outlines[first:last]]
        found = listed_tasks(self.scenario, ids)
        # What somebody deletes while the page is made is gone with the next one.
        there = [(place, found[pk]) for place, pk in enumerate(ids, 1) if pk in found]
        return [self._row(task, first + place) for place, task in there]

    @cached_property
    def facts(self) -> Facts:
        """What the cells of every row are shown by."""
        return Facts(
            units=Units(self.scenario.minutes_per_day, self.scenario.minutes_per_week),
            numbers=self.sketch.numbers,
            outline_numbers=self.sketch.outline_numbers if self._uses("wbs") else {},
            links_into=self.sketch.links.into,
            links_from=self.sketch.links.leaving,
            forecasts=self.spreads,
            calendars=self.sketch.calendars,
            comments=comment_counts(self.scenario) if self._uses("comments") else {},
            work=works_of(self.scenario.project_id) if self._uses(*WORK_FIELDS) else {},
            elsewhere=elsewhere_in(self.scenario) if self._uses("predecessors") else {},
        )

    def _uses(self, *columns: str) -> bool:
        return not {*self.view.columns, self.view.sort_column}.isdisjoint(columns)

    @cached_property
    def _address(self) -> str:
        return reverse("planning:task", args=[NOBODY])

    def _row(self, task: Listed, index: int) -> Row:
        return Row(
            pk=task.pk,
            key=task.key,
            number=task.number,
            version=task.version,
            index=index,
            level=min(self.sketch.levels[task.pk], MAX_LEVEL),
            name=task.name,
            url=self._address.replace(NOBODY, str(task.id)),
            classes=_classes(task),
            is_summary=task.kind == TaskKind.SUMMARY,
            is_collapsed=task.key in self.view.collapsed and not self.view.is_filtered,
            cells=[cell_of(COLUMNS[name], task, self.facts) for name in self.view.columns],
        )


class _Bars(Sequence[Bar]):
    """The bars of all rows shown, each made when it is asked for; some are made already."""

    def __init__(self, workbench: Workbench, made: Mapping[int, Bar] | None = None) -> None:
        self._workbench = workbench
        self._made = made or {}

    def __len__(self) -> int:
        return self._workbench.total

    @overload
    def __getitem__(self, place: int) -> Bar: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Bar]: ...
    def __getitem__(self, place: int | slice) -> Bar | Sequence[Bar]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        return self._made.get(place) or self._workbench.bar(place)


def _arrow(before: Outline, after: Outline, link: LinkRow) -> Link:
    is_critical = before.is_critical and after.is_critical
    return Link(before.key, after.key, link.type, is_critical, pk=str(link.id))


def _classes(task: Listed) -> str:
    names = {
        "is-summary": task.kind == TaskKind.SUMMARY,
        "is-milestone": task.kind == TaskKind.MILESTONE,
        "is-finished": task.actual_finish is not None,
        "is-critical": task.is_critical,
    }
    return " ".join(name for name, holds in names.items() if holds)
