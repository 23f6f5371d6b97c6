"""Finishes of several projects on one axis of dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from planning.drawing.scales import (
    DAY,
    DateAxis,
    Frame,
    Tick,
    date_ticks,
    midnight,
    text,
    whole_days,
)

STRIP = Frame(width=360, height=28, left=16, right=16)


@dataclass(frozen=True, slots=True)
class StripRow:
    """One finish on the axis that all projects share."""

    x10: str
    x50: str
    x80: str
    width: str
    target: str


@dataclass(frozen=True, slots=True)
class StripChart:
    """Several finishes under one another on one axis of dates."""

    view_box: str
    unit: str
    ticks: list[Tick]
    grid: str
    rows: list[StripRow | None]


Finish = tuple[datetime, datetime, datetime, datetime, datetime | None]


def strip_chart(finishes: Sequence[Finish | None], *, frame: Frame = STRIP) -> StripChart | None:
    """Draw ``(p10, p50, p80, p90, target)`` of several projects; ``None`` leaves its row blank."""
    known = [moment for finish in finishes if finish for moment in finish if moment]
    if not known:
        return None
    axis = DateAxis([(min(known), max(*known, min(known) + DAY))], frame)
    unit, days = date_ticks(*axis.edges, most=5)
    days = whole_days(axis.edges[0], days)
    places = [text(axis.x(midnight(day))) for day in days]
    return StripChart(
        view_box=f"0 0 {text(frame.width)} {text(frame.height)}",
        unit=unit,
        ticks=[Tick(place, day) for place, day in zip(places, days, strict=True)],
        grid="".join(f"M{place} 0v{text(frame.height)}" for place in places),
        rows=[_strip_row(axis, finish) if finish else None for finish in finishes],
    )


def _strip_row(axis: DateAxis, finish: Finish) -> StripRow:
    p10, p50, p80, p90, target = finish
    return StripRow(
        x10=text(axis.x(p10)),
        x50=text(axis.x(p50)),
        x80=text(axis.x(p80)),
        width=text(max(axis.x(p90) - axis.x(p10), 3)),
        target=text(axis.x(target)) if target else "",
    )
