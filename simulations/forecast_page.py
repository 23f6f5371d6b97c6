"""What the forecast page shows: one question, one answer, and the evidence under it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lineo.numbers import whole_number
from planning import selectors
from planning.drawing.days_off import working_days
from planning.models import ForecastRecord, Scenario
from planning.table.outline import Outline, outlines_of
from simulations.charts import ForecastChart, chance_by, forecast_chart
from simulations.forecast_document import ForecastDocument, document_of
from simulations.forecast_evidence import (
    BufferRow,
    MergeRow,
    Milestones,
    Outlines,
    RefineRow,
    buffers_of,
    merges_of,
    milestones_of,
    refinements_of,
)
from simulations.small_charts import TornadoRow, TrendChart, tornado, trend_chart

SHOWN_PERCENTILES = (5, 10, 20, 30, 50, 70, 80, 90, 95, 99)
SHOWN_CAUSES = 10
LEAST_DAYS = 0.05
SHOWN_TASKS = 15
SHOWN_FORECASTS = 40
ASKED_SHARES = (50, 60, 70, 75, 80, 85, 90, 95, 99)
EVENING = time(23, 59)


@dataclass(frozen=True, slots=True)
class Answer:
    """The date that can be promised."""

    p50: datetime
    p80: datetime
    noise_days: float
    target: datetime | None
    chance: float | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class PercentileRow:
    """One percentile of the finish with its noise."""

    percentile: int
    date: datetime
    noise_days: float
    days: float
    is_headline: bool


@dataclass(frozen=True, slots=True)
class TaskRow:
    """What the forecast knows of one task."""

    name: str
    number: int
    url: str
    p50: datetime
    p80: datetime
    mean_days: float
    sd_days: float
    criticality: float
    cruciality: float
    ssi: float
    significance: float
    first_order_share: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A date that someone asked about, and its chance."""

    date: date
    chance: float


@dataclass(frozen=True, slots=True)
class Promised:
    """A chance that someone asked for, and its date."""

    percentile: int
    date: datetime


@dataclass(frozen=True, slots=True)
class ForecastPage:
    """Everything under the answer."""

    answer: Answer
    chart: ForecastChart
    percentiles: list[PercentileRow]
    tornado: list[TornadoRow]
    is_uncertain: bool
    criticality: list[TaskRow]
    trend: TrendChart | None
    notes: list[tuple[str, int]]
    asked: Asked | None
    promised: Promised | None
    milestones: Milestones
    merges: list[MergeRow]
    buffers: list[BufferRow]
    refinements: list[RefineRow] | None
    shares: tuple[int, ...] = ASKED_SHARES

    @property
    def asked_moment(self) -> datetime:
        """Where the line across the curve begins: what was asked, the target, P80."""
        if self.asked:
            return datetime.combine(self.asked.date, EVENING)
        return self.promised.date if self.promised else self.answer.target or self.answer.p80


def forecast_page(
    scenario: Scenario, asked_by: str = "", asked_share: str = ""
) -> ForecastPage | None:
    """Return the page of a scenario's forecast; None where there is nothing to show."""
    document = document_of(scenario)
    if document is None:
        return None
    outlines = {outline.key: outline for outline in outlines_of(scenario)}
    records = list(selectors.forecasts_of(scenario)[:SHOWN_FORECASTS])
    return ForecastPage(
        answer=_answer(scenario, document),
        chart=forecast_chart(
            document.distribution,
            document.finishes,
            bands={p: document.band(p) for p in (10, 50, 80, 90)},
            target=scenario.target,
            chance=scenario.forecast_p_target,
            work=partial(working_days, scenario),
        ),
        percentiles=[_percentile(document, p) for p in SHOWN_PERCENTILES],
        tornado=_causes(document, scenario, outlines),
        is_uncertain=bool(document.costs),
        criticality=_deciding_tasks(document, outlines),
        trend=_trend(records, scenario.target),
        notes=_grouped(document.notes),
        asked=_asked(document, asked_by),
        promised=_promised(document, asked_share),
        milestones=milestones_of(document.tasks, outlines),
        merges=merges_of(document.merges, outlines),
        buffers=buffers_of(document.buffers, document.finishes),
        refinements=refinements_of(document.refinements, outlines),
    )


def _answer(scenario: Scenario, document: ForecastDocument) -> Answer:
    return Answer(
        p50=document.finishes[50],
        p80=document.finishes[80],
        noise_days=document.noise_days(80),
        target=scenario.target,
        chance=scenario.forecast_p_target,
        is_current=scenario.forecast_is_current,
    )


def _percentile(document: ForecastDocument, percentile: int) -> PercentileRow:
    return PercentileRow(
        percentile=percentile,
        date=document.finishes[percentile],
        noise_days=document.noise_days(percentile),
        days=document.days[percentile],
        is_headline=percentile == 80,
    )


def _deciding_tasks(document: ForecastDocument, outlines: Outlines) -> list[TaskRow]:
    """The tasks that are critical most often, the most uncertain of them first."""
    known = [
        task
        for task in document.tasks
        if task["id"] in outlines and task["criticality"] is not None
    ]
    known.sort(key=lambda task: (-task["criticality"], -(task["sd_duration_days"] or 0.0)))
    return [_task_row(task, outlines[task["id"]]) for task in known[:SHOWN_TASKS]]


def _task_row(task: dict[str, Any], outline: Outline) -> TaskRow:
    return TaskRow(
        name=outline.name,
        number=outline.number,
        url=reverse("planning:task", args=[outline.id]),
        p50=datetime.fromisoformat(task["finish_percentiles"]["50"]),
        p80=datetime.fromisoformat(task["finish_percentiles"]["80"]),
        mean_days=task["mean_duration_days"] or 0.0,
        sd_days=task["sd_duration_days"] or 0.0,
        criticality=task["criticality"],
        cruciality=task["cruciality"] or 0.0,
        ssi=task["ssi"] or 0.0,
        significance=task["significance"] or 0.0,
        first_order_share=task["first_order_share"] or 0.0,
    )


def _causes(document: ForecastDocument, scenario: Scenario, tasks: Outlines) -> list[TornadoRow]:
    """What the finish would gain at P80 without each uncertainty, the dearest first."""
    risks = {risk.key: risk for risk in selectors.risks_of(scenario)}
    causes = []
    for cost in document.costs:
        row = risks.get(cost["id"]) if cost["kind"] == "risk" else tasks.get(cost["id"])
        if row is None or abs(cost["p80_days"]) < LEAST_DAYS:
            continue
        page = "planning:risk" if cost["kind"] == "risk" else "planning:task"
        low, high = cost.get("interval_days") or (cost["p80_days"], cost["p80_days"])
        url, noise = reverse(page, args=[row.id]), (high - low) / 2
        causes.append((url, row.name, cost["kind"], cost["p80_days"], noise))
    return tornado(causes)[:SHOWN_CAUSES]


def _trend(records: Sequence[ForecastRecord], target: datetime | None) -> TrendChart | None:
    made = [
        (record.created_at, record.p50, record.p80)
        for record in records
        if record.p50 and record.p80
    ]
    return trend_chart(made[::-1], target=target)


def _asked(document: ForecastDocument, text: str) -> Asked | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    evening = datetime.combine(day, EVENING)
    return Asked(day, chance_by(document.distribution, evening))


def _promised(document: ForecastDocument, text: str) -> Promised | None:
    percentile = whole_number(text)
    if percentile is None or percentile not in document.finishes:
        return None
    return Promised(percentile, document.finishes[percentile])


def _grouped(notes: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """Return each remark of the engine once, in the person's language, with how often it holds."""
    return [(_(reason), count) for reason, count in Counter(n["reason"] for n in notes).items()]
