"""Plan → Network: rules and progress settled, links spread over summaries."""

from collections.abc import Iterator
from dataclasses import dataclass

from planning.core.calendars import CLOCK, Calendars, WorkingTime, calendars_of
from planning.core.instants import to_minutes
from planning.core.plan import (
    Dependency,
    LagCalendar,
    LinkType,
    OutOfSequence,
    Plan,
    PlanError,
    Rules,
    Task,
    TaskKind,
)
from planning.core.scheduling import links_msproject, links_p6
from planning.core.scheduling.link import Link
from planning.core.scheduling.network import Network, Node, State
from planning.core.scheduling.nodes import Frame, node_of
from planning.core.scheduling.order import topological_order
from planning.core.scheduling.outline import Outline, outline_of

FROM_THE_START = (LinkType.SS, LinkType.SF)


def lower(plan: Plan) -> tuple[Network, Outline]:
    """Return the network of a plan and its outline.

    Raises
    ------
    PlanError
        If something that the plan refers to is not there, a calendar has no
        working time, or links make a circle (a :class:`CircleError`).
    """
    outline = outline_of(plan)
    frame = frame_of(plan)
    index = {key: number for number, key in enumerate(outline.leaves)}
    nodes = [node_of(plan.task(key), frame, outline) for key in outline.leaves]
    lowering = _Lowering(plan, frame, outline, index, nodes)
    for number, dependency in enumerate(plan.dependencies):
        lowering.add(number, dependency)
    order = topological_order(nodes, lowering.groups)
    network = Network(
        nodes=nodes,
        order=order,
        groups=lowering.groups,
        time=frame.project_time,
        start=frame.start,
        data_date=frame.given_data_date,
        must_finish_by=frame.must_finish_by,
    )
    return network, outline


def frame_of(plan: Plan) -> Frame:
    """Return what all nodes and links share."""
    project = plan.project
    calendars = calendars_of(plan.calendars)
    start = to_minutes(project.start)
    given = None if project.data_date is None else to_minutes(project.data_date)
    if project.rules is Rules.MSPROJECT:
        given = None
    by = project.must_finish_by
    return Frame(
        project=project,
        calendars=calendars,
        project_time=calendars[project.calendar],
        start=start if given is None else max(start, given),
        given_data_date=given,
        data_date=start if given is None else given,
        must_finish_by=None if by is None else to_minutes(by),
    )


@dataclass(slots=True)
class _Lowering:
    """Adds dependencies to nodes, link by link."""

    plan: Plan
    frame: Frame
    outline: Outline
    index: dict[str, int]
    nodes: list[Node]
    groups: list[tuple[int, ...]] = None  # type: ignore[assignment]
    _group_of: dict[str, int] = None  # type: ignore[assignment]
    _have_successors: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.groups = []
        self._group_of = {}
        self._have_successors = frozenset(one.predecessor for one in self.plan.dependencies)

    def add(self, number: int, dependency: Dependency) -> None:
        """Add the arrivals and limits of one dependency."""
        before, after = self._task(dependency.predecessor), self._task(dependency.successor)
        if TaskKind.EFFORT in (self._kind(before), self._kind(after)):
            return
        sources = [one for one in self._leaves(before.key) if self.nodes[one].drives]
        targets = self._leaves(after.key)
        group = -1
        if before.key in self.outline.leaves_of and dependency.type in FROM_THE_START:
            group = self._group(before.key, sources)
        for target in targets:
            for position, source in enumerate(sources):
                first = position == 0 or group < 0
                self._join(number, dependency, source, target, group, first=first)

    def _kind(self, task: Task) -> TaskKind:
        return TaskKind.SUMMARY if task.key in self.outline.leaves_of else task.kind

    def _task(self, key: str) -> Task:
        if not self.plan.has_task(key):
            raise PlanError(f"A dependency names the task “{key}”, which is not there.")
        return self.plan.task(key)

    def _leaves(self, key: str) -> list[int]:
        leaves = self.outline.leaves_of.get(key)
        if leaves is None:
            return [self.index[key]]
        return [self.index[leaf] for leaf in leaves]

    def _group(self, key: str, sources: list[int]) -> int:
        """Return the number of the group of nodes of which the earliest counts."""
        if key not in self._group_of:
            self._group_of[key] = len(self.groups)
            self.groups.append(tuple(sources))
        return self._group_of[key]

    def _join(
        self,
        number: int,
        dependency: Dependency,
        source: int,
        target: int,
        group: int,
        *,
        first: bool,
    ) -> None:
        """Join two nodes; of a group only the ``first`` brings the arrival."""
        before, after = self.nodes[source], self.nodes[target]
        if self._is_overridden(dependency, before, after):
            return
        time, lag = self._lag(dependency, before, after)
        link = Link(
            number=number,
            type=dependency.type,
            predecessor=source,
            successor=target,
            before=before,
            after=after,
            lag=lag,
            time=time,
            group=group,
            data_date=self.frame.data_date,
            project_start=self.frame.start,
            after_is_last=after.task.key not in self._have_successors,
            lag_from_early_start=self.plan.project.lag_from_early_start,
            is_of_summary=self._is_of_summary(dependency),
        )
        rules = self.plan.project.rules
        if rules is Rules.MSPROJECT:
            arrival, limit = links_msproject.arrival(link), links_msproject.limit(link)
        else:
            arrival = links_p6.arrival(link, with_floors=rules is Rules.LINEO)
            limit = links_p6.limit(link)
        if first:
            after.arrivals.append(arrival)
        if limit is not None and after.drives:
            before.limits.append(limit)

    def _is_of_summary(self, dependency: Dependency) -> bool:
        summaries = self.outline.leaves_of
        return dependency.predecessor in summaries or dependency.successor in summaries

    def _is_overridden(self, dependency: Dependency, before: Node, after: Node) -> bool:
        """Whether progress on the successor lets it go on without the predecessor."""
        return (
            self.plan.project.out_of_sequence is not OutOfSequence.RETAINED_LOGIC
            and dependency.type in (LinkType.FS, LinkType.SS)
            and after.state != State.NOT_STARTED
            and before.state != State.FINISHED
        )

    def _lag(self, dependency: Dependency, before: Node, after: Node) -> tuple[WorkingTime, int]:
        lag = dependency.lag
        minutes = lag.minutes
        if lag.percent is not None:
            minutes = round(before.duration * lag.percent / 100)
        if lag.elapsed or (lag.percent is not None and before.task.elapsed):
            return CLOCK, minutes
        which = dependency.lag_calendar or self.plan.project.lag_calendar
        if which is LagCalendar.SUCCESSOR:
            return after.float_time, minutes
        if which is LagCalendar.PREDECESSOR:
            return before.float_time, minutes
        return (CLOCK if which is LagCalendar.CLOCK else self.frame.project_time), minutes


def links_of(nodes: list[Node], groups: list[tuple[int, ...]]) -> Iterator[tuple[int, int]]:
    """Yield every pair of nodes of which the second waits for the first."""
    for number, node in enumerate(nodes):
        for arrival in node.arrivals:
            if arrival.group < 0:
                yield arrival.predecessor, number
            else:
                for member in groups[arrival.group]:
                    yield member, number


__all__ = ["Calendars", "frame_of", "links_of", "lower"]
