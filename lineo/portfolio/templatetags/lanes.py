"""How lanes are drawn: places in per cent, so that they fit any width without a style."""

from datetime import datetime

from django import template

from lineo.portfolio.goal_rows import GoalRow
from lineo.portfolio.lanes import Axis, Lane
from planning.drawing.scales import polyline, text

register = template.Library()

SPARK_WIDTH, SPARK_HEIGHT = 96.0, 22.0


@register.filter
def on(moment: datetime, axis: Axis) -> str:
    """A moment as per cent of the axis, as SVG reads it."""
    return f"{axis.at(moment):.2f}%"


@register.filter
def percent_of(place: float) -> str:
    """A place on the axis as SVG reads it."""
    return f"{place:.2f}%"


@register.simple_tag
def span(first: datetime, last: datetime, axis: Axis) -> str:
    """The width between two moments as SVG reads it, wide enough to be seen."""
    return f"{max(axis.at(last) - axis.at(first), 0.3):.2f}%"


@register.simple_tag
def p80_line(lane: Lane) -> str:
    """P80 from forecast to forecast as a path; nothing below two of them."""
    days = [(one.p80 - lane.trend[0].p80).total_seconds() for one in lane.trend]
    return _line(days, SPARK_HEIGHT)


@register.simple_tag
def chance_line(row: GoalRow) -> str:
    """A goal's chance from forecast to forecast as a path, on 0 to 100 %."""
    values = [chance for _made_at, chance in row.trend]
    return _line(values, SPARK_HEIGHT, low=0.0, high=1.0)


def _line(
    values: list[float], height: float, *, low: float | None = None, high: float | None = None
) -> str:
    if len(values) < 2:
        return ""
    low = min(values) if low is None else low
    high = max(values) if high is None else high
    room, step = (high - low) or 1.0, (SPARK_WIDTH - 8) / (len(values) - 1)
    middle = height / 2 if high == low else None
    return polyline(
        [
            (4 + place * step, middle or height - 3 - (value - low) / room * (height - 6))
            for place, value in enumerate(values)
        ]
    )


@register.filter
def wanted_y(wanted: float) -> str:
    """Where the chance wanted stands in a goal's trend."""
    return text(SPARK_HEIGHT - 3 - wanted * (SPARK_HEIGHT - 6))
