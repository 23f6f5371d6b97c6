"""Topological order, without recursion, and the name of the circle if there is none."""

from collections.abc import Iterator

from planning.core.plan import PlanError
from planning.core.scheduling.network import Arrival, Node
from planning.core.wording import circle_of


class CircleError(PlanError):
    """Links make tasks wait for themselves.

    Attributes
    ----------
    keys : tuple of str
        The tasks of the circle in the order of its links, each once.
    """

    def __init__(self, keys: tuple[str, ...], names: tuple[str, ...]) -> None:
        self.keys = keys
        super().__init__(f"This link would make a circle: {circle_of(names)}.")


def topological_order(
    nodes: list[Node],
    followers: list[list[tuple[int, Arrival]]],
    groups: list[tuple[int, ...]],
) -> list[int]:
    """Return the numbers of all nodes, each after those that it waits for.

    Raises
    ------
    CircleError
        If the links make a circle.
    """
    waiting = [0] * len(nodes)
    for pairs in followers:
        for number, _ in pairs:
            waiting[number] += 1
    order = [number for number, count in enumerate(waiting) if count == 0]
    for number in order:
        for follower, _ in followers[number]:
            waiting[follower] -= 1
            if waiting[follower] == 0:
                order.append(follower)
    if len(order) < len(nodes):
        stuck = {number for number in range(len(nodes)) if waiting[number]}
        circle = _circle(nodes, groups, stuck)
        raise CircleError(
            tuple(nodes[number].task.key for number in circle),
            tuple(nodes[number].task.name for number in circle),
        )
    return order


def predecessors_of(node: Node, groups: list[tuple[int, ...]]) -> Iterator[int]:
    """Yield the nodes that a node waits for, once for each link."""
    for arrival in node.arrivals:
        if arrival.group < 0:
            yield arrival.predecessor
        else:
            yield from groups[arrival.group]


def _circle(nodes: list[Node], groups: list[tuple[int, ...]], stuck: set[int]) -> list[int]:
    """Return one circle among the nodes that wait for each other, in link order."""
    walk = [min(stuck)]
    places = {walk[0]: 0}
    while True:
        predecessor = min(one for one in predecessors_of(nodes[walk[-1]], groups) if one in stuck)
        if predecessor in places:
            circle = walk[places[predecessor] :][::-1]
            first = circle.index(min(circle))
            return circle[first:] + circle[:first]
        places[predecessor] = len(walk)
        walk.append(predecessor)
