"""The forward pass: early dates, and what drives each of them."""

from planning.core.plan import ConstraintType
from planning.core.scheduling.network import (
    Arrival,
    Network,
    Node,
    Program,
    Snap,
    Source,
    Span,
    Wish,
)

NEVER = -1


Early = tuple[int, int, tuple[int, ...], int]
"""Early start and finish of one node, the numbers of its driving links, and a reason.

The reason tells what set the dates where no link did: a wish's place among
the node's wishes, or one of the constants below.
"""

BY_LINK, BY_BASE, BY_FLOOR, BY_ACTUAL, BY_MANUAL, BY_PROGRESS, BY_DELAY = range(-1, -8, -1)


class Dates:
    """Early dates of a whole network, by node number."""

    __slots__ = ("drivers", "finish", "reason", "start")

    def __init__(self, count: int) -> None:
        self.start = [0] * count
        self.finish = [0] * count
        self.drivers: list[tuple[int, ...]] = [()] * count
        self.reason = [BY_LINK] * count

    def copy(self, more: int) -> "Dates":
        """Return a copy with room for ``more`` nodes."""
        dates = Dates(more)
        dates.start[:0], dates.finish[:0] = self.start, self.finish
        dates.drivers[:0], dates.reason[:0] = self.drivers, self.reason
        return dates


def forward(network: Network) -> Dates:
    """Compute the early dates of every node, in topological order."""
    dates = Dates(len(network.nodes))
    for number in network.order:
        settle(network, number, dates)
    return dates


def settle(network: Network, number: int, dates: Dates) -> bool:
    """Compute the early dates of one node from those of its predecessors.

    Returns
    -------
    has_moved : bool
        Whether they are others than before.
    """
    node = network.nodes[number]
    start, finish, drivers, reason = early_of(node, network, dates.start, dates.finish)
    if (
        start == dates.start[number]
        and finish == dates.finish[number]
        and drivers == dates.drivers[number]
        and reason == dates.reason[number]
    ):
        return False
    dates.start[number], dates.finish[number] = start, finish
    dates.drivers[number], dates.reason[number] = drivers, reason
    return True


def forward_again(network: Network, dates: Dates, start: list[int], finish: list[int]) -> None:
    """Compute early dates anew where tasks as late as possible hold others back.

    By Microsoft Project's rules a task that is as late as possible stands at
    its late dates, and its successors, unless they are so too, wait for it.

    Parameters
    ----------
    start, finish : list of int
        Late dates by node number.
    """
    seen_start, seen_finish = list(dates.start), list(dates.finish)
    for number in network.order:
        node = network.nodes[number]
        first, last, drivers, reason = early_of(
            node,
            network,
            dates.start if node.alap else seen_start,
            dates.finish if node.alap else seen_finish,
        )
        dates.start[number], dates.finish[number] = first, last
        dates.drivers[number], dates.reason[number] = drivers, reason
        is_moved = node.alap and node.actual_start is None
        seen_start[number] = start[number] if is_moved else first
        seen_finish[number] = finish[number] if node.alap else last


def as_if_automatic(network: Network, number: int, dates: Dates) -> tuple[int, int]:
    """Return the dates that the network would choose for a manual task."""
    start, finish, *_ = _free(network.nodes[number], network, dates.start, dates.finish)
    return start, finish


def early_of(node: Node, network: Network, starts: list[int], finishes: list[int]) -> Early:
    """Return the early dates of a node where its predecessors have these."""
    program = node.program
    if program == Program.FREE:
        return _free(node, network, starts, finishes)
    if program == Program.REMAINING:
        return _remaining(node, network, starts, finishes)
    if program == Program.PASSING:
        return _passing(node, network, starts, finishes)
    if program == Program.STARTED:
        return _started(node)
    reason = BY_MANUAL if node.actual_finish is None else BY_ACTUAL
    return (node.fixed_start, node.fixed_finish, (), reason)


def arrive(
    arrival: Arrival, node: Node, network: Network, starts: list[int], finishes: list[int]
) -> int:
    """Return the instant that a link asks of its successor's early start."""
    source = arrival.source
    if source == Source.FINISH:
        instant = finishes[arrival.predecessor]
    elif source == Source.CONSTANT:
        instant = arrival.constant
    elif arrival.group < 0:
        instant = starts[arrival.predecessor]
    else:
        instant = starts[network.first_of(arrival.group, starts)]
    if arrival.snap:
        instant = arrival.time.next_start(instant)
    if arrival.before != Span.NONE:
        instant = node.work.add(instant, -node.span(arrival.before))
    if arrival.lag:
        instant = arrival.time.add(instant, arrival.lag)
        if arrival.lead_floor is not None and instant < arrival.lead_floor:
            instant = arrival.lead_floor
    if arrival.after != Span.NONE:
        instant = node.work.add(instant, -node.span(arrival.after))
    if arrival.floor is not None and instant < arrival.floor:
        instant = arrival.floor
    if arrival.ceiling is not None and instant > arrival.ceiling:
        instant = arrival.ceiling
    return instant


def _latest(
    node: Node, network: Network, starts: list[int], finishes: list[int]
) -> tuple[int, tuple[int, ...]]:
    """Return the latest arrival and the links that ask for it, equal in working time."""
    arrivals = node.arrivals
    if len(arrivals) == 1:
        only = arrivals[0]
        return arrive(only, node, network, starts, finishes), (only.link,)
    instants = [arrive(one, node, network, starts, finishes) for one in arrivals]
    latest = max(instants)
    if min(instants) == latest:
        return latest, tuple([one.link for one in arrivals])
    work = node.work.work_before(latest)
    drivers = tuple(
        one.link
        for one, instant in zip(arrivals, instants, strict=True)
        if instant == latest or node.work.work_before(instant) == work
    )
    return latest, drivers


def snapped(node: Node, instant: int) -> int:
    """Return where a start at ``instant`` may stand."""
    if node.snap == Snap.EDGE and node.hours.last_finish(instant) == instant:
        return instant
    return node.hours.next_start(instant)


def _free(node: Node, network: Network, starts: list[int], finishes: list[int]) -> Early:
    """Return the early dates of work that has not started."""
    drivers: tuple[int, ...] = ()
    reason = BY_LINK
    finish: int | None = None
    if node.arrivals:
        start, drivers = _latest(node, network, starts, finishes)
        if node.floor is not None and start < node.floor:
            start, drivers, reason = node.floor, (), BY_FLOOR
        else:
            finish = _given_finish(node, drivers, network, starts, finishes)
    else:
        start, reason = node.base, BY_BASE
    start = snapped(node, start)
    if node.delay and (node.arrivals or not node.wishes):
        start = snapped(node, start + node.delay)
    for place, wish in enumerate(node.wishes):
        wanted = _wanted(node, wish.type, wish.instant, wish.hard, start)
        if wanted is None:
            continue
        start, drivers, reason = wanted, (), place
        finish = _wished_finish(node, wish)
    if reason >= 0:
        if node.floor is not None and start < node.floor and not node.keeps_wishes:
            start, finish, reason = node.floor, None, BY_FLOOR
        if not node.keeps_wishes or node.floor is not None:
            start = snapped(node, start)
    if finish is None or node.task.start_milestone or not _is_whole(node, start, finish):
        finish = node.work.add(start, node.duration)
    return (start, _expected(node, start, finish), drivers, reason)


def _is_whole(node: Node, start: int, finish: int) -> bool:
    """Whether a wall-clock finish leaves room for the whole duration."""
    return node.work.work_between(start, finish) >= node.duration


def _expected(node: Node, start: int, finish: int) -> int:
    """Return the expected finish of a task that has one, if it can be met.

    Links to its finish come first, and a finish that has passed says nothing.
    """
    expected = node.expected_finish
    if expected is None or node.alap or expected < max(start, node.base):
        return finish
    if any(one.before != Span.NONE or one.after != Span.NONE for one in node.arrivals):
        return finish
    return expected if node.work.work_between(finish, expected) else finish


def _given_finish(
    node: Node, drivers: tuple[int, ...], network: Network, starts: list[int], finishes: list[int]
) -> int | None:
    """Return the wall-clock finish that driving links insist on: the latest, None without any."""
    latest: int | None = None
    for arrival in node.arrivals:
        if not arrival.gives_finish or arrival.link not in drivers:
            continue
        begin = network.start if network.data_date is None else network.data_date
        if arrival.before and arrive(arrival, node, network, starts, finishes) <= begin:
            continue
        whole = arrival._replace(before=Span.NONE, after=Span.NONE, ceiling=None, floor=None)
        finish = arrive(whole, node, network, starts, finishes)
        if arrival.settles:
            finish = _settled(node, finish)
        latest = finish if latest is None or finish > latest else latest
    return latest


def _settled(node: Node, finish: int) -> int:
    """Return a finish where work is done or has just ended, else at the next working start."""
    return finish if node.work.last_finish(finish) == finish else node.work.next_start(finish)


def _wished_finish(node: Node, wish: Wish) -> int | None:
    """Return the wall-clock finish that a constraint insists on, if it does."""
    if wish.type is ConstraintType.MFO and wish.hard:
        return wish.instant
    if wish.type is not ConstraintType.FNET:
        return None
    if node.is_pinned:
        is_finish_milestone = node.snap == Snap.EDGE
        return wish.instant if is_finish_milestone else node.work.last_finish(wish.instant)
    if node.arrivals:
        return None
    if node.lends_time_of_day:
        return _settled(node, wish.instant)
    return wish.instant if node.floor is None else None


def _wanted(node: Node, kind: ConstraintType, instant: int, hard: bool, start: int) -> int | None:
    """Return the start that a wish asks for, or None if it has nothing to say."""
    if kind in (ConstraintType.SNET, ConstraintType.SNLT, ConstraintType.MSO):
        wanted = instant
    else:
        wanted = node.work.add(instant, -node.duration)
    if kind in (ConstraintType.MSO, ConstraintType.MFO) and hard:
        return wanted
    if kind in (ConstraintType.SNLT, ConstraintType.FNLT):
        return wanted if hard and start > wanted else None
    if start >= wanted:
        return None
    lends = node.lends_time_of_day and not node.is_pinned and node.arrivals
    if kind is ConstraintType.SNET and lends:
        return _at_time_of_day(node, wanted, start)
    return wanted


def _at_time_of_day(node: Node, wanted: int, start: int) -> int:
    """Return a date given without a time, at the time of the start that it replaces.

    Observed in P6 where that time is worked on that day.
    """
    day = 1440
    if wanted % day or not start % day:
        return wanted
    moved = wanted + start % day
    return moved if node.work.next_start(moved) // day == wanted // day else wanted


def _remaining(node: Node, network: Network, starts: list[int], finishes: list[int]) -> Early:
    """Return the early dates of what remains of work under way."""
    start, reason = node.base, BY_PROGRESS
    drivers: tuple[int, ...] = ()
    if node.arrivals:
        latest, links = _latest(node, network, starts, finishes)
        if latest >= start:
            start, drivers, reason = latest, links, BY_LINK
    start = node.hours.next_start(start)
    finish = _expected(node, start, node.work.add(start, node.remaining))
    return (start, finish, drivers, reason)


def _passing(node: Node, network: Network, starts: list[int], finishes: list[int]) -> Early:
    """Return when a finished task lets its successors go on, as an empty span of time."""
    if not node.arrivals:
        return (node.base, node.base, (), BY_ACTUAL)
    latest, drivers = _latest(node, network, starts, finishes)
    instant = max(latest, node.base)
    return (instant, instant, drivers, BY_ACTUAL)


def _started(node: Node) -> Early:
    """Return the dates of a started task as a whole, by Microsoft Project's rules."""
    finish = node.work.add(node.fixed_start, node.duration)
    if node.resume is not None:
        finish = max(finish, node.work.add(node.resume, node.remaining))
    reason = BY_ACTUAL
    for place, wish in enumerate(node.wishes):
        if wish.type is ConstraintType.FNET and finish < wish.instant:
            finish, reason = wish.instant, place
    return (node.fixed_start, finish, (), reason)
