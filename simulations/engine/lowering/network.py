"""The shape of a plan: its leaves in topological order and their links."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from planning.core.plan import Dependency, Plan, PlanError, Task, TaskKind


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader of the forecast must know, and where it stands."""

    path: str
    reason: str


class Paths:
    """Where tasks stand in a plan, in the words of the plan file.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.plan import ProjectSettings
    >>> tasks = (Task("A", "A"), Task("B", "B"))
    >>> Paths(Plan(ProjectSettings("", datetime(2026, 1, 5, 8)), tasks=tasks)).of(tasks[1])
    'tasks[1]'
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    @cached_property
    def _places(self) -> dict[str, int]:
        return {task.key: number for number, task in enumerate(self._plan.tasks)}

    def of(self, task: Task) -> str:
        """Return the path of a task."""
        return f"tasks[{self._places[task.key]}]"


@dataclass(frozen=True, slots=True)
class Shape:
    """Leaves in topological order, summaries children first, links between leaves.

    ``children`` names the direct children of each summary that has any.
    """

    leaves: list[Task]
    summaries: list[Task]
    children: dict[str, list[str]]
    links: list[Dependency]


def shape_of(plan: Plan) -> Shape:
    """Order a plan for computing.

    Inactive tasks and everything below them are left out, with their links.
    A link from or to a summary becomes one for each of its leaves.

    Raises
    ------
    PlanError
        If a link names no task, or links close a circle.
    """
    active = _active(plan)
    below = _Leaves.among(active.values())
    children, is_leaf = below.children, below.is_leaf
    links: dict[tuple[str, str, str, object, object], Dependency] = {}
    for link in plan.dependencies:
        for end in (link.predecessor, link.successor):
            if not plan.has_task(end):
                raise PlanError(f"A link names the task “{end}”, which is not in the plan.")
        for first in below.of(link.predecessor):
            for second in below.of(link.successor):
                one = replace(link, predecessor=first, successor=second)
                links[(first, second, one.type, one.lag, one.lag_calendar)] = one
    order = topological_order([key for key, leaf in is_leaf.items() if leaf], list(links.values()))
    return Shape(
        leaves=[active[key] for key in order],
        summaries=_deepest_first(active, is_leaf),
        children=children,
        links=list(links.values()),
    )


def without_circles(
    tasks: Sequence[Task], links: Sequence[Dependency]
) -> tuple[tuple[Dependency, ...], tuple[Dependency, ...]]:
    """Take links one by one, leaving out each that would close a circle.

    Returns
    -------
    kept, left_out : tuple of Dependency
        Both in the order given.

    Examples
    --------
    >>> tasks = [Task("A", "A"), Task("B", "B")]
    >>> kept, left_out = without_circles(tasks, [Dependency("A", "B"), Dependency("B", "A")])
    >>> [link.key for link in left_out]
    ['B|A|FS']
    """
    below = _Leaves.among(tasks)
    followers: dict[str, set[str]] = {}
    kept, left_out = [], []
    for link in links:
        sources, sinks = below.of(link.predecessor), below.of(link.successor)
        if _reaches(followers, sinks, frozenset(sources)):
            left_out.append(link)
            continue
        kept.append(link)
        for source in sources:
            followers.setdefault(source, set()).update(sinks)
    return tuple(kept), tuple(left_out)


def _reaches(followers: dict[str, set[str]], begin: list[str], goal: frozenset[str]) -> bool:
    seen, stack = set(begin), list(begin)
    while stack:
        key = stack.pop()
        if key in goal:
            return True
        fresh = followers.get(key, set()) - seen
        seen |= fresh
        stack.extend(fresh)
    return False


def _active(plan: Plan) -> dict[str, Task]:
    kept: dict[str, Task] = {}
    dropped: set[str] = set()
    for task in plan.tasks:
        if not task.active or task.parent in dropped:
            dropped.add(task.key)
        else:
            kept[task.key] = task
    return kept


class _Leaves:
    """The leaves below each task, looked up once."""

    def __init__(self, children: dict[str, list[str]], is_leaf: dict[str, bool]) -> None:
        self.children, self.is_leaf = children, is_leaf
        self._known: dict[str, list[str]] = {}

    @classmethod
    def among(cls, tasks: Iterable[Task]) -> "_Leaves":
        """Look at the tree that these tasks make."""
        children: dict[str, list[str]] = {}
        kinds = {}
        for task in tasks:
            kinds[task.key] = task.kind
            if task.parent is not None:
                children.setdefault(task.parent, []).append(task.key)
        is_leaf = {
            key: key not in children and kind is not TaskKind.SUMMARY for key, kind in kinds.items()
        }
        return cls(children, is_leaf)

    def of(self, key: str) -> list[str]:
        """Return the leaves below a task, itself if it is one, none if inactive."""
        if self.is_leaf.get(key):
            return [key]
        if key not in self._known:
            found: list[str] = []
            stack = list(self.children.get(key, ()))
            while stack:
                child = stack.pop()
                if self.is_leaf.get(child):
                    found.append(child)
                stack.extend(self.children.get(child, ()))
            self._known[key] = sorted(found)
        return self._known[key]


def _deepest_first(active: dict[str, Task], is_leaf: dict[str, bool]) -> list[Task]:
    depth: dict[str, int] = {}

    def depth_of(key: str) -> int:
        path = []
        at: str | None = key
        while at is not None and at not in depth:
            path.append(at)
            at = active[at].parent
        level = depth[at] if at is not None else -1
        for step in reversed(path):
            level += 1
            depth[step] = level
        return depth[key]

    summaries = [task for key, task in active.items() if not is_leaf[key]]
    return sorted(summaries, key=lambda task: -depth_of(task.key))


def topological_order(keys: Sequence[str], links: Sequence[Dependency]) -> list[str]:
    """Order tasks so that each stands after its predecessors.

    Raises
    ------
    PlanError
        If the links close a circle; the sentence names its tasks.

    Examples
    --------
    >>> topological_order(["B", "A"], [Dependency("A", "B")])
    ['A', 'B']
    """
    followers: dict[str, list[str]] = {key: [] for key in keys}
    waiting = dict.fromkeys(keys, 0)
    for link in links:
        followers[link.predecessor].append(link.successor)
        waiting[link.successor] += 1
    ready = deque(key for key in keys if waiting[key] == 0)
    order: list[str] = []
    while ready:
        key = ready.popleft()
        order.append(key)
        for follower in followers[key]:
            waiting[follower] -= 1
            if waiting[follower] == 0:
                ready.append(follower)
    if len(order) < len(waiting):
        raise PlanError(f"These links make a circle: {_circle(followers, waiting)}.")
    return order


def _circle(followers: dict[str, list[str]], waiting: dict[str, int]) -> str:
    blocked = sorted(key for key, count in waiting.items() if count > 0)
    predecessors: dict[str, str] = {}
    for key in blocked:
        for follower in followers[key]:
            predecessors.setdefault(follower, key)
    path, key = [], blocked[0]
    while key not in path:
        path.append(key)
        key = predecessors[key]
    return " → ".join(reversed([*path[path.index(key) :], key]))
