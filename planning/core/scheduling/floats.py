"""Total float, free float and the longest path."""

from planning.core.calendars import CLOCK, WorkingTime
from planning.core.plan import LinkType, Plan, Rules, TotalFloat
from planning.core.scheduling.backward import LateDates
from planning.core.scheduling.forward import Dates
from planning.core.scheduling.network import Network, Node, Program, State


def total_float(node: Node, number: int, dates: Dates, late: LateDates, plan: Plan) -> int | None:
    """Return the total float in working minutes; None of finished work."""
    if node.state == State.FINISHED or not node.drives:
        return None
    if node.alap and plan.project.rules is Rules.MSPROJECT:
        return 0
    is_elapsed = node.task.elapsed and plan.project.rules is Rules.MSPROJECT
    time = CLOCK if is_elapsed else node.float_time
    by_finish = time.work_between(dates.finish[number], late.finish[number])
    which = plan.project.total_float
    if which is TotalFloat.FINISH or (
        node.state != State.NOT_STARTED
        and (which is TotalFloat.SMALLEST or node.program == Program.STARTED)
    ):
        return by_finish
    by_start = time.work_between(dates.start[number], late.start[number])
    return by_start if which is TotalFloat.START else min(by_start, by_finish)


def free_floats(
    network: Network, dates: Dates, late: LateDates, totals: list[int | None], plan: Plan
) -> list[int | None]:
    """Return how far each task may slip without moving a successor's early dates.

    Without successors it is the total float; it is never less than 0.
    """
    nodes = network.nodes
    found: list[int | None] = [None] * len(nodes)
    types = [dependency.type for dependency in plan.dependencies]
    for number, node in enumerate(nodes):
        for arrival in node.arrivals:
            members = (arrival.predecessor,) if arrival.group < 0 else network.groups[arrival.group]
            if node.state == State.FINISHED:
                continue
            for member in members:
                kind = types[arrival.link]
                gap = _gap(nodes[member], member, number, kind, dates)
                if arrival.time is nodes[member].float_time or arrival.lag == 0:
                    gap -= arrival.lag
                else:
                    gap = _gap_with_lag(
                        nodes[member], member, number, kind, arrival.lag, arrival.time, dates
                    )
                known = found[member]
                found[member] = gap if known is None else min(known, gap)
    for number, total in enumerate(totals):
        if total is None:
            found[number] = None
        elif found[number] is None:
            found[number] = max(0, total)
        else:
            found[number] = max(0, found[number] or 0)
    return found


def _ends(kind: LinkType, before: int, after: int, dates: Dates) -> tuple[int, int]:
    first = dates.finish if kind in (LinkType.FS, LinkType.FF) else dates.start
    second = dates.start if kind in (LinkType.FS, LinkType.SS) else dates.finish
    return first[before], second[after]


def _gap(node: Node, before: int, after: int, kind: LinkType, dates: Dates) -> int:
    """Return the working minutes between the two ends of a link."""
    first, second = _ends(kind, before, after, dates)
    return node.float_time.work_between(first, second)


def _gap_with_lag(
    node: Node,
    before: int,
    after: int,
    kind: LinkType,
    lag: int,
    time: WorkingTime,
    dates: Dates,
) -> int:
    first, second = _ends(kind, before, after, dates)
    return node.float_time.work_between(first, time.add(second, -lag))


def longest_path(network: Network, dates: Dates, plan: Plan) -> set[int]:
    """Return the nodes from which driving links lead to the latest finish."""
    ends = [number for number, node in enumerate(network.nodes) if node.drives]
    latest = max((dates.finish[number] for number in ends), default=None)
    found = {number for number in ends if dates.finish[number] == latest}
    queue = list(found)
    for number in queue:
        driving = set(dates.drivers[number])
        for arrival in network.nodes[number].arrivals:
            if arrival.link not in driving:
                continue
            for member in _sources(network, arrival.group, arrival.predecessor, dates):
                if member not in found:
                    found.add(member)
                    queue.append(member)
    return found


def _sources(network: Network, group: int, predecessor: int, dates: Dates) -> list[int]:
    """Return the nodes from which a driving link starts: of a group the earliest."""
    if group < 0:
        return [predecessor]
    return [network.first_of(group, dates.start)]
