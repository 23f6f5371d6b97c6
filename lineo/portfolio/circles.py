"""Circles across projects: a task that would wait for itself through other plans.

A link from one project to another is harmless alone, and so may be the other
project's link back: only their tasks tell. The graph is that of the scenarios
which projects show, with the plan in question in the place of its project's.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from lineo.accounts.tenancy import current_workspace_id
from lineo.jobs.turns import one_at_a_time
from lineo.portfolio.models import Follow
from planning import others, snapshot
from planning.core.plan import Plan
from planning.models import Scenario

INTO, OUT = "into", "out"
Node = tuple[UUID, str, str]
"""A project, a task's key there, and whether work comes into the task or out of it."""


def wait_for_turn() -> None:
    """Let no other transaction of the workspace change links between projects until this ends.

    Whoever writes a plan holds its scenario's row before, and asks for no other
    row after: so those who wait here never hold what this one still wants.
    """
    one_at_a_time(f"links between projects {current_workspace_id()}")


def circle_through(scenario: Scenario, plan: Plan) -> list[tuple[UUID, str]]:
    """Return the tasks of a circle across projects that the plan closes; empty where none.

    ``plan`` is the scenario's plan as it would be. The circle begins and ends
    with the same task, and names only tasks at which it enters or leaves a project.
    """
    graph = _Graph({scenario.project_id: _Ports.of(plan)})
    starts = [(scenario.project_id, task.key, INTO) for task in plan.tasks if task.external_links]
    for cycle in graph.cycles_from(starts):
        if len({project for project, _key, _side in cycle}) > 1:
            return _told(cycle)
    return []


@dataclass(slots=True)
class _Ports:
    """One plan as the graph sees it."""

    parent: dict[str, str | None] = field(default_factory=dict)
    children: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    followers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    waiting: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, plan: Plan) -> "_Ports":
        ports = cls()
        for task in plan.tasks:
            ports.parent[task.key] = task.parent
            if task.parent is not None:
                ports.children[task.parent].append(task.key)
            for link in task.external_links:
                ports.waiting[link.project, link.task].append(task.key)
        for one in plan.dependencies:
            ports.followers[one.predecessor].append(one.successor)
        return ports


class _Graph:
    """The plans that can be reached, each read when it is first needed."""

    def __init__(self, known: Mapping[UUID, _Ports]) -> None:
        self._plans = dict(known)
        self._followers: dict[UUID, list[UUID]] = {}

    def cycles_from(self, starts: list[Node]) -> Iterator[list[Node]]:
        """Yield cycles that can be reached, by a walk in depth without recursion."""
        done: set[Node] = set()
        for start in starts:
            if start in done:
                continue
            path, place = [start], {start: 0}
            stack = [self._next(start)]
            while stack:
                node = next(stack[-1], None)
                if node is None:
                    stack.pop()
                    left = path.pop()
                    del place[left]
                    done.add(left)
                elif node in place:
                    yield path[place[node] :]
                elif node not in done:
                    place[node] = len(path)
                    path.append(node)
                    stack.append(self._next(node))

    def _next(self, node: Node) -> Iterator[Node]:
        project, key, side = node
        ports = self._ports(project)
        if side == INTO:
            yield project, key, OUT
            for child in ports.children.get(key, ()):
                yield project, child, INTO
            return
        parent = ports.parent.get(key)
        if parent is not None:
            yield project, parent, OUT
        for follower in ports.followers.get(key, ()):
            yield project, follower, INTO
        for other in self._who_follows(project):
            for waiting in self._ports(other).waiting.get((str(project), key), ()):
                yield other, waiting, INTO

    def _ports(self, project: UUID) -> _Ports:
        if project not in self._plans:
            shown = others.shown_scenarios([project]).get(project)
            self._plans[project] = _Ports.of(snapshot.plan_of(shown)) if shown else _Ports()
        return self._plans[project]

    def _who_follows(self, project: UUID) -> list[UUID]:
        """Return the projects with a scenario that waits for this one, and those looked at."""
        if project not in self._followers:
            rows = Follow.objects.filter(project_id=project, scenario__archived_at__isnull=True)
            found = set(rows.values_list("scenario__project_id", flat=True))
            self._followers[project] = sorted(found | self._plans.keys())
        return self._followers[project]


def _told(cycle: list[Node]) -> list[tuple[UUID, str]]:
    """Return where a cycle enters and leaves each project, closed."""
    tasks = [(project, key) for project, key, _side in cycle]
    ports = [
        task
        for place, task in enumerate(tasks)
        if task[0] != tasks[place - 1][0] or task[0] != tasks[(place + 1) % len(tasks)][0]
    ]
    told = list(dict.fromkeys(ports))
    return [*told, told[0]]
