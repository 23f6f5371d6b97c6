"""Charts as plain values: scales, SVG paths and labels that a template draws.

Every function takes plain numbers and dates and returns coordinates as text (a template would
write 12.5 as "12,5" in some locales). Nothing here reads the database.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from planning.scales import (
    DateAxis,
    Frame,
    Tick,
    date_ticks,
    merged_bins,
    midnight,
    polyline,
    text,
)

FORECAST = Frame(width=1056, height=340, left=44, right=16, top=28, bottom=32)
SPARK = Frame(width=264, height=56, left=2, right=2, top=6, bottom=2)
MARKED = (10, 50, 80, 90)
LABELLED = (50, 80)


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
class ForecastChart:
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
    chance_by: list[tuple[datetime, float]]

    @property
    def view_box(self) -> str:
        return f"0 0 {text(self.frame.width)} {text(self.frame.height)}"

    @property
    def floor(self) -> str:
        return text(self.frame.floor)

    @property
    def top(self) -> str:
        return text(self.frame.top)

    @property
    def left(self) -> str:
        return text(self.frame.left)

    @property
    def inner_width(self) -> str:
        return text(self.frame.inner_width)

    @property
    def inner_height(self) -> str:
        return text(self.frame.floor - self.frame.top)


def forecast_chart(
    edges: Sequence[datetime],
    counts: Sequence[int],
    percentiles: Mapping[int, datetime],
    *,
    bands: Mapping[int, tuple[datetime, datetime]] | None = None,
    target: datetime | None = None,
    frame: Frame = FORECAST,
) -> ForecastChart:
    """Draw the finish's distribution.

    ``edges`` are one more than ``counts``; ``bands`` hold the 95 % noise of each percentile. The
    axis is stretched to show a target that lies outside the iterations.
    """
    edges, counts = merged_bins(edges, counts)
    edges, counts = _reaching(edges, counts, target)
    axis = DateAxis(edges, frame)
    shares = _cumulative(counts)
    curve = _line(axis, frame, shares)
    unit, dates = date_ticks(edges[0], edges[-1])
    return ForecastChart(
        frame=frame,
        bars=_histogram(axis, frame, counts),
        curve=curve,
        area=f"{curve}V{text(frame.floor)}H{text(frame.left)}z",
        y_ticks=[Tick(text(frame.y(share / 100)), share) for share in (0, 25, 50, 75, 100)],
        x_ticks=[Tick(text(axis.x(midnight(day))), day) for day in dates],
        x_unit=unit,
        markers=[
            _marker(axis, frame, p, percentiles[p], (bands or {}).get(p))
            for p in MARKED
            if p in percentiles
        ],
        target=_date_line(axis, frame, target, shares) if target else None,
        points=_points(axis, shares, edges),
        chance_by=list(zip(edges, shares, strict=True)),
    )


def chance_by(chart: ForecastChart, moment: datetime) -> float:
    """The chance, read from the chart's own curve, of finishing by ``moment``."""
    edges = [edge for edge, _ in chart.chance_by]
    return _share_at(edges, [share for _, share in chart.chance_by], moment)


@dataclass(frozen=True, slots=True)
class SparkChart:
    """A small S-curve for a card: shape, P50, P80 and the target."""

    view_box: str
    curve: str
    area: str
    ticks: list[tuple[int, str, str]]
    target_x: str
    floor: str


def spark_chart(
    edges: Sequence[datetime],
    counts: Sequence[int],
    percentiles: Mapping[int, datetime],
    *,
    target: datetime | None = None,
    frame: Frame = SPARK,
) -> SparkChart:
    """Draw a distribution small enough for a card."""
    edges, counts = merged_bins(edges, counts, most=32)
    edges, counts = _reaching(edges, counts, target)
    axis = DateAxis(edges, frame)
    curve = _line(axis, frame, _cumulative(counts))
    return SparkChart(
        view_box=f"0 0 {text(frame.width)} {text(frame.height)}",
        curve=curve,
        area=f"{curve}V{text(frame.floor)}H{text(frame.left)}z",
        ticks=[
            (p, text(axis.x(percentiles[p])), text(frame.y(p / 100)))
            for p in LABELLED
            if p in percentiles
        ],
        target_x=text(axis.x(target)) if target else "",
        floor=text(frame.floor),
    )


def _histogram(axis: DateAxis, frame: Frame, counts: Sequence[int]) -> str:
    """All bars as one path, two thirds of the frame high, a hair of air between them."""
    peak = max(counts) or 1
    bars = []
    for index, count in enumerate(counts):
        left, right = axis.at(index) + 0.5, axis.at(index + 1) - 0.5
        height = count / peak * (frame.floor - frame.top) * 0.66
        if height > 0:
            bars.append(
                f"M{text(left)} {text(frame.floor)}v{text(-height)}"
                f"h{text(right - left)}v{text(height)}z"
            )
    return "".join(bars)


def _line(axis: DateAxis, frame: Frame, shares: Sequence[float]) -> str:
    return polyline([(axis.at(index), frame.y(share)) for index, share in enumerate(shares)])


def _cumulative(counts: Sequence[int]) -> list[float]:
    total = sum(counts) or 1
    return [0.0, *(count / total for count in accumulate(counts))]


def _reaching(
    edges: list[datetime], counts: list[int], target: datetime | None
) -> tuple[list[datetime], list[int]]:
    """Empty bins of the usual width as far as a target that lies near the iterations."""
    if target is None or edges[0] <= target <= edges[-1]:
        return edges, counts
    step = (edges[-1] - edges[0]) / len(counts)
    if not step or abs(target - edges[0]) > 3 * (edges[-1] - edges[0]):
        return edges, counts
    while target > edges[-1]:
        edges, counts = [*edges, edges[-1] + step], [*counts, 0]
    while target < edges[0]:
        edges, counts = [edges[0] - step, *edges], [0, *counts]
    return edges, counts


def _marker(
    axis: DateAxis,
    frame: Frame,
    percentile: int,
    finish: datetime,
    band: tuple[datetime, datetime] | None,
) -> Marker:
    x, y = axis.x(finish), frame.y(percentile / 100)
    first, last = (axis.x(edge) for edge in band) if band else (x, x)
    is_left = x - frame.left > 110
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


def _date_line(axis: DateAxis, frame: Frame, moment: datetime, shares: Sequence[float]) -> DateLine:
    x = axis.x(moment)
    is_right = x > frame.left + frame.inner_width * 0.7
    return DateLine(
        x=text(x),
        label_x=text(x - 6 if is_right else x + 6),
        anchor="end" if is_right else "start",
        date=moment,
        chance=_share_at(axis.edges, shares, moment),
    )


def _share_at(edges: Sequence[datetime], shares: Sequence[float], moment: datetime) -> float:
    if moment <= edges[0]:
        return 0.0
    for (left, low), (right, high) in zip(
        zip(edges, shares, strict=True), list(zip(edges, shares, strict=True))[1:], strict=False
    ):
        if moment < right:
            return low + (high - low) * ((moment - left) / (right - left))
    return 1.0


def _points(axis: DateAxis, shares: Sequence[float], edges: Sequence[datetime]) -> str:
    """What the crosshair reads: ``[x, share, date]`` for each edge."""
    return json.dumps(
        [
            [round(axis.at(index), 1), round(share, 4), edge.isoformat(timespec="minutes")]
            for index, (share, edge) in enumerate(zip(shares, edges, strict=True))
        ],
        separators=(",", ":"),
    )
