"""The passes over a network, in the order of each family of rules."""

from dataclasses import dataclass

from planning.core.plan import Plan, Rules
from planning.core.scheduling.backward import LateDates, backward
from planning.core.scheduling.floats import free_float, longest_path, total_float
from planning.core.scheduling.forward import Dates, forward, forward_again
from planning.core.scheduling.network import Network


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
    frees = [free_float(network, number, early, total) for number, total in enumerate(totals)]
    return Passes(early, late, totals, frees, longest_path(network, early))
