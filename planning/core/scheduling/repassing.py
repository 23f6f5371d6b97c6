"""The passes over an edited network, as far as something changes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from planning.core.plan import LinkType
from planning.core.scheduling.backward import (
    BY_LINK,
    LateDates,
    backward,
    project_finish,
    settle_late,
)
from planning.core.scheduling.edited import Edited, places_of
from planning.core.scheduling.floats import end_of, free_float, longest_path, total_float
from planning.core.scheduling.forward import Dates, settle
from planning.core.scheduling.network import Network, Node, Program, State
from planning.core.scheduling.passes import Passes


@dataclass(frozen=True, slots=True)
class Again:
    """New passes; the nodes of which early dates may differ, and of which anything may."""

    passes: Passes
    moved: set[int]
    changed: set[int]


def pass_again(old: Passes, before: Network, edit: Edited, *, by_msproject: bool) -> Again:
    """Compute what an edit changes.

    Parameters
    ----------
    old, before
        The former passes and the network that they went over.
    """
    network, touched = edit.network, edit.touched
    more = len(network.nodes) - len(before.nodes)
    places = places_of(network.order)
    early = old.early.copy(more)
    moved, retold = _forward(network, early, touched, places)
    moved |= touched
    late, slid = _backward(old.late, network, early, moved, places, by_msproject)
    changed = moved | slid
    totals, frees = [*old.totals, *([None] * more)], [*old.frees, *([None] * more)]
    which, rules = edit.settings.total_float, edit.settings.rules
    for number in changed:
        totals[number] = total_float(network.nodes[number], number, early, late, which, rules)
    around = set(changed)
    for number in moved:
        around.update(_predecessors(network.nodes[number], network))
    end = end_of(network, early, rules)
    if end != end_of(before, old.early, rules):
        around.update(_ends_open(network))
    for number in around:
        free = free_float(network, number, early, totals[number], rules, {}, end)
        if free != frees[number]:
            frees[number] = free
            changed.add(number)
    longest = longest_path(network, early)
    passes = Passes(early, late, totals, frees, longest)
    return Again(passes, moved | retold, changed | (longest ^ old.longest))


def _forward(
    network: Network, early: Dates, touched: Iterable[int], places: list[int]
) -> tuple[set[int], set[int]]:
    """Compute early dates from the touched nodes onward.

    Returns
    -------
    moved, retold : set of int
        The nodes that moved; manual ones, which stand, though the network
        would now choose other dates for them.
    """
    heap = [(places[number], number) for number in touched]
    heapify(heap)
    queued = {number for _, number in heap}
    moved: set[int] = set()
    retold: set[int] = set()
    while heap:
        _, number = heappop(heap)
        if not settle(network, number, early):
            if network.nodes[number].program == Program.FIXED:
                retold.add(number)
            continue
        moved.add(number)
        for follower, _ in network.followers[number]:
            if follower not in queued:
                queued.add(follower)
                heappush(heap, (places[follower], follower))
    return moved, retold


def _backward(
    old: LateDates,
    network: Network,
    early: Dates,
    touched: set[int],
    places: list[int],
    by_msproject: bool,
) -> tuple[LateDates, set[int]]:
    """Compute late dates from the touched nodes backward; return those that moved."""
    cap = project_finish(network, early)
    if network.must_finish_by is not None and not by_msproject:
        cap = network.must_finish_by
    late = old.copy(len(network.nodes) - len(old.start))
    late.earliest = [network.first_of(group, early.start) for group in range(len(network.groups))]
    start = touched | _other_firsts(old.earliest, late.earliest)
    if cap != old.cap:
        late.cap = cap
        start |= _held_by_the_end(network, old, cap)
        if 2 * len(start) > len(network.nodes):
            late = backward(network, early, by_msproject=by_msproject)
            return late, set(range(len(network.nodes)))
    heap = [(-places[number], number) for number in start]
    heapify(heap)
    queued = {number for _, number in heap}
    moved: set[int] = set()
    while heap:
        _, number = heappop(heap)
        before = late.of(number)
        settle_late(network, number, early, late, by_msproject=by_msproject)
        if late.of(number) == before:
            continue
        moved.add(number)
        for predecessor in _predecessors(network.nodes[number], network):
            if predecessor not in queued:
                queued.add(predecessor)
                heappush(heap, (-places[predecessor], predecessor))
    return late, moved


def _ends_open(network: Network) -> Iterator[int]:
    """Yield the nodes that may slip past what follows them: nothing open waits for all of them."""
    for number, pairs in enumerate(network.followers):
        if not any(
            network.dependencies[arrival.link].type is LinkType.FS
            and arrival.lag >= 0
            and network.nodes[follower].drives
            and network.nodes[follower].state != State.FINISHED
            for follower, arrival in pairs
        ):
            yield number


def _held_by_the_end(network: Network, late: LateDates, cap: int) -> set[int]:
    """Return the nodes that may be other with another ``cap``, the late dates of others alike.

    A node that its links alone hold asks nothing of the cap, unless a link lets it pass it. The
    finish that the link gives is then, as a finish of working time, no earlier than the cap is.
    """
    found = {number for number, reason in enumerate(late.reason) if reason != BY_LINK}
    if cap < late.cap:
        nodes = network.nodes
        for number, finish in enumerate(late.finish):
            if finish >= cap or finish >= nodes[number].hours.last_finish(cap):
                found.add(number)
    return found


def _other_firsts(before: list[int], now: list[int]) -> set[int]:
    """Return the nodes that were, or are now, alone to be limited by a link of their summary."""
    found: set[int] = set()
    for one, other in zip(before, now, strict=False):
        if one != other:
            found |= {one, other}
    found.update(now[len(before) :])
    return found - {-1}


def _predecessors(node: Node, network: Network) -> Iterator[int]:
    for arrival in node.arrivals:
        if arrival.group < 0:
            yield arrival.predecessor
        else:
            yield from network.groups[arrival.group]
