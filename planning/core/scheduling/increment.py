"""Rescheduling an edited plan from the one before it.

Nodes keep their numbers; new leaves get new ones at the end, and those that
are gone stay behind, without links, and drive nothing. Early dates are
computed anew from the touched nodes onward, in topological order, as long as
something changes; late dates likewise against it, or all of them where the
project's finish has moved.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush

from planning.core.plan import Dependency, Plan, Rules, TaskKind
from planning.core.scheduling.backward import LateDates, backward, project_finish, settle_late
from planning.core.scheduling.basis import Basis
from planning.core.scheduling.explaining import Explainer
from planning.core.scheduling.floats import free_float, longest_path, total_float
from planning.core.scheduling.forward import Dates, settle
from planning.core.scheduling.lowering import Joiner, frame_of
from planning.core.scheduling.network import Network, Node, followers_of
from planning.core.scheduling.nodes import node_of
from planning.core.scheduling.order import topological_order
from planning.core.scheduling.outline import Outline, outline_of
from planning.core.scheduling.passes import Passes


def after(former: Basis, plan: Plan) -> Basis | None:
    """Return the basis of an edited plan, or None where it is to be made from an empty start.

    That is where the project's settings or calendars differ, where the edit
    touches the outline or an effort, where a summary has links or a task is as
    late as possible: what such an edit moves is hardly less than all.
    """
    if not _is_like(former, plan):
        return None
    edit = _edit_of(former, plan)
    if edit is None:
        return None
    network, touched = _network(former, plan, edit)
    passes, moved, changed = _passes(former, plan, network, touched)
    explainer = Explainer(plan, network, passes)
    leaves = {}
    for key, number in edit.numbers.items():
        if number in moved:
            leaves[key] = explainer.leaf(number)
        elif number in changed:
            leaves[key] = explainer.again(number, former.leaves[key])
        else:
            leaves[key] = former.leaves[key]
    return Basis(plan, network, edit.outline, edit.numbers, passes, leaves)


def _is_like(former: Basis, plan: Plan) -> bool:
    """Whether the two plans differ in tasks and links only, and simple ones."""
    network = former.network
    return (
        former.plan.project == plan.project
        and former.plan.calendars == plan.calendars
        and not network.groups
        and not any(node.alap for node in network.nodes)
    )


@dataclass(frozen=True, slots=True)
class _Edit:
    """What an edit touches: leaves by key, dependencies by number or as new."""

    outline: Outline
    numbers: dict[str, int]
    changed: list[str]
    gone: list[str]
    lost: set[int]
    fresh: list[Dependency]


def _edit_of(former: Basis, plan: Plan) -> _Edit | None:
    """Tell what was edited; None if it is more than leaves and their links."""
    before, now = former.plan, plan
    pairs = {id(task) for task in before.tasks}
    changed = [task for task in now.tasks if id(task) not in pairs]
    kept = {task.key for task in now.tasks}
    gone = [task for task in before.tasks if task.key not in kept]
    outline = former.outline
    if (
        len(before.tasks) != len(now.tasks)
        or any(
            not before.has_task(task.key)
            or (one := before.task(task.key)).parent != task.parent
            or one.kind is not task.kind
            or one.active != task.active
            for task in changed
        )
        or [task.key for task in before.tasks] != [task.key for task in now.tasks]
    ):
        outline = outline_of(now)
    special = {*outline.leaves_of, *outline.efforts, *former.outline.leaves_of}
    special |= set(former.outline.efforts)
    touched = (*changed, *gone)
    if any(task.key in special or task.kind is TaskKind.EFFORT for task in touched):
        return None
    if outline.inactive != former.outline.inactive:
        return None
    lost, fresh = _links(former, now)
    linked = {key for one in now.dependencies for key in (one.predecessor, one.successor)}
    if not linked.isdisjoint(special | {task.key for task in gone}):
        return None
    numbers = {key: former.numbers[key] for key in outline.leaves if key in former.numbers}
    count = len(former.network.nodes)
    for key in outline.leaves:
        if key not in numbers:
            numbers[key] = count
            count += 1
    return _Edit(
        outline,
        {key: numbers[key] for key in outline.leaves},
        [task.key for task in changed],
        [task.key for task in gone],
        lost,
        fresh,
    )


def _links(former: Basis, plan: Plan) -> tuple[set[int], list[Dependency]]:
    """Return the numbers of dependencies that are gone, and those that are new or different."""
    if plan.dependencies is former.plan.dependencies:
        return set(), []
    # A network also remembers links that are gone. One that comes back may be the very same
    # object, so it is looked for among those that the former plan had; the last number counts.
    numbers = {id(one): number for number, one in enumerate(former.network.dependencies)}
    known = {id(one): numbers[id(one)] for one in former.plan.dependencies}
    stay = {known[id(one)] for one in plan.dependencies if id(one) in known}
    fresh = [one for one in plan.dependencies if id(one) not in known]
    return set(known.values()) - stay, fresh


def _network(former: Basis, plan: Plan, edit: _Edit) -> tuple[Network, set[int]]:
    """Return the edited network and the nodes whose own dates must be computed anew."""
    old = former.network
    frame = frame_of(plan)
    nodes = [*old.nodes]
    for key in edit.changed:
        number = edit.numbers[key]
        node = node_of(plan.task(key), frame, edit.outline)
        if number < len(nodes):
            nodes[number] = node
        else:
            nodes.append(node)
    for key in edit.gone:
        number = former.numbers[key]
        nodes[number] = replace(old.nodes[number], arrivals=[], limits=[], drives=False)
    again = _links_to_join(former, plan, edit)
    touched = _unlink(old, nodes, edit, again | edit.lost)
    dependencies = [*old.dependencies]
    pairs = [(number, dependencies[number]) for number in sorted(again - edit.lost)]
    for one in edit.fresh:
        pairs.append((len(dependencies), one))
        dependencies.append(one)
    ends: dict[str, tuple[int, ...]] = {key: (one,) for key, one in edit.numbers.items()}
    joiner = Joiner(plan, frame, edit.outline, nodes, ends)
    for number, dependency in pairs:
        for joint in joiner.join(number, dependency):
            touched |= {joint.source, joint.target}
            if joint.arrival is not None:
                nodes[joint.target].arrivals.append(joint.arrival)
            if joint.limit is not None:
                nodes[joint.source].limits.append(joint.limit)
    followers, order = old.followers, old.order
    if touched or len(nodes) > len(old.nodes):
        followers = followers_of(nodes, [])
    if edit.fresh or edit.gone or len(nodes) > len(old.nodes):
        order = topological_order(nodes, followers, [])
    return replace(
        old, nodes=nodes, followers=followers, order=order, dependencies=dependencies
    ), touched | {edit.numbers[key] for key in edit.changed}


def _links_to_join(former: Basis, plan: Plan, edit: _Edit) -> set[int]:
    """Return the numbers of kept dependencies whose meaning may have changed.

    Those of changed tasks, and those to tasks that lost their last successor
    or got their first.
    """
    network = former.network
    had = {one.predecessor for one in former.plan.dependencies}
    have = {one.predecessor for one in plan.dependencies}
    keys = [*edit.changed, *edit.gone, *(had ^ have)]
    found: set[int] = set()
    for key in keys:
        number = former.numbers.get(key)
        if number is not None:
            node = network.nodes[number]
            found |= {one.link for one in node.arrivals}
            found |= {one.link for one in node.limits}
            found |= {arrival.link for _, arrival in network.followers[number]}
    gone = set(edit.gone)
    return {
        number
        for number in found
        if network.dependencies[number].predecessor not in gone
        and network.dependencies[number].successor not in gone
    }


def _unlink(old: Network, nodes: list[Node], edit: _Edit, links: set[int]) -> set[int]:
    """Take links off the nodes at their ends; return the numbers of those nodes."""
    touched: set[int] = set()
    for link in links:
        one = old.dependencies[link]
        for key in (one.predecessor, one.successor):
            number = edit.numbers.get(key)
            if number is not None and number < len(old.nodes):
                touched.add(number)
    changed = {edit.numbers[key] for key in edit.changed}
    for key in edit.changed:
        number = edit.numbers[key]
        if number < len(old.nodes):
            before = old.nodes[number]
            nodes[number].arrivals = [one for one in before.arrivals if one.link not in links]
            nodes[number].limits = [one for one in before.limits if one.link not in links]
    for number in touched - changed:
        before = old.nodes[number]
        nodes[number] = replace(
            before,
            arrivals=[one for one in before.arrivals if one.link not in links],
            limits=[one for one in before.limits if one.link not in links],
        )
    for one in edit.fresh:
        for key in (one.predecessor, one.successor):
            number = edit.numbers.get(key)
            if number is not None and number not in touched and number not in changed:
                touched.add(number)
                before = nodes[number]
                nodes[number] = replace(
                    before, arrivals=[*before.arrivals], limits=[*before.limits]
                )
    return touched


def _passes(
    former: Basis, plan: Plan, network: Network, touched: set[int]
) -> tuple[Passes, set[int], set[int]]:
    """Return the new passes, the nodes touched or moved, and all of which anything changed."""
    old = former.passes
    more = len(network.nodes) - len(former.network.nodes)
    early = old.early.copy(more)
    places = [0] * len(network.nodes)
    for place, number in enumerate(network.order):
        places[number] = place
    moved = _forward(network, early, touched, places)
    by_msproject = plan.project.rules is Rules.MSPROJECT
    late, slid = _backward(former, network, early, touched | moved, places, by_msproject)
    changed = touched | moved | slid
    totals, frees = [*old.totals, *([None] * more)], [*old.frees, *([None] * more)]
    which, rules = plan.project.total_float, plan.project.rules
    for number in changed:
        node = network.nodes[number]
        totals[number] = total_float(node, number, early, late, which, rules)
    around = changed | {
        one.predecessor for number in touched | moved for one in network.nodes[number].arrivals
    }
    for number in around:
        free = free_float(network, number, early, totals[number])
        if free != frees[number]:
            frees[number] = free
            changed.add(number)
    longest = longest_path(network, early)
    passes = Passes(early, late, totals, frees, longest)
    return passes, touched | moved, changed | (longest ^ old.longest)


def _forward(network: Network, early: Dates, touched: Iterable[int], places: list[int]) -> set[int]:
    """Compute early dates from the touched nodes onward; return those that moved."""
    heap = [(places[number], number) for number in touched]
    heapify(heap)
    queued = {number for _, number in heap}
    moved: set[int] = set()
    while heap:
        _, number = heappop(heap)
        before = early.of(number)
        settle(network, number, early)
        if early.of(number) == before:
            continue
        moved.add(number)
        for follower, _ in network.followers[number]:
            if follower not in queued:
                queued.add(follower)
                heappush(heap, (places[follower], follower))
    return moved


def _backward(
    former: Basis,
    network: Network,
    early: Dates,
    touched: set[int],
    places: list[int],
    by_msproject: bool,
) -> tuple[LateDates, set[int]]:
    """Compute late dates from the touched nodes backward; return those that moved."""
    old = former.passes.late
    cap = project_finish(network, early)
    if network.must_finish_by is not None and not by_msproject:
        cap = network.must_finish_by
    if cap != old.cap:
        late = backward(network, early, by_msproject=by_msproject)
        return late, set(range(len(network.nodes)))
    late = old.copy(len(network.nodes) - len(former.network.nodes))
    heap = [(-places[number], number) for number in touched]
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
        for arrival in network.nodes[number].arrivals:
            predecessor = arrival.predecessor
            if predecessor not in queued:
                queued.add(predecessor)
                heappush(heap, (-places[predecessor], predecessor))
    return late, moved
