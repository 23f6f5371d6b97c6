"""The backward pass: late dates, and what limits each of them."""

from planning.core.calendars import WorkingTime
from planning.core.plan import ConstraintType
from planning.core.scheduling.forward import BY_DELAY, Dates
from planning.core.scheduling.network import (
    Limit,
    Network,
    Node,
    Program,
    Snap,
    Source,
    Span,
    State,
)

BY_LINK, BY_PROJECT_FINISH, BY_MUST_FINISH, BY_DEADLINE, BY_ACTUAL = -1, -2, -3, -4, -5


class LateDates:
    """Late dates of a whole network, by node number; ``cap`` no link may pass."""

    __slots__ = ("cap", "earliest", "finish", "limiters", "reason", "start")

    def __init__(self, count: int, cap: int, earliest: list[int]) -> None:
        self.start = [0] * count
        self.finish = [0] * count
        self.limiters: list[tuple[int, ...]] = [()] * count
        self.reason = [BY_LINK] * count
        self.cap = cap
        self.earliest = earliest

    def copy(self, more: int) -> "LateDates":
        """Return a copy with room for ``more`` nodes."""
        late = LateDates(more, self.cap, self.earliest)
        late.start[:0], late.finish[:0] = self.start, self.finish
        late.limiters[:0], late.reason[:0] = self.limiters, self.reason
        return late

    def of(self, number: int) -> tuple[int, int, tuple[int, ...], int]:
        """Return the dates of one node and what limits them."""
        return (
            self.start[number],
            self.finish[number],
            self.limiters[number],
            self.reason[number],
        )


def backward(
    network: Network, dates: Dates, *, by_msproject: bool, cap: int | None = None
) -> LateDates:
    """Compute the late dates of every node, against the order.

    Tasks as late as possible get new early dates on the way, unless
    Microsoft Project's rules hold. ``cap`` is a finish given from outside.
    """
    if cap is None:
        cap = project_finish(network, dates)
        if network.must_finish_by is not None and not by_msproject:
            cap = network.must_finish_by
    earliest = [network.first_of(group, dates.start) for group in range(len(network.groups))]
    late = LateDates(len(network.nodes), cap, earliest)
    for number in reversed(network.order):
        settle_late(network, number, dates, late, by_msproject=by_msproject)
    return late


def project_finish(network: Network, dates: Dates) -> int:
    """Return the latest early finish."""
    finishes = [dates.finish[number] for number, node in enumerate(network.nodes) if node.drives]
    return max(finishes, default=network.start)


def settle_late(
    network: Network, number: int, dates: Dates, late: LateDates, *, by_msproject: bool
) -> None:
    """Compute the late dates of one node from those of its successors."""
    node = network.nodes[number]
    if node.is_meeting:
        _meet_late(number, node, late)
        return
    spans = _spans(node, number, dates)
    given, finish, limiters, reason = _late_finish(
        number, node, network, dates, late, spans, by_msproject=by_msproject
    )
    remaining = spans[Span.REMAINING]
    if node.program == Program.FIXED and node.state != State.FINISHED:
        remaining = node.duration
    start = node.work.add(finish, -remaining) if given is None else given
    late.start[number], late.finish[number] = start, finish
    late.limiters[number], late.reason[number] = limiters, reason
    if node.alap and not by_msproject and node.state != State.FINISHED:
        _pull_late(number, node, network, dates, late)


def _meet_late(number: int, node: Node, late: LateDates) -> None:
    """Find until when those who meet may come: the earliest that those who follow allow."""
    instants = [limit_of(one, node, late, (0, 0, 0)) for one in node.limits]
    instant = min(instants, default=late.cap)
    late.start[number] = late.finish[number] = instant


def _spans(node: Node, number: int, dates: Dates) -> tuple[int, int, int]:
    """Return the minutes of each span: none, the whole, and what remains.

    Work with an expected finish takes what lies between its early dates.
    """
    if node.expected_finish is None or node.state == State.FINISHED:
        return 0, node.duration, node.remaining
    remaining = node.work.work_between(dates.start[number], dates.finish[number])
    return 0, remaining if node.state == State.NOT_STARTED else node.duration, remaining


def _late_finish(
    number: int,
    node: Node,
    network: Network,
    dates: Dates,
    late: LateDates,
    spans: tuple[int, int, int],
    *,
    by_msproject: bool,
) -> tuple[int | None, int, tuple[int, ...], int]:
    """Return a late start if a link insists on one, the late finish, and what sets it."""
    if by_msproject and node.actual_finish is not None:
        return None, node.actual_finish, (), BY_ACTUAL
    if by_msproject and node.actual_start is not None and node.duration == 0:
        return None, node.actual_start, (), BY_ACTUAL
    given, limit, limiters, reason = _earliest_limit(number, node, network, dates, late, spans)
    finish = limit
    if node.state != State.FINISHED:
        finish, limiters, reason = _with_wishes(
            node, limit, limiters, reason, spans[Span.WHOLE], by_msproject=by_msproject
        )
        if finish != limit:
            given = _pinned_start(node, reason) if given is not None else None
        if not node.task.start_milestone:
            finish = node.hours.last_finish(finish)
    return (given if node.state != State.FINISHED else None), finish, limiters, reason


def _pinned_start(node: Node, reason: int) -> int | None:
    """Return the late start that a constraint gives as a wall-clock time."""
    if reason >= 0 and node.wishes[reason].type is ConstraintType.SNLT:
        return node.wishes[reason].instant
    return None


def limit_of(limit: Limit, node: Node, late: LateDates, spans: tuple[int, int, int]) -> int:
    """Return the instant that a link asks of its predecessor's late finish."""
    if limit.source == Source.START:
        instant = late.start[limit.successor]
    elif limit.source == Source.FINISH:
        instant = late.finish[limit.successor]
    else:
        instant = limit.constant
    if limit.until is not None:
        instant = limit.until.next_start(instant)
    if limit.nearest:
        instant = nearest(node, instant)
    if limit.snap_before:
        instant = node.float_time.next_start(instant)
    if limit.before != Span.NONE:
        instant = node.work.add(instant, spans[limit.before])
    if limit.lag:
        instant = without_lag(limit.time, instant, limit.lag, lasts=limit.lead_lasts)
    if limit.snap_after:
        instant = node.work.next_start(instant)
    if limit.recedes and node.work.next_start(instant) != instant:
        instant = node.work.last_finish(instant)
    if limit.after != Span.NONE:
        instant = node.work.add(instant, spans[limit.after])
    return instant


def without_lag(time: WorkingTime, instant: int, lag: int, *, lasts: bool) -> int:
    """Return ``instant`` without the lag; for a lead that ``lasts``, the latest that will do."""
    before = time.add(instant, -lag)
    return time.next_start(before) if lasts and time.next_start(instant) == instant else before


def nearest(node: Node, instant: int) -> int:
    """Return ``instant`` where work is done, else the nearer end of the gap."""
    last, following = node.work.last_finish(instant), node.work.next_start(instant)
    if instant in (last, following):
        return instant
    return last if instant - last < following - instant else following


def _given_start(limit: Limit, node: Node, late: LateDates) -> int:
    """Return the wall-clock late start that a link insists on."""
    bare = limit._replace(before=Span.NONE, after=Span.NONE, snap_after=False)
    return limit_of(bare, node, late, (0, 0, 0))


def _earliest_limit(
    number: int,
    node: Node,
    network: Network,
    dates: Dates,
    late: LateDates,
    spans: tuple[int, int, int],
) -> tuple[int | None, int, tuple[int, ...], int]:
    """Return the earliest limit and the links that set it."""
    limits = [
        (limit_of(one, node, late, spans), one)
        for one in node.limits
        if one.group < 0 or late.earliest[one.group] == number
    ]
    if not limits:
        if node.last_finish is not None:
            return None, node.last_finish, (), _of_last_finish(node)
        if network.ends_have_no_float:
            return None, dates.finish[number], (), BY_PROJECT_FINISH
        is_raw = node.open_finish is None or node.state == State.FINISHED
        finish = late.cap if is_raw else node.work.last_finish(late.cap)
        return None, finish, (), _the_end(node)
    finish = min([instant for instant, _ in limits])
    if finish > late.cap:
        return None, node.work.last_finish(late.cap), (), _the_end(node)
    if len(limits) == 1:
        limiters: tuple[int, ...] = (limits[0][1].link,)
    else:
        work = node.work.work_before(finish)
        limiters = tuple(
            [
                one.link
                for instant, one in limits
                if instant == finish or node.work.work_before(instant) == work
            ]
        )
    firm = [one for instant, one in limits if instant == finish and one.gives_start]
    given = min([_given_start(one, node, late) for one in firm]) if firm else None
    return given, finish, limiters, BY_LINK


def _of_last_finish(node: Node) -> int:
    """Return the place of the wish that other projects have of the finish."""
    return len(node.wishes) - 1


def _the_end(node: Node) -> int:
    return BY_PROJECT_FINISH if node.open_finish is None else BY_MUST_FINISH


def _with_wishes(
    node: Node,
    finish: int,
    limiters: tuple[int, ...],
    reason: int,
    whole: int,
    *,
    by_msproject: bool,
) -> tuple[int, tuple[int, ...], int]:
    """Return the late finish as the node's constraints and deadline allow it.

    Links that ask for the same in working time are named beside them.
    """
    for place, wish in enumerate(node.wishes):
        kind = wish.type
        if kind in (ConstraintType.SNET, ConstraintType.FNET):
            continue
        if kind in (ConstraintType.MSO, ConstraintType.SNLT):
            is_past = not by_msproject and (kind is ConstraintType.MSO or node.is_pinned)
            if node.state != State.NOT_STARTED and is_past:
                continue
            wanted = node.work.add(wish.instant, whole)
        else:
            wanted = wish.instant
        is_must = kind in (ConstraintType.MSO, ConstraintType.MFO) and wish.hard
        if is_must or wanted < finish:
            limiters = limiters if node.work.work_between(wanted, finish) == 0 else ()
            finish, reason = wanted, place
    if node.deadline is not None and node.deadline < finish:
        limiters = limiters if node.work.work_between(node.deadline, finish) == 0 else ()
        finish, reason = node.deadline, BY_DEADLINE
    return finish, limiters, reason


def _pull_late(number: int, node: Node, network: Network, dates: Dates, late: LateDates) -> None:
    """Move the early dates of a task as late as its successors' early dates allow."""
    start: int | None = None
    for limit in node.limits:
        pulled = _pulled(limit, node, dates)
        if pulled is not None and (start is None or pulled < start):
            start = pulled
    if not node.limits:
        finish = max(project_finish(network, dates), network.must_finish_by or 0)
        start = node.work.add(node.work.last_finish(finish), -node.remaining)
    if start is None:
        return
    if node.snap == Snap.EDGE:
        start = node.work.last_finish(start)
    if start > dates.start[number]:
        dates.drivers[number], dates.reason[number] = (), BY_DELAY
    start = max(start, dates.start[number])
    dates.start[number] = start
    dates.finish[number] = node.work.add(start, node.remaining)


def _pulled(limit: Limit, node: Node, dates: Dates) -> int | None:
    """Return the latest start that keeps a successor where it is."""
    successor = limit.successor
    if limit.source == Source.START:
        instant = dates.start[successor]
        if limit.after == Span.NONE:
            instant = node.work.add(instant, -node.remaining)
        instant = limit.time.add(instant, -limit.lag)
        return (
            instant if node.work.last_finish(instant) == instant else node.work.next_start(instant)
        )
    if limit.before == Span.NONE:
        finish = limit.time.add(dates.finish[successor], -limit.lag)
        return node.work.add(finish, -node.remaining)
    return None


def is_started_whole(node: Node) -> bool:
    """Whether the node stands at its actual start as a whole."""
    return node.program == Program.STARTED
