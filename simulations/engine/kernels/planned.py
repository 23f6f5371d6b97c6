"""The planned dates on one calendar: one iteration in which everything takes as long as planned.

A block of 512 that are all alike would tell the same, and take as long as the pilot.
"""

import numpy as np

from simulations.engine.compiling import borrowed, compiled
from simulations.engine.kernels.arrays import FF, FS, LATEST, NEVER, SS, Ints32, Network


@compiled
def plan_dates(net: Network, minutes: Ints32, start: Ints32, finish: Ints32) -> np.int32:
    """Fill in when each task starts and finishes; return when the project does.

    ``minutes`` are the planned durations of all tasks, in the order of ``net``.
    """
    net = borrowed(net)
    end = NEVER
    for task in range(len(minutes)):
        first, last = net.child_first[task], net.child_first[task + 1]
        if first < last:
            start[task], finish[task] = LATEST, NEVER
            for place in range(first, last):
                start[task] = min(start[task], start[net.child[place]])
                finish[task] = max(finish[task], finish[net.child[place]])
            continue
        duration, begin = minutes[task], net.bound[task]
        for place in range(net.link_first[task], net.link_first[task + 1]):
            other, kind = net.link_task[place], net.link_kind[place]
            date = finish[other] if kind in (FS, FF) else start[other]
            before = np.int32(0) if kind in (FS, SS) else duration
            begin = max(begin, np.int32(date + net.link_lag[place] - before))
        if net.finish_bound[task] != NEVER:
            begin = max(begin, np.int32(net.finish_bound[task] - duration))
        start[task], finish[task] = begin, np.int32(begin + duration)
        if net.may_end[task]:
            end = max(end, finish[task])
    return end
