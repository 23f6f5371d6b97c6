"""Where a distribution jumps: a curve drawn through its points must not ramp up to a lump.

A stored curve has a point for every two-hundredth of the iterations. Where its share rises by
much more from one point to the next, nearly all of the rise happens at the latter: many
iterations finish at one moment, as those of whole days and fixed impacts of risks do.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

Points = Sequence[tuple[datetime, float]]
POINTS = 200
"""As many points as a stored curve has."""
USUAL = 1 / (POINTS - 1)


def stepped(points: Points) -> Points:
    """Return the points with one more at the foot of each jump.

    Examples
    --------
    >>> friday, monday = datetime(2026, 1, 9), datetime(2026, 1, 12)
    >>> [round(share, 3) for _, share in stepped([(friday, 0.4), (monday, 1.0)])]
    [0.4, 0.405, 1.0]
    """
    found = list(points[:1])
    for (_, before), (moment, after) in pairwise(points):
        if after - before > 2 * USUAL:
            found.append((moment, before + USUAL))
        found.append((moment, after))
    return found
