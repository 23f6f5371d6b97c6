"""Total float, free float and the longest path."""

from planning.core.calendars import CLOCK
from planning.core.plan import LinkType, Rules, TotalFloat
from planning.core.scheduling.backward import LateDates
from planning.core.scheduling.forward import Dates, arrive
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
    network: Network,
    number: int,
    dates: Dates,
    total: int | None,
    rules: Rules,
    beyond: dict[int, int | None],
) -> int | None:
    """Return how far a task may slip without moving a successor's early dates.

    Without successors it is the total float; it is never less than 0. Microsoft
    Project looks at a task's own links, not at those of the summaries above it,
    and lets it be no more than the total float.

    Parameters
    ----------
    beyond
        Until when those who meet may come without moving those who follow,
        by the node where they meet; what is found is added.
    """
    if total is None:
        return None
    least: int | None = None
    node = network.nodes[number]
    of_itself = rules is Rules.MSPROJECT
    for follower, arrival in network.followers[number]:
        if of_itself and network.dependencies[arrival.link].predecessor != node.task.key:
            continue
        if network.nodes[follower].is_meeting:
            until = _beyond(network, follower, dates, beyond)
            if until is None:
                continue
            gap = node.float_time.work_between(_leaving(network, number, arrival, dates), until)
        elif network.nodes[follower].state != State.FINISHED:
            gap = _gap(network, node, number, follower, arrival, dates)
        else:
            continue
        least = gap if least is None or gap < least else least
    if least is None or (of_itself and total < least):
        least = total
    return max(0, least)


def _leaving(network: Network, number: int, arrival: Arrival, dates: Dates) -> int:
    """Return the instant at which a link leaves a node."""
    kind = network.dependencies[arrival.link].type
    return dates.finish[number] if kind in FROM_FINISH else dates.start[number]


def _beyond(
    network: Network, meeting: int, dates: Dates, known: dict[int, int | None]
) -> int | None:
    """Return the earliest instant that those who follow a meeting ask for, the lag taken away."""
    if meeting not in known:
        instants = []
        for follower, arrival in network.followers[meeting]:
            if network.nodes[follower].state != State.FINISHED:
                kind = network.dependencies[arrival.link].type
                ends = dates.start if kind in TO_START else dates.finish
                instants.append(arrival.time.add(ends[follower], -arrival.lag))
        known[meeting] = min(instants, default=None)
    return known[meeting]


def _gap(
    network: Network, node: Node, number: int, follower: int, arrival: Arrival, dates: Dates
) -> int:
    """Return the working minutes between the two ends of a link, less its lag."""
    kind = network.dependencies[arrival.link].type
    first = _leaving(network, number, arrival, dates)
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
    met: dict[tuple[object, ...], list[Arrival]] = {}
    for number in queue:
        for arrival in _driving(network, number, dates, met):
            member = arrival.predecessor
            if arrival.group >= 0:
                member = network.first_of(arrival.group, dates.start)
            if member not in found:
                found.add(member)
                queue.append(member)
    return found


def _driving(
    network: Network, number: int, dates: Dates, met: dict[tuple[object, ...], list[Arrival]]
) -> list[Arrival]:
    """Return what drives a node; of the leaves of one summary those that come last."""
    node, links = network.nodes[number], dates.drivers[number]
    driving = [one for one in node.arrivals if one.link in links] if links else []
    if len(driving) == 1 and not network.nodes[driving[0].predecessor].is_meeting:
        return driving
    found: list[Arrival] = []
    for arrival in driving:
        if network.nodes[arrival.predecessor].is_meeting:
            span = (node.work, node.span(arrival.before), node.span(arrival.after))
            key = (arrival.predecessor, arrival.lag, arrival.time, *span)
            if key not in met:
                met[key] = _last_of(_all_who_meet(network, arrival), node, network, dates)
            found += met[key]
        else:
            found.append(arrival)
    direct = [one for one in driving if not network.nodes[one.predecessor].is_meeting]
    if len(direct) == len({one.link for one in direct}):
        return found
    return _last_of(found, node, network, dates)


def _all_who_meet(network: Network, arrival: Arrival) -> list[Arrival]:
    """Return what each leaf that meets would ask of who follows, as if it were linked itself."""
    return [
        arrival._replace(predecessor=one.predecessor, group=one.group)
        for one in network.nodes[arrival.predecessor].arrivals
    ]


def _last_of(arrivals: list[Arrival], node: Node, network: Network, dates: Dates) -> list[Arrival]:
    """Return the arrivals of each link that come last, in the working time of the node."""
    work = [
        node.work.work_before(arrive(one, node, network, dates.start, dates.finish))
        for one in arrivals
    ]
    latest: dict[int, int] = {}
    for one, instant in zip(arrivals, work, strict=True):
        latest[one.link] = max(instant, latest.get(one.link, instant))
    return [one for one, instant in zip(arrivals, work, strict=True) if instant == latest[one.link]]
