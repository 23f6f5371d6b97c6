"""Core's scheduling network to arrays: several calendars, constraints, progress."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planning.core.calendars import CLOCK, WorkingTime, calendars_of
from planning.core.instants import to_minutes
from planning.core.plan import (
    MINUTES_PER_CIVIL_DAY,
    ConstraintType,
    Dependency,
    LagCalendar,
    LinkType,
    Plan,
)
from planning.core.plan import (
    Rules as RuleFamily,
)
from planning.core.scheduling.network import Arrival, Limit, Network, Node, Program, Source, State
from planning.core.scheduling.outline import Outline
from simulations.engine import columns as c
from simulations.engine.arrays import NEVER
from simulations.engine.calendar_kernel import KINDS, TOTAL_FLOATS
from simulations.engine.calendar_loop import Shown
from simulations.engine.clocks import Clocks, tabulate_clocks
from simulations.engine.crossing import Pairs
from simulations.engine.efforts import Efforts
from simulations.engine.rules import Rules

BACK_DAYS = 400
NONE = int(NEVER)
CLOCK_PLACE = 0
TIMES = ("work", "hours", "float_time")
KEPT_MINUTES = 10 * 366 * MINUTES_PER_CIVIL_DAY
AS_THEY_ARE = (
    "program", "state", "snap", "delay", "alap", "drives", "keeps_wishes", "is_pinned",
)  # fmt: skip
INSTANTS = (
    "base", "floor", "resume", "expected_finish", "deadline", "open_finish", "last_finish",
    "actual_start", "actual_finish",
)  # fmt: skip


@lru_cache(maxsize=4)
def kept_clocks(times: tuple[WorkingTime, ...], first: int, last: int, pairs: Pairs) -> Clocks:
    """Tabulate calendars, or return the tables of a plan that had the same, edited or not."""
    return tabulate_clocks(times, first, last, pairs)


@dataclass(slots=True)
class Timeline:
    """Instants of a plan as 32-bit minutes from one day before all of them.

    Attributes
    ----------
    first : int
        That day, in minutes since the year 1.
    times : list of WorkingTime
        The calendars in use; their places are what arrays name them by.
    """

    first: int
    times: list[WorkingTime]

    def at(self, instant: int | None) -> int:
        """Return an instant on this timeline, ``NEVER`` for none."""
        return NONE if instant is None else max(instant - self.first, NONE + 1)

    def number(self, time: WorkingTime) -> int:
        """Return the place of a calendar, adding it where it is new."""
        for place, known in enumerate(self.times):
            if known is time:
                return place
        self.times.append(time)
        return len(self.times) - 1

    def all_at(self, instants: Sequence[int | None]) -> list[int]:
        """Return many instants on this timeline."""
        first, least = self.first, NONE + 1
        return [NONE if one is None else max(one - first, least) for one in instants]

    def numbers(self, times: Sequence[WorkingTime]) -> list[int]:
        """Return the places of many calendars."""
        places = {id(time): self.number(time) for time in {id(one): one for one in times}.values()}
        return [places[id(time)] for time in times]

    def clocks(self, last: int, pairs: Pairs) -> Clocks:
        """Tabulate the calendars until an instant of the timeline."""
        tabulate = tabulate_clocks if last > KEPT_MINUTES else kept_clocks
        return tabulate(tuple(self.times), self.first, self.first + last, tuple(pairs))


@dataclass(frozen=True, slots=True)
class CalendarSide:
    """What a plan with calendars adds to the arrays of its draws."""

    rules: Rules
    efforts: Efforts
    shown: Shown
    timeline: Timeline
    origin_instant: int
    pairs: tuple[tuple[int, int], ...]


def lower_calendars(
    plan: Plan, network: Network, outline: Outline, place: dict[str, int]
) -> CalendarSide:
    """Flatten core's network; ``place`` tells each task's row."""
    project = plan.project
    calendars = calendars_of(plan.calendars)
    project_time = calendars[project.calendar]
    timeline = Timeline(_first_day(plan, network), [CLOCK])
    ordered = [network.nodes[number] for number in network.order]
    rows = {number: row for row, number in enumerate(network.order)}
    by_msproject = project.rules is RuleFamily.MSPROJECT
    number = timeline.number(project_time)
    arrival, arrival_percent = _arrivals(plan, network, ordered, rows, timeline)
    limit, limit_percent = _limits(plan, ordered, rows, timeline)
    rules = Rules(
        node=_nodes(ordered, arrival, timeline, by_msproject=by_msproject),
        arrival=arrival,
        arrival_percent=arrival_percent,
        limit=limit,
        limit_percent=limit_percent,
        wish=_wishes(ordered, timeline),
        group_first=_first([len(group) for group in network.groups]),
        group_member=_ints(
            rows[member]
            for group in network.groups
            for member in sorted(group, key=lambda one: _by_key(network.nodes[one]))
        ),
        settings=_ints(
            (
                timeline.at(network.must_finish_by),
                by_msproject,
                TOTAL_FLOATS.index(project.total_float),
                project.critical_float_limit_minutes,
                number,
                project_time.work_between(timeline.first, to_minutes(project.start)),
                by_msproject and any(node.alap for node in ordered),
                timeline.at(network.start if network.data_date is None else network.data_date),
                network.ends_have_no_float,
                any(node.alap for node in ordered),
            )
        ),
    )
    mark_plain(rules)
    shown = _shown(plan, rules.node, outline, place, timeline)
    efforts = _efforts(plan, network, outline, place, timeline)
    seen = [place[child] for below in outline.children.values() for child in below]
    seen += efforts.source.tolist()
    mark_seen(rules, [row for row in seen if row < len(ordered)])
    start = to_minutes(project.start)
    return CalendarSide(
        rules=rules,
        efforts=efforts,
        shown=shown,
        timeline=timeline,
        origin_instant=start - timeline.first,
        pairs=_pairs(rules),
    )


def mark_plain(rules: Rules) -> None:
    """Mark the nodes and links that nothing special is asked of.

    A plain node knows one calendar, whose working minutes say everything
    about it; a plain link hands an instant on as it is.
    """
    node, arrival, limit = rules.node, rules.arrival, rules.limit
    arrival[c.A_PLAIN] = (
        (arrival[c.A_SOURCE] != int(Source.CONSTANT))
        & (arrival[c.A_LAG] == 0)
        & np.isnan(rules.arrival_percent)
        & (arrival[c.A_BEFORE] == 0)
        & (arrival[c.A_AFTER] == 0)
        & (arrival[c.A_SNAP] == 0)
        & (arrival[c.A_FLOOR] == NONE)
        & (arrival[c.A_CEILING] == NONE)
        & (arrival[c.A_GROUP] < 0)
    )
    # What a limit does between two working minutes changes no working minute.
    limit[c.L_PLAIN] = (
        (limit[c.L_SOURCE] != int(Source.CONSTANT))
        & (limit[c.L_LAG] == 0)
        & np.isnan(rules.limit_percent)
        & (limit[c.L_BEFORE] == 0)
        & (limit[c.L_AFTER] == 0)
        & (limit[c.L_GROUP] < 0)
    )
    limits = node[c.N_LIMIT_LAST] - node[c.N_LIMIT_FIRST]
    gives_start = np.zeros(node.shape[1], np.bool_)
    gives_start[np.repeat(np.arange(len(limits)), limits)[limit[c.L_GIVES_START] != 0]] = True
    work = node[c.N_WORK]
    unset = (c.N_EXPECTED_FINISH, c.N_DEADLINE, c.N_LAST_FINISH, c.N_OPEN_FINISH)
    nothing = (
        c.N_DELAY, c.N_ALAP, c.N_HAS_GIVEN_FINISH, c.N_START_MILESTONE, c.N_SNAP,
    )  # fmt: skip
    state, program = node[c.N_STATE], node[c.N_PROGRAM]
    is_begun = (state == int(State.UNDER_WAY)) & (program == int(Program.REMAINING))
    is_begun &= node[c.N_WISH_FIRST] == node[c.N_WISH_LAST]
    is_fresh = (state == int(State.NOT_STARTED)) & (program == int(Program.FREE))
    node[c.N_PLAIN] = (
        (node[list(nothing)] == 0).all(axis=0)
        & (node[list(unset)] == NONE).all(axis=0)
        & (node[[c.N_HOURS, c.N_FLOAT_TIME, c.N_SLACK_TIME]] == work).all(axis=0)
        & (work != CLOCK_PLACE)
        & (is_begun | (is_fresh & _starts_no_earlier(rules)))
        & ~gives_start
        & (rules.settings[c.BY_MSPROJECT] == 0)
        & (rules.settings[c.ENDS_HAVE_NO_FLOAT] == 0)
    )
    # What remains of work under way waits for its base as other work does for its floor.
    node[c.N_FLOOR] = np.where((node[c.N_PLAIN] != 0) & is_begun, node[c.N_BASE], node[c.N_FLOOR])


def _starts_no_earlier(rules: Rules) -> NDArray[np.bool_]:
    """Tell the nodes whose dated constraints are no more than another floor."""
    node = rules.node
    wishes = node[c.N_WISH_LAST] - node[c.N_WISH_FIRST]
    others = np.zeros(node.shape[1], np.bool_)
    owner = np.repeat(np.arange(node.shape[1]), wishes)
    others[owner[rules.wish[c.W_KIND] != KINDS.index(ConstraintType.SNET)]] = True
    has_arrivals = node[c.N_ARRIVAL_FIRST] < node[c.N_ARRIVAL_LAST]
    keeps = (node[c.N_KEEPS_WISHES] != 0) | (node[c.N_LENDS_TIME_OF_DAY] != 0)
    is_floor = ~keeps & ((node[c.N_BASE] >= node[c.N_FLOOR]) | has_arrivals)
    return np.asarray((wishes == 0) | (~others & is_floor))


def mark_seen(rules: Rules, seen: list[int]) -> None:
    """Mark the nodes whose dates are looked at as instants, and those that may end the project.

    ``seen`` are those that summaries and efforts look at. A plain node that
    another plain one waits for never ends last.
    """
    node, arrival, limit = rules.node, rules.arrival, rules.limit
    is_plain = node[c.N_PLAIN] != 0
    after = np.repeat(np.arange(node.shape[1]), node[c.N_ARRIVAL_LAST] - node[c.N_ARRIVAL_FIRST])
    before = arrival[c.A_PREDECESSOR]
    is_plain_link = (arrival[c.A_PLAIN] != 0) & is_plain[after]
    waits = is_plain_link & (arrival[c.A_SOURCE] == int(Source.FINISH)) & is_plain[before]
    waits &= node[c.N_DRIVES][after] != 0
    ends = node[c.N_DRIVES] != 0
    ends[before[waits]] = False
    quiet = is_plain.copy()
    quiet[seen] = False
    quiet &= node[c.N_STATE] == int(State.NOT_STARTED)
    shows = ~quiet | ends
    shows[before[~is_plain_link]] = True
    shows[rules.group_member] = True
    first = np.repeat(np.arange(node.shape[1]), node[c.N_LIMIT_LAST] - node[c.N_LIMIT_FIRST])
    looks = (limit[c.L_PLAIN] == 0) | ~is_plain[first]
    shows_late = np.zeros(node.shape[1], np.bool_)
    shows_late[limit[c.L_SUCCESSOR][looks]] = True
    shows[limit[c.L_SUCCESSOR][node[c.N_ALAP][first] != 0]] = True
    node[c.N_ENDS], node[c.N_QUIET] = ends, quiet
    node[c.N_SHOWS], node[c.N_SHOWS_LATE] = shows, shows_late


def _pairs(rules: Rules) -> tuple[tuple[int, int], ...]:
    """Return the calendars from which and to which plain nodes hand their dates on."""
    node, arrival, limit = rules.node, rules.arrival, rules.limit
    found: set[tuple[int, int]] = set()
    for links, plain, other, first, last in (
        (arrival, c.A_PLAIN, c.A_PREDECESSOR, c.N_ARRIVAL_FIRST, c.N_ARRIVAL_LAST),
        (limit, c.L_PLAIN, c.L_SUCCESSOR, c.N_LIMIT_FIRST, c.N_LIMIT_LAST),
    ):
        mine = np.repeat(np.arange(node.shape[1]), node[last] - node[first])
        theirs = links[other]
        both = (links[plain] != 0) & (node[c.N_PLAIN][mine] != 0) & (node[c.N_PLAIN][theirs] != 0)
        ends = node[c.N_WORK][theirs[both]], node[c.N_WORK][mine[both]]
        found.update(zip(*(one.tolist() for one in ends), strict=True))
    return tuple(sorted(pair for pair in found if pair[0] != pair[1]))


def _first_day(plan: Plan, network: Network) -> int:
    """Return a midnight well before every date that matters."""
    instants = [network.start, to_minutes(plan.project.start)]
    for name in ("actual_start", "actual_finish", "deadline", "resume"):
        given = [getattr(node, name) for node in network.nodes]
        instants += [one for one in given if one is not None]
    instants += [wish.instant for node in network.nodes for wish in node.wishes]
    instants += [node.fixed_start for node in network.nodes if node.task.is_manual]
    earliest = min(instants) // MINUTES_PER_CIVIL_DAY - BACK_DAYS
    longest = max([node.duration for node in network.nodes], default=0)
    return max(0, earliest * MINUTES_PER_CIVIL_DAY - 7 * longest // MINUTES_PER_CIVIL_DAY * 1440)


def _ints(values: Iterable[Any]) -> NDArray[np.int32]:
    return np.array(list(values), np.int32).reshape(-1)


def _flags(values: Iterable[Any]) -> NDArray[np.int8]:
    return np.array(list(values), np.int8).reshape(-1)


def _first(sizes: Sequence[int]) -> NDArray[np.int32]:
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int32)


Columns = dict[str, Any]


def _table(names: Sequence[str], columns: Columns, rows: int) -> NDArray[np.int32]:
    """Return named columns as a table (columns, rows); what is not given is 0."""
    table = np.zeros((len(names), rows), np.int32)
    for place, name in enumerate(names):
        if name in columns:
            table[place] = columns[name]
    return table


def _columns_of(rows: Sequence[Any], names: tuple[str, ...]) -> Columns:
    """Return attributes of many objects as columns."""
    get = attrgetter(*names)
    return dict(zip(names, zip(*map(get, rows), strict=True), strict=True)) if rows else {}


def _nodes(
    nodes: list[Node], arrival: NDArray[np.int32], timeline: Timeline, *, by_msproject: bool
) -> NDArray[np.int32]:
    columns = _columns_of(nodes, AS_THEY_ARE + INSTANTS + TIMES)
    columns |= {name: timeline.all_at(columns.get(name, ())) for name in INSTANTS}
    columns |= {name: timeline.numbers(columns.get(name, ())) for name in TIMES}
    # Core lets a start float freely before its constraint: an early day will do.
    earliest = BACK_DAYS // 2 * MINUTES_PER_CIVIL_DAY
    columns |= {
        "base": [max(base, earliest) for base in columns["base"]],
        "slack_time": [
            CLOCK_PLACE if node.task.elapsed and by_msproject else number
            for node, number in zip(nodes, columns["float_time"], strict=True)
        ],
        "lends_time_of_day": [
            bool(node.lends_time_of_day and not node.is_pinned and node.arrivals) for node in nodes
        ],
        "fixed_start": timeline.all_at([node.fixed_start or None for node in nodes]),
        "fixed_finish": timeline.all_at([node.fixed_finish or None for node in nodes]),
        "start_milestone": [node.task.start_milestone for node in nodes],
        "done": [
            node.duration - node.remaining if node.state != State.NOT_STARTED else 0
            for node in nodes
        ],
        "whole": [node.duration for node in nodes],
    }
    for name, many in (("arrival", "arrivals"), ("limit", "limits"), ("wish", "wishes")):
        first = _first([len(getattr(node, many)) for node in nodes])
        columns |= {f"{name}_first": first[:-1], f"{name}_last": first[1:]}
    after = np.repeat(
        np.arange(len(nodes)), np.subtract(columns["arrival_last"], columns["arrival_first"])
    )
    for name, has in (
        ("has_end_link", (arrival[c.A_BEFORE] != 0) | (arrival[c.A_AFTER] != 0)),
        ("has_given_finish", arrival[c.A_GIVES_FINISH] != 0),
    ):
        columns[name] = np.zeros(len(nodes), np.bool_)
        columns[name][after[has]] = True
    return _table(c.NODE_COLUMNS, columns, len(nodes))


def _by_key(node: Node) -> tuple[int, str]:
    """Order nodes as core does: whole numbers as keys stand in their own order."""
    return len(node.task.key), node.task.key


def _has_percents(plan: Plan) -> bool:
    return any(link.lag.percent is not None for link in plan.dependencies)


def _percent(link: Dependency, before: Node, lag: int) -> float:
    """Return the share of the predecessor's duration that a lag is, nan where it is none."""
    share = link.lag.percent
    if share is None or before.state != State.NOT_STARTED:
        return np.nan
    planned = round(before.duration * share / 100)
    return share if lag == planned and share != 0 else np.nan


def _arrivals(
    plan: Plan, network: Network, ordered: list[Node], rows: dict[int, int], timeline: Timeline
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    flat = [one for node in ordered for one in node.arrivals]
    columns: Columns = dict(zip(Arrival._fields, zip(*flat, strict=True), strict=False))
    for name in ("constant", "lead_floor", "floor", "ceiling"):
        columns[name] = timeline.all_at(columns.get(name, ()))
    columns["predecessor"] = [rows[one] for one in columns.get("predecessor", ())]
    columns["time"] = timeline.numbers(columns.get("time", ()))
    percents = np.full(len(flat), np.nan)
    if _has_percents(plan):
        percents[:] = [
            _percent(plan.dependencies[one.link], network.nodes[one.predecessor], one.lag)
            for one in flat
        ]
    return _table(c.ARRIVAL_COLUMNS, columns, len(flat)), percents


def _limits(
    plan: Plan, ordered: list[Node], rows: dict[int, int], timeline: Timeline
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    flat = [one for node in ordered for one in node.limits]
    columns: Columns = dict(zip(Limit._fields, zip(*flat, strict=True), strict=False))
    columns["constant"] = timeline.all_at(columns.get("constant", ()))
    columns["successor"] = [rows[one] for one in columns.get("successor", ())]
    columns["time"] = timeline.numbers(columns.get("time", ()))
    percents = np.full(len(flat), np.nan)
    if _has_percents(plan):
        percents[:] = [
            _percent(plan.dependencies[one.link], node, one.lag)
            for node in ordered
            for one in node.limits
        ]
    return _table(c.LIMIT_COLUMNS, columns, len(flat)), percents


def _wishes(ordered: list[Node], timeline: Timeline) -> NDArray[np.int32]:
    wishes = [wish for node in ordered for wish in node.wishes]
    columns: Columns = {
        "kind": [KINDS.index(wish.type) for wish in wishes],
        "instant": [timeline.at(wish.instant) for wish in wishes],
        "hard": [wish.hard for wish in wishes],
    }
    return _table(("kind", "instant", "hard"), columns, len(wishes))


def _shown(
    plan: Plan, node: NDArray[np.int32], outline: Outline, place: dict[str, int], timeline: Timeline
) -> Shown:
    calendars = calendars_of(plan.calendars)
    project = timeline.number(calendars[plan.project.calendar])
    count = len(place)
    calendar = np.full(count, project, np.int32)
    fixed_start = np.full(count, NONE, np.int32)
    fixed_finish = np.full(count, NONE, np.int32)
    counts = np.zeros(count, np.int8)
    nodes = node.shape[1]
    calendar[:nodes], counts[:nodes] = node[c.N_WORK], node[c.N_DRIVES]
    fixed_start[:nodes], fixed_finish[:nodes] = node[c.N_ACTUAL_START], node[c.N_ACTUAL_FINISH]
    for key in outline.efforts:
        own = plan.task(key).calendar
        calendar[place[key]] = timeline.number(calendars[own]) if own else project
        counts[place[key]] = key not in outline.inactive
    for key in outline.summaries:
        task = plan.task(key)
        if task.is_manual and task.manual_start and task.manual_finish:
            fixed_start[place[key]] = timeline.at(to_minutes(task.manual_start))
            fixed_finish[place[key]] = timeline.at(to_minutes(task.manual_finish))
        elif outline.inactive.issuperset(outline.children[key]):
            fixed_start[place[key]] = timeline.at(to_minutes(plan.project.start))
            fixed_finish[place[key]] = fixed_start[place[key]]
    return Shown(calendar, fixed_start, fixed_finish, counts)


def _efforts(
    plan: Plan, network: Network, outline: Outline, place: dict[str, int], timeline: Timeline
) -> Efforts:
    ends = _EffortEnds(plan, network, outline, place, timeline)
    order = effort_order(plan, outline.efforts)
    per_effort = [ends.of(key) for key in order]
    flat = [end for found in per_effort for end in found]
    calendars = calendars_of(plan.calendars)
    own = [plan.task(key).calendar or plan.project.calendar for key in order]
    return Efforts(
        task=_ints(place[key] for key in order),
        calendar=_ints(timeline.number(calendars[key]) for key in own),
        first=_first([len(found) for found in per_effort]),
        at_start=_flags(end.at_start for end in flat),
        actual=_flags(end.constant is not None for end in flat),
        constant=_ints(timeline.at(end.constant) for end in flat),
        is_summary=_flags(end.is_summary for end in flat),
        takes_latest=_flags(end.from_finish for end in flat),
        from_finish=_flags(end.from_finish for end in flat),
        source_first=_first([len(end.sources) for end in flat]),
        source=_ints(row for end in flat for row in end.sources),
        time=_ints(timeline.number(end.time) for end in flat),
        lag=_ints(end.lag for end in flat),
        settings=_ints((timeline.at(network.start), timeline.at(network.data_date))),
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
        lag = sign * link.lag.minutes
        is_summary = other in self._outline.leaves_of
        time = self._time(link)
        return [_End(at_start, from_finish, is_summary, actual, sources, time, lag)]

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
