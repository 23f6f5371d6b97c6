"""The scheduling rules as tables: core's network, flattened for the kernel.

Instants are minutes from the start of the horizon. Each column below is a
field of :mod:`planning.core.scheduling.network`, where its meaning is told.
A few wide tables and not many arrays: what is passed at each call is less
than the work on a row.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints32 = NDArray[np.int32]
Percents = NDArray[np.float64]


class Rules(NamedTuple):
    """Everything that schedules one iteration.

    Attributes
    ----------
    node : int32 (columns, nodes)
        In topological order.
    arrival : int32 (columns, arrivals), arrival_percent : float64 (arrivals,)
        By successor; nan where the lag is no share of the predecessor's duration.
    limit : int32 (columns, limits), limit_percent : float64 (limits,)
        By predecessor.
    wish : int32 (3, wishes)
        By node: kind, instant, whether it is hard.
    group_first : int32 (groups + 1,), group_member : int32
        Nodes of which the earliest counts.
    settings : int32 (10,)
        Must finish by, whether by Microsoft Project's rules, which total
        float, the limit of criticality, the project's calendar, the work
        before the project's start on it, and whether late starts hold others,
        the data date or the network's start, whether what has no limits has no
        float, and whether anything starts as late as possible.
    """

    node: Ints32
    arrival: Ints32
    arrival_percent: Percents
    limit: Ints32
    limit_percent: Percents
    wish: Ints32
    group_first: Ints32
    group_member: Ints32
    settings: Ints32
