"""Total float, free float and the longest path."""

from planning.core.calendars import CLOCK
from planning.core.plan import LinkType, Rules, TotalFloat
from planning.core.scheduling.backward import LateDates
from planning.core.scheduling.forward import Dates
from planning.core.scheduling.network import Arrival, Network, Node, Program, State

FROM_FINISH = frozenset({LinkType.FS, LinkType.FF})
TO_START = frozenset({LinkType.FS, LinkType.SS})


def total_float(
    node: Node, number: int, dates: Dates, late: LateDates, which: TotalFloat, rules: Rules
) -> int | None:
    """Return the total float in working minutes; None of finished work."""
    if node.state == State.FINISHED or not node.drives:
        return None
    is_msproject = rules is Rules.MSPROJECT
    if node.alap and is_msproject:
        return 0
    time = CLOCK if node.task.elapsed and is_msproject else node.float_time
    is_started = node.state != State.NOT_STARTED
    if which is not TotalFloat.FINISH and not (
        is_started and (which is TotalFloat.SMALLEST or node.program == Program.STARTED)
    ):
        by_start = time.work_between(dates.start[number], late.start[number])
        if which is TotalFloat.START:
            return by_start
        return min(by_start, time.work_between(dates.finish[number], late.finish[number]))
    return time.work_between(dates.finish[number], late.finish[number])


def free_float(
    network: Network, number: int, dates: Dates, total: int | None, rules: Rules
) -> int | None:
    """Return how far a task may slip without moving a successor's early dates.

    Without successors it is the total float; it is never less than 0. Microsoft
    Project looks at a task's own links, not at those of the summaries above it,
    and lets it be no more than the total float.
    """
    if total is None:
        return None
    least: int | None = None
    node = network.nodes[number]
    of_itself = rules is Rules.MSPROJECT
    for follower, arrival in network.followers[number]:
        if of_itself and network.dependencies[arrival.link].predecessor != node.task.key:
            continue
        if network.nodes[follower].state != State.FINISHED:
            gap = _gap(network, node, number, follower, arrival, dates)
            least = gap if least is None or gap < least else least
    if least is None or (of_itself and total < least):
        least = total
    return max(0, least)


def _gap(
    network: Network, node: Node, number: int, follower: int, arrival: Arrival, dates: Dates
) -> int:
    """Return the working minutes between the two ends of a link, less its lag."""
    kind = network.dependencies[arrival.link].type
    first = dates.finish[number] if kind in FROM_FINISH else dates.start[number]
    second = dates.start[follower] if kind in TO_START else dates.finish[follower]
    time = node.float_time
    if arrival.lag and arrival.time is not time:
        second = arrival.time.add(second, -arrival.lag)
        return time.work_between(first, second)
    return time.work_between(first, second) - arrival.lag


def longest_path(network: Network, dates: Dates) -> set[int]:
    """Return the nodes from which driving links lead to the latest finish."""
    ends = [number for number, node in enumerate(network.nodes) if node.drives]
    latest = max((dates.finish[number] for number in ends), default=None)
    found = {number for number in ends if dates.finish[number] == latest}
    queue = list(found)
    for number in queue:
        driving = dates.drivers[number]
        for arrival in network.nodes[number].arrivals if driving else ():
            if arrival.link not in driving:
                continue
            member = arrival.predecessor
            if arrival.group >= 0:
                member = network.first_of(arrival.group, dates.start)
            if member not in found:
                found.add(member)
                queue.append(member)
    return found
