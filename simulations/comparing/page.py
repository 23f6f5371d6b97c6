"""What the compare page shows: which plan, by how much, how surely."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from planning import selectors
from planning.drawing.days_off import working_days
from planning.models import Project, Scenario, Task
from simulations.comparing.charts import (
    CurvesChart,
    Offer,
    ParetoChart,
    Series,
    curves_chart,
    days_before,
    pareto_chart,
)
from simulations.comparing.evidence import Differing, forecasts_between, what_differs
from simulations.comparing.services import LEAST_SCENARIOS, MOST_SCENARIOS

SHOWN_MILESTONES = 20


@dataclass(frozen=True, slots=True)
class Pair:
    """One plan against the first, in the same futures; a delta is this minus the first."""

    days50: float
    low50: float
    high50: float
    days80: float
    low80: float
    high80: float
    p_earlier: float
    p_later: float
    p_tie: float

    @property
    def is_same(self) -> bool:
        return self.p_tie == 1.0

    @property
    def not_later(self) -> float:
        return 1.0 - self.p_later

    @property
    def noise50(self) -> float:
        return (self.high50 - self.low50) / 2

    @property
    def noise80(self) -> float:
        return (self.high80 - self.low80) / 2

    @property
    def days_earlier(self) -> float:
        return -self.days80

    @property
    def is_clear(self) -> bool:
        """Whether P80 differs by more than its noise."""
        return self.high80 < 0 or self.low80 > 0


@dataclass(frozen=True, slots=True)
class Row:
    """One scenario in the table."""

    pk: UUID
    name: str
    colour: str
    is_first: bool
    is_surest: bool
    p50: datetime
    p80: datetime
    chance: float | None
    cost: float | None
    pair: Pair | None
    forecasts: tuple[UUID, UUID] | None


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """One milestone in every other plan, against the first."""

    name: str
    pairs: list[Pair | None]


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Everything under the question."""

    surest: Row
    first: Row
    differing: Differing | None
    rows: list[Row]
    chart: CurvesChart
    milestones: list[MilestoneRow]
    more_milestones: int
    by_p80: ParetoChart | None
    by_chance: ParetoChart | None
    iterations: int
    seed: int


def choosable(project: Project) -> QuerySet[Scenario]:
    """Return the scenarios that may be compared, archived ones last."""
    return selectors.scenarios_of(project)


def chosen_scenarios(project: Project, wanted: Sequence[str]) -> list[Scenario]:
    """Return the scenarios that are named, in that order; else the live ones, baseline first."""
    known = {str(one.pk): one for one in choosable(project).defer(None)}
    named = [known[pk] for pk in dict.fromkeys(wanted) if pk in known][:MOST_SCENARIOS]
    if len(named) >= LEAST_SCENARIOS or wanted:
        return named
    return [one for one in known.values() if not one.is_archived][:MOST_SCENARIOS]


def compare_page(scenarios: Sequence[Scenario], document: Mapping[str, Any]) -> ComparePage:
    """Return the page of a comparison."""
    rows = _rows(scenarios, document)
    first = scenarios[0]
    milestones = _milestones(scenarios, document)
    return ComparePage(
        surest=next(row for row in rows if row.is_surest),
        first=rows[0],
        differing=_differing(scenarios, rows),
        rows=rows,
        chart=curves_chart(
            [
                Series(row.name, row.colour, _points(plan["points"]), row.p50, row.p80)
                for row, plan in zip(rows, document["plans"], strict=True)
            ],
            target=first.target,
            work=partial(working_days, first),
        ),
        milestones=milestones[:SHOWN_MILESTONES],
        more_milestones=max(len(milestones) - SHOWN_MILESTONES, 0),
        by_p80=_by_p80(rows),
        by_chance=_by_chance(rows),
        iterations=document["iterations"],
        seed=document["seed"],
    )


def _rows(scenarios: Sequence[Scenario], document: Mapping[str, Any]) -> list[Row]:
    plans = document["plans"]
    dates = [_date(plan["finish_percentiles"]["80"]) for plan in plans]
    surest = dates.index(min(dates))
    pairs = [None, *(_pair(pair) for pair in document["pairs"])]
    forecasts = forecasts_between(scenarios)
    return [
        Row(
            pk=scenario.pk,
            name=scenario.name,
            colour=scenario.colour or "grey",
            is_first=place == 0,
            is_surest=place == surest,
            p50=_date(plan["finish_percentiles"]["50"]),
            p80=dates[place],
            chance=plan["p_first_target"],
            cost=None if scenario.cost is None else float(scenario.cost),
            pair=pairs[place],
            forecasts=forecasts.get(scenario.pk),
        )
        for place, (scenario, plan) in enumerate(zip(scenarios, plans, strict=True))
    ]


def _differing(scenarios: Sequence[Scenario], rows: Sequence[Row]) -> Differing | None:
    """Return in what the surest plan differs from the first, None where it is the first."""
    surest = next(place for place, row in enumerate(rows) if row.is_surest)
    return what_differs(scenarios[0], scenarios[surest]) if surest else None


def _pair(words: Mapping[str, Any]) -> Pair:
    """Return a pair turned round: the engine says first minus other."""
    delta = words["delta_days"]
    low50, high50 = delta["p50_interval"]
    low80, high80 = delta["p80_interval"]
    return Pair(
        days50=-delta["p50"],
        low50=-high50,
        high50=-low50,
        days80=-delta["p80"],
        low80=-high80,
        high80=-low80,
        p_earlier=words["p_second_earlier"],
        p_later=words["p_first_earlier"],
        p_tie=words["p_tie"],
    )


def _milestones(scenarios: Sequence[Scenario], document: Mapping[str, Any]) -> list[MilestoneRow]:
    keys = [one["id"] for one in document["milestones"]]
    rows = Task.objects.filter(scenario=scenarios[0], key__in=keys).order_by("position")
    names = {row.key: row.name for row in rows.only("key", "name")}
    pairs = {one["id"]: one["pairs"] for one in document["milestones"]}
    return [
        MilestoneRow(name, [_pair(pair) if pair else None for pair in pairs[key]])
        for key, name in names.items()
    ]


def _by_p80(rows: Sequence[Row]) -> ParetoChart | None:
    last = max(row.p80 for row in rows)
    return pareto_chart(
        [
            Offer(row.name, row.colour, row.cost, days_before(row.p80, last), "")
            for row in rows
            if row.cost is not None
        ]
    )


def _by_chance(rows: Sequence[Row]) -> ParetoChart | None:
    return pareto_chart(
        [
            Offer(row.name, row.colour, row.cost, row.chance, _("%d %%") % round(row.chance * 100))
            for row in rows
            if row.cost is not None and row.chance is not None
        ]
    )


def _points(words: Sequence[Sequence[Any]]) -> list[tuple[datetime, float]]:
    return [(_date(moment), share) for moment, share in words]


def _date(value: str) -> datetime:
    return datetime.fromisoformat(value)
