"""What each risk costs P80, as it is and once mitigated, and what the mitigation gains.

Three plans are simulated in the same futures: as it stands, with one risk
mitigated, and without that risk. Draws are keyed, so what differs between them
is this risk alone.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planning.core.plan import Plan, Risk
from planning.core.risk_worth import Days, RiskWorth
from simulations.engine.comparing.comparison import finishes_of
from simulations.engine.comparing.pairing import paired_interval, percentile_minutes
from simulations.engine.lowering.plans import lower
from simulations.engine.options import SimulationOptions
from simulations.engine.running.runs import run_of

Ints = NDArray[np.int64]

PERCENTILE = 80
MOST_RISKS = 60
ITERATIONS = 4_000
"""As many as the sensitivities are asked with, so that both say the same of a risk."""


def worth_of_risks(
    plan: Plan, *, seed: int, progress: Callable[[float], None] | None = None
) -> list[RiskWorth]:
    """Return what the risks cost, in the order of the plan.

    Of many risks the sixty with the greatest chances, those with a mitigation
    first, are asked.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.distributions import Fixed
    >>> from planning.core.plan import Impact, Mitigation, ProjectSettings, Task, standard_calendar
    >>> late = (Impact("A", Fixed(4800)),)
    >>> soon = Mitigation(0.5, (Impact("A", Fixed(960)),))
    >>> risk = Risk("R", "Late permit", 0.5, late, soon)
    >>> project = ProjectSettings("Shed", datetime(2026, 1, 5, 8))
    >>> task = Task("A", "A", duration_minutes=480)
    >>> plan = Plan(project, (standard_calendar(),), (task,), risks=(risk,))
    >>> [worth] = worth_of_risks(plan, seed=1)
    >>> worth.before.days, worth.after.days, worth.gained.days
    (10.0, 2.0, 8.0)
    """
    asked = _worth_asking(plan)
    options = SimulationOptions(iterations=ITERATIONS, seed=seed)
    run = run_of(plan, lower(plan, options))
    if not asked or not run.lowered.leaves:
        return []
    base = finishes_of(plan, run, options).work
    found = []
    for number, risk in enumerate(asked, start=1):
        found.append(_worth(plan, risk, base, options))
        if progress is not None:
            progress(number / len(asked))
    return found


def _worth_asking(plan: Plan) -> list[Risk]:
    dearest = sorted(plan.risks, key=lambda risk: (risk.after is None, -risk.probability))
    chosen = {risk.key for risk in dearest[:MOST_RISKS]}
    return [risk for risk in plan.risks if risk.key in chosen]


def _worth(plan: Plan, risk: Risk, base: Ints, options: SimulationOptions) -> RiskWorth:
    day = plan.project.minutes_per_day
    without = _finishes(_with(plan, replace(risk, probability=0.0)), options)
    before = _difference(base, without, day)
    if risk.after is None:
        return RiskWorth(risk.key, before)
    chance, impacts = risk.after.probability, risk.after.impacts
    then = _finishes(_with(plan, replace(risk, probability=chance, impacts=impacts)), options)
    after, gained = _difference(then, without, day), _difference(base, then, day)
    return RiskWorth(risk.key, before, after, gained)


def _with(plan: Plan, risk: Risk) -> Plan:
    return replace(plan, risks=tuple(risk if one.key == risk.key else one for one in plan.risks))


def _finishes(plan: Plan, options: SimulationOptions) -> Ints:
    return finishes_of(plan, run_of(plan, lower(plan, options)), options).work


def _difference(late: Ints, soon: Ints, day: int) -> Days:
    """Return by how many days P80 of the one lies behind that of the other."""
    low, high = paired_interval(late, soon, PERCENTILE)
    days = percentile_minutes(late, PERCENTILE) - percentile_minutes(soon, PERCENTILE)
    return Days(days / day, low / day, high / day)
