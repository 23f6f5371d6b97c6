"""Core's scheduling network to arrays: several calendars, constraints, progress."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planning.core.calendars import CLOCK, calendars_of
from planning.core.instants import to_minutes
from planning.core.plan import (
    MINUTES_PER_CIVIL_DAY,
    Dependency,
    Plan,
)
from planning.core.plan import (
    Rules as RuleFamily,
)
from planning.core.scheduling.network import Arrival, Limit, Network, Node, State
from planning.core.scheduling.outline import Outline
from simulations.engine.calendars import columns as c
from simulations.engine.calendars.effort_lowering import lower_efforts
from simulations.engine.calendars.efforts import Efforts
from simulations.engine.calendars.loop import Shown
from simulations.engine.calendars.marks import CLOCK_PLACE, mark_plain, mark_seen, pairs_of
from simulations.engine.calendars.room import BACK_DAYS, first_day
from simulations.engine.calendars.rules import Rules
from simulations.engine.calendars.timeline import NONE, Timeline, first_of_each, ints
from simulations.engine.codes import KINDS, TOTAL_FLOATS

TIMES = ("work", "hours", "float_time")
AS_THEY_ARE = (
    "program", "state", "snap", "delay", "alap", "drives", "keeps_wishes", "is_pinned",
)  # fmt: skip
INSTANTS = (
    "base", "floor", "resume", "expected_finish", "deadline", "open_finish", "last_finish",
    "actual_start", "actual_finish",
)  # fmt: skip


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
    timeline = Timeline(first_day(plan, network), [CLOCK])
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
        group_first=first_of_each([len(group) for group in network.groups]),
        group_member=ints(
            rows[member]
            for group in network.groups
            for member in sorted(group, key=lambda one: _by_key(network.nodes[one]))
        ),
        settings=ints(
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
    efforts = lower_efforts(plan, network, outline, place, timeline)
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
        pairs=pairs_of(rules),
    )


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
        first = first_of_each([len(getattr(node, many)) for node in nodes])
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
    columns["until"] = [
        NONE if one is None else timeline.number(one) for one in columns.get("until", ())
    ]
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
