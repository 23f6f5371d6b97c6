"""What can be simulated, in words that fit one calendar and many.

Whatever simulates, compares or removes need not know which one it has.
"""

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planning.core.instants import to_minutes
from simulations.engine.axis import EPOCH
from simulations.engine.kernels.arrays import Scales, Scratch, Stretch, Totals
from simulations.engine.lowering.plans import Lowered

Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]
Floats = NDArray[np.float64]
# Minutes from the year 1, which core counts from, to 1970, from which results are counted.
UNIX_OFFSET = to_minutes(EPOCH)
UNKNOWN = np.int64(-(1 << 62))


class Losses(NamedTuple):
    """What is lost where links meet.

    Attributes
    ----------
    rows : int64 (merges,)
        The tasks where they meet.
    minutes : float64 (merges,)
        Working minutes lost, on average.
    by_links : bool (merges,)
        Whether a link, not a date, asks for the latest start on average.
    iterations : int
        How many iterations the average is of.
    """

    rows: Ints
    minutes: Floats
    by_links: NDArray[np.bool_]
    iterations: int


class Planned(NamedTuple):
    """The planned dates of all tasks, and of the project, in the run's own units.

    ``instants`` (2, tasks) are the same starts and finishes as minutes since 1970, for
    the end of a day and the next morning are one working minute, or ``UNKNOWN``; (2, 0)
    where none is known.
    """

    start: Ints
    finish: Ints
    end: int
    instants: Ints
    end_instant: int

    def shown(self, which: int, values: Ints, instants: Ints) -> Ints:
        """Return instants (tasks, k) of starts (0) or finishes (1), planned ones as planned."""
        planned, known = (self.start, self.finish)[which], self.instants[which]
        rows = np.flatnonzero(known != UNKNOWN)
        if len(rows):
            is_same = values[rows] == planned[rows, None]
            instants[rows] = np.where(is_same, known[rows, None], instants[rows])
        return instants


class Rows(Protocol):
    """The rows that one worker needs for one block."""

    @property
    def scratch(self) -> Scratch:
        """The rows of draws and dates."""


class Run(Protocol):
    """A plan that can be simulated, and how its numbers are read.

    Dates of tasks are counted in working minutes of each task's own calendar,
    the project's finish in a unit of the run's own.
    """

    @property
    def lowered(self) -> Lowered:
        """The plan as arrays."""

    def rows(self) -> Rows:
        """Return fresh rows for one worker."""

    def simulate(self, rows: Rows, scales: Scales, totals: Totals, stretch: Stretch) -> None:
        """Simulate consecutive blocks and add them to the totals."""

    def planned(self, rows: Rows) -> "Planned":
        """Return the dates of all tasks as planned; the rows are free to be written."""

    def with_lowered(self, lowered: Lowered) -> "Run":
        """Return the same run of other durations and risks."""

    def project_work(self, finish: ArrayLike) -> Ints:
        """Return finishes as working minutes from the project's start."""

    def project_instants(self, finish: ArrayLike) -> Ints:
        """Return finishes as minutes since 1970."""

    def instants(self, starts: Ints, finishes: Ints) -> tuple[Ints, Ints]:
        """Return tasks' dates (tasks, k) as minutes since 1970."""

    def links(self) -> tuple[Ints32, Ints32, NDArray[np.int8]]:
        """Return where each task's links begin, their predecessors and kinds."""

    def mean_durations(self, summed: dict[str, Ints], n: int) -> tuple[Floats, Floats]:
        """Return the mean of what each task draws, and what it has behind it."""

    def losses(self, summed: dict[str, Ints], n: int, measured: int) -> Losses:
        """Return the tasks where links meet, and what is lost at each."""
