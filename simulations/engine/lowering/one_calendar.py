"""Core's network on one calendar: links and bounds as working minutes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.core.calendars import WorkingTime, calendars_of
from planning.core.instants import to_minutes
from planning.core.plan import ConstraintType, Plan
from planning.core.scheduling.network import Arrival, Network, Node, Program, Source, Span
from planning.core.scheduling.outline import Outline
from simulations.engine.kernels.arrays import FF, FS, NEVER, SF, SS

KINDS = {
    (Source.FINISH, False): FS,
    (Source.START, False): SS,
    (Source.FINISH, True): FF,
    (Source.START, True): SF,
}
LOWER = frozenset({ConstraintType.SNET, ConstraintType.FNET})


@dataclass(frozen=True, slots=True)
class Links:
    """Bounds and links of the short kernel; see :class:`.arrays.Network`.

    ``late`` (2, rows) tells of both bounds whether they stand where work goes on
    after free time, not where it ended before: the same in working minutes.
    """

    bound: NDArray[np.int32]
    finish_bound: NDArray[np.int32]
    late: NDArray[np.int8]
    may_end: NDArray[np.int8]
    first: NDArray[np.int32]
    task: NDArray[np.int32]
    kind: NDArray[np.int8]
    lag: NDArray[np.int32]


def no_links(count: int) -> Links:
    """Return the empty links of a plan that goes by its calendars."""
    nothing = np.zeros(0, np.int32)
    return Links(
        bound=np.zeros(count, np.int32),
        finish_bound=np.full(count, NEVER, np.int32),
        late=np.ones((2, count), np.int8),
        may_end=np.zeros(count, np.int8),
        first=np.zeros(count + 1, np.int32),
        task=nothing,
        kind=np.zeros(0, np.int8),
        lag=nothing,
    )


def is_on_one_calendar(plan: Plan, network: Network, outline: Outline) -> bool:
    """Whether working minutes of the project's calendar say everything about the plan."""
    time = calendars_of(plan.calendars)[plan.project.calendar]
    project = plan.project
    if network.must_finish_by is not None or project.critical_float_limit_minutes != 0:
        return False
    if network.ends_have_no_float:
        return False
    if outline.efforts or outline.inactive or network.groups:
        return False
    if any(plan.task(key).is_manual for key in outline.summaries):
        return False
    if any(link.lag.percent for link in plan.dependencies):
        return False
    return all(_is_plain(node, time) for node in network.nodes)


def _is_plain(node: Node, time: WorkingTime) -> bool:
    return (
        node.program == Program.FREE
        and node.work is time
        and node.hours is time
        and node.float_time is time
        and not (node.alap or node.delay or (node.lends_time_of_day and node.wishes))
        and node.deadline is None
        and node.expected_finish is None
        and all(wish.type in LOWER for wish in node.wishes)
        and not _may_stand_in_free_time(node, time)
        and all(_is_simple(arrival, node, time) for arrival in node.arrivals)
    )


def _may_stand_in_free_time(node: Node, time: WorkingTime) -> bool:
    """Whether a date that was asked for is kept where nobody works, and has no working minute."""
    keeps = node.keeps_wishes and node.floor is None and node.duration == 0
    return keeps and any(
        wish.instant not in (time.last_finish(wish.instant), time.next_start(wish.instant))
        for wish in node.wishes
    )


def stands_late(time: WorkingTime, instant: int) -> bool:
    """Whether an instant does not stand where work has just ended, so that it waits for the next.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.plan import standard_calendar
    >>> time = calendars_of((standard_calendar(),))["standard"]
    >>> [stands_late(time, to_minutes(datetime(2026, 1, 9, hour))) for hour in (16, 17, 18)]
    [True, False, True]
    """
    return time.last_finish(instant) != instant or time.next_start(instant) == instant


def _is_simple(arrival: Arrival, node: Node, time: WorkingTime) -> bool:
    floors = [one for one in (arrival.lead_floor, arrival.floor) if one is not None]
    return (
        (arrival.time is time or arrival.lag == 0)
        and arrival.source != Source.CONSTANT
        and arrival.group < 0
        and arrival.ceiling is None
        and all(node.floor is not None and one <= node.floor for one in floors)
    )


def one_calendar_links(plan: Plan, network: Network, count: int) -> Links:
    """Return bounds and links in working minutes from the project's start.

    ``count`` is the number of rows, summaries included.
    """
    time = calendars_of(plan.calendars)[plan.project.calendar]
    start = to_minutes(plan.project.start)
    nodes = [network.nodes[number] for number in network.order]
    rows = {number: row for row, number in enumerate(network.order)}
    bounds = [_bounds(node, time, start) for node in nodes]
    flat = [
        sorted(
            (
                rows[one.predecessor],
                KINDS[one.source, (one.before or one.after) != Span.NONE],
                one.lag,
            )
            for one in node.arrivals
        )
        for node in nodes
    ]
    may_end = np.ones(len(nodes), np.int8)
    links = [link for node_links in flat for link in node_links]
    for task, kind, lag in links:
        if kind == FS and lag >= 0:
            may_end[task] = 0
    return Links(
        bound=_padded([bound for bound, _ in bounds], count, 0),
        finish_bound=_padded([finish for _, finish in bounds], count, int(NEVER)),
        late=_late(nodes, bounds, time, start, count),
        may_end=_padded(may_end.tolist(), count, 0).astype(np.int8),
        first=_padded(
            np.concatenate(([0], np.cumsum([len(one) for one in flat]))).tolist(),
            count + 1,
            len(links),
        ),
        task=np.array([task for task, _, _ in links], np.int32),
        kind=np.array([kind for _, kind, _ in links], np.int8),
        lag=np.array([lag for _, _, lag in links], np.int32),
    )


def _late(
    nodes: list[Node], bounds: list[tuple[int, int]], time: WorkingTime, start: int, count: int
) -> NDArray[np.int8]:
    """Return where the instants stand that the bounds of momentary nodes are of."""
    late = np.ones((2, count), np.int8)
    for row, (node, both) in enumerate(zip(nodes, bounds, strict=True)):
        if node.duration:
            continue
        asked = [one.instant for one in node.wishes if one.type is ConstraintType.SNET]
        floors = [node.floor] if node.arrivals else [node.floor, node.base]
        until = [one.instant for one in node.wishes if one.type is not ConstraintType.SNET]
        candidates: list[list[int | None]] = [[*asked, *floors], [*until]]
        for which, instants in enumerate(candidates):
            same = [
                stands_late(time, one)
                for one in instants
                if one is not None and time.work_between(start, one) == both[which]
            ]
            late[which, row] = any(same) or not same
    return late


def _padded(values: list[int], count: int, rest: int) -> NDArray[np.int32]:
    return np.array(values + [rest] * (count - len(values)), np.int32)


def _bounds(node: Node, time: WorkingTime, start: int) -> tuple[int, int]:
    """Return the working minutes before which a node may not start, and not finish."""
    bound = int(NEVER)
    if node.floor is not None:
        bound = time.work_between(start, node.floor)
    if not node.arrivals:
        bound = max(bound, time.work_between(start, node.base))
    finish = int(NEVER)
    for wish in node.wishes:
        at = time.work_between(start, wish.instant)
        if wish.type is ConstraintType.SNET:
            bound = max(bound, at)
        else:
            finish = max(finish, at)
    return bound, finish
