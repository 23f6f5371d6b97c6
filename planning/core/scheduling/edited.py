"""The network of an edited plan, made from the one before it.

What two plans share is told by identity. A leaf is *dirty* if it is another
object than before, new, gone, or has become active or inactive; a summary
with links if its leaves, or one of them, are. Every link of what is dirty is
taken off and joined anew, since what a link means depends on both its ends.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from planning.core.plan import Dependency, Plan, ProjectSettings, Rules, Task
from planning.core.scheduling.basis import Basis
from planning.core.scheduling.lowering import Joiner, Joint, frame_of
from planning.core.scheduling.network import Arrival, Network
from planning.core.scheduling.nodes import node_of, wishes_of_summaries
from planning.core.scheduling.order import topological_order
from planning.core.scheduling.outline import Outline, outline_of

SPARE_NODES, SPARE_LINKS = 50, 200


@dataclass(frozen=True, slots=True)
class Edited:
    """An edited network, and the nodes whose own dates must be computed anew."""

    network: Network
    outline: Outline
    numbers: dict[str, int]
    touched: set[int]
    settings: ProjectSettings


def edited(former: Basis, plan: Plan) -> Edited | None:
    """Return the network of an edited plan; None where it is better lowered anew.

    Raises
    ------
    CircleError
        If links make a circle.
    """
    if not _is_like(former.plan, plan) or _is_worn_out(former):
        return None
    if not _summaries_ask_the_same(former.plan, plan):
        return None
    tasks = _changed_tasks(former.plan, plan)
    outline = former.outline if tasks is not None else outline_of(plan)
    if tasks is None:
        known = {id(task) for task in former.plan.tasks}
        tasks = [task for task in plan.tasks if id(task) not in known]
    numbers = _numbers(former, outline)
    leaves = _dirty_leaves(former, outline, numbers, tasks)
    if 2 * len(leaves) > len(numbers) + 4:
        return None
    links = _Links.of(former, plan)
    if links is None:
        return None
    return _Editing(former, plan, outline, numbers, leaves, links).done()


def _is_like(before: Plan, now: Plan) -> bool:
    """Whether the plans differ in tasks and links only, as far as dates go."""
    return _ruling(before.project) == _ruling(now.project) and before.calendars == now.calendars


def _summaries_ask_the_same(before: Plan, now: Plan) -> bool:
    """Whether no constraint of a summary asks anything else of what lies below."""
    if now.project.rules is Rules.P6:
        return True
    return wishes_of_summaries(before) == wishes_of_summaries(now)


def _ruling(project: ProjectSettings) -> ProjectSettings:
    """Return the settings without those that no date depends on."""
    return replace(project, name="", target=None, time_zone="")


def _is_worn_out(former: Basis) -> bool:
    """Whether so much is left behind in the network that it is better made anew."""
    nodes, links = len(former.network.nodes), len(former.network.dependencies)
    return (
        nodes > 2 * len(former.numbers) + SPARE_NODES
        or links > 2 * len(former.plan.dependencies) + SPARE_LINKS
    )


def _changed_tasks(before: Plan, now: Plan) -> list[Task] | None:
    """Return the tasks that are other objects; None if the outline may be another."""
    if len(before.tasks) != len(now.tasks):
        return None
    changed = []
    for one, other in zip(before.tasks, now.tasks, strict=True):
        if one is other:
            continue
        if (one.key, one.parent, one.kind, one.active) != (
            other.key,
            other.parent,
            other.kind,
            other.active,
        ):
            return None
        changed.append(other)
    return changed


def _numbers(former: Basis, outline: Outline) -> dict[str, int]:
    """Return the node of each leaf, new ones at the end."""
    if outline is former.outline:
        return former.numbers
    count = len(former.network.nodes)
    numbers = {}
    for key in outline.leaves:
        number = former.numbers.get(key)
        if number is None:
            number = count
            count += 1
        numbers[key] = number
    return numbers


def _dirty_leaves(
    former: Basis, outline: Outline, numbers: dict[str, int], tasks: list[Task]
) -> set[str]:
    """Return the keys of leaves, then or now, that are not what they were."""
    before = former.numbers
    dirty = {task.key for task in tasks if task.key in numbers or task.key in before}
    if outline is not former.outline:
        dirty |= before.keys() ^ numbers.keys()
        restless = outline.inactive ^ former.outline.inactive
        dirty |= {key for key in restless if key in numbers}
    return dirty


@dataclass(frozen=True, slots=True)
class _Links:
    """The links of both plans: those that stay by number, those gone, those that are new."""

    stay: dict[int, Dependency]
    gone: dict[int, Dependency]
    fresh: list[Dependency]
    changed_ends: set[str]

    @classmethod
    def of(cls, former: Basis, plan: Plan) -> "_Links | None":
        # A network also remembers links that are gone. One that comes back may be the very same
        # object, so it is looked for among those that the former plan had; the last number counts.
        held = former.network.dependencies
        last = {id(one): number for number, one in enumerate(held)}
        known = {id(one): last[id(one)] for one in former.plan.dependencies}
        if len(known) != len(former.plan.dependencies):
            return None
        if plan.dependencies is former.plan.dependencies:
            return cls({number: held[number] for number in known.values()}, {}, [], set())
        stay: dict[int, Dependency] = {}
        fresh = []
        for one in plan.dependencies:
            number = known.pop(id(one), None)
            if number is None:
                fresh.append(one)
            else:
                stay[number] = one
        had = {one.predecessor for one in former.plan.dependencies}
        have = {one.predecessor for one in plan.dependencies}
        gone = {number: held[number] for number in known.values()}
        return cls(stay, gone, fresh, had ^ have)


class _Editing:
    """One edit of a network, of which nothing former is changed."""

    def __init__(
        self,
        former: Basis,
        plan: Plan,
        outline: Outline,
        numbers: dict[str, int],
        leaves: set[str],
        links: _Links,
    ) -> None:
        self._former = former
        self._plan = plan
        self._outline = outline
        self._numbers = numbers
        self._leaves = leaves
        self._links = links
        self._frame = frame_of(plan)
        self._nodes = [*former.network.nodes]
        self._followers = [*former.network.followers]
        self._dependencies = [*former.network.dependencies, *links.fresh]
        self._touched: set[int] = set()
        self._own: set[int] = set()

    def done(self) -> Edited:
        """Return the edited network."""
        old, links = self._former.network, self._links
        summaries = self._dirty_summaries()
        dirty = self._leaves | summaries | links.changed_ends
        again = {
            number: one
            for number, one in links.stay.items()
            if one.predecessor in dirty or one.successor in dirty
        }
        self._unlink({**links.gone, **again})
        self._renew_nodes()
        first = len(old.dependencies)
        joined = {**again, **dict(enumerate(links.fresh, start=first))}
        group_of = {key: one for key, one in old.group_of.items() if key not in summaries}
        joiner = Joiner(
            self._plan,
            self._frame,
            self._outline,
            self._nodes,
            {key: (number,) for key, number in self._numbers.items()},
            groups=[*old.groups],
            group_of=group_of,
        )
        joints = [joint for number, one in joined.items() for joint in joiner.join(number, one)]
        self._join(joints, joiner.groups)
        network = replace(
            old,
            nodes=self._nodes,
            followers=self._followers,
            order=self._order(joints, joiner.groups),
            groups=joiner.groups,
            group_of=joiner.group_of,
            dependencies=self._dependencies,
        )
        return Edited(network, self._outline, self._numbers, self._touched, self._plan.project)

    def _dirty_summaries(self) -> set[str]:
        """Return the linked summaries, then or now, whose leaves are not what they were."""
        before, now = self._former.outline.leaves_of, self._outline.leaves_of
        if not before and not now:
            return set()
        linked = {
            key
            for one in self._plan.dependencies
            for key in (one.predecessor, one.successor)
            if key in before or key in now
        }
        return {
            key
            for key in linked
            if before.get(key) != now.get(key) or not self._leaves.isdisjoint(now.get(key, ()))
        }

    def _unlink(self, links: dict[int, Dependency]) -> None:
        """Take links off the nodes at their former ends."""
        former = self._former
        for one in links.values():
            for key in (one.predecessor, one.successor):
                self._touched.update(_ends(key, former.outline, former.numbers))
        for number in self._touched:
            node = self._nodes[number]
            self._own.add(number)
            self._nodes[number] = replace(
                node,
                arrivals=[one for one in node.arrivals if one.link not in links],
                limits=[one for one in node.limits if one.link not in links],
            )
            self._followers[number] = [
                pair for pair in self._followers[number] if pair[1].link not in links
            ]

    def _renew_nodes(self) -> None:
        """Make the nodes of dirty leaves anew; what is gone drives nothing."""
        for key in self._leaves:
            number = self._numbers.get(key)
            if number is None:
                gone = self._former.numbers[key]
                self._touched.add(gone)
                self._nodes[gone] = replace(
                    self._nodes[gone], arrivals=[], limits=[], drives=False, deadline=None
                )
                self._followers[gone] = []
        for key, number in self._numbers.items():
            if key not in self._leaves:
                continue
            node = node_of(self._plan.task(key), self._frame, self._outline)
            self._touched.add(number)
            self._own.add(number)
            if number < len(self._nodes):
                self._nodes[number] = node
                self._followers[number] = []
            else:
                self._nodes.append(node)
                self._followers.append([])

    def _join(self, joints: Iterable[Joint], groups: list[tuple[int, ...]]) -> None:
        nodes, followers = self._nodes, self._followers
        for joint in joints:
            self._claim(joint.source)
            self._claim(joint.target)
            if joint.arrival is not None:
                nodes[joint.target].arrivals.append(joint.arrival)
                for member in _sources(joint.arrival, groups):
                    self._claim(member)
                    followers[member].append((joint.target, joint.arrival))
            if joint.limit is not None:
                nodes[joint.source].limits.append(joint.limit)

    def _claim(self, number: int) -> None:
        """Make a node one's own before anything is added to it."""
        self._touched.add(number)
        if number not in self._own:
            self._own.add(number)
            node = self._nodes[number]
            self._nodes[number] = replace(node, arrivals=[*node.arrivals], limits=[*node.limits])
            self._followers[number] = [*self._followers[number]]

    def _order(self, joints: Iterable[Joint], groups: list[tuple[int, ...]]) -> list[int]:
        """Return the former order where it still holds, with new nodes last."""
        old = self._former.network.order
        order = [*old, *range(len(old), len(self._nodes))]
        places = places_of(order)
        for joint in joints:
            if joint.arrival is not None and any(
                places[source] >= places[joint.target] for source in _sources(joint.arrival, groups)
            ):
                return topological_order(self._nodes, self._followers, groups)
        return order


def places_of(order: list[int]) -> list[int]:
    """Return at which place of the order each node stands."""
    places = [0] * len(order)
    for place, number in enumerate(order):
        places[number] = place
    return places


def _sources(arrival: Arrival, groups: list[tuple[int, ...]]) -> tuple[int, ...]:
    return (arrival.predecessor,) if arrival.group < 0 else groups[arrival.group]


def _ends(key: str, outline: Outline, numbers: dict[str, int]) -> Iterator[int]:
    """Yield the nodes of a leaf or of a summary's leaves; none of an effort's."""
    if key in numbers:
        yield numbers[key]
    for leaf in outline.leaves_of.get(key, ()):
        yield numbers[leaf]
