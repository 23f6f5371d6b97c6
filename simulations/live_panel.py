"""The live forecast beside the plan: what the last edit did to the finish, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from lineo.composed import Composed
from planning.drawing.bars import Spread
from planning.drawing.days_off import working_days
from planning.drawing.scales import (
    DateAxis,
    Frame,
    Stretch,
    Tick,
    date_ticks,
    midnight,
    polyline,
    text,
)
from planning.models import Scenario
from simulations.charts import Distribution, chance_by
from simulations.forecast_document import distribution_of
from simulations.live import Delta, LiveState, bars_of
from simulations.models import LiveForecast

PANEL = Frame(width=280, height=96, left=4, right=4, top=10, bottom=18)
HALF_LABEL = 18.0
SAMPLES = 48
"""As many points in each curve, so that one can pass into the next."""


@dataclass(frozen=True, slots=True)
class LiveChart:
    """The S-curve as it is now over the one of the last full simulation, on one axis."""

    view_box: str
    curve: str
    area: str
    before: str
    ticks: list[tuple[int, str, str]]
    dates: list[Tick]
    unit: str
    target_x: str
    top: str
    floor: str
    bottom: str


@dataclass(frozen=True, slots=True)
class LivePanel:
    """What the panel says; ``reason`` is why there is nothing to say.

    Where a full simulation describes the plan as it stands, no other is waited for.
    """

    state: LiveState
    p50: datetime | None = None
    p80: datetime | None = None
    p50_noise_days: float | None = None
    p80_noise_days: float | None = None
    p50_delta: Delta | None = None
    p80_delta: Delta | None = None
    chance: float | None = None
    is_current: bool = False
    reason: str = ""
    chart: LiveChart | None = None

    @property
    def is_awaited(self) -> bool:
        return self.state.is_awaited and not self.is_current

    @property
    def is_late(self) -> bool:
        return self.state.is_late and not self.is_current


def live_panel(scenario: Scenario, state: LiveState) -> LivePanel:
    """Return the newest that is known of the finish, of an edit or of a full simulation."""
    row, full = state.row, _full_curve(scenario)
    full_revision = -1 if scenario.forecast_revision is None else scenario.forecast_revision
    if row is None or full_revision >= row.revision:
        return _of_full(scenario, state, full)
    if row.p50 is None or row.p80 is None or row.curve is None:
        return LivePanel(state, reason=row.reason, is_current=state.is_current)
    return LivePanel(
        state,
        p50=row.p50,
        p80=row.p80,
        p50_noise_days=row.p50_noise_days,
        p80_noise_days=row.p80_noise_days,
        p50_delta=state.p50_delta,
        p80_delta=state.p80_delta,
        chance=row.p_target,
        is_current=state.is_current,
        chart=_chart(scenario, distribution_of(row.curve), full, {50: row.p50, 80: row.p80}),
    )


def live_spreads(scenario: Scenario) -> Mapping[str, Spread] | None:
    """Return the spreads of the tasks where a live forecast describes the plan as it stands."""
    for revision, made_at in _drawable.rows(scenario.pk):
        if revision == scenario.revision:
            return _spreads(scenario.pk, made_at)
    return None


@Composed
def _drawable(scenario: UUID) -> QuerySet[LiveForecast, Any]:
    rows = LiveForecast.objects.filter(scenario=scenario).exclude(p80=None)
    return rows.values_list("revision", "made_at")


@lru_cache(maxsize=16)
def _spreads(scenario_id: UUID, made_at: datetime) -> Mapping[str, Spread] | None:
    """Read the spreads once: the moment tells what stood in the row from whatever follows it."""
    rows = LiveForecast.objects.filter(scenario=scenario_id, made_at=made_at)
    for tasks in rows.values_list("tasks", flat=True):
        return {
            key: Spread(bar.p10, bar.p50, bar.p80, bar.p90, bar.criticality, bar.p_target)
            for key, bar in bars_of(tasks).items()
        }
    return None


def _of_full(scenario: Scenario, state: LiveState, full: Mapping[str, Any] | None) -> LivePanel:
    p50, p80 = scenario.forecast_p50, scenario.forecast_p80
    if full is None or p50 is None or p80 is None:
        return LivePanel(state, reason=scenario.why_no_forecast)
    return LivePanel(
        state,
        p50=p50,
        p80=p80,
        chance=scenario.forecast_p_target,
        is_current=scenario.forecast_is_current,
        chart=_chart(scenario, distribution_of(full), None, {50: p50, 80: p80}),
    )


def _full_curve(scenario: Scenario) -> Mapping[str, Any] | None:
    if not scenario.has_forecast:
        return None
    rows = Scenario.objects.filter(pk=scenario.pk).values_list("forecast__curve", flat=True)
    curve: Mapping[str, Any] | None = rows[0]
    return curve


def _chart(
    scenario: Scenario,
    now: Distribution,
    before: Mapping[str, Any] | None,
    percentiles: Mapping[int, datetime],
    frame: Frame = PANEL,
) -> LiveChart:
    former = distribution_of(before) if before else None
    axis = _axis(scenario, [now, *([former] if former else [])], frame)
    curve = _curve(axis, now, frame)
    unit, days = date_ticks(*axis.edges, most=4)
    target = scenario.target
    is_near = target is not None and axis.edges[0] <= target <= axis.edges[1]
    return LiveChart(
        view_box=f"0 0 {text(frame.width)} {text(frame.height)}",
        curve=curve,
        area=f"{curve}V{text(frame.floor)}H{text(frame.left)}z",
        before=_curve(axis, former, frame) if former else "",
        ticks=[
            (p, text(axis.x(moment)), text(frame.y(p / 100))) for p, moment in percentiles.items()
        ],
        dates=[Tick(text(x), day) for day in days if _has_room(x := axis.x(midnight(day)), frame)],
        unit=unit,
        target_x=text(axis.x(target)) if target and is_near else "",
        top=text(frame.top),
        floor=text(frame.floor),
        bottom=text(frame.height - 4),
    )


def _has_room(x: float, frame: Frame) -> bool:
    """Whether a date in the middle of ``x`` stays within the card."""
    return HALF_LABEL <= x <= frame.width - HALF_LABEL


def _axis(scenario: Scenario, shown: list[Distribution], frame: Frame) -> DateAxis:
    first = min(one.points[0][0] for one in shown)
    last = max(one.points[-1][0] for one in shown)
    days = working_days(scenario, first, last)
    stretches: list[Stretch] = [*days] or [(first, max(last, first))]
    return DateAxis(stretches, frame)


def _curve(axis: DateAxis, distribution: Distribution, frame: Frame) -> str:
    """The curve at the same places whatever the plan: what did not change does not move."""
    stretches = axis.stretches
    points = []
    for sample in range(SAMPLES + 1):
        place = min(sample / SAMPLES * len(stretches), len(stretches) - 1e-9)
        first, last = stretches[int(place)]
        moment = first + (last - first) * (place - int(place))
        x = frame.left + sample / SAMPLES * frame.inner_width
        points.append((x, frame.y(chance_by(distribution, moment))))
    return polyline(points)
