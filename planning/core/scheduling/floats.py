"""Total float, free float and the longest path."""

from planning.core.calendars import CLOCK
from planning.core.plan import LinkType, Rules, TotalFloat
from planning.core.scheduling.backward import LateDates, project_finish, without_lag
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
    end: int | None,
) -> int | None:
    """Return how far a task may slip without moving a successor's early dates.

    Without successors it is the total float; it is never less than 0. Microsoft
    Project looks at a task's own links, not at those of the summaries above it,
    and lets it be no more than the total float; by Lineo's rules a task that slips
    moves the project's finish neither.

    Parameters
    ----------
    beyond
        Until when those who meet may come without moving those who follow,
        by the node where they meet; what is found is added.
    end
        The project's finish where a task may not slip past it: :func:`end_of`.
    """
    if total is None:
        return None
    least: int | None = None
    node = network.nodes[number]
    of_itself, lasts = rules is Rules.MSPROJECT, rules is Rules.LINEO
    for follower, arrival in network.followers[number]:
        if of_itself and network.dependencies[arrival.link].predecessor != node.task.key:
            continue
        if network.nodes[follower].is_meeting:
            until = _beyond(network, follower, dates, beyond, lasts=lasts)
            if until is None:
                continue
            gap = node.float_time.work_between(_leaving(network, number, arrival, dates), until)
        elif network.nodes[follower].state != State.FINISHED:
            gap = _gap(network, number, follower, arrival, dates, lasts=lasts)
        else:
            continue
        least = gap if least is None or gap < least else least
    if least is None or (of_itself and total < least):
        least = total
    elif end is not None:
        least = min(least, node.float_time.work_between(dates.finish[number], end))
    return max(0, least)


def end_of(network: Network, dates: Dates, rules: Rules) -> int | None:
    """Return the project's finish if free float may not pass it; None by the tools' rules."""
    return project_finish(network, dates) if rules is Rules.LINEO else None


def _leaving(network: Network, number: int, arrival: Arrival, dates: Dates) -> int:
    """Return the instant at which a link leaves a node."""
    kind = network.dependencies[arrival.link].type
    return dates.finish[number] if kind in FROM_FINISH else dates.start[number]


def _beyond(
    network: Network, meeting: int, dates: Dates, known: dict[int, int | None], *, lasts: bool
) -> int | None:
    """Return the earliest instant that those who follow a meeting ask for, the lag taken away."""
    if meeting not in known:
        instants = [
            _until(network, follower, arrival, dates, lasts=lasts)
            for follower, arrival in network.followers[meeting]
            if network.nodes[follower].state != State.FINISHED
        ]
        known[meeting] = min(instants, default=None)
    return known[meeting]


def _gap(
    network: Network, number: int, follower: int, arrival: Arrival, dates: Dates, *, lasts: bool
) -> int:
    """Return the working minutes between the two ends of a link, less its lag."""
    first = _leaving(network, number, arrival, dates)
    time = network.nodes[number].float_time
    if arrival.lag and arrival.time is time:
        second = _end(network, follower, arrival, dates, lasts=lasts)
        return time.work_between(first, second) - arrival.lag
    return time.work_between(first, _until(network, follower, arrival, dates, lasts=lasts))


def _until(network: Network, follower: int, arrival: Arrival, dates: Dates, *, lasts: bool) -> int:
    """Return until when a link may leave its predecessor without moving the follower."""
    instant = _end(network, follower, arrival, dates, lasts=lasts)
    return without_lag(arrival.time, instant, arrival.lag, lasts=lasts and arrival.lag < 0)


def _end(network: Network, follower: int, arrival: Arrival, dates: Dates, *, lasts: bool) -> int:
    """Return where a link meets its follower; a finish that lasts stands until work goes on."""
    if network.dependencies[arrival.link].type in TO_START:
        return dates.start[follower]
    finish = dates.finish[follower]
    return network.nodes[follower].work.next_start(finish) if lasts else finish


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
