"""The passes over a network, in the order of each family of rules."""

from dataclasses import dataclass
from datetime import datetime

from planning.core.instants import to_datetime, to_minutes
from planning.core.plan import Plan, Rules
from planning.core.scheduling.backward import LateDates, backward
from planning.core.scheduling.floats import end_of, free_float, longest_path, total_float
from planning.core.scheduling.forward import Dates, forward, forward_again
from planning.core.scheduling.lowering import lower
from planning.core.scheduling.network import Network


def latest_start(plan: Plan, finish: datetime) -> datetime:
    """Return the latest start from which a plan can finish on time.

    This is how Microsoft Project schedules from a project's finish: against
    the links from that date; work that has begun stands where it is.
    """
    network, _ = lower(plan, meet=True)
    dates = forward(network)
    late = backward(network, dates, by_msproject=True, cap=to_minutes(finish))
    starts = [
        late.start[number] if node.actual_start is None else node.actual_start
        for number, node in enumerate(network.nodes)
        if node.drives
    ]
    if not starts:
        return finish
    return to_datetime(network.time.next_start(min(starts)))


@dataclass(slots=True)
class Passes:
    """Everything computed of the nodes, by their numbers."""

    early: Dates
    late: LateDates
    totals: list[int | None]
    frees: list[int | None]
    longest: set[int]


def run(plan: Plan, network: Network) -> Passes:
    """Compute early and late dates, floats and the longest path."""
    by_msproject = plan.project.rules is Rules.MSPROJECT
    early = forward(network)
    late = backward(network, early, by_msproject=by_msproject)
    if by_msproject and any(node.alap for node in network.nodes):
        forward_again(network, early, late.start, late.finish)
    which, rules = plan.project.total_float, plan.project.rules
    totals = [
        total_float(node, number, early, late, which, rules)
        for number, node in enumerate(network.nodes)
    ]
    beyond: dict[int, int | None] = {}
    end = end_of(network, early, rules)
    frees = [
        free_float(network, number, early, total, rules, beyond, end)
        for number, total in enumerate(totals)
    ]
    return Passes(early, late, totals, frees, longest_path(network, early))
