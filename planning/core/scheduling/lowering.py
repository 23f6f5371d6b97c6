"""Plan → Network: rules and progress settled, links spread over summaries."""

from collections.abc import Iterator
from typing import NamedTuple

from planning.core.calendars import CLOCK, WorkingTime, calendars_of
from planning.core.instants import to_minutes
from planning.core.plan import (
    Dependency,
    LagCalendar,
    LinkType,
    OutOfSequence,
    Plan,
    PlanError,
    Rules,
)
from planning.core.scheduling import links_msproject, links_p6, meeting
from planning.core.scheduling.link import Link
from planning.core.scheduling.network import Arrival, Limit, Network, Node, State, followers_of
from planning.core.scheduling.nodes import (
    FROM_THE_START,
    Frame,
    node_of,
    wishes_of_summaries,
)
from planning.core.scheduling.order import CircleError, topological_order
from planning.core.scheduling.outline import Outline, outline_of

MAX_PAIRS = 1_000_000


def lower(plan: Plan, *, meet: bool = False) -> tuple[Network, Outline]:
    """Return the network of a plan and its outline.

    Parameters
    ----------
    meet : bool
        Whether leaves of linked summaries may meet in nodes of their own, which
        stand behind those of the leaves; else each is linked with each.

    Raises
    ------
    PlanError
        If something that the plan refers to is not there, a calendar has no
        working time, or links make a circle (a :class:`CircleError`).
    """
    outline = outline_of(plan)
    frame = frame_of(plan)
    nodes = [node_of(plan.task(key), frame, outline) for key in outline.leaves]
    ends: dict[str, tuple[int, ...]] = {key: (n,) for n, key in enumerate(outline.leaves)}
    meet = meet and not any(node.alap for node in nodes)
    joiner = Joiner(plan, frame, outline, nodes, ends, meet=meet)
    for number, dependency in enumerate(plan.dependencies):
        for joint in joiner.join(number, dependency):
            if joint.arrival is not None:
                nodes[joint.target].arrivals.append(joint.arrival)
            if joint.limit is not None:
                nodes[joint.source].limits.append(joint.limit)
    followers = followers_of(nodes, joiner.groups)
    network = Network(
        nodes=nodes,
        followers=followers,
        order=topological_order(nodes, followers, joiner.groups),
        groups=joiner.groups,
        group_of=joiner.group_of,
        time=frame.project_time,
        dependencies=list(plan.dependencies),
        start=frame.start,
        data_date=frame.given_data_date,
        must_finish_by=frame.must_finish_by,
        ends_have_no_float=plan.project.open_ends_critical,
        has_meetings=len(nodes) > len(outline.leaves),
    )
    return network, outline


def frame_of(plan: Plan) -> Frame:
    """Return what all nodes and links share."""
    project = plan.project
    calendars = calendars_of(plan.calendars)
    start = to_minutes(project.start)
    is_msproject = project.rules is Rules.MSPROJECT
    given = None if project.data_date is None or is_msproject else to_minutes(project.data_date)
    by = project.must_finish_by
    return Frame(
        project=project,
        calendars=calendars,
        project_time=calendars[project.calendar],
        start=start if given is None else max(start, given),
        given_data_date=given,
        data_date=start if given is None else given,
        must_finish_by=None if by is None else to_minutes(by),
        is_msproject=is_msproject,
        of_summaries={} if project.rules is Rules.P6 else wishes_of_summaries(plan),
    )


class Joint(NamedTuple):
    """What one dependency means between two nodes."""

    source: int
    target: int
    arrival: Arrival | None
    limit: Limit | None


class Joiner:
    """Turns dependencies into arrivals and limits.

    Parameters
    ----------
    ends : dict of str to tuple of int
        The node of each leaf; those of summaries are added here.
    groups, group_of
        Those that are there already.
    meet
        Whether leaves may meet in nodes that are added to ``nodes``.
    """

    def __init__(
        self,
        plan: Plan,
        frame: Frame,
        outline: Outline,
        nodes: list[Node],
        ends: dict[str, tuple[int, ...]],
        *,
        groups: list[tuple[int, ...]] | None = None,
        group_of: dict[str, int] | None = None,
        meet: bool = False,
    ) -> None:
        self._meet = meet
        self._pairs = 0
        self.groups = [] if groups is None else groups
        self.group_of = {} if group_of is None else group_of
        self._plan = plan
        self._project = plan.project
        self._frame = frame
        self._nodes = nodes
        self._summaries = outline.leaves_of
        self._has_inactive = bool(outline.inactive)
        self._have_successors = {one.predecessor for one in plan.dependencies}
        self._ends = ends
        for key, leaves in outline.leaves_of.items():
            ends[key] = tuple(ends[leaf][0] for leaf in leaves)

    def join(self, number: int, dependency: Dependency) -> Iterator[Joint]:
        """Yield what a dependency means; nothing for those of efforts."""
        sources = self._ends.get(dependency.predecessor)
        targets = self._ends.get(dependency.successor)
        if sources is None or targets is None:
            self._check(dependency)
            return
        self._check_apart(dependency, sources, targets)
        if self._has_inactive:
            sources = tuple(one for one in sources if self._nodes[one].drives)
        group = self._group(dependency, sources)
        if self._meet and self._can_meet(dependency, sources, targets):
            yield from self._meeting(number, dependency, sources, targets, group)
            return
        self._pairs += len(sources) * len(targets)
        if self._pairs > MAX_PAIRS:
            raise PlanError(
                f"The links of summaries stand for more than {MAX_PAIRS:,} links of their tasks; "
                "link milestones instead."
            )
        for target in targets:
            for place, source in enumerate(sources):
                link = self._link(number, dependency, source, target, group)
                if link is not None:
                    yield self._joint(link, is_first=place == 0 or group < 0)

    def _can_meet(
        self, dependency: Dependency, sources: tuple[int, ...], targets: tuple[int, ...]
    ) -> bool:
        which = dependency.lag_calendar or self._project.lag_calendar
        if dependency.lag.minutes and which is LagCalendar.PREDECESSOR:
            return False
        before, after = ([self._nodes[one] for one in some] for some in (sources, targets))
        return meeting.can_meet(dependency, before, after, by_msproject=self._frame.is_msproject)

    def _meeting(
        self,
        number: int,
        dependency: Dependency,
        sources: tuple[int, ...],
        targets: tuple[int, ...],
        group: int,
    ) -> Iterator[Joint]:
        """Yield the links of each leaf to and from one node."""
        place = len(self._nodes)
        self._nodes.append(meeting.meeting_of(self._nodes[sources[0]], self._frame.start))
        holds = [one for one in targets if self._nodes[one].drives]
        for source, arrival in meeting.arrivals_at(number, dependency.type, sources, group):
            limit: Limit | None = None
            if holds:
                link = self._link(number, dependency, source, holds[0], group)
                made = None if link is None else self._joint(link, is_first=False).limit
                limit = meeting.limit_at(made, place, CLOCK)
            yield Joint(source, place, arrival, limit)
        for target in targets:
            link = self._link(number, dependency, sources[0], target, -1)
            if link is None:
                continue
            asked = self._joint(link, is_first=True)
            assert asked.arrival is not None
            yield Joint(
                place,
                target,
                asked.arrival._replace(predecessor=place),
                self._limit_of_meeting(link) if self._nodes[target].drives else None,
            )

    def _limit_of_meeting(self, link: Link) -> Limit:
        is_lineo = self._project.rules is Rules.LINEO
        made = meeting.limit_of_meeting(link)
        return links_p6.lasting(made, link.after.work) if is_lineo else made

    def _check_apart(
        self, dependency: Dependency, sources: tuple[int, ...], targets: tuple[int, ...]
    ) -> None:
        """Refuse a link between a summary and what lies below it: a task would wait for itself."""
        ends = (dependency.predecessor, dependency.successor)
        if not self._summaries.keys().isdisjoint(ends) and not set(sources).isdisjoint(targets):
            raise CircleError(ends, tuple(self._plan.task(key).name for key in ends))

    def _check(self, dependency: Dependency) -> None:
        for key in (dependency.predecessor, dependency.successor):
            if not self._plan.has_task(key):
                raise PlanError(f"A dependency names the task “{key}”, which is not there.")

    def _group(self, dependency: Dependency, sources: tuple[int, ...]) -> int:
        """Return the number of the group of nodes of which the first counts, -1 for none."""
        key = dependency.predecessor
        if dependency.type not in FROM_THE_START or key not in self._summaries:
            return -1
        if key not in self.group_of:
            self.group_of[key] = len(self.groups)
            self.groups.append(sources)
        return self.group_of[key]

    def _link(
        self, number: int, dependency: Dependency, source: int, target: int, group: int
    ) -> Link | None:
        before, after = self._nodes[source], self._nodes[target]
        if self._is_overridden(dependency, before, after):
            return None
        time, lag = self._lag(dependency, before, after)
        return Link(
            number,
            dependency.type,
            source,
            target,
            before,
            after,
            lag,
            time,
            group,
            self._frame.data_date,
            self._frame.start,
            after.task.key not in self._have_successors,
            self._project.lag_from_early_start,
            dependency.predecessor in self._summaries or dependency.successor in self._summaries,
        )

    def _joint(self, link: Link, *, is_first: bool) -> Joint:
        """Join two nodes; of a group only the first brings the arrival."""
        limit: Limit | None
        if self._frame.is_msproject:
            arrival, limit = links_msproject.arrival(link), links_msproject.limit(link)
        else:
            is_lineo = self._project.rules is Rules.LINEO
            arrival = links_p6.arrival(link, by_lineo=is_lineo)
            limit = links_p6.limit(link, by_lineo=is_lineo)
        return Joint(
            link.predecessor,
            link.successor,
            arrival if is_first else None,
            limit if link.after.drives else None,
        )

    def _is_overridden(self, dependency: Dependency, before: Node, after: Node) -> bool:
        """Whether progress on the successor lets it go on without the predecessor."""
        return (
            after.state != State.NOT_STARTED
            and before.state != State.FINISHED
            and self._project.out_of_sequence is not OutOfSequence.RETAINED_LOGIC
            and dependency.type in (LinkType.FS, LinkType.SS)
        )

    def _lag(self, dependency: Dependency, before: Node, after: Node) -> tuple[WorkingTime, int]:
        lag = dependency.lag
        minutes = lag.minutes
        if lag.percent is not None:
            minutes = round(before.duration * lag.percent / 100)
        if lag.elapsed or (lag.percent is not None and before.task.elapsed):
            return CLOCK, minutes
        which = dependency.lag_calendar or self._project.lag_calendar
        if which is LagCalendar.SUCCESSOR:
            return after.float_time, minutes
        if which is LagCalendar.PREDECESSOR:
            return before.float_time, minutes
        return (CLOCK if which is LagCalendar.CLOCK else self._frame.project_time), minutes
