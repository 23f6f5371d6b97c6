"""Charts as plain values: scales, SVG paths and labels that a template draws.

Every function takes plain numbers and dates and returns coordinates as text (a template would
write 12.5 as "12,5" in some locales). Nothing here reads the database.
"""

import json
import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from planning.drawing.scales import (
    DAY,
    DateAxis,
    Frame,
    Framed,
    Stretch,
    Tick,
    date_ticks,
    midnight,
    polyline,
    text,
)
from simulations.steps import Points, stepped

Work = Callable[[datetime, datetime], Sequence[Stretch]]

FORECAST = Frame(width=1056, height=340, left=44, right=16, top=28, bottom=32)
MARKED = (10, 50, 80, 90)
LABEL_WIDTH = 110
LABELLED = (50, 80)
BARS = 32
HAIR = 1e-6


@dataclass(frozen=True, slots=True)
class Distribution:
    """A finish: the share of iterations done by each date, and by interval.

    ``points`` rise from the first iteration's finish to the last one's; ``bars`` are the starts
    of intervals of ``bar_width``, each with the share that finishes in it.
    """

    points: Points
    bars: Points = ()
    bar_width: timedelta = DAY


@dataclass(frozen=True, slots=True)
class Marker:
    """A percentile on the S-curve, with the noise of its date."""

    percentile: int
    x: str
    y: str
    label_x: str
    label_y: str
    anchor: str
    band_x: str
    band_width: str
    date: datetime
    is_labelled: bool


@dataclass(frozen=True, slots=True)
class DateLine:
    """A date that someone fixed, across the chart."""

    x: str
    label_x: str
    anchor: str
    date: datetime
    chance: float


@dataclass(frozen=True, slots=True)
class ForecastChart(Framed):
    """An S-curve over its histogram."""

    frame: Frame
    bars: str
    curve: str
    area: str
    y_ticks: list[Tick]
    x_ticks: list[Tick]
    x_unit: str
    markers: list[Marker]
    target: DateLine | None
    points: str


def forecast_chart(
    distribution: Distribution,
    percentiles: Mapping[int, datetime],
    *,
    bands: Mapping[int, tuple[datetime, datetime]] | None = None,
    target: datetime | None = None,
    chance: float | None = None,
    work: Work | None = None,
    frame: Frame = FORECAST,
) -> ForecastChart:
    """Draw the finish's distribution.

    ``bands`` hold the 95 % noise of each percentile; ``chance`` is the counted one of the
    target, which the curve knows only between its points. The axis is stretched to show a target
    that lies near the iterations; ``work`` gives the working days between two moments, which
    alone are then drawn.
    """
    axis = _axis(distribution, target, work, frame)
    curve = _line(axis, frame, distribution.points)
    line = _date_line(axis, frame, target, distribution, chance) if target else None
    unit, dates = date_ticks(*axis.edges)
    return ForecastChart(
        frame=frame,
        bars=_histogram(axis, frame, distribution),
        curve=curve,
        area=f"{curve}V{text(frame.floor)}H{text(axis.x(distribution.points[0][0]))}z",
        y_ticks=[Tick(text(frame.y(share / 100)), share) for share in (0, 25, 50, 75, 100)],
        x_ticks=[Tick(text(axis.x(midnight(day))), day) for day in dates],
        x_unit=unit,
        markers=[
            _marker(axis, frame, p, percentiles[p], (bands or {}).get(p), line)
            for p in MARKED
            if p in percentiles
        ],
        target=line,
        points=_points(axis, distribution),
    )


def chance_by(distribution: Distribution, moment: datetime) -> float:
    """The share of iterations that finish by ``moment``."""
    place = bisect_right(distribution.points, moment, key=lambda point: point[0])
    return distribution.points[place - 1][1] if place else 0.0


def _histogram(axis: DateAxis, frame: Frame, distribution: Distribution) -> str:
    """All bars as one path, two thirds of the frame high, a hair of air between them.

    Each is as many working days wide as the other: intervals of plain time would hold now one
    weekend and now two, and their heights could not be compared.
    """
    if not distribution.bars:
        return ""
    edges = _bar_edges(axis, frame)
    points = stepped(distribution.points)
    reached = [0.0, *(_share_at(axis, points, x) for x in edges[1:])]
    shares = [after - before for before, after in pairwise(reached)]
    tallest = (frame.floor - frame.top) * 0.66 / (max(shares) or 1.0)
    return "".join(
        f"M{text(left + 0.5)} {text(frame.floor)}v{text(-share * tallest)}"
        f"h{text(right - left - 1)}v{text(share * tallest)}z"
        for (left, right), share in zip(pairwise(edges), shares, strict=True)
        if share > 0
    )


def _bar_edges(axis: DateAxis, frame: Frame) -> list[float]:
    """Where bars begin and end: at the ends of working days, where the axis has any."""
    stretches = len(axis.stretches)
    each = max(round(stretches / BARS), 1) if stretches > 1 else 1 / BARS
    count = math.ceil(stretches / each)
    wide = frame.inner_width * each / stretches
    ends = (frame.left + wide * place for place in range(count))
    return [*ends, frame.left + frame.inner_width]


def _share_at(axis: DateAxis, points: Points, x: float) -> float:
    """The share of iterations done left of ``x``, and at it: the curve as it is drawn."""
    place = bisect_right(points, x + HAIR, key=lambda point: axis.x(point[0]))
    if place in (0, len(points)):
        return points[-1][1] if place else 0.0
    (before, done), (after, following) = points[place - 1 : place + 1]
    along = (x - axis.x(before)) / (axis.x(after) - axis.x(before))
    return done + (following - done) * along


def _line(axis: DateAxis, frame: Frame, points: Points) -> str:
    """The curve, from the floor under its first point to the right edge of the axis."""
    places = [(axis.x(moment), frame.y(share)) for moment, share in stepped(points)]
    first, last = places[0], places[-1]
    return polyline([(first[0], frame.floor), *places, (axis.x(axis.edges[-1]), last[1])])


def _axis(
    distribution: Distribution, target: datetime | None, work: Work | None, frame: Frame
) -> DateAxis:
    low, high = _reach(distribution, target)
    return DateAxis((work(low, high) if work else ()) or [(low, high)], frame)


def _reach(distribution: Distribution, target: datetime | None) -> tuple[datetime, datetime]:
    """The first and the last date of the axis, with a hair of air, at least a day apart."""
    low, high = distribution.points[0][0], distribution.points[-1][0]
    if distribution.bars:
        low = min(low, distribution.bars[0][0])
        high = max(high, distribution.bars[-1][0] + distribution.bar_width)
    span = max(high - low, DAY)
    if target and low - 2 * span <= target <= high + 2 * span:
        low, high = min(low, target - span / 30), max(high, target + span / 30)
    return low, max(high, low + span)


def _marker(
    axis: DateAxis,
    frame: Frame,
    percentile: int,
    finish: datetime,
    band: tuple[datetime, datetime] | None,
    line: DateLine | None,
) -> Marker:
    x, y = axis.x(finish), frame.y(percentile / 100)
    first, last = (axis.x(edge) for edge in band) if band else (x, x)
    # Left of the curve there is room, unless the line of the target stands there.
    is_crossed = line is not None and x - LABEL_WIDTH < float(line.x) < x
    is_left = x - frame.left > LABEL_WIDTH and not is_crossed
    return Marker(
        percentile=percentile,
        x=text(x),
        y=text(y),
        label_x=text(x - 10 if is_left else x + 10),
        label_y=text(y - 2 if is_left else y + 14),
        anchor="end" if is_left else "start",
        band_x=text(first),
        band_width=text(max(last - first, 1)),
        date=finish,
        is_labelled=percentile in LABELLED,
    )


def _date_line(
    axis: DateAxis,
    frame: Frame,
    moment: datetime,
    distribution: Distribution,
    chance: float | None,
) -> DateLine:
    x = axis.x(moment)
    is_right = x > frame.left + frame.inner_width * 0.7
    return DateLine(
        x=text(x),
        label_x=text(x - 6 if is_right else x + 6),
        anchor="end" if is_right else "start",
        date=moment,
        chance=chance_by(distribution, moment) if chance is None else chance,
    )


def _points(axis: DateAxis, distribution: Distribution) -> str:
    """What the crosshair reads: ``[x, share, date]`` for each point."""
    return json.dumps(
        [
            [round(axis.x(moment), 1), round(share, 4), moment.isoformat(timespec="minutes")]
            for moment, share in distribution.points
        ],
        separators=(",", ":"),
    )
