"""The Gantt as a picture: names at the left, bars at the right, page by page or in one piece."""

from html import escape

from django.utils.translation import gettext as _

from planning.bars import ROW
from planning.gantt import HEAD
from planning.models import Scenario
from planning.outline import levels_of
from planning.workbench import Workbench
from simulations.pictures.palette import picture

NAMES = 320
INDENT = 14
MARGIN = 8
LONGEST_NAME = 46
SHEET_RATIO = 277 / 176
"""A4 on its side, within its margins and above its foot."""
LEAST_ROWS = 12


class GanttPicture:
    """A scenario's Gantt at the zoom that keeps it on about one sheet."""

    def __init__(self, scenario: Scenario) -> None:
        self.workbench = Workbench(scenario)
        self.total = self.workbench.total
        self._levels = levels_of(self.workbench.outlines)

    def svg(self, first: int = 0, last: int | None = None) -> str:
        """Return the rows ``first`` to ``last`` (excluded) with their names and the rulers."""
        last = self.total if last is None else min(last, self.total)
        rows = last - first
        if not rows:
            text = f'<text class="picture-name" x="16" y="28">{escape(_("An empty plan"))}</text>'
            return picture(text, NAMES, HEAD)
        width = NAMES + self.workbench.gantt.scale.width
        height = HEAD + rows * ROW + MARGIN
        return picture(
            self._placed(self.workbench.head(), 0)
            + self._names(first, last)
            + self._placed(self.workbench.drawn(first, last), HEAD),
            width,
            height,
        )

    def sheets(self) -> list[str]:
        """Return the whole plan in pieces that fill a sheet each."""
        if not self.total:
            return []
        height = (NAMES + self.workbench.gantt.scale.width) / SHEET_RATIO
        rows = max(int((height - HEAD - MARGIN) / ROW), LEAST_ROWS)
        return [self.svg(first, first + rows) for first in range(0, self.total, rows)]

    def _names(self, first: int, last: int) -> str:
        return "".join(
            self._name(row, HEAD + (row - first) * ROW + 19) for row in range(first, last)
        )

    def _name(self, row: int, y: float) -> str:
        outline = self.workbench.outlines[row]
        strong = " is-strong" if outline.kind == "summary" else ""
        x = 40 + INDENT * min(self._levels[outline.id], 8)
        room = LONGEST_NAME - 2 * min(self._levels[outline.id], 8)
        name = outline.name if len(outline.name) <= room else f"{outline.name[: room - 1]}…"
        return (
            f'<text x="10" y="{y:.0f}">{outline.number}</text>'
            f'<text class="picture-name{strong}" x="{x}" y="{y:.0f}">{escape(name)}</text>'
        )

    def _placed(self, svg: str, y: float) -> str:
        return svg.replace("<svg ", f'<svg x="{NAMES}" y="{y:.0f}" ', 1)
