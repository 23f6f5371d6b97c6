"""Links by the rules of Microsoft Project.

Started tasks stand at their actual start as a whole, so links look at whole
tasks, and the data date plays no part.
"""

from planning.core.plan import LinkType
from planning.core.scheduling.link import Link
from planning.core.scheduling.network import Arrival, Limit, Source, Span, State


def arrival(link: Link) -> Arrival:
    """Return what the link asks of its successor."""
    kind = link.type
    source = Source.FINISH if kind in (LinkType.FS, LinkType.FF) else Source.START
    made = Arrival(link.number, link.predecessor, source, link.lag, link.time, group=link.group)
    if kind is LinkType.FF:
        return made._replace(before=Span.REMAINING, floor=link.project_start)
    if kind is LinkType.SF:
        return made._replace(before=Span.WHOLE)
    return made


def limit(link: Link) -> Limit | None:
    """Return what the link asks of its predecessor; None if nothing.

    Finished successors ask nothing, unless the link is one of a summary: its
    late dates are those of all its tasks. No SS link asks anything of a task
    that has started.
    """
    before, after = link.before, link.after
    if after.state == State.FINISHED and not link.is_of_summary:
        return None
    source = Source.START if link.type in (LinkType.FS, LinkType.SS) else Source.FINISH
    made = Limit(link.number, link.successor, source, link.lag, link.time, group=link.group)
    if link.type is LinkType.SF:
        return made._replace(before=Span.WHOLE)
    if link.type is not LinkType.SS:
        return made
    if before.state != State.NOT_STARTED:
        return None
    if after.state != State.NOT_STARTED:
        return _limit_by_progress(link)
    if before.task.is_manual:
        return made._replace(source=Source.FINISH, lag=0) if link.after_is_last else None
    return made._replace(snap_before=True, after=Span.WHOLE)


def _limit_by_progress(link: Link) -> Limit | None:
    """Return the limit of an SS link whose successor went ahead: its work so far."""
    after = link.after
    if link.after_is_last:
        return None
    assert after.actual_start is not None
    instant = after.work.add(after.actual_start, max(0, after.duration - after.remaining))
    return Limit(
        link.number,
        link.successor,
        Source.CONSTANT,
        0,
        link.time,
        constant=instant,
        after=Span.WHOLE,
        group=link.group,
    )
