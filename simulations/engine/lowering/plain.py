"""The short way from a plain plan to the arrays of the kernel on one calendar.

Most plans under study are plain: nothing has begun, all work goes by the
project's calendar, no date is asked for. Core's network, which settles
everything for one exact schedule, would cost such a plan more than its
iterations. Whatever is not plain, or not right, is left to core, which also
says what is wrong; a test holds both ways equal.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from planning.core.calendars import calendars_of
from planning.core.instants import to_minutes
from planning.core.plan import (
    Dependency,
    LagCalendar,
    LinkType,
    Plan,
    ProjectSettings,
    Task,
    TaskKind,
)
from planning.core.scheduling.outline import Outline, outline_of
from simulations.engine.kernels.arrays import FF, FS, NEVER, SF, SS
from simulations.engine.lowering.one_calendar import Links, stands_late

KINDS = {LinkType.FS: FS, LinkType.SS: SS, LinkType.FF: FF, LinkType.SF: SF}
# What may be set on a plain plan; a field that is not named here keeps its default.
FREE_SETTINGS = frozenset({
    "name", "start", "target", "time_zone", "calendar", "minutes_per_day", "minutes_per_week",
    "total_float", "lag_calendar", "out_of_sequence", "honor_constraints", "lag_from_early_start",
    "risk_level_low", "risk_level_medium", "risk_level_high",
})  # fmt: skip
FREE_FIELDS = frozenset({
    "key", "name", "parent", "kind", "duration_minutes", "estimate", "risk_level", "existence",
    "calendar", "target", "promised_start", "promised_finish", "percent_complete",
})  # fmt: skip
_firm = attrgetter(*(one.name for one in fields(Task) if one.name not in FREE_FIELDS))
_firm_settings = attrgetter(
    *(one.name for one in fields(ProjectSettings) if one.name not in FREE_SETTINGS)
)
_PLAIN = _firm(Task("", ""))
_PLAIN_SETTINGS = _firm_settings(ProjectSettings("", datetime(2026, 1, 5)))

Places = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class PlainPlan:
    """Leaves of a plain plan in topological order, and their links.

    ``summaries`` stand children first.
    """

    leaves: list[Task]
    summaries: tuple[str, ...]
    outline: Outline
    links: Links


def plain_plan(plan: Plan) -> PlainPlan | None:
    """Return a plan's order and links, or None where it is not plain."""
    if _firm_settings(plan.project) != _PLAIN_SETTINGS or not _has_plain_tasks(plan):
        return None
    outline = _outline(plan)
    place = dict(zip(outline.leaves, range(len(outline.leaves)), strict=True))
    ends = _ends_of(plan.dependencies, place)
    lags = _lags_of(plan)
    if ends is None or lags is None:
        return None
    order = _order(len(place), *ends)
    if order is None:
        return None
    if len(outline.leaves) == len(plan.tasks):
        leaves = [plan.tasks[row] for row in order.tolist()]
    else:
        leaves = [plan.task(outline.leaves[row]) for row in order.tolist()]
    summaries = tuple(reversed(outline.summaries))
    count = len(plan.tasks)
    return PlainPlan(leaves, summaries, outline, _links(plan, order, count, *ends, lags))


def _has_plain_tasks(plan: Plan) -> bool:
    tasks, calendar = plan.tasks, plan.project.calendar
    return (
        list(map(_firm, tasks)).count(_PLAIN) == len(tasks)
        and {task.calendar for task in tasks} <= {None, "", calendar}
        and min((task.duration_minutes for task in tasks), default=0) >= 0
        and TaskKind.EFFORT not in [task.kind for task in tasks]
        and any(one.key == calendar for one in plan.calendars)
    )


def _outline(plan: Plan) -> Outline:
    tasks = plan.tasks
    parents, kinds = [task.parent for task in tasks], [task.kind for task in tasks]
    if parents.count(None) < len(tasks) or TaskKind.SUMMARY in kinds:
        return outline_of(plan)
    return Outline(tuple([task.key for task in tasks]), (), (), {}, {}, frozenset())


def _ends_of(
    dependencies: tuple[Dependency, ...], place: dict[str, int]
) -> tuple[Places, Places] | None:
    """Return the rows that links join, or None where one names a summary or nothing."""
    try:
        first = [place[one.predecessor] for one in dependencies]
        second = [place[one.successor] for one in dependencies]
    except KeyError:
        return None
    return np.array(first, np.int32), np.array(second, np.int32)


def _lags_of(plan: Plan) -> Places | None:
    """Return the lags in working minutes, or None where one is not working time."""
    lags = [one.lag for one in plan.dependencies]
    minutes = [lag.minutes for lag in lags]
    if [lag.percent for lag in lags].count(None) < len(lags):
        return None
    if any(minutes):
        given = {one.lag_calendar or plan.project.lag_calendar for one in plan.dependencies}
        if LagCalendar.CLOCK in given or any(lag.elapsed for lag in lags):
            return None
    return np.array(minutes, np.int32)


def _order(count: int, first: Places, second: Places) -> Places | None:
    """Return the rows, each after those that it waits for; None if links make a circle."""
    if (first < second).all():
        return np.arange(count, dtype=np.int32)
    followers: list[list[int]] = [[] for _ in range(count)]
    waiting = np.bincount(second, minlength=count).tolist()
    for before, after in zip(first.tolist(), second.tolist(), strict=True):
        followers[before].append(after)
    order = [row for row, left in enumerate(waiting) if left == 0]
    for row in order:
        for follower in followers[row]:
            waiting[follower] -= 1
            if waiting[follower] == 0:
                order.append(follower)
    return np.array(order, np.int32) if len(order) == count else None


def _kinds_of(dependencies: tuple[Dependency, ...]) -> NDArray[np.int8]:
    types = [one.type for one in dependencies]
    if types.count(LinkType.FS) == len(types):
        return np.full(len(types), FS, np.int8)
    return np.array([KINDS[one] for one in types], np.int8)


def _by_successor(
    before: Places, after: Places, kind: NDArray[np.int8], lag: Places
) -> NDArray[np.int64]:
    """Return the order of links by successor, predecessor, kind and lag."""
    ends = (after.astype(np.int64) << 34) | (before.astype(np.int64) << 2) | kind
    order = np.argsort(ends)
    # Only links that join the same ends in the same way are told apart by their lag.
    return order if (np.diff(ends[order]) > 0).all() else np.lexsort((lag, ends))


def _links(
    plan: Plan, order: Places, count: int, first: Places, second: Places, lag: Places
) -> Links:
    row_of = np.empty(len(order), np.int32)
    row_of[order] = np.arange(len(order), dtype=np.int32)
    kind = _kinds_of(plan.dependencies)
    before, after = row_of[first], row_of[second]
    sort = _by_successor(before, after, kind, lag)
    before, after, kind, lag = before[sort], after[sort], kind[sort], lag[sort]
    may_end = np.zeros(count, np.int8)
    may_end[: len(order)] = 1
    may_end[before[(kind == FS) & (lag >= 0)]] = 0
    links = np.bincount(after, minlength=count)
    time = calendars_of(plan.calendars)[plan.project.calendar]
    return Links(
        bound=np.zeros(count, np.int32),
        finish_bound=np.full(count, NEVER, np.int32),
        late=np.full((2, count), stands_late(time, to_minutes(plan.project.start)), np.int8),
        may_end=may_end,
        first=np.concatenate(([0], np.cumsum(links))).astype(np.int32),
        task=before,
        kind=kind,
        lag=lag,
    )
