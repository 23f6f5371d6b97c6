"""The risk register as it is read: each risk, what it costs P80, and what a day of that costs."""

from collections.abc import Sequence
from dataclasses import dataclass

from planning import selectors, snapshot
from planning.core.plan import Impact, Risk
from planning.core.risk_worth import DayCost, RiskWorth
from planning.forms.fields import units_of
from planning.models import Risk as RiskRow
from planning.models import Scenario
from planning.pages.risk_forecast import worth_by_risk
from planning.typed.impacts import impact_text


@dataclass(frozen=True, slots=True)
class ImpactLine:
    """What a risk adds to one task."""

    number: int
    task: str
    impact: str


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One risk, with the row that may be edited; ``worth`` where the forecast knows it."""

    row: RiskRow
    probability: float
    probability_after: float | None
    impacts: Sequence[ImpactLine]
    impacts_after: Sequence[ImpactLine]
    cost: float | None
    worth: RiskWorth | None
    day_cost: DayCost | None

    @property
    def is_mitigated(self) -> bool:
        """Whether a mitigation is planned."""
        return self.probability_after is not None

    @property
    def before_days(self) -> float:
        """The days of P80 by which the register is sorted."""
        return self.worth.before.days if self.worth else 0.0


@dataclass(frozen=True, slots=True)
class Register:
    """Every risk, the dearest first where that is known, and how fresh the figures are."""

    rows: Sequence[RegisterRow]
    is_computed: bool
    is_current: bool

    @property
    def cheapest(self) -> RegisterRow | None:
        """The risk whose mitigation buys a day for the least."""
        priced = [row for row in self.rows if row.day_cost]
        return min(priced, key=lambda row: row.day_cost.cost if row.day_cost else 0, default=None)

    @property
    def dearest(self) -> RegisterRow | None:
        """The risk that costs most days, if any costs more than its noise."""
        costly = [row for row in self.rows if row.worth and row.worth.before.low > 0]
        return max(costly, key=lambda row: row.before_days, default=None)


def value_of(row: RiskRow) -> Risk:
    """Return the risk as the plan holds it."""
    plan = snapshot.shown_plan_of(row.scenario)
    return next(risk for risk in plan.risks if risk.key == row.key)


def register_of(scenario: Scenario) -> Register:
    """Return a scenario's risks with the tasks that they touch, and what they cost."""
    worth = worth_by_risk(scenario)
    values = {risk.key: risk for risk in snapshot.shown_plan_of(scenario).risks}
    found = [
        _row(row, values[row.key], (worth or {}).get(row.key), scenario)
        for row in selectors.risks_of(scenario)
        if row.key in values
    ]
    return Register(
        rows=sorted(found, key=lambda row: -row.before_days),
        is_computed=worth is not None,
        is_current=scenario.forecast_is_current,
    )


def row_of(row: RiskRow) -> RegisterRow:
    """Return one risk as the register shows it."""
    worth = worth_by_risk(row.scenario) or {}
    return _row(row, value_of(row), worth.get(row.key), row.scenario)


def _row(row: RiskRow, risk: Risk, worth: RiskWorth | None, scenario: Scenario) -> RegisterRow:
    after = risk.after
    cost = after.cost if after else None
    return RegisterRow(
        row=row,
        probability=risk.probability,
        probability_after=after.probability if after else None,
        impacts=[_line(impact, scenario) for impact in risk.impacts],
        impacts_after=[_line(impact, scenario) for impact in after.impacts] if after else [],
        cost=cost,
        worth=worth,
        day_cost=worth.day_cost(cost) if worth else None,
    )


def _line(impact: Impact, scenario: Scenario) -> ImpactLine:
    held = snapshot.shown(scenario)
    return ImpactLine(
        number=held.identity("tasks", impact.task).number,
        task=held.plan.task(impact.task).name,
        impact=impact_text(impact, units_of(scenario)),
    )
