"""The risk register as it is read."""

from dataclasses import dataclass

from planning import selectors, snapshot
from planning.core.plan import Impact, Risk
from planning.form_fields import units_of
from planning.impact_text import impact_text
from planning.models import Risk as RiskRow
from planning.models import Scenario


@dataclass(frozen=True, slots=True)
class ImpactLine:
    """What a risk adds to one task."""

    number: int
    task: str
    impact: str


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One risk, with the row that may be edited."""

    row: RiskRow
    probability: float
    probability_after: float | None
    impacts: list[ImpactLine]


def value_of(row: RiskRow) -> Risk:
    """Return the risk as the plan holds it."""
    plan = snapshot.shown_plan_of(row.scenario)
    return next(risk for risk in plan.risks if risk.key == row.key)


def rows_of(scenario: Scenario) -> list[RegisterRow]:
    """Return a scenario's risks with the tasks that they touch."""
    values = {risk.key: risk for risk in snapshot.shown_plan_of(scenario).risks}
    rows = selectors.risks_of(scenario)
    return [_row(row, values[row.key], scenario) for row in rows if row.key in values]


def _row(row: RiskRow, risk: Risk, scenario: Scenario) -> RegisterRow:
    return RegisterRow(
        row=row,
        probability=risk.probability,
        probability_after=risk.after.probability if risk.after else None,
        impacts=[_line(impact, scenario) for impact in risk.impacts],
    )


def _line(impact: Impact, scenario: Scenario) -> ImpactLine:
    held = snapshot.shown(scenario)
    return ImpactLine(
        number=held.identity("tasks", impact.task).number,
        task=held.plan.task(impact.task).name,
        impact=impact_text(impact, units_of(scenario)),
    )
