"""The Gantt as a picture: names and dates beside bars, in sheets or in one piece."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from planning.drawing.bars import ROW
from planning.drawing.gantt import HEAD
from planning.models import Scenario
from planning.table.outline import Outline
from planning.table.view_state import ViewState
from planning.table.workbench import PLAIN, Workbench
from planning.templatetags.look import short_date
from simulations.pictures.palette import drawable, picture

NAMES = 320
DATE = 72
LEFT = NAMES + 2 * DATE + 12
INDENT = 14
MARGIN = 8
LONGEST_NAME = 46
BASELINE = 19
SHEET_BARS = 860
"""Pixels for the bars of a sheet: names then come out at eight points on A4."""
SHEET_RATIO = 277 / 176
"""A4 on its side, within its margins and above its foot."""
MOST_ABOVE = 3
_BAR = re.compile(r'<g class="(gantt-bar[^"]*)"[^>]*>')
"""Nobody takes hold of a bar on paper, and a summary's may be there twice."""
_LINK = re.compile(r'<path class="gantt-link[^>]*/>')


@dataclass(frozen=True, slots=True)
class Sheet:
    """A piece of the Gantt that fills a sheet of paper: the inside of an SVG, and its size."""

    body: str
    width: float
    height: float
    first: int
    last: int

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width:.0f} {self.height:.0f}"

    @property
    def label(self) -> str:
        """What a screen reader says of it."""
        told = _("Gantt of tasks %(first)d to %(last)d; the same dates stand in the table.")
        return told % {"first": self.first + 1, "last": self.last}

    @property
    def drawn(self) -> SafeString:
        """Its inside, for a page that has the look of bars itself."""
        return mark_safe(drawable(self.body))  # noqa: S308 - what people typed is escaped

    @property
    def svg(self) -> str:
        """The sheet as a file of its own."""
        return picture(self.body, self.width, self.height)


class GanttPicture:
    """A scenario's Gantt; ``pixels`` for its bars, else the zoom that suits about one screen."""

    def __init__(self, scenario: Scenario, view: ViewState = PLAIN, *, pixels: int = 0) -> None:
        self.workbench = Workbench(scenario, view, pixels=pixels)
        self.total = self.workbench.total

    @property
    def width(self) -> float:
        return LEFT + self.workbench.gantt.scale.width

    def svg(self, first: int = 0, last: int | None = None) -> str:
        """Return the rows ``first`` to ``last`` (excluded) with their names and the rulers."""
        last = self.total if last is None else min(last, self.total)
        if first >= last:
            text = f'<text class="picture-name" x="16" y="28">{escape(_("An empty plan"))}</text>'
            return picture(text, NAMES, HEAD)
        return self._sheet(first, last).svg

    def sheets(self) -> list[Sheet]:
        """Return all rows in pieces that fill a sheet each, under the summaries they stand in."""
        if not self.total:
            return []
        height = self.width / SHEET_RATIO
        room = int((height - HEAD - MARGIN) / ROW)
        found, first = [], 0
        while first < self.total:
            above = self._above(first)
            last = min(first + room - len(above), self.total)
            found.append(self._sheet(first, last, above, height))
            first = last
        return found

    def _above(self, first: int) -> list[int]:
        """Return the rows of the summaries that a row stands in, the outermost first."""
        sketch, places = self.workbench.sketch, self.workbench.places
        rows: list[int] = []
        parent = self.workbench.outlines[first].parent_id
        while parent is not None and (outline := sketch.by_id.get(parent)) is not None:
            if outline.key in places:
                rows.insert(0, places[outline.key])
            parent = outline.parent_id
        return rows[-MOST_ABOVE:]

    def _sheet(
        self, first: int, last: int, above: Sequence[int] = (), height: float = 0.0
    ) -> Sheet:
        parts, y = [self._heads(), self._placed(self.workbench.head(), 0)], HEAD
        stretches = [*((row, row + 1) for row in above), (first, last)]
        for start, stop in stretches:
            is_repeated = stop <= first
            parts += [
                self._row(self.workbench.outlines[row], y + (row - start) * ROW, is_repeated)
                for row in range(start, stop)
            ]
            drawn = self.workbench.drawn(start, stop)
            parts.append(self._placed(_LINK.sub("", drawn) if is_repeated else drawn, y))
            y += (stop - start) * ROW
        return Sheet("".join(parts), self.width, max(y + MARGIN, height), first, last)

    def _heads(self) -> str:
        start, finish = escape(_("Start")), escape(_("Finish"))
        y = HEAD - 8
        return (
            f'<text x="40" y="{y}">{escape(_("Task"))}</text>'
            f'<text x="{NAMES + DATE}" y="{y}" text-anchor="end">{start}</text>'
            f'<text x="{NAMES + 2 * DATE}" y="{y}" text-anchor="end">{finish}</text>'
        )

    def _row(self, outline: Outline, top: float, is_repeated: bool) -> str:
        level = min(self.workbench.sketch.levels[outline.id], 8)
        strong = " is-strong" if outline.kind == "summary" else ""
        faint = " is-repeated" if is_repeated else ""
        x, y, room = 40 + INDENT * level, top + BASELINE, LONGEST_NAME - 2 * level
        name = outline.name if len(outline.name) <= room else f"{outline.name[: room - 1]}…"
        return (
            f'<text x="10" y="{y:.0f}">{outline.number}</text>'
            f'<text class="picture-name{strong}{faint}" x="{x}" y="{y:.0f}">{escape(name)}</text>'
            f"{_date(short_date(outline.start), NAMES + DATE, y)}"
            f"{_date(short_date(outline.finish), NAMES + 2 * DATE, y)}"
        )

    def _placed(self, svg: str, y: float) -> str:
        plain = _BAR.sub(r'<g class="\1">', svg)
        return plain.replace("<svg ", f'<svg x="{LEFT}" y="{y:.0f}" ', 1)


def _date(words: str, x: float, y: float) -> str:
    return f'<text x="{x}" y="{y:.0f}" text-anchor="end">{escape(words)}</text>'
