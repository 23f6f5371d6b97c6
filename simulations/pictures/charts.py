"""The charts of the forecast page as pictures, from the values that the page shows."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from html import escape

from django.template.loader import render_to_string

from planning.drawing.scales import Tick
from planning.drawing.strips import STRIP, StripRow
from planning.templatetags.look import day_count, percent, short_date, tick_date
from simulations.charts import FORECAST
from simulations.forecast_evidence import MilestoneRow
from simulations.forecast_page import ForecastPage
from simulations.pictures.palette import picture
from simulations.small_charts import TREND, TornadoRow

LINE = 26
NAMES = 300
LONGEST_NAME = 38
TOP = 40
Framing = Callable[[str, float, float], str]
"""Makes a file of the inside of a picture and its size."""
_SVG = re.compile(r"<svg\b[^>]*>(.*)</svg>", re.DOTALL)


def curve(page: ForecastPage, frame: Framing = picture) -> str:
    """Return the S-curve over its histogram."""
    context = {"chart": page.chart, "answer": page.answer, "is_picture": True}
    return frame(_inside("simulations/_curve.html", context), FORECAST.width, FORECAST.height)


def trend(page: ForecastPage, frame: Framing = picture) -> str:
    """Return how P50 and P80 moved from simulation to simulation."""
    inside = _inside("simulations/_trend.html", {"trend": page.trend})
    return frame(inside, TREND.width, TREND.height)


def tornado(page: ForecastPage) -> str:
    """Return the days that each cause costs."""
    rows = "".join(_cause(row, TOP + index * LINE) for index, row in enumerate(page.tornado))
    return picture(rows, NAMES + 420, TOP + LINE * len(page.tornado))


def _cause(row: TornadoRow, y: float) -> str:
    return (
        _text(_cut(row.name), 12, y, "picture-name")
        + _text(day_count(row.days), NAMES, y, anchor="end")
        + f'<rect class="picture-bar is-{row.kind}" x="{NAMES + 16}" y="{y - 11:.0f}"'
        f' width="{row.width}" height="13" rx="2"/>'
    )


def milestones(page: ForecastPage) -> str:
    """Return each milestone's finish on one axis of dates."""
    strip = page.milestones.strip
    if strip is None:
        return picture("", NAMES, TOP)
    left, ruled = NAMES + 70, len(page.milestones.rows) * LINE
    ticks = "".join(
        _text(_date_text(tick, strip.unit), left + float(tick.at), 20, anchor="middle")
        + f'<path class="chart-grid" d="M{left + float(tick.at):.1f} 28v{ruled}"/>'
        for tick in strip.ticks
    )
    rows = "".join(
        _milestone(row, place, left, TOP + index * LINE)
        for index, (row, place) in enumerate(zip(page.milestones.rows, strip.rows, strict=True))
    )
    return picture(ticks + rows, left + STRIP.width + 80, TOP + ruled)


def _date_text(tick: Tick, unit: str) -> str:
    return tick_date(tick.value, unit) if isinstance(tick.value, date) else str(tick.value)


def _milestone(row: MilestoneRow, place: StripRow | None, left: float, y: float) -> str:
    body = render_to_string("simulations/_strip_marks.html", {"place": place})
    return (
        _text(_cut(row.name), 12, y, "picture-name")
        + _text(percent(row.chance), NAMES + 56, y, anchor="end")
        + f'<g transform="translate({left:.0f} {y - 18:.0f})">{body}</g>'
        + _text(short_date(row.p80), left + STRIP.width + 70, y, anchor="end")
    )


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _text(words: str, x: float, y: float, name: str = "", anchor: str = "start") -> str:
    place = f'x="{x:.1f}" y="{y:.0f}" text-anchor="{anchor}"'
    return f'<text class="{name}" {place}>{escape(words)}</text>'


def _inside(template: str, context: Mapping[str, object]) -> str:
    found = _SVG.search(render_to_string(template, context))
    return found[1] if found else ""
