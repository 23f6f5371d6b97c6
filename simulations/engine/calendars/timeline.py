"""The line of instants that a plan with calendars is simulated on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planning.core.calendars import WorkingTime
from planning.core.plan import MINUTES_PER_CIVIL_DAY
from simulations.engine.calendars.clocks import Clocks, tabulate_clocks
from simulations.engine.calendars.crossing import Pairs
from simulations.engine.kernels.arrays import NEVER

NONE = int(NEVER)
KEPT_MINUTES = 10 * 366 * MINUTES_PER_CIVIL_DAY


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


def ints(values: Iterable[Any]) -> NDArray[np.int32]:
    return np.array(list(values), np.int32).reshape(-1)


def first_of_each(sizes: Sequence[int]) -> NDArray[np.int32]:
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int32)
