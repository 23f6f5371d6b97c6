"""Several S-curves over one another, and what a plan costs against what it promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from planning.drawing.scales import (
    DAY,
    DateAxis,
    Frame,
    Framed,
    Tick,
    date_ticks,
    midnight,
    polyline,
    text,
)
from simulations.charts import Work
from simulations.steps import stepped

CURVES = Frame(width=1056, height=360, left=44, right=16, top=24, bottom=32)
PARETO = Frame(width=500, height=300, left=70, right=24, top=20, bottom=40)


@dataclass(frozen=True, slots=True)
class Curve:
    """One scenario's finish."""

    name: str
    colour: str
    path: str
    x50: str
    x80: str
    y50: str
    y80: str
    p80: datetime


@dataclass(frozen=True, slots=True)
class CurvesChart(Framed):
    """The curves of all scenarios on one axis."""

    frame: Frame
    curves: list[Curve]
    y_ticks: list[Tick]
    x_ticks: list[Tick]
    x_unit: str
    target_x: str
    target: datetime | None


@dataclass(frozen=True, slots=True)
class Series:
    """What is drawn of one scenario."""

    name: str
    colour: str
    points: Sequence[tuple[datetime, float]]
    p50: datetime
    p80: datetime


def curves_chart(
    series: Sequence[Series], *, target: datetime | None = None, work: Work | None = None
) -> CurvesChart:
    """Draw the S-curves; ``work`` gives the working days, which alone take room."""
    frame = CURVES
    low = min(one.points[0][0] for one in series)
    high = max(one.points[-1][0] for one in series)
    span = max(high - low, DAY)
    if target and low - span <= target <= high + span:
        low, high = min(low, target - span / 30), max(high, target + span / 30)
    else:
        target = None
    high = max(high, low + DAY)
    axis = DateAxis((work(low, high) if work else ()) or [(low, high)], frame)
    unit, dates = date_ticks(*axis.edges)
    return CurvesChart(
        frame=frame,
        curves=[_curve(one, axis, frame) for one in series],
        y_ticks=[Tick(text(frame.y(share / 100)), share) for share in (0, 20, 50, 80, 100)],
        x_ticks=[Tick(text(axis.x(midnight(day))), day) for day in dates],
        x_unit=unit,
        target_x=text(axis.x(target)) if target else "",
        target=target,
    )


def _curve(one: Series, axis: DateAxis, frame: Frame) -> Curve:
    places = [(axis.x(moment), frame.y(share)) for moment, share in stepped(one.points)]
    right = axis.x(axis.edges[-1])
    return Curve(
        name=one.name,
        colour=one.colour,
        path=polyline([(places[0][0], frame.floor), *places, (right, places[-1][1])]),
        x50=text(axis.x(one.p50)),
        x80=text(axis.x(one.p80)),
        y50=text(frame.y(0.5)),
        y80=text(frame.y(0.8)),
        p80=one.p80,
    )


@dataclass(frozen=True, slots=True)
class Offer:
    """A scenario's price, and what it buys: ``worth`` is better when larger."""

    name: str
    colour: str
    cost: float
    worth: float
    label: str


@dataclass(frozen=True, slots=True)
class Dot:
    """An offer on the chart."""

    name: str
    colour: str
    x: str
    y: str
    label_x: str
    anchor: str
    label: str
    is_best: bool


@dataclass(frozen=True, slots=True)
class ParetoChart(Framed):
    """Costs across, worth upwards; a line joins the offers that no other beats."""

    frame: Frame
    dots: list[Dot]
    frontier: str
    x_ticks: list[tuple[str, float]]


def pareto_chart(offers: Sequence[Offer]) -> ParetoChart | None:
    """Draw offers by cost and worth; None below two of them."""
    if len(offers) < 2:
        return None
    frame = PARETO
    costs, worths = [one.cost for one in offers], [one.worth for one in offers]
    low, span = min(costs), (max(costs) - min(costs)) or 1.0
    least, height = min(worths), (max(worths) - min(worths)) or 1.0
    air = 0.12

    def x(cost: float) -> float:
        return frame.left + frame.inner_width * (air + (1 - 2 * air) * (cost - low) / span)

    def y(worth: float) -> float:
        return frame.y(air + (1 - 2 * air) * (worth - least) / height)

    best = unbeaten(offers)
    line = sorted((x(one.cost), y(one.worth)) for one in best)
    middle = frame.left + frame.inner_width / 2
    return ParetoChart(
        frame=frame,
        dots=[
            Dot(
                name=one.name,
                colour=one.colour,
                x=text(x(one.cost)),
                y=text(y(one.worth)),
                label_x=text(x(one.cost) + (10 if x(one.cost) < middle else -10)),
                anchor="start" if x(one.cost) < middle else "end",
                label=one.label,
                is_best=one in best,
            )
            for one in offers
        ],
        frontier=polyline(line) if len(line) > 1 else "",
        x_ticks=[(text(x(cost)), cost) for cost in sorted({min(costs), max(costs)})],
    )


def unbeaten(offers: Sequence[Offer]) -> list[Offer]:
    """Return the offers that no other beats: none is as cheap, as good, and better in one.

    Examples
    --------
    >>> some = [Offer("A", "", 1, 1, ""), Offer("B", "", 2, 3, ""), Offer("C", "", 3, 2, "")]
    >>> [one.name for one in unbeaten(some)]
    ['A', 'B']
    """
    return [
        one
        for one in offers
        if not any(
            other.cost <= one.cost
            and other.worth >= one.worth
            and (other.cost < one.cost or other.worth > one.worth)
            for other in offers
        )
    ]


def days_before(moment: datetime, last: datetime) -> float:
    """Return by how many days a date lies before another: earlier is worth more."""
    return (last - moment) / timedelta(days=1)
