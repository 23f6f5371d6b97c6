"""Level of effort to arrays: what holds both ends of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planning.core.calendars import CLOCK, WorkingTime, calendars_of
from planning.core.plan import Dependency, LagCalendar, LinkType, Plan
from planning.core.scheduling.network import Network, Node
from planning.core.scheduling.outline import Outline
from simulations.engine.calendars.efforts import Efforts
from simulations.engine.calendars.timeline import Timeline, first_of_each, ints


def _flags(values: Iterable[Any]) -> NDArray[np.int8]:
    return np.array(list(values), np.int8).reshape(-1)


def lower_efforts(
    plan: Plan, network: Network, outline: Outline, place: dict[str, int], timeline: Timeline
) -> Efforts:
    ends = _EffortEnds(plan, network, outline, place, timeline)
    order = effort_order(plan, outline.efforts)
    per_effort = [ends.of(key) for key in order]
    flat = [end for found in per_effort for end in found]
    calendars = calendars_of(plan.calendars)
    own = [plan.task(key).calendar or plan.project.calendar for key in order]
    return Efforts(
        task=ints(place[key] for key in order),
        calendar=ints(timeline.number(calendars[key]) for key in own),
        first=first_of_each([len(found) for found in per_effort]),
        at_start=_flags(end.at_start for end in flat),
        actual=_flags(end.constant is not None for end in flat),
        constant=ints(timeline.at(end.constant) for end in flat),
        is_summary=_flags(end.is_summary for end in flat),
        takes_latest=_flags(end.from_finish for end in flat),
        from_finish=_flags(end.from_finish for end in flat),
        source_first=first_of_each([len(end.sources) for end in flat]),
        source=ints(row for end in flat for row in end.sources),
        waiting_first=first_of_each([len(end.waiting) for end in flat]),
        waiting=ints(row for end in flat for row in end.waiting),
        time=ints(timeline.number(end.time) for end in flat),
        lag=ints(end.lag for end in flat),
        settings=ints((timeline.at(network.start), timeline.at(network.data_date))),
    )


def effort_order(plan: Plan, efforts: tuple[str, ...]) -> list[str]:
    """Order efforts as core does: those linked to another effort follow it."""
    waiting, open_ones, order = list(efforts), set(efforts), []
    while waiting:
        blocked = {link.successor for link in plan.dependencies if link.predecessor in open_ones}
        ready = [key for key in waiting if key not in blocked] or waiting[:1]
        order += ready
        open_ones -= set(ready)
        waiting = [key for key in waiting if key in open_ones]
    return order


@dataclass(frozen=True, slots=True)
class _End:
    at_start: bool
    from_finish: bool
    is_summary: bool
    constant: int | None
    sources: tuple[int, ...]
    waiting: tuple[int, ...]
    time: WorkingTime
    lag: int


class _EffortEnds:
    """Finds what holds the two ends of efforts."""

    def __init__(
        self, plan: Plan, network: Network, outline: Outline, place: dict[str, int], _: Timeline
    ) -> None:
        self._plan, self._outline, self._place = plan, outline, place
        self._nodes = {node.task.key: node for node in network.nodes}
        self._calendars = calendars_of(plan.calendars)

    def of(self, key: str) -> list[_End]:
        """Return the ends of one effort, in the order of the plan's links."""
        ends = []
        for link in self._plan.dependencies:
            if link.successor == key:
                at_start = link.type in (LinkType.FS, LinkType.SS)
                from_finish = link.type in (LinkType.FS, LinkType.FF)
                ends += self._end(link, link.predecessor, at_start, from_finish, 1)
            elif link.predecessor == key:
                at_start = link.type not in (LinkType.FS, LinkType.FF)
                from_finish = link.type not in (LinkType.FS, LinkType.SS)
                ends += self._end(link, link.successor, at_start, from_finish, -1)
        return ends

    def _end(
        self, link: Dependency, other: str, at_start: bool, from_finish: bool, sign: int
    ) -> list[_End]:
        keys = self._outline.leaves_of.get(other, (other,))
        known = [one for one in keys if one not in self._outline.inactive]
        if not known:
            return []
        nodes = [self._nodes[one] for one in known if one in self._nodes]
        actual = _actual_of(nodes, len(known), from_finish=from_finish)
        open_ones = [node for node in nodes if node.actual_finish is None] or nodes
        sources = tuple(self._place[node.task.key] for node in open_ones)
        if not nodes:
            sources = tuple(self._place[one] for one in known)
        is_summary = other in self._outline.leaves_of
        waiting: tuple[int, ...] = ()
        if is_summary and actual is not None and not from_finish:
            waiting = tuple(self._place[one.task.key] for one in nodes if one.actual_start is None)
        lag, time = sign * link.lag.minutes, self._time(link)
        return [_End(at_start, from_finish, is_summary, actual, sources, waiting, time, lag)]

    def _time(self, link: Dependency) -> WorkingTime:
        which = link.lag_calendar or self._plan.project.lag_calendar
        if link.lag.elapsed or which is LagCalendar.CLOCK:
            return CLOCK
        task = self._plan.task(
            link.successor if which is LagCalendar.SUCCESSOR else link.predecessor
        )
        own = None if which is LagCalendar.PROJECT else task.calendar
        return self._calendars[own or self._plan.project.calendar]


def _actual_of(nodes: list[Node], known: int, *, from_finish: bool) -> int | None:
    """Return the actual date that an end of a task or summary has, if any."""
    if from_finish:
        finished = [node.actual_finish for node in nodes if node.actual_finish is not None]
        return max(finished) if finished and len(finished) == known else None
    started = [node.actual_start for node in nodes if node.actual_start is not None]
    return min(started, default=None)
