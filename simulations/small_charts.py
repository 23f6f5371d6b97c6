"""What stands beside the S-curve: sensitivities in days, and the trend of forecasts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from planning.drawing.scales import Frame, Tick, date_ticks, midnight, polyline, text

TREND = Frame(width=1056, height=180, left=8, right=72, top=16, bottom=16)


@dataclass(frozen=True, slots=True)
class TornadoRow:
    """One cause, with the days of the finish's spread that it costs."""

    key: str
    name: str
    kind: str
    days: float
    noise_days: float
    width: str


Cause = tuple[str, str, str, float, float]


def tornado(causes: Sequence[Cause], *, width: float = 320) -> list[TornadoRow]:
    """Bars for ``(key, name, kind, days, noise)``, the dearest first, as wide as their days."""
    ordered = sorted(causes, key=lambda cause: -abs(cause[3]))
    widest = max((abs(cause[3]) for cause in ordered), default=0.0) or 1.0
    return [
        TornadoRow(key, name, kind, days, noise, text(max(abs(days) / widest * width, 2)))
        for key, name, kind, days, noise in ordered
    ]


@dataclass(frozen=True, slots=True)
class TrendChart:
    """How P50 and P80 moved from forecast to forecast."""

    view_box: str
    p50: str
    p80: str
    between: str
    dots: list[tuple[str, str, datetime, datetime]]
    target_y: str
    y_ticks: list[Tick]
    floor: str


def trend_chart(
    forecasts: Sequence[tuple[datetime, datetime, datetime]],
    *,
    target: datetime | None = None,
    frame: Frame = TREND,
) -> TrendChart | None:
    """Draw ``(made_at, p50, p80)`` in order; nothing to draw below two forecasts."""
    if len(forecasts) < 2:
        return None
    finishes = [finish for _, p50, p80 in forecasts for finish in (p50, p80)]
    finishes += [target] if target else []
    low, high = min(finishes), max(finishes)
    span = (high - low).total_seconds() or 1.0
    step = frame.inner_width / (len(forecasts) - 1)

    def y(finish: datetime) -> float:
        return frame.y((finish - low).total_seconds() / span)

    places = [
        (frame.left + index * step, y(p50), y(p80)) for index, (_, p50, p80) in enumerate(forecasts)
    ]
    p50_line = polyline([(x, low_y) for x, low_y, _ in places])
    p80_line = polyline([(x, high_y) for x, _, high_y in places])
    back = "".join(f"L{text(x)} {text(low_y)}" for x, low_y, _ in reversed(places))
    _, days = date_ticks(low, high, most=4)
    return TrendChart(
        view_box=f"0 0 {text(frame.width)} {text(frame.height)}",
        p50=p50_line,
        p80=p80_line,
        between=f"{p80_line}{back}z",
        dots=[
            (text(x), text(high_y), made_at, p80)
            for (x, _, high_y), (made_at, _, p80) in zip(places, forecasts, strict=True)
        ],
        target_y=text(y(target)) if target else "",
        y_ticks=[Tick(text(y(midnight(day))), day) for day in days],
        floor=text(frame.floor),
    )
