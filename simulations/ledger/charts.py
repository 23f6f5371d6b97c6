"""The course of a chance, and the histogram of places, as plain values to draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from planning.drawing.scales import DAY, DateAxis, Frame, Framed, Tick, date_ticks, midnight, text
from simulations.ledger.scoring import Band, Bar

COURSE = Frame(width=1056, height=240, left=44, right=16, top=16, bottom=32)
LINE = Frame(width=200, height=32, left=5, right=5, top=5, bottom=5)
PLACES = Frame(width=500, height=180, left=36, right=8, top=12, bottom=28)
SURE = 0.8
AIR = 2.0


@dataclass(frozen=True, slots=True)
class CourseDot:
    """One forecast on the course."""

    x: str
    y: str
    at: datetime
    chance: float


@dataclass(frozen=True, slots=True)
class Course(Framed):
    """A chance over time: it holds until the next forecast says another."""

    frame: Frame
    path: str
    dots: list[CourseDot]
    sure_y: str
    y_ticks: list[Tick]
    x_ticks: list[Tick]
    x_unit: str


def course(
    points: Sequence[tuple[datetime, float]], until: datetime, frame: Frame = COURSE
) -> Course | None:
    """Draw ``(moment, chance)`` in order, to ``until``; None where there is none."""
    if not points:
        return None
    first, last = points[0][0], max(until, points[-1][0])
    axis = DateAxis([(first, max(last, first + DAY / 24))], frame)
    places = [(axis.x(at), frame.y(chance)) for at, chance in points]
    path = f"M{text(places[0][0])} {text(places[0][1])}"
    path += "".join(f"H{text(x)}V{text(y)}" for x, y in places[1:])
    naive = first.replace(tzinfo=None), axis.edges[1].replace(tzinfo=None)
    unit, days = date_ticks(*naive)
    return Course(
        frame=frame,
        path=f"{path}H{text(axis.x(last))}",
        dots=[
            CourseDot(text(x), text(y), at, chance)
            for (x, y), (at, chance) in zip(places, points, strict=True)
        ],
        sure_y=text(frame.y(SURE)),
        y_ticks=[Tick(text(frame.y(share / 100)), share) for share in (0, 25, 50, 75, 100)],
        x_ticks=[
            Tick(text(axis.x(midnight(day).replace(tzinfo=first.tzinfo))), day)
            for day in days
            if midnight(day) >= naive[0]
        ],
        x_unit=unit,
    )


@dataclass(frozen=True, slots=True)
class PlaceBar:
    """One tenth of the outcomes."""

    x: str
    y: str
    width: str
    height: str
    low: int
    high: int
    share: float


@dataclass(frozen=True, slots=True)
class PlacesChart(Framed):
    """The PIT histogram: level where forecasts were calibrated."""

    frame: Frame
    bars: list[PlaceBar]
    level_y: str
    band_y: str
    band_height: str
    ticks: list[Tick]


def places_chart(bars: Sequence[Bar], flat: Band, frame: Frame = PLACES) -> PlacesChart:
    """Draw where outcomes lay, and between which heights chance alone would put the bars."""
    peak = max([bar.share for bar in bars] + [flat[1]]) * 1.08
    step = frame.inner_width / len(bars)

    def y(share: float) -> float:
        return frame.y(share / peak)

    return PlacesChart(
        frame=frame,
        bars=[
            PlaceBar(
                x=text(frame.left + number * step + AIR / 2),
                y=text(y(bar.share)),
                width=text(step - AIR),
                height=text(frame.floor - y(bar.share)),
                low=round(bar.low * 100),
                high=round(bar.high * 100),
                share=bar.share,
            )
            for number, bar in enumerate(bars)
        ],
        level_y=text(y(1 / len(bars))),
        band_y=text(y(flat[1])),
        band_height=text(y(flat[0]) - y(flat[1])),
        ticks=[
            Tick(text(frame.left + share / 100 * frame.inner_width), share)
            for share in (0, 20, 40, 60, 80, 100)
        ],
    )
