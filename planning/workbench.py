"""What the workbench shows: rows of the table and windows of the Gantt, as plain values.

Dates are read from the columns that the last commit computed. Texts are made only for the
rows that a window shows.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from planning import selectors
from planning.bar_words import described
from planning.core.durations import Units
from planning.core.plan import TaskKind
from planning.days_off import days_off
from planning.forecast_facts import task_forecasts
from planning.gantt import ROW, Gantt, Link
from planning.labels import ruler_label
from planning.models import Dependency, Scenario, Task
from planning.outline import Outline, bar_of, levels_of, outlines_of
from planning.spreads import spreads_of
from planning.table_columns import COLUMNS, Cell, Facts, cell_of
from planning.table_head import HeadColumn, head_columns
from planning.table_rows import shown_rows
from planning.task_text import LinkRow
from planning.timescale import TimeScale
from planning.view_state import ViewState

WINDOW_ROWS = 60
MAX_LEVEL = 8
PLAIN = ViewState()


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of rows with its piece of the Gantt; without rows it is yet to be fetched."""

    first: int
    last: int
    rows: Sequence[Row] = ()
    gantt: str = ""
    total: int = 0

    @property
    def number(self) -> int:
        """What people call its first row."""
        return self.first + 1

    @property
    def height(self) -> int:
        """Pixels, so that the scroll bar is right before the rows are there."""
        return (self.last - self.first) * ROW


class Workbench:
    """A scenario's rows, read once for a page or for one window of it."""

    def __init__(self, scenario: Scenario, view: ViewState = PLAIN) -> None:
        self.scenario = scenario
        self.view = view
        self.everything = outlines_of(scenario)
        self._forecast = spreads_of(scenario)
        self.spreads = self._forecast.by_key
        self.outlines = self._shown()

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
        return Window(first, last, rows, self.drawn(first, last), self.total)

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
        """The whole plan as bars and arrows, drawn window by window."""
        keys: dict[UUID | None, str] = {row.id: row.key for row in self.outlines}
        bars = [
            bar_of(outline, self.scenario, self.spreads, parent=keys.get(outline.parent_id, ""))
            for outline in self.outlines
        ]
        moments = [moment for bar in bars for moment in (bar.start, bar.finish)]
        moments += [spread.p90 for spread in self.spreads.values()]
        moments += [self.scenario.start]
        scale = TimeScale.covering(moments, self.view.zoom)
        zone = ZoneInfo(self.scenario.project.time_zone)
        return Gantt(
            scale=scale,
            bars=bars,
            links=self._arrows(),
            days_off=days_off(self.scenario, scale),
            today=timezone.now().astimezone(zone).replace(tzinfo=None),
            data_date=self.scenario.data_date,
            date_label=ruler_label,
            is_old=self.has_old_forecast,
        )

    @property
    def has_old_forecast(self) -> bool:
        """Whether the forecast that is drawn describes an older state of the plan."""
        return self._forecast.is_old

    def _described(self, first: int, last: int) -> Gantt:
        bars = list(self.gantt.bars)
        bars[first:last] = [
            described(bar, outline, is_old=self.has_old_forecast)
            for bar, outline in zip(bars[first:last], self.outlines[first:last], strict=True)
        ]
        return replace(self.gantt, bars=bars)

    @cached_property
    def _links(self) -> list[LinkRow]:
        links = Dependency.objects.filter(scenario=self.scenario)
        return [LinkRow(*values) for values in links.values_list(*LinkRow._fields)]

    def _arrows(self) -> list[Link]:
        ends = {outline.id: outline for outline in self.everything}
        return [
            _arrow(ends[link.predecessor_id], ends[link.successor_id], link) for link in self._links
        ]

    def _shown(self) -> list[Outline]:
        column = COLUMNS.get(self.view.sort_column)
        values = None
        if column is not None and column.sort is not None:
            tasks = selectors.tasks_of(self.scenario).defer("options", "driven_by", "limited_by")
            values = {task.pk: column.sort(task, self.facts) for task in tasks}
        return shown_rows(
            self.everything,
            self.view,
            values=values,
            uncertain=selectors.uncertain_ids(self.scenario)
            if "uncertain" in self.view.only
            else frozenset(),
        )

    def _rows(self, first: int, last: int) -> list[Row]:
        ids = [outline.id for outline in self.outlines[first:last]]
        found = selectors.tasks_of(self.scenario).select_related("scenario").in_bulk(ids)
        return [self._row(found[pk], first + place) for place, pk in enumerate(ids, 1)]

    @cached_property
    def facts(self) -> Facts:
        """What the cells of every row are shown by."""
        into: dict[UUID, list[LinkRow]] = defaultdict(list)
        out: dict[UUID, list[LinkRow]] = defaultdict(list)
        for link in self._links:
            into[link.successor_id].append(link)
            out[link.predecessor_id].append(link)
        names = selectors.calendars_of(self.scenario).values_list("pk", "name")
        return Facts(
            units=Units(self.scenario.minutes_per_day, self.scenario.minutes_per_week),
            numbers={outline.id: outline.number for outline in self.everything},
            links_into=into,
            links_from=out,
            forecasts=task_forecasts(self.scenario),
            calendars=dict(names),
        )

    def _row(self, task: Task, index: int) -> Row:
        return Row(
            pk=task.pk,
            key=task.key,
            number=task.number,
            version=task.version,
            index=index,
            level=min(self._levels[task.pk], MAX_LEVEL),
            name=task.name,
            url=reverse("planning:task", args=[task.pk]),
            classes=_classes(task),
            is_summary=task.kind == TaskKind.SUMMARY,
            is_collapsed=task.key in self.view.collapsed and not self.view.is_filtered,
            cells=[cell_of(COLUMNS[name], task, self.facts) for name in self.view.columns],
        )

    @cached_property
    def _levels(self) -> Mapping[UUID, int]:
        return levels_of(self.everything)


def cell_value(task: Task, column: str) -> str:
    """Return what editing a cell would begin with."""
    return cell_values(task.scenario, task.key, [column]).get(column, "")


def cell_values(scenario: Scenario, key: str, columns: Sequence[str]) -> dict[str, str]:
    """Return what editing each of these cells of a task would begin with."""
    facts = Workbench(scenario).facts
    task = selectors.tasks_of(scenario).select_related("calendar").get(key=key)
    return {name: cell_of(COLUMNS[name], task, facts).value for name in columns if name in COLUMNS}


def _arrow(before: Outline, after: Outline, link: LinkRow) -> Link:
    is_critical = before.is_critical and after.is_critical
    return Link(before.key, after.key, link.type, is_critical, pk=str(link.id))


def _classes(task: Task) -> str:
    names = {
        "is-summary": task.kind == TaskKind.SUMMARY,
        "is-milestone": task.kind == TaskKind.MILESTONE,
        "is-finished": task.actual_finish is not None,
        "is-critical": task.is_critical,
    }
    return " ".join(name for name, holds in names.items() if holds)
