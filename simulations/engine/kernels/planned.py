"""The planned dates on one calendar: one iteration in which everything takes as long as planned.

A block of 512 that are all alike would tell the same, and take as long as the pilot.
"""

import numpy as np
from numpy.typing import NDArray

from simulations.engine.compiling import borrowed, compiled, inlined
from simulations.engine.kernels.arrays import FF, FS, LATEST, NEVER, SS, Ints32, Network

Flags = NDArray[np.int8]


@compiled
def plan_dates(
    net: Network,
    minutes: Ints32,
    bound_late: Flags,
    keeps_edge: Flags,
    dates: Ints32,
    late: Flags,
) -> tuple[np.int32, np.int8]:
    """Fill in when each task starts and finishes; return when the project does.

    The end of a day and the next morning are the same working minute. What has
    a duration begins in the morning and is done in the evening; what has none
    stands where it was asked to, or, unless it keeps to an edge, in the morning.

    Parameters
    ----------
    minutes, keeps_edge : (tasks,)
        The planned durations, in the order of ``net``, and who may stand where work has just ended.
    bound_late : (2, tasks)
        Whether the bounds on the start and on the finish stand in the morning.
    dates, late : (2, tasks)
        Room for starts and finishes, and for whether they stand in the morning.
    """
    net = borrowed(net)
    start, finish = dates[0], dates[1]
    end, end_late = NEVER, np.int8(0)
    for task in range(len(minutes)):
        first, last = net.child_first[task], net.child_first[task + 1]
        if first < last:
            span_dates(net, task, dates, late)
            continue
        duration, begin, is_late = minutes[task], net.bound[task], bound_late[0, task]
        for place in range(net.link_first[task], net.link_first[task + 1]):
            other, kind, lag = net.link_task[place], net.link_kind[place], net.link_lag[place]
            which = np.int64(1) if kind in (FS, FF) else np.int64(0)
            before = np.int32(0) if kind in (FS, SS) else duration
            asked = np.int32(dates[which, other] + lag - before)
            asked_late = late[which, other] if lag == 0 else np.int8(lag < 0)
            is_late = (
                asked_late
                if asked > begin
                else max(is_late, np.int8(asked_late if asked == begin else 0))
            )
            begin = max(begin, asked)
        if net.finish_bound[task] != NEVER:
            asked = np.int32(net.finish_bound[task] - duration)
            if asked >= begin:
                is_late = max(bound_late[1, task], np.int8(is_late if asked == begin else 0))
            begin = max(begin, asked)
        start[task], finish[task] = begin, np.int32(begin + duration)
        late[0, task] = is_late if keeps_edge[task] else np.int8(1)
        late[1, task] = late[0, task] if duration == 0 else np.int8(0)
        if net.may_end[task]:
            end_late = (
                late[1, task]
                if finish[task] > end
                else max(end_late, np.int8(late[1, task] if finish[task] == end else 0))
            )
            end = max(end, finish[task])
    return end, end_late


@inlined
def span_dates(net: Network, task: int, dates: Ints32, late: Flags) -> None:
    """Let a summary reach from its first child's start to its last one's finish."""
    begin, end, begin_late, end_late = LATEST, NEVER, np.int8(1), np.int8(0)
    for place in range(net.child_first[task], net.child_first[task + 1]):
        child = net.child[place]
        one, is_late = dates[0, child], late[0, child]
        begin_late = (
            is_late if one < begin else min(begin_late, np.int8(is_late if one == begin else 1))
        )
        begin = min(begin, one)
        one, is_late = dates[1, child], late[1, child]
        end_late = is_late if one > end else max(end_late, np.int8(is_late if one == end else 0))
        end = max(end, one)
    dates[0, task], dates[1, task] = begin, end
    late[0, task], late[1, task] = begin_late, end_late
