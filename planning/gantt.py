"""The Gantt as SVG text: pure Python from plain dates, no template and no database.

Rows are drawn in windows of the same rows as the table beside them. A loop over bars in a
template costs 250 ms at 2,000 rows and this 1 ms a window, so text is built here, and
every text that comes from a person goes through :func:`html.escape`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from planning.links import STEM, link_path
from planning.timescale import TimeScale

ROW = 30
BAR_TOP = 8
BAR_HEIGHT = 14
MIDDLE = ROW / 2
HEAD = 44

DateLabel = Callable[[date, str], str]


def plain_label(day: date, unit: str) -> str:
    """English ruler labels, for use without a locale."""
    if unit == "quarter":
        return f"Q{(day.month + 2) // 3}"
    patterns = {"week-named": "%-d %B %Y", "month": "%b", "month-named": "%B %Y", "year": "%Y"}
    return day.strftime(patterns.get(unit, "%-d"))


@dataclass(frozen=True, slots=True)
class Spread:
    """Where a task's finish falls in one iteration of ten, of two, and in eight and nine of ten."""

    p10: datetime
    p50: datetime
    p80: datetime
    p90: datetime


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of the Gantt."""

    key: str
    name: str
    start: datetime
    finish: datetime
    kind: str = "task"
    percent: float = 0.0
    is_critical: bool = False
    promised_start: datetime | None = None
    promised_finish: datetime | None = None
    deadline: datetime | None = None
    spread: Spread | None = None
    label: str = ""
    chance_class: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow between two rows, by their keys."""

    predecessor: str
    successor: str
    type: str = "FS"
    is_critical: bool = False


@dataclass(frozen=True, slots=True)
class Gantt:
    """Rows on a time scale, drawn window by window."""

    scale: TimeScale
    bars: Sequence[Bar]
    links: Sequence[Link] = ()
    days_off: Sequence[tuple[date, date]] = ()
    today: datetime | None = None
    data_date: datetime | None = None
    date_label: DateLabel = plain_label

    def head(self) -> str:
        """The two rulers above the rows."""
        zoom = self.scale.zoom
        parts = [_svg_open("gantt-head", self.scale.width, 0, HEAD, hidden=True)]
        parts += [
            f'<text class="gantt-major" x="{_n(tick.x + 6)}" y="17">'
            f"{escape(self.date_label(tick.day, zoom.major))}</text>"
            for tick in self.scale.ticks(zoom.major)
            if tick.width > 40
        ]
        parts += [
            f'<text class="gantt-minor{_today_class(self, tick)}" x="{_n(tick.x + 6)}" y="36">'
            f"{escape(self.date_label(tick.day, zoom.minor))}</text>"
            for tick in self.scale.ticks(zoom.minor)
            if tick.width > 12
        ]
        parts.append(self._moment_flags())
        return "".join([*parts, "</svg>"])

    def window(self, first: int, last: int, label: str = "") -> str:
        """The rows ``first`` to ``last`` (excluded) with every arrow that touches them."""
        top, height = first * ROW, (last - first) * ROW
        bars = self.bars[first:last]
        parts = [
            _svg_open("gantt-window", self.scale.width, top, height, label=label),
            self._grid(top, height),
            *self._window_links(first, last),
            *(self._bar(bar, first + row) for row, bar in enumerate(bars)),
            "</svg>",
        ]
        return "".join(parts)

    def _grid(self, top: float, height: float) -> str:
        """Days off, divisions, today and the data date behind the bars."""
        bottom = f"v{_n(height)}"
        lines = "".join(
            f"M{_n(tick.x)} {_n(top)}{bottom}" for tick in self.scale.ticks(self.scale.zoom.major)
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
                    f"M{_n(left)} {_n(top)}h{_n(right - left)}v{_n(height)}h{_n(left - right)}z"
                )
        return f'<path class="gantt-off" d="{"".join(blocks)}"/>' if blocks else ""

    def _moment_line(self, name: str, moment: datetime | None, top: float, height: float) -> str:
        if moment is None or not 0 <= self.scale.x(moment) <= self.scale.width:
            return ""
        return f'<path class="{name}" d="M{_n(self.scale.x(moment))} {_n(top)}v{_n(height)}"/>'

    def _moment_flags(self) -> str:
        flags = []
        for name, moment in (("gantt-data-date", self.data_date), ("gantt-today", self.today)):
            if moment and 0 <= self.scale.x(moment) <= self.scale.width:
                x = self.scale.x(moment)
                flags.append(f'<path class="{name}-flag" d="M{_n(x - 4)} 38h8l-4 6z"/>')
        return "".join(flags)

    def _window_links(self, first: int, last: int) -> list[str]:
        rows = {bar.key: row for row, bar in enumerate(self.bars)}
        paths = []
        for link in self.links:
            start, finish = rows.get(link.predecessor), rows.get(link.successor)
            if start is None or finish is None:
                continue
            if min(start, finish) < last and max(start, finish) >= first:
                paths.append(self._link(link, start, finish))
        return paths

    def _link(self, link: Link, predecessor_row: int, successor_row: int) -> str:
        path = link_path(
            link.type,
            self._edges(self.bars[predecessor_row]),
            self._edges(self.bars[successor_row]),
            predecessor_row * ROW + MIDDLE,
            successor_row * ROW + MIDDLE,
        )
        critical = " is-critical" if link.is_critical else ""
        return f'<path class="gantt-link{critical}" d="{path}"/>'

    def _edges(self, bar: Bar) -> tuple[float, float]:
        left, right = self.scale.x(bar.start), self.scale.x(bar.finish)
        if bar.kind == "milestone":
            return left - STEM, left + STEM
        return left, max(right, left + 3)

    def _bar(self, bar: Bar, row: int) -> str:
        top = row * ROW
        draw = {"milestone": self._milestone, "summary": self._summary}.get(bar.kind, self._task)
        classes = "gantt-bar is-critical" if bar.is_critical else "gantt-bar"
        return (
            f'<g class="{classes}" data-key="{escape(bar.key)}">'
            f"<title>{escape(bar.title or bar.name)}</title>"
            f"{self._ghost(bar, top)}{draw(bar, top)}{self._spread(bar, top)}"
            f"{self._deadline(bar, top)}</g>"
        )

    def _task(self, bar: Bar, top: float) -> str:
        left, right = self._edges(bar)
        width, y = right - left, top + BAR_TOP
        name = "gantt-task is-finished" if bar.percent >= 100 else "gantt-task"
        shape = (
            f'<rect class="{name}" x="{_n(left)}" y="{_n(y)}" width="{_n(width)}"'
            f' height="{BAR_HEIGHT}" rx="3"/>'
        )
        if 0 < bar.percent < 100:
            shape += (
                f'<rect class="gantt-done" x="{_n(left)}" y="{_n(y)}"'
                f' width="{_n(width * bar.percent / 100)}" height="{BAR_HEIGHT}" rx="3"/>'
            )
        if bar.is_critical:
            foot = y + BAR_HEIGHT + 2
            shape += f'<path class="gantt-critical" d="M{_n(left)} {_n(foot)}h{_n(width)}"/>'
        return shape + self._label(bar, right, top)

    def _milestone(self, bar: Bar, top: float) -> str:
        x, y = self.scale.x(bar.start), top + MIDDLE
        diamond = f'<path class="gantt-milestone" d="M{_n(x)} {_n(y - 7)}l7 7l-7 7l-7 -7z"/>'
        return diamond + self._label(bar, x + 7, top)

    def _summary(self, bar: Bar, top: float) -> str:
        left, right = self._edges(bar)
        y = top + 11
        bracket = f"M{_n(left)} {_n(y + 8)}v-8h{_n(right - left)}v8l-5 -5h{_n(left - right + 10)}z"
        return f'<path class="gantt-summary" d="{bracket}"/>' + self._label(bar, right, top)

    def _label(self, bar: Bar, right: float, top: float) -> str:
        if not bar.label:
            return ""
        if bar.spread:
            right = max(right, self.scale.x(bar.spread.p90))
        name = f"gantt-label {bar.chance_class}".rstrip()
        return (
            f'<text class="{name}" x="{_n(right + 8)}" y="{_n(top + MIDDLE + 4)}">'
            f"{escape(bar.label)}</text>"
        )

    def _ghost(self, bar: Bar, top: float) -> str:
        """The promised dates, as a thin line under the bar."""
        if bar.promised_finish is None:
            return ""
        right = self.scale.x(bar.promised_finish)
        left = self.scale.x(bar.promised_start or bar.promised_finish)
        y = top + BAR_TOP + BAR_HEIGHT + 5
        return f'<path class="gantt-ghost" d="M{_n(left)} {_n(y)}H{_n(right)}m0 -3v6"/>'

    def _spread(self, bar: Bar, top: float) -> str:
        """The finish fades from P10 to P90, with a tick at P50 and a taller one at P80."""
        if bar.spread is None or bar.percent >= 100 or bar.spread.p10 == bar.spread.p90:
            return ""
        p10, p50, p80, p90 = (
            self.scale.x(moment)
            for moment in (bar.spread.p10, bar.spread.p50, bar.spread.p80, bar.spread.p90)
        )
        width, y = max(p90 - p10, 2), top + MIDDLE
        reach = self._edges(bar)[1]
        gap = f"M{_n(reach)} {_n(y)}H{_n(p10)}" if p10 > reach + 1 else ""
        ticks = f"M{_n(p50)} {_n(y - 4)}v8M{_n(p80)} {_n(y - 7)}v14" if width >= 10 else ""
        return (
            f'<g class="gantt-spread"><rect x="{_n(p10)}" y="{_n(y - 4)}" width="{_n(width)}"'
            f' height="8"/><path class="gantt-reach" d="{gap}"/><path d="{ticks}"/></g>'
        )

    def _deadline(self, bar: Bar, top: float) -> str:
        if bar.deadline is None:
            return ""
        x, y = self.scale.x(bar.deadline), top + BAR_TOP
        return f'<path class="gantt-deadline" d="M{_n(x)} {_n(y + 12)}v-13m-4 7l4 6l4 -6"/>'


_MARKER = (
    '<marker id="{}" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="6" markerHeight="6"'
    ' markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L6 3L0 6z"/></marker>'
)
DEFINITIONS = (
    '<svg class="gantt-definitions" width="0" height="0" aria-hidden="true" focusable="false">'
    '<defs><linearGradient id="gantt-fade"><stop class="fade-from" offset="0"/>'
    '<stop class="fade-to" offset="1"/></linearGradient>'
    f"{_MARKER.format('gantt-arrow')}{_MARKER.format('gantt-arrow-critical')}</defs></svg>"
)


def _svg_open(
    name: str, width: float, top: float, height: float, *, label: str = "", hidden: bool = False
) -> str:
    about = 'aria-hidden="true"' if hidden else f'role="img" aria-label="{escape(label)}"'
    return (
        f'<svg class="{name}" {about} width="{_n(width)}" height="{_n(height)}"'
        f' viewBox="0 {_n(top)} {_n(width)} {_n(height)}">'
    )


def _today_class(gantt: Gantt, tick: object) -> str:
    is_today = gantt.scale.zoom.minor == "day" and gantt.today is not None
    return " is-today" if is_today and gantt.today.date() == tick.day else ""  # type: ignore[union-attr, attr-defined]


def _n(number: float) -> str:
    """A coordinate with one decimal at most: shorter text, same pixels."""
    return f"{number:.1f}".removesuffix(".0")
