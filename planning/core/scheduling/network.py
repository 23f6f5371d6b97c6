"""A plan lowered to what both executors compute: nodes, arrivals and limits.

Every difference between the families of rules, and everything that progress
decides before a date is computed, is settled here. What is left is a small
machine: a node's early start is the latest of its *arrivals*, its late finish
the earliest of its *limits*, both moved by the node's own wishes.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from planning.core.calendars import WorkingTime
from planning.core.plan import ConstraintType, Dependency, ExternalLink, Task


class State(IntEnum):
    """How far the work is."""

    NOT_STARTED = 0
    UNDER_WAY = 1
    FINISHED = 2


class Program(IntEnum):
    """How a node's early dates come about.

    ``FREE``: not started; the latest arrival, then the node's wishes.
    ``REMAINING``: under way; what remains starts at the latest arrival.
    ``PASSING``: finished, yet it passes on what its predecessors still ask.
    ``FIXED``: dates that stand fast (manual; finished, by MS Project's rules).
    ``STARTED``: under way by MS Project's rules: the whole from its actual start.
    """

    FREE = 0
    REMAINING = 1
    PASSING = 2
    FIXED = 3
    STARTED = 4


class Snap(IntEnum):
    """Where a start may stand.

    ``NEXT``: where a working minute begins. ``EDGE``: also where one has just
    ended (milestones, but for P6's start milestones).
    """

    NEXT = 0
    EDGE = 1


class Source(IntEnum):
    """Which instant a link starts from."""

    START = 0
    FINISH = 1
    CONSTANT = 2


class Span(IntEnum):
    """How much of a task's duration a link crosses."""

    NONE = 0
    WHOLE = 1
    REMAINING = 2


class Arrival(NamedTuple):
    """What a link asks of its successor's early start.

    Take ``source`` of the predecessor (a node, or the earliest of the group
    of nodes ``group``); go to the next working start of the lag's calendar if
    ``snap``; go back ``before`` (a span of the successor); add ``lag``; go
    back ``after``; then not before ``floor`` and not after ``ceiling``.

    A link that ``gives_finish`` also sets the wall-clock time of the early
    finish that it asks for (P6 keeps 08:00 where 17:00 of the day before
    means the same); ``settles``: at the next working start, if nobody works
    there.
    """

    link: int
    predecessor: int
    source: Source
    lag: int
    time: WorkingTime
    before: Span = Span.NONE
    after: Span = Span.NONE
    constant: int = 0
    snap: bool = False
    lead_floor: int | None = None
    floor: int | None = None
    ceiling: int | None = None
    group: int = -1
    gives_finish: bool = False
    settles: bool = False


class Limit(NamedTuple):
    """What a link asks of its predecessor's late finish.

    Take ``source`` of the successor's late dates; go on to the next start of ``until``
    if that is given (a finish may stand until then: it is the same working minute); go to
    the next start of the predecessor's calendar if ``snap_before``; go on ``before`` (a span of the
    predecessor); take ``lag`` away; snap if ``snap_after``; go on ``after``.
    A link that begins at the start of a summary limits only the earliest
    node of ``group``.

    ``recedes``: where nobody works, the last working finish before. ``nearest``:
    a late start where nobody works goes to the nearer end of
    the gap. A link that ``gives_start`` also sets the wall-clock time of the
    late start that it asks for. ``lead_lasts``: what a lead asks for holds until
    the next working start of its calendar.
    """

    link: int
    successor: int
    source: Source
    lag: int
    time: WorkingTime
    before: Span = Span.NONE
    after: Span = Span.NONE
    constant: int = 0
    snap_before: bool = False
    snap_after: bool = False
    nearest: bool = False
    recedes: bool = False
    gives_start: bool = False
    group: int = -1
    until: WorkingTime | None = None
    lead_lasts: bool = False


class Wish(NamedTuple):
    """A dated constraint, as an instant; ``hard`` ones win over the links.

    ``link`` is the link to another project that asks for it, if one does.
    """

    type: ConstraintType
    instant: int
    hard: bool
    link: ExternalLink | None = None


@dataclass(slots=True)
class Node:
    """One leaf of the plan.

    Attributes
    ----------
    work, hours, float_time : WorkingTime
        What its duration is reckoned in; where its start and finish may
        stand; what its float and lags are reckoned in.
    duration, remaining : int
        Minutes of ``work``.
    base, floor : int
        Where it starts without arrivals; what arrivals may not precede
        (``floor`` may be None).
    fixed_start, fixed_finish : int
        Of ``FIXED`` nodes both, of ``STARTED`` ones the start.
    open_finish : int or None
        Late finish without limits; None is the project's finish.
    last_finish : int or None
        Until when links to other projects let it finish, which wins over
        ``open_finish``.
    drives : bool
        Whether it counts for others and for the project's finish.
    keeps_wishes : bool
        Whether a hard wish may stand before ``floor``.
    lends_time_of_day : bool
        Whether a date without a time takes the time of the start it replaces.
    is_pinned : bool
        Whether two constraints pin one date (P6's Start On and Finish On).
    is_meeting : bool
        Whether it is no leaf, but where the leaves of two summaries meet.
    """

    task: Task
    state: State
    program: Program
    work: WorkingTime
    hours: WorkingTime
    float_time: WorkingTime
    duration: int
    remaining: int
    snap: Snap
    base: int
    floor: int | None
    actual_start: int | None = None
    actual_finish: int | None = None
    fixed_start: int = 0
    fixed_finish: int = 0
    suspended: int | None = None
    resume: int | None = None
    delay: int = 0
    alap: bool = False
    drives: bool = True
    keeps_wishes: bool = False
    lends_time_of_day: bool = False
    is_pinned: bool = False
    is_meeting: bool = False
    expected_finish: int | None = None
    wishes: tuple[Wish, ...] = ()
    deadline: int | None = None
    open_finish: int | None = None
    last_finish: int | None = None
    arrivals: list[Arrival] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)

    def worked(self, until: int) -> int:
        """Return the minutes worked from the actual start on, those suspended left out."""
        assert self.actual_start is not None
        minutes = max(0, self.work.work_between(self.actual_start, until))
        if self.suspended is None or self.suspended >= until:
            return minutes
        paused = max(self.suspended, self.actual_start)
        goes_on = until if self.resume is None or self.resume > until else self.resume
        return minutes - max(0, self.work.work_between(paused, goes_on))

    def span(self, which: Span) -> int:
        """Return the minutes that a link crosses."""
        return self.duration if which == Span.WHOLE else self.remaining


@dataclass(slots=True)
class Network:
    """A lowered plan.

    ``followers`` lists, for each node, who has an arrival from it, and which.
    ``order`` lists nodes so that every predecessor comes first. ``groups``
    are the leaves of summaries from whose start a link begins, ``group_of``
    their numbers by the summary's key; ``time`` is the project calendar's.
    ``dependencies`` are those of the plan, by the number that arrivals and
    limits carry. ``ends_have_no_float``: what has no limits ends at its own
    early finish.
    """

    nodes: list[Node]
    followers: list[list[tuple[int, Arrival]]]
    order: list[int]
    groups: list[tuple[int, ...]]
    time: WorkingTime
    dependencies: list[Dependency]
    start: int
    data_date: int | None
    must_finish_by: int | None
    ends_have_no_float: bool = False
    has_meetings: bool = False
    group_of: dict[str, int] = field(default_factory=dict)

    def first_of(self, group: int, starts: list[int]) -> int:
        """Return the node of a group that starts first, -1 if the group is empty.

        Of nodes that start together, in working time, the one of the lowest
        key counts; whole numbers as keys stand in their own order.
        """
        time, nodes = self.time, self.nodes

        def place(member: int) -> tuple[int, int, str]:
            key = nodes[member].task.key
            return time.work_before(starts[member]), len(key), key

        return min(self.groups[group], key=place, default=-1)


def followers_of(
    nodes: list[Node], groups: list[tuple[int, ...]]
) -> list[list[tuple[int, Arrival]]]:
    """Return who follows each node: its number and the arrival that it has from it."""
    followers: list[list[tuple[int, Arrival]]] = [[] for _ in nodes]
    for number, node in enumerate(nodes):
        for arrival in node.arrivals:
            if arrival.group < 0:
                followers[arrival.predecessor].append((number, arrival))
            else:
                for member in groups[arrival.group]:
                    followers[member].append((number, arrival))
    return followers
