"""What NumPy can do with care: float32 rows in blocks that stay in cache."""

from time import thread_time

import numpy as np
from numpy.typing import NDArray
from scipy import special

from tests.benchmarks.networks import Network

BINS = 256
CELLS = 8_000_000
KNOTS = 4_096
Floats = NDArray[np.float32]


def noise_seconds(cells: int) -> float:
    """Return the CPU seconds that NumPy takes for as many float32 uniforms."""
    generator = np.random.default_rng(1)
    block = np.empty(8_192, np.float32)
    rounds = max(1, min(cells, 8_192_000) // len(block))
    began = thread_time()
    for _ in range(rounds):
        generator.random(out=block, dtype=np.float32)
    return (thread_time() - began) * cells / (rounds * len(block))


def numpy_seconds(given: Network, iterations: int) -> float:
    """Return the CPU seconds for core output; the tables of PERT are not counted."""
    rows = _Rows(given, iterations)
    began = thread_time()
    done = 0
    while done < iterations:
        done += rows.add_block(min(rows.block, iterations - done))
    return thread_time() - began


class _Rows:
    """Rows of one block, and what is counted over all."""

    def __init__(self, given: Network, iterations: int) -> None:
        count = len(given.points)
        self.block = min(8_192, iterations, max(512, CELLS // count))
        self.points = np.array(given.points, np.float32)
        self.tables = _tables(given) if given.law == "pert" else None
        self.before: list[list[int]] = [[] for _ in range(count)]
        for first, second in given.pairs:
            self.before[second].append(first)
        leads = {first for first, _ in given.pairs}
        self.last = [task for task in range(count) if task not in leads]
        shape = (count, self.block)
        self.uniform, self.start, self.finish = (np.empty(shape, np.float32) for _ in range(3))
        self.critical = np.empty(shape, np.bool_)
        self.counts = np.zeros((count, 2, BINS), np.int64)
        self.marked, self.product = np.zeros(count, np.int64), np.zeros(count)
        self.width = np.float32(2.0 * self.points[:, 2].sum() / BINS / max(count**0.5, 1))
        self.generator = np.random.default_rng(1)

    def add_block(self, n: int) -> int:
        """Simulate one block and count it."""
        for task, before in enumerate(self.before):
            start, finish = self.start[task, :n], self.finish[task, :n]
            start[:] = 0
            for other in before:
                np.maximum(start, self.finish[other, :n], out=start)
            np.add(start, self._durations(task, n), out=finish)
            for place, row in enumerate((start, finish)):
                bins = np.minimum(row * (1 / self.width), BINS - 1).astype(np.int64)
                self.counts[task, place] += np.bincount(bins, minlength=BINS)
        end = self.finish[self.last, :n].max(axis=0)
        self._mark(end, n)
        rank = np.argsort(np.argsort(end)).astype(np.float32) - np.float32(n / 2)
        # Not ``@``: its threads spin on, and their time would be counted to who comes next.
        self.product += np.einsum("ij,j->i", self.uniform[:, :n], rank)
        return n

    def _durations(self, task: int, n: int) -> Floats:
        u = self.uniform[task, :n]
        self.generator.random(out=u, dtype=np.float32)
        if self.tables is not None:
            return self.tables[task].take((u * np.float32(KNOTS)).astype(np.int32))
        low, mode, high = self.points[task]
        left = low + np.sqrt(u * ((high - low) * (mode - low)))
        right = high - np.sqrt((1 - u) * ((high - low) * (high - mode)))
        return np.where(u < (mode - low) / (high - low), left, right)

    def _mark(self, end: Floats, n: int) -> None:
        self.critical[:, :n] = False
        for task in range(len(self.before) - 1, -1, -1):
            mark = self.critical[task, :n]
            if task in self.last:
                mark |= self.finish[task, :n] == end
            self.marked[task] += np.count_nonzero(mark)
            for other in self.before[task]:
                self.critical[other, :n] |= mark & (self.finish[other, :n] == self.start[task, :n])


def _tables(given: Network) -> list[Floats]:
    middle = (np.arange(KNOTS) + 0.5) / KNOTS
    ratios = sorted({_ratio(point) for point in given.points})
    unit = {ratio: special.betaincinv(1 + 4 * ratio, 5 - 4 * ratio, middle) for ratio in ratios}
    return [
        (point[0] + (point[2] - point[0]) * unit[_ratio(point)]).astype(np.float32)
        for point in given.points
    ]


def _ratio(point: tuple[int, int, int]) -> float:
    return round(32 * (point[1] - point[0]) / (point[2] - point[0])) / 32
