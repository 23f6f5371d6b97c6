"""Links between summaries by way of one node, where all their leaves meet.

A link from each of m leaves to each of n asks for m · n arrivals. Where every
leaf asks the same, they meet in a node of no length: m arrivals lead to it
and n from it. Dates, floats and reasons are the same; nobody sees the node.
"""

from collections.abc import Iterator, Sequence

from planning.core.calendars import CLOCK, WorkingTime
from planning.core.plan import Dependency, LinkType
from planning.core.scheduling.link import Link
from planning.core.scheduling.network import (
    Arrival,
    Limit,
    Node,
    Program,
    Snap,
    Source,
    State,
)

BY_FINISH = (LinkType.FS, LinkType.FF)


def can_meet(
    dependency: Dependency, before: Sequence[Node], after: Sequence[Node], *, by_msproject: bool
) -> bool:
    """Whether all these leaves ask the same of each other, wherever they stand.

    A share of the predecessor's duration is different for each; a lag of a link
    between starts is reckoned from where each of them works.
    """
    if len(before) < 2 or len(after) < 2 or dependency.lag.percent is not None:
        return False
    none_begun = all(one.state == State.NOT_STARTED for one in (*before, *after))
    if dependency.type in BY_FINISH:
        return by_msproject or none_begun
    is_plain = dependency.type is LinkType.SS and not dependency.lag.minutes and none_begun
    return is_plain and not any(one.task.is_manual for one in before)


def meeting_of(summary: Node, start: int) -> Node:
    """Return the node where the leaves of a summary meet; it takes the name of one of them."""
    return Node(
        task=summary.task,
        state=State.NOT_STARTED,
        program=Program.FREE,
        work=CLOCK,
        hours=CLOCK,
        float_time=CLOCK,
        duration=0,
        remaining=0,
        snap=Snap.NEXT,
        base=start,
        floor=None,
        drives=False,
        is_meeting=True,
    )


def arrivals_at(
    number: int, kind: LinkType, sources: Sequence[int], group: int
) -> Iterator[tuple[int, Arrival | None]]:
    """Yield what each leaf before asks of the meeting; of a group only the first brings it."""
    for place, source in enumerate(sources):
        if kind in BY_FINISH:
            yield source, Arrival(number, source, Source.FINISH, 0, CLOCK)
        else:
            first = Arrival(number, source, Source.START, 0, CLOCK, group=group)
            yield source, first if place == 0 else None


def limit_at(limit: Limit | None, meeting: int, lag_time: WorkingTime) -> Limit | None:
    """Return what the meeting asks of a leaf before it, without the lag."""
    return (
        None
        if limit is None
        else limit._replace(successor=meeting, lag=0, time=lag_time, until=None, lead_lasts=False)
    )


def limit_of_meeting(link: Link) -> Limit:
    """Return what a leaf that follows asks of the meeting."""
    source = Source.START if link.type in (LinkType.FS, LinkType.SS) else Source.FINISH
    return Limit(link.number, link.successor, source, link.lag, link.time)
