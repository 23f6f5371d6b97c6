"""The passes over a network, in the order of each family of rules."""

from dataclasses import dataclass

from planning.core.plan import Plan, Rules
from planning.core.scheduling.backward import LateDates, backward
from planning.core.scheduling.forward import Dates, forward, forward_again
from planning.core.scheduling.network import Network


@dataclass(frozen=True, slots=True)
class Passes:
    """Early and late dates of every node."""

    early: Dates
    late: LateDates


def run(plan: Plan, network: Network) -> Passes:
    """Compute early and late dates."""
    by_msproject = plan.project.rules is Rules.MSPROJECT
    early = forward(network)
    late = backward(network, early, by_msproject=by_msproject)
    if by_msproject and any(node.alap for node in network.nodes):
        forward_again(network, early, late.start, late.finish)
    return Passes(early, late)
