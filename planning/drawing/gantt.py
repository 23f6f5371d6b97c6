"""The Gantt as SVG text: pure Python from plain dates, no template and no database.

Rows are drawn in windows of the same rows as the table beside them. A loop over bars in a
template costs 250 ms at 2,000 rows and this 1 ms a window, so text is built here, and
every text that comes from a person goes through :func:`planning.drawing.text.escape`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from planning.drawing.bars import MIDDLE, ROW, Bar, Spread, draw_bar, edges_of, n
from planning.drawing.links import link_path
from planning.drawing.text import escape
from planning.drawing.timescale import TimeScale

__all__ = ["DEFINITIONS", "HEAD", "ROW", "Bar", "Gantt", "Link", "Spread"]

HEAD = 44
# A longer arrow is drawn beside its two ends only: what crosses a whole window says nothing there.
LONGEST_CROSSING = 40

DateLabel = Callable[[date, str], str]


def plain_label(day: date, unit: str) -> str:
    """English ruler labels, for use without a locale."""
    if unit.startswith("quarter"):
        year = f" {day.year}" if unit.endswith("named") else ""
        return f"Q{(day.month + 2) // 3}{year}"
    patterns = {"week-named": "%-d %B %Y", "month": "%b", "month-named": "%B %Y", "year": "%Y"}
    return day.strftime(patterns.get(unit, "%-d"))


class Link(NamedTuple):
    """An arrow between two rows, by their keys."""

    predecessor: str
    successor: str
    type: str = "FS"
    is_critical: bool = False
    pk: str = ""


@dataclass(frozen=True, slots=True)
class Gantt:
    """Rows on a time scale, drawn window by window.

    ``places`` tells where each bar stands by its key, where that is known without all the bars.
    """

    scale: TimeScale
    bars: Sequence[Bar]
    links: Sequence[Link] = ()
    places: Mapping[str, int] | None = None
    days_off: Sequence[tuple[date, date]] = ()
    today: datetime | None = None
    data_date: datetime | None = None
    date_label: DateLabel = plain_label
    is_old: bool = False

    def head(self) -> str:
        """The two rulers above the rows; they tell a script how dates become pixels."""
        zoom = self.scale.zoom
        about = (
            f' data-first-day="{self.scale.first.isoformat()}"'
            f' data-pixels-per-day="{zoom.pixels_per_day}" data-days-off="{self._rests()}"'
        )
        parts = [_svg_open("gantt-head", self.scale.width, 0, HEAD, hidden=True, extra=about)]
        parts += [
            f'<text class="gantt-major" x="{n(tick.x + 6)}" y="17">'
            f"{escape(self.date_label(tick.day, zoom.major))}</text>"
            for tick in self.scale.ticks(zoom.major)
            if tick.width > 60
        ]
        parts += [
            f'<text class="gantt-minor{_today_class(self, tick)}" x="{n(tick.x + 6)}" y="36">'
            f"{escape(self.date_label(tick.day, zoom.minor))}</text>"
            for tick in self.scale.ticks(zoom.minor)
            if tick.width > 20
        ]
        parts.append(self._moment_flags())
        return "".join([*parts, "</svg>"])

    def window(self, first: int, last: int, label: str = "") -> str:
        """The rows ``first`` to ``last`` (excluded) with every arrow that touches them."""
        top, height = first * ROW, (last - first) * ROW
        name = "gantt-window is-old" if self.is_old else "gantt-window"
        parts = [
            _svg_open(name, self.scale.width, top, height, label=label),
            self._grid(top, height),
            *self._window_links(first, last),
            *(
                draw_bar(bar, self.scale, (first + row) * ROW)
                for row, bar in enumerate(self.bars[first:last])
            ),
            "</svg>",
        ]
        return "".join(parts)

    def _rests(self) -> str:
        """The days off as "first+count" from the first day of the scale."""
        return ",".join(
            f"{(first - self.scale.first).days}+{(after - first).days}"
            for first, after in self.days_off
        )

    def _grid(self, top: float, height: float) -> str:
        """Days off, divisions, today and the data date behind the bars."""
        bottom = f"v{n(height)}"
        lines = "".join(
            f"M{n(tick.x)} {n(top)}{bottom}" for tick in self.scale.ticks(self.scale.zoom.major)
        )
        return (
            self._days_off(top, height)
            + f'<path class="gantt-grid" d="{lines}"/>'
            + self._moment_line("gantt-data-date", self.data_date, top, height)
            + self._moment_line("gantt-today", self.today, top, height)
        )

    def _days_off(self, top: float, height: float) -> str:
        if not self.scale.zoom.shows_days_off:
            return ""
        blocks = []
        for first, after in self.days_off:
            left, right = self.scale.x(first), self.scale.x(after)
            if 0 <= left < self.scale.width:
                blocks.append(
                    f"M{n(left)} {n(top)}h{n(right - left)}v{n(height)}h{n(left - right)}z"
                )
        return f'<path class="gantt-off" d="{"".join(blocks)}"/>' if blocks else ""

    def _moment_line(self, name: str, moment: datetime | None, top: float, height: float) -> str:
        if moment is None or not 0 <= self.scale.x(moment) <= self.scale.width:
            return ""
        return f'<path class="{name}" d="M{n(self.scale.x(moment))} {n(top)}v{n(height)}"/>'

    def _moment_flags(self) -> str:
        flags = []
        for name, moment in (("gantt-data-date", self.data_date), ("gantt-today", self.today)):
            if moment and 0 <= self.scale.x(moment) <= self.scale.width:
                x = self.scale.x(moment)
                flags.append(f'<path class="{name}-flag" d="M{n(x - 4)} 38h8l-4 6z"/>')
        return "".join(flags)

    def _window_links(self, first: int, last: int) -> list[str]:
        rows = self.places
        if rows is None:
            rows = {bar.key: row for row, bar in enumerate(self.bars)}
        drawn = (self._link_in(link, rows, first, last) for link in self.links)
        return [path for path in drawn if path]

    def _link_in(self, link: Link, rows: Mapping[str, int], first: int, last: int) -> str:
        start, finish = rows.get(link.predecessor), rows.get(link.successor)
        if start is None or finish is None:
            return ""
        low, high = min(start, finish), max(start, finish)
        ends_here = first <= low < last or first <= high < last
        crosses = low < first and high >= last and high - low <= LONGEST_CROSSING
        return self._link(link, start, finish) if ends_here or crosses else ""

    def _link(self, link: Link, predecessor_row: int, successor_row: int) -> str:
        before, after = self.bars[predecessor_row], self.bars[successor_row]
        path = link_path(
            link.type,
            edges_of(before, self.scale),
            edges_of(after, self.scale),
            predecessor_row * ROW + MIDDLE,
            successor_row * ROW + MIDDLE,
        )
        critical = " is-critical" if link.is_critical else ""
        return (
            f'<path class="gantt-link{critical}" data-link="{escape(link.pk)}"'
            f' data-from="{escape(link.predecessor)}" data-to="{escape(link.successor)}"'
            f' data-type="{escape(link.type)}"'
            f' d="{path}"/>'
        )


_MARKER = (
    '<marker id="{}" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="6" markerHeight="6"'
    ' markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L6 3L0 6z"/></marker>'
)
_MARKERS = "".join(
    _MARKER.format(f"gantt-arrow{kind}") for kind in ("", "-critical", "-lit", "-new")
)
_FADE = (
    '<linearGradient id="gantt-fade{0}"><stop class="fade-from{0}" offset="0"/>'
    '<stop class="fade-to{0}" offset="1"/></linearGradient>'
)
DEFINITIONS = (
    '<svg class="gantt-definitions" width="0" height="0" aria-hidden="true" focusable="false">'
    f"<defs>{_FADE.format('')}{_FADE.format('-old')}{_MARKERS}</defs></svg>"
)


def _svg_open(
    name: str,
    width: float,
    top: float,
    height: float,
    *,
    label: str = "",
    hidden: bool = False,
    extra: str = "",
) -> str:
    about = 'aria-hidden="true"' if hidden else f'role="group" aria-label="{escape(label)}"'
    return (
        f'<svg class="{name}" {about} width="{n(width)}" height="{n(height)}"'
        f' viewBox="0 {n(top)} {n(width)} {n(height)}"{extra}>'
    )


def _today_class(gantt: Gantt, tick: object) -> str:
    is_today = gantt.scale.zoom.minor == "day" and gantt.today is not None
    return " is-today" if is_today and gantt.today.date() == tick.day else ""  # type: ignore[union-attr, attr-defined]
