"""Level of effort: tasks that span what they are linked to and drive nothing.

They are placed when everything else has its dates. A link that reaches an
effort's start (SS and FS from before, SS and SF to what follows) sets where
it may begin, one that reaches its finish sets where it may end; the earliest
begin and the latest end win.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from planning.core.calendars import CLOCK, WorkingTime
from planning.core.plan import Dependency, LagCalendar, LinkType, Plan, Task
from planning.core.scheduling.nodes import Frame

FROM_FINISH = (LinkType.FS, LinkType.FF)
TO_START = (LinkType.FS, LinkType.SS)


@dataclass(frozen=True, slots=True)
class Placed:
    """The dates of one task as efforts see them.

    Of finished tasks early and late dates are those that they pass on. What
    a summary spans is what is not finished of it.
    """

    early_start: int
    early_finish: int
    late_start: int | None
    late_finish: int | None
    actual_start: int | None
    actual_finish: int | None
    is_summary: bool = False

    def early(self, *, at_finish: bool) -> tuple[int, bool]:
        """Return an end's early date, or its actual one and True."""
        actual = self.actual_finish if at_finish else self.actual_start
        if actual is not None:
            return actual, True
        return (self.early_finish if at_finish else self.early_start), False

    def late(self, *, at_finish: bool) -> tuple[int, bool]:
        """Return an end's late date, or its actual one and True."""
        actual = self.actual_finish if at_finish else self.actual_start
        late = self.late_finish if at_finish else self.late_start
        if actual is not None or late is None:
            return self.early(at_finish=at_finish)[0], True
        return late, False


@dataclass(frozen=True, slots=True)
class End:
    """Where an end of an effort may stand, because of which link."""

    instant: int
    actual: bool = False
    link: int = -1
    rest: int | None = None


@dataclass(frozen=True, slots=True)
class Effort:
    """The dates of one effort, the links that set them, and whether it has begun."""

    start: int
    finish: int
    placed: Placed
    links: tuple[int, ...]
    has_begun: bool


class Efforts:
    """Places the efforts of a plan, one after another."""

    def __init__(self, plan: Plan, frame: Frame, placed: dict[str, Placed], finish: int) -> None:
        self._plan = plan
        self._frame = frame
        self._placed = placed
        self._finish = finish
        self._incoming: dict[str, list[tuple[int, Dependency]]] = {}
        self._outgoing: dict[str, list[tuple[int, Dependency]]] = {}
        for number, dependency in enumerate(plan.dependencies):
            self._incoming.setdefault(dependency.successor, []).append((number, dependency))
            self._outgoing.setdefault(dependency.predecessor, []).append((number, dependency))

    def place(self, keys: tuple[str, ...]) -> dict[str, Effort]:
        """Place efforts so that those linked to another effort follow it."""
        found: dict[str, Effort] = {}
        waiting = list(keys)
        efforts = set(keys)
        while waiting:
            ready = [key for key in waiting if not self._waits_for(key, efforts - set(found))]
            for key in ready or waiting[:1]:
                found[key] = self._place(self._plan.task(key))
                self._placed[key] = found[key].placed
            waiting = [key for key in waiting if key not in found]
        return found

    def _waits_for(self, key: str, open_efforts: set[str]) -> bool:
        return any(one.predecessor in open_efforts for _, one in self._incoming.get(key, ()))

    def _place(self, task: Task) -> Effort:
        time = self._frame.calendars[task.calendar] if task.calendar else self._frame.project_time
        early_start = self._earliest(task, time, late=False)
        early_finish = self._latest(task, time, late=False)
        late_finish = self._latest(task, time, late=True) or End(self._finish)
        late_start = self._earliest(task, time, late=True) or late_finish
        begin = early_start or End(time.next_start(self._frame.start))
        end = early_finish or begin
        return self._assemble(time, begin, end, late_start, late_finish)

    def _assemble(
        self, time: WorkingTime, begin: End, end: End, late_start: End, late_finish: End
    ) -> Effort:
        data_date = self._frame.given_data_date
        has_begun = data_date is not None and begin.instant < data_date
        remaining = begin.instant if begin.rest is None else begin.rest
        finish = end.instant
        if data_date is not None:
            remaining = max(remaining, data_date)
            finish = finish if end.actual else max(finish, data_date)
        remaining = time.next_start(remaining)
        if not end.actual:
            finish = max(finish, begin.instant)
        is_over = end.actual and data_date is not None and time.work_between(data_date, finish) <= 0
        start = begin.instant if has_begun or begin.actual else remaining
        placed = Placed(
            early_start=remaining if not is_over else start,
            early_finish=max(finish, start),
            late_start=None
            if is_over
            else time.next_start(min(late_start.instant, late_finish.instant)),
            late_finish=None if is_over else late_finish.instant,
            actual_start=start if has_begun or is_over else None,
            actual_finish=finish if is_over else None,
        )
        links = tuple(dict.fromkeys(end.link for end in (begin, end) if end.link >= 0))
        # What spans a summary has begun with any of its work, even after the data date.
        begun = placed.actual_start is not None or (begin.actual and begin.rest is not None)
        return Effort(start, max(finish, start), placed, links, begun)

    def _ends(self, task: Task, time: WorkingTime, *, at_start: bool, late: bool) -> list[End]:
        """Return where links want one end of an effort to stand."""
        ends: list[End] = []
        for number, one in self._incoming.get(task.key, ()):
            if (one.type in TO_START) == at_start and one.predecessor in self._placed:
                other = self._placed[one.predecessor]
                ends.append(self._end(number, one, other, time, late, sign=1))
        for number, one in self._outgoing.get(task.key, ()):
            if (one.type not in FROM_FINISH) == at_start and one.successor in self._placed:
                other = self._placed[one.successor]
                ends.append(self._end(number, one, other, time, late, sign=-1))
        if at_start:
            return ends
        return [
            end if end.actual else End(time.last_finish(end.instant), link=end.link) for end in ends
        ]

    def _end(
        self,
        number: int,
        one: Dependency,
        other: Placed,
        time: WorkingTime,
        late: bool,
        *,
        sign: int,
    ) -> End:
        at_finish = one.type in FROM_FINISH if sign > 0 else one.type not in TO_START
        instant, actual = (other.late if late else other.early)(at_finish=at_finish)
        if late and sign > 0 and one.type is LinkType.SS and other.late_start is not None:
            # Observed in P6: of these the late start counts even where the work has begun.
            instant, actual = other.late_start, False
        lag = self._lag_time(one, time)
        rest = other.early_start if other.is_summary and not late else None
        return End(lag.add(instant, sign * one.lag.minutes), actual, number, rest)

    def _lag_time(self, one: Dependency, time: WorkingTime) -> WorkingTime:
        which = one.lag_calendar or self._plan.project.lag_calendar
        if one.lag.elapsed or which is LagCalendar.CLOCK:
            return CLOCK
        if which is LagCalendar.PROJECT:
            return self._frame.project_time
        key = one.successor if which is LagCalendar.SUCCESSOR else one.predecessor
        calendar = self._plan.task(key).calendar
        return self._frame.calendars[calendar] if calendar else self._frame.project_time

    def _earliest(self, task: Task, time: WorkingTime, *, late: bool) -> End | None:
        ends = self._ends(task, time, at_start=True, late=late)
        return min(ends, key=lambda end: (end.instant, end.link)) if ends else None

    def _latest(self, task: Task, time: WorkingTime, *, late: bool) -> End | None:
        ends = self._ends(task, time, at_start=False, late=late)
        return max(ends, key=lambda end: (end.instant, -end.link)) if ends else None


def spans_of(placed: Mapping[str, Placed], keys: tuple[str, ...]) -> Placed | None:
    """Return what a summary spans: the outer dates of its leaves."""
    known = [placed[key] for key in keys if key in placed]
    if not known:
        return None
    # Work with an actual start after the data date may begin later than what has none.
    starts = [one.early(at_finish=False)[0] for one in known]
    begun = any(one.actual_start is not None for one in known)
    finished = [one.actual_finish for one in known if one.actual_finish is not None]
    open_ones = [one for one in known if one.actual_finish is None] or known
    late_starts = [one.late_start for one in open_ones if one.late_start is not None]
    late_finishes = [one.late_finish for one in open_ones if one.late_finish is not None]
    early_start = min(one.early_start for one in open_ones)
    return Placed(
        early_start=early_start,
        early_finish=max(one.early_finish for one in open_ones),
        late_start=min(late_starts, default=None),
        late_finish=max(late_finishes, default=None),
        actual_start=min(starts) if begun else None,
        actual_finish=max(finished) if len(finished) == len(known) else None,
        is_summary=True,
    )
