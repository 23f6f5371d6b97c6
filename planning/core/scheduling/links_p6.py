"""Links by the rules of Primavera P6, and Lineo's own, which grew from them.

A link is told apart by its type and by how far its two ends are: not
started (N), under way (U) or finished (F). Remaining work of a started task
waits for its predecessors (retained logic), and what they ask passes through
finished tasks too. A lag that began with an actual date is used up by the
data date. Lineo adds floors, for plans with progress but no data date, and keeps
to the links where several calendars or elapsed lags meet: a finish may stand
until the next working minute, and the lag of an SF link comes before its span.
"""

from planning.core.calendars import WorkingTime
from planning.core.plan import LinkType, TaskKind
from planning.core.scheduling.link import Link
from planning.core.scheduling.network import Arrival, Limit, Node, Source, Span, State

N, U, F = State.NOT_STARTED, State.UNDER_WAY, State.FINISHED


def arrival(link: Link, *, by_lineo: bool) -> Arrival:
    """Return what the link asks of its successor."""
    made = _ARRIVALS[link.type](link)
    if not by_lineo:
        return made
    made = made._replace(gives_finish=False, snap=False)
    if made.before != Span.NONE:
        # The finish waits for the start and the lag, in whatever time that lag runs.
        made = made._replace(before=Span.NONE, after=made.before)
    floor = _actual_floor(link)
    if floor is not None:
        made = made._replace(floor=floor if made.floor is None else max(floor, made.floor))
    return made


def _actual_floor(link: Link) -> int | None:
    """Return what the predecessor's actual dates ask of the successor, on any data date."""
    before = link.before
    if link.type is LinkType.FS and before.actual_finish is not None:
        return link.plus_lag(before.actual_finish)
    if link.type is LinkType.SS and before.actual_start is not None:
        return link.plus_lag(before.actual_start)
    return None


def _arrive(link: Link, source: Source, lag: int | None = None, **more: object) -> Arrival:
    lag = link.lag if lag is None else lag
    return Arrival(
        link.number,
        link.predecessor,
        source,
        lag,
        link.time,
        lead_floor=link.data_date if lag < 0 else None,
        group=link.group,
        **more,  # type: ignore[arg-type]
    )


def _constant(link: Link, instant: int, lag: int | None = None, **more: object) -> Arrival:
    return _arrive(link, Source.CONSTANT, lag, constant=instant, **more)


def _finish_start(link: Link) -> Arrival:
    before, after = link.before, link.after
    if before.state != F:
        return _arrive(link, Source.FINISH)
    if after.state != F and link.lag > 0:
        assert before.actual_finish is not None
        left = max(0, link.lag - link.work_since(before.actual_finish))
        return _arrive(link, Source.FINISH, left)
    return _arrive(link, Source.FINISH, 0)


def _start_start(link: Link) -> Arrival:
    before, after = link.before, link.after
    if before.state == N:
        return _arrive(link, Source.START, snap=link.lag == 0 and after.state == N)
    assert before.actual_start is not None
    if after.state == F:
        return _arrive(link, Source.START, 0)
    if not link.lag_from_early_start:
        return _from_actual_start(link, before.actual_start)
    if before.state == F:
        if after.state == N or link.lag > 0:
            return _from_actual_start(link, before.actual_start)
        return _arrive(link, Source.START, 0)
    done = before.worked(link.data_date)
    if done == 0 and after.state == N:
        return _arrive(link, Source.START, 0)
    return _arrive(link, Source.START, max(0, link.lag - done) if link.lag > 0 else 0)


def _from_actual_start(link: Link, actual_start: int) -> Arrival:
    """Return the actual start and the lag, unless the data date has gone past them."""
    instant = link.plus_lag(actual_start)
    if instant < link.data_date or (link.lag < 0 and instant == link.data_date):
        return _arrive(link, Source.START, 0)
    return _constant(link, instant, 0)


def _finish_finish(link: Link) -> Arrival:
    before, after = link.before, link.after
    if before.state != F:
        is_raw = before.state == N and after.state == N and link.lag <= 0
        return _arrive(
            link,
            Source.FINISH,
            after=Span.REMAINING,
            gives_finish=is_raw,
            settles=is_raw and link.lag == 0,
        )
    if after.state == F:
        return _arrive(link, Source.FINISH, 0)
    assert before.actual_start is not None
    assert before.actual_finish is not None
    done = before.work.work_between(before.actual_start, before.actual_finish)
    if after.state == U or link.lag == 0 or link.lag > done:
        return _constant(link, before.actual_finish, after=Span.REMAINING)
    # Observed in P6: once the predecessor is done, a short lag counts twice from the data date.
    return _arrive(link, Source.FINISH, 2 * link.lag, after=Span.REMAINING)


def _start_finish(link: Link) -> Arrival:
    before, after = link.before, link.after
    if after.state == N:
        ceiling = link.data_date if before.state == U else None
        is_raw = before.state == N and link.lag != 0
        return _arrive(link, Source.START, before=Span.WHOLE, ceiling=ceiling, gives_finish=is_raw)
    if after.state == F:
        return _start_finish_of_finished(link)
    assert after.actual_start is not None
    if before.state == N:
        if link.lag > 0:
            return _arrive(link, Source.START, after=Span.REMAINING)
        done = max(0, after.work.work_between(after.actual_start, link.data_date))
        return _constant(link, after.work.add(after.actual_start, done), 0)
    assert before.actual_start is not None
    left = link.lag - link.work_since(before.actual_start)
    if left > 0:
        return _arrive(link, Source.START, left, after=Span.REMAINING)
    return _arrive(link, Source.START, 0)


def _start_finish_of_finished(link: Link) -> Arrival:
    before = link.before
    if link.lag == 0 or before.state == N:
        return _arrive(link, Source.START)
    if before.state == F:
        return _arrive(link, Source.START, ceiling=link.data_date)
    return _constant(link, link.after.work.next_start(link.data_date), 0)


_ARRIVALS = {
    LinkType.FS: _finish_start,
    LinkType.SS: _start_start,
    LinkType.FF: _finish_finish,
    LinkType.SF: _start_finish,
}


def limit(link: Link, *, by_lineo: bool) -> Limit:
    """Return what the link asks of its predecessor."""
    made = _LIMITS[link.type](link)
    if not by_lineo:
        return made
    made = made._replace(gives_start=False)
    if made.before != Span.NONE:
        made = made._replace(before=Span.NONE, after=made.before)
    return made if link.after.state == F or _is_alone(link) else lasting(made, link.after.work)


def lasting(made: Limit, work: WorkingTime) -> Limit:
    """Return a limit of work in that calendar, as long as its instants mean the same there."""
    return made._replace(
        until=work if made.source == Source.FINISH else None, lead_lasts=made.lag < 0
    )


def _is_alone(link: Link) -> bool:
    """Whether one calendar tells both ends and the lag, so that working minutes say it all."""
    work = link.after.work
    return (
        link.before.work is work
        and link.before.float_time is work
        and (not link.lag or link.time is work)
    )


def _limit(link: Link, source: Source, lag: int | None = None, **more: object) -> Limit:
    return Limit(
        link.number,
        link.successor,
        source,
        link.lag if lag is None else lag,
        link.time,
        group=link.group,
        **more,  # type: ignore[arg-type]
    )


def _left_after(link: Link, instant: int | None) -> int:
    """Return what is left of a positive lag that began at an actual date."""
    assert instant is not None
    return max(0, link.lag - link.work_since(instant)) if link.lag > 0 else 0


def _limit_finish_start(link: Link) -> Limit:
    before, after = link.before, link.after
    if before.state == F and after.state != U:
        return _limit(link, Source.START, _left_after(link, before.actual_finish))
    if after.state == F:
        return _limit(link, Source.START, 0)
    if after.state == N:
        recedes = before.state == N and link.lag == 0
        return _limit(link, Source.START, recedes=recedes)
    has_progress = after.worked(link.data_date) > 0
    keeps_lag = before.state == N or not has_progress or (before.state == U and link.lag > 0)
    return _limit(link, Source.START, link.lag if keeps_lag else 0)


def _limit_start_start(link: Link) -> Limit:
    before, after = link.before, link.after
    if before.state == N:
        if after.state != N:
            return _limit(link, Source.START, after=Span.REMAINING)
        return _limit(
            link,
            Source.START,
            nearest=link.lag == 0,
            snap_after=link.lag != 0,
            after=Span.REMAINING,
            gives_start=link.lag <= 0,
        )
    if _is_complete(before):
        left = _left_after(link, before.actual_start) if after.state != U else 0
        return _limit(link, Source.START, left, after=Span.REMAINING)
    if _is_complete(after):
        return _limit(link, Source.START, 0, after=Span.REMAINING, gives_start=link.lag >= 0)
    if link.lag <= 0:
        return _limit(link, Source.START, 0, after=Span.REMAINING)
    left = max(0, link.lag - before.worked(link.data_date))
    is_raw = left == 0 and after.state == U
    return _limit(link, Source.START, left, after=Span.REMAINING, gives_start=is_raw)


def _is_complete(node: Node) -> bool:
    """Whether nothing remains of a started task."""
    if node.state == U:
        return node.remaining == 0 and node.task.kind is not TaskKind.MILESTONE
    return node.state == F


def _limit_finish_finish(link: Link) -> Limit:
    before, after = link.before, link.after
    if before.state != F:
        return _limit(link, Source.FINISH)
    left = _left_after(link, before.actual_finish) if after.state != U else 0
    return _limit(link, Source.FINISH, left)


def _limit_start_finish(link: Link) -> Limit:
    before, after = link.before, link.after
    if before.state == N or (before.state == U and after.state == U):
        is_raw = before.state == N and after.state == U and link.lag <= 0
        return _limit(link, Source.FINISH, before=Span.WHOLE, gives_start=is_raw)
    if before.state == F:
        if after.state == F:
            return _limit(link, Source.FINISH, 0)
        return _limit(link, Source.FINISH, before=Span.WHOLE)
    if after.state == F and (left := _left_after(link, before.actual_start)) > 0:
        return _limit(link, Source.FINISH, left, before=Span.WHOLE)
    is_raw = after.state == N and link.lag > 0
    return _limit(link, Source.FINISH, 0, before=Span.REMAINING, gives_start=is_raw)


_LIMITS = {
    LinkType.FS: _limit_finish_start,
    LinkType.SS: _limit_start_start,
    LinkType.FF: _limit_finish_finish,
    LinkType.SF: _limit_start_finish,
}
