"""How long before all dates a plan's timeline begins."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from planning.core.distributions import (
    Estimate,
    Exponential,
    LognormalMoments,
    LognormalPercentiles,
    Normal,
    Trigen,
)
from planning.core.estimate_facts import estimate_values
from planning.core.instants import to_minutes
from planning.core.plan import MINUTES_PER_CIVIL_DAY, Impact, Plan
from planning.core.scheduling.network import Network, Node
from simulations.engine.sampling.laws import tabulate

BACK_DAYS = 400
# Of the time, calendars seldom work less than a seventh.
CIVIL_MINUTES = 7
FURTHEST_DAYS = 20 * 366


def first_day(plan: Plan, network: Network) -> int:
    """Return a midnight well before every date that matters, in minutes since the year 1.

    Where a start floats freely before an earliest finish, there is room for
    the longest that the task may take.
    """
    instants = [network.start, to_minutes(plan.project.start)]
    for name in ("actual_start", "actual_finish", "deadline", "resume"):
        given = [getattr(node, name) for node in network.nodes]
        instants += [one for one in given if one is not None]
    instants += [wish.instant for node in network.nodes for wish in node.wishes]
    instants += [node.fixed_start for node in network.nodes if node.task.is_manual]
    planned = _days(max([node.duration for node in network.nodes], default=0))
    impacts = _impacts(plan)
    floating = _days(
        max(
            [
                _longest(node, plan, impacts.get(node.task.key, ()))
                for node in network.nodes
                if not node.base
            ],
            default=0,
        )
    )
    room = BACK_DAYS + max(planned, min(floating, FURTHEST_DAYS))
    return max(0, (min(instants) // MINUTES_PER_CIVIL_DAY - room) * MINUTES_PER_CIVIL_DAY)


def _days(minutes: int) -> int:
    return CIVIL_MINUTES * minutes // MINUTES_PER_CIVIL_DAY


def _impacts(plan: Plan) -> Mapping[str, Sequence[Impact]]:
    """Return what risks may add to each task, by its key."""
    found = defaultdict(list)
    for risk in plan.risks:
        for impact in risk.impacts:
            found[impact.task].append(impact)
    return found


def _longest(node: Node, plan: Plan, impacts: Iterable[Impact]) -> int:
    """Return the longest that a task may take, its risks included, or somewhat more.

    What would shorten it may stay away while all else happens.
    """
    task, own = node.task, node.duration
    if task.estimate is not None:
        own = max(own, _furthest(task.estimate))
    elif task.risk_level is not None:
        own = math.ceil(own * max(plan.project.risk_level(task.risk_level).high, 1.0))
    added = (
        _furthest(one.estimate) * own // 10_000 + 1 if one.relative else _furthest(one.estimate)
        for one in impacts
    )
    return own + sum(max(one, 0) for one in added)


def _furthest(estimate: Estimate) -> int:
    """Return the greatest value that a law gives."""
    match estimate:
        case LognormalMoments(_, spread) | Normal(_, spread) | Exponential(spread):
            has_tail = spread > 0
        case LognormalPercentiles(low, high) | Trigen(low, _, high):
            has_tail = low < high
        case _:
            has_tail = False
    if not has_tail:
        return max(estimate_values(estimate))
    _, upper = tabulate(estimate)
    return math.ceil(float(upper[0]))
