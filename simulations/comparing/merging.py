"""What a merge does to the forecast: the receiving plan and the merged one in the same futures."""

from collections.abc import Callable
from typing import Any

import numpy as np

from planning.core.merge import Side
from planning.core.plan import Plan, PlanError
from planning.pages.merging import Choice
from planning.services.merging import Proposal
from simulations.engine.axis import to_datetime
from simulations.engine.comparing.compared import Finishes
from simulations.engine.comparing.comparison import finishes_of
from simulations.engine.comparing.pairing import compare_finishes
from simulations.engine.lowering.plans import lower
from simulations.engine.options import SimulationOptions
from simulations.engine.results.statistics import percentile_ranks
from simulations.engine.running.runs import run_of

PERCENTILE = 80
TRIED_CONFLICTS = 20


def merge_effects(
    proposal: Proposal,
    choice: Choice,
    options: SimulationOptions,
    progress: Callable[[float], None],
) -> dict[str, Any]:
    """Return what the choices so far, and each other choice, do to P80.

    Returns
    -------
    dict
        ``now`` and ``then``: P80 as a date; ``days``: then minus now in
        working days, with its ``interval``; ``conflicts``: for each conflict
        P80 if ours stood, and if theirs did (None where that is no plan).
    """
    ours = proposal.plans[1]
    conflicts = proposal.merge.conflicts[:TRIED_CONFLICTS]
    steps = 2 + 2 * len(conflicts)
    now = _finishes(ours, options)
    progress(1 / steps)
    then = _finishes(proposal.merged(choice.decisions, choice.chosen), options)
    progress(2 / steps)
    pair = compare_finishes(then, now, ours.project.minutes_per_day, options.seed)
    sides = []
    for number, conflict in enumerate(conflicts):
        sides.append(
            [
                _p80_if(proposal, choice, {conflict.id: side}, options)
                for side in (Side.OURS, Side.THEIRS)
            ]
        )
        progress((4 + 2 * number) / steps)
    return {
        "now": _p80(now),
        "then": _p80(then),
        "days": pair.p80_days,
        "interval": list(pair.p80_interval_days),
        "p_earlier": pair.p_first_earlier,
        "p_tie": pair.p_tie,
        "conflicts": sides,
    }


def _p80_if(
    proposal: Proposal, choice: Choice, decided: dict[str, Side], options: SimulationOptions
) -> str | None:
    try:
        plan = proposal.merged({**choice.decisions, **decided}, choice.chosen)
        return _p80(_finishes(plan, options))
    except PlanError:
        return None


def _finishes(plan: Plan, options: SimulationOptions) -> Finishes:
    return finishes_of(plan, run_of(plan, lower(plan, options)), options)


def _p80(finishes: Finishes) -> str:
    instants = np.sort(finishes.instants)
    rank = int(percentile_ranks(len(instants), (PERCENTILE,))[0])
    return to_datetime(int(instants[rank - 1])).isoformat(timespec="minutes")
