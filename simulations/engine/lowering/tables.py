"""Estimates to the tables that the kernel reads.

Most continuous laws fit a packed table: 18 bits of value and 14 bits of step
in one word, so that a draw costs one look-up. PERT tables are interpolated
from a master grid over the mode's place, because SciPy's inverse beta takes
1.8 ms a task; the interpolated inverse errs less than 10⁻⁵ of the range.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import special

from planning.core.distributions import (
    Discrete,
    Estimate,
    Exponential,
    Fixed,
    LognormalMoments,
    LognormalPercentiles,
    Normal,
    Pert,
    PertClassical,
    Triangular,
    Trigen,
    Uniform,
)
from planning.core.plan import PlanError
from simulations.engine.compiling import CACHE_FOLDER, compiled
from simulations.engine.kernels.rows import (
    DISCRETE,
    FIXED,
    FULL,
    PACKED,
    TAIL_CELLS,
    TRIANGLE,
    UNIFORM,
    WIDE,
    Laws,
)
from simulations.engine.sampling.laws import TAIL_KNOTS, Knots, beta_shape, tabulate

VALUE_MAX = (1 << 18) - 1
STEP_MAX = (1 << 14) - 1
GRID_RATIOS = 129
USUAL_WEIGHT = 4.0
Whole = NDArray[np.int64]
Columns = NDArray[np.float64]
Number = TypeVar("Number", np.uint32, np.float32)
GRID_VERSION = 1
LARGEST_MINUTES = 2**24


@dataclass(slots=True)
class LawBook:
    """Collects the laws of a plan, each once, and lays them out for the kernel."""

    _count: int = 0
    _others: dict[tuple[Estimate, bool], int] = field(default_factory=dict)
    _points: list[tuple[type, Whole, Columns]] = field(default_factory=list)

    def three_points(self, kind: type, points: Columns) -> Whole:
        """Return the rows of many triangles, or usual PERTs, whose low lies below their high.

        ``points`` (3, laws) are low, mode and high.
        """
        first, place = _distinct(points)
        rows = self._count + np.arange(len(first))
        self._points.append((kind, rows, points[:, first]))
        self._count += len(first)
        return rows[place]

    def number(self, estimate: Estimate, *, cut_at_zero: bool = True) -> int:
        """Return the row of a law, adding it where it is new."""
        asked = (estimate, cut_at_zero)
        if asked not in self._others:
            self._others[asked] = self._count
            self._count += 1
        return self._others[asked]

    def lay_out(self) -> Laws:
        """Return the arrays of every law asked for so far."""
        layout = _Layout(self._count)
        for kind, rows, columns in self._points:
            layout.three_points(kind, rows, columns)
        for (estimate, cut), row in self._others.items():
            layout.add(row, estimate, cut=cut)
        return layout.laws()


def certain_value(estimate: Estimate) -> int | None:
    """Return the one value that the law can take, or None where it has more.

    Examples
    --------
    >>> certain_value(Pert(5, 5, 5)), certain_value(Uniform(1, 2))
    (5, None)
    """
    match estimate:
        case Fixed(value):
            return value
        case Normal(mean, sd) | LognormalMoments(mean, sd) if sd == 0:
            return mean
        case Exponential(mean) if mean == 0:
            return 0
        case Discrete(values):
            possible = {value for value, probability in values if probability > 0}
            return possible.pop() if len(possible) == 1 else None
        case Trigen(low, _, high) | LognormalPercentiles(low, high):
            return low if low == high else None
        case Uniform(low, high) | Triangular(low, _, high) | Pert(low, _, high):
            return low if low == high else None
        case PertClassical(low, _, high) if low == high:
            return low
    return None


def _distinct(points: Columns) -> tuple[Whole, Whole]:
    """Return the first of all columns that are alike, in order, and which of these each is like."""
    low, mode, high = points
    # Columns alike stand side by side in this order; seldom does another come between them,
    # and then they count as two.
    order = np.argsort(low + mode * math.sqrt(2) + high * math.sqrt(3), kind="stable")
    ordered = points[:, order]
    begins = np.ones(len(order), np.bool_)
    begins[1:] = (ordered[:, 1:] != ordered[:, :-1]).any(axis=0)
    if begins.all():
        return np.arange(len(order)), np.arange(len(order))
    first = order[begins]
    in_order = np.argsort(first)
    place_of, place = np.empty(len(first), np.int64), np.empty(len(order), np.int64)
    place_of[in_order] = np.arange(len(first))
    place[order] = place_of[np.cumsum(begins) - 1]
    return first[in_order], place


class _Layout:
    """Rows under construction; see :class:`simulations.engine.kernels.rows.Laws`."""

    def __init__(self, laws: int) -> None:
        self.kind = np.zeros(laws, np.int8)
        self.place = np.zeros(laws, np.int32)
        self.shape = np.zeros((laws, 5), np.float32)
        self.packed: list[NDArray[np.uint32]] = []
        self.wide: list[NDArray[np.float32]] = []
        self.steps: list[tuple[list[int], list[int]]] = []
        self._packed_rows = 0

    def fix(self, row: int, value: int) -> None:
        self.kind[row], self.place[row] = FIXED, _checked(value)

    def uniform(self, row: int, law: Uniform) -> None:
        self.kind[row] = UNIFORM
        self.shape[row, :2] = _checked(law.low) + 0.5, _checked(law.high) + 0.5

    def add(self, row: int, estimate: Estimate, *, cut: bool) -> None:
        certain = certain_value(estimate)
        if certain is not None:
            self.fix(row, max(certain, 0) if cut else certain)
        elif isinstance(estimate, Triangular | PertClassical) or (
            isinstance(estimate, Pert) and estimate.weight == USUAL_WEIGHT
        ):
            points = np.array([[estimate.low], [estimate.mode], [estimate.high]], np.float64)
            self.three_points(type(estimate), np.array([row]), points)
        elif isinstance(estimate, Uniform):
            self.uniform(row, estimate)
        elif isinstance(estimate, Discrete):
            self.discrete(row, estimate, cut=cut)
        elif isinstance(estimate, Pert):
            self.tabulate(row, *tabulate(estimate))
        else:
            self.tabulate(row, *tabulate(estimate, cut_at_zero=cut))

    def three_points(self, kind: type, rows: Whole, points: Columns) -> None:
        _checked(points[2].max())
        if kind is Triangular:
            self.triangles(rows, points)
        else:
            self.perts(rows, points, None if kind is PertClassical else USUAL_WEIGHT)

    def triangles(self, rows: Whole, points: Columns) -> None:
        low, mode, high = points
        span = high - low
        self.kind[rows] = TRIANGLE
        self.shape[rows] = np.stack(
            (low + 0.5, high + 0.5, (mode - low) / span, span * (mode - low), span * (high - mode)),
            axis=1,
        )

    def discrete(self, row: int, law: Discrete, *, cut: bool) -> None:
        begins, total = [0], 0.0
        values = sorted((v, p) for v, p in law.values if p > 0)
        if cut:
            values = [(v, p) for v, p in values if v >= 0]
        weight = sum(p for _, p in values)
        if not values or weight <= 0:
            raise PlanError("A discrete estimate needs a value of at least zero.")
        for _, probability in values[:-1]:
            total += probability / weight
            begins.append(round(total * int(FULL)))
        self.kind[row], self.place[row] = DISCRETE, len(self.steps)
        self.steps.append((begins, [_checked(v) for v, _ in values]))

    def tabulate(self, row: int, lower: Knots, upper: Knots) -> None:
        _checked(float(lower[-1]))
        # A tail may reach further than can be counted; nobody's plan does.
        lower, upper = np.minimum(lower, LARGEST_MINUTES), np.minimum(upper, LARGEST_MINUTES)
        low, high = float(lower[0]), float(upper[0])
        span = high - low
        quartiles = float(upper[-2 * 16] - lower[-2 * 16])
        words = _pack((lower - low) / span, (upper - low) / span)
        if words is None or span / VALUE_MAX > max(0.25, 2e-5 * quartiles):
            self.kind[row], self.place[row] = WIDE, len(self.wide)
            self.wide.append(np.concatenate((lower, upper)).astype(np.float32))
            return
        self.kind[row], self.place[row] = PACKED, self._packed_rows
        self.shape[row, :2] = low + 0.5, span / VALUE_MAX
        self.packed.append(words[None, :])
        self._packed_rows += 1

    def perts(self, rows: Whole, points: Columns, weight: float | None) -> None:
        low, mode, high = points
        span = high - low
        tables = np.empty((len(rows), 2 * TAIL_CELLS), np.uint32)
        knots = np.empty(TAIL_CELLS + 1, np.int32)
        pack_beta_tables((mode - low) / span, beta_grid(weight), knots, tables)
        self.kind[rows] = PACKED
        self.place[rows] = self._packed_rows + np.arange(len(rows))
        self.shape[rows, 0] = low + 0.5
        self.shape[rows, 1] = span / VALUE_MAX
        self.packed.append(tables)
        self._packed_rows += len(rows)

    def laws(self) -> Laws:
        steps = max((len(values) for _, values in self.steps), default=1)
        threshold = np.zeros((max(len(self.steps), 1), steps), np.int32)
        value = np.zeros_like(threshold)
        for row, (begins, values) in enumerate(self.steps):
            threshold[row, : len(begins)] = begins
            value[row] = values + values[-1:] * (steps - len(values))
        return Laws(
            kind=self.kind,
            place=self.place,
            shape=self.shape,
            packed=_stacked(self.packed, 2 * TAIL_CELLS, np.uint32),
            wide=_stacked([row[None, :] for row in self.wide], 2 * (TAIL_CELLS + 1), np.float32),
            threshold=threshold,
            value=value,
        )


def _checked(minutes: float) -> int:
    if abs(minutes) > LARGEST_MINUTES:
        raise PlanError("An estimate is longer than the engine can count (16 million minutes).")
    return int(minutes)


def _stacked(parts: Sequence[NDArray[Number]], width: int, dtype: type[Number]) -> NDArray[Number]:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.zeros((1, width), dtype)


def _pack(lower: Knots, upper: Knots) -> NDArray[np.uint32] | None:
    """Pack the unit inverse of both tails, or None where a step is too long."""
    words = np.empty(2 * TAIL_CELLS, np.uint32)
    for half, knots in enumerate((lower, upper)):
        value = np.rint(np.clip(knots, 0.0, 1.0) * VALUE_MAX).astype(np.int64)
        step = np.abs(np.diff(value))
        if step.max() > STEP_MAX:
            return None
        words[half * TAIL_CELLS : (half + 1) * TAIL_CELLS] = (value[:-1] << 14) | step
    return words


@compiled
def pack_beta_tables(
    ratio: NDArray[np.float64],
    grid: NDArray[np.float64],
    knots: NDArray[np.int32],
    tables: NDArray[np.uint32],
) -> None:
    """Fill packed tables of unit betas by cubic interpolation over the mode's place.

    ``knots`` is room for those of one tail: found first, then packed, both in vector code.
    """
    last = grid.shape[0] - 1
    for row in range(len(ratio)):
        for half in range(2):
            place = (ratio[row] if half == 0 else 1.0 - ratio[row]) * last
            first = min(max(int(place) - 1, 0), last - 3)
            t = place - first
            c0 = -(t - 1.0) * (t - 2.0) * (t - 3.0) / 6.0
            c1 = t * (t - 2.0) * (t - 3.0) / 2.0
            c2 = -t * (t - 1.0) * (t - 3.0) / 2.0
            c3 = t * (t - 1.0) * (t - 2.0) / 6.0
            g0, g1, g2, g3 = grid[first], grid[first + 1], grid[first + 2], grid[first + 3]
            for k in range(TAIL_CELLS + 1):
                unit = c0 * g0[k] + c1 * g1[k] + c2 * g2[k] + c3 * g3[k]
                knots[k] = np.int32(min(max(unit, 0.0), 1.0) * VALUE_MAX + 0.5)
            if half:
                for k in range(TAIL_CELLS + 1):
                    knots[k] = np.int32(VALUE_MAX) - knots[k]
            table = tables[row, half * TAIL_CELLS : (half + 1) * TAIL_CELLS]
            for k in range(TAIL_CELLS):
                step = abs(np.int32(knots[k + 1] - knots[k]))
                table[k] = np.uint32(np.int32(knots[k] << np.int32(14)) | np.int32(step))


@lru_cache(maxsize=2)
def beta_grid(weight: float | None) -> NDArray[np.float64]:
    """Return the lower-tail inverse of the PERT family on [0, 1] over its mode.

    Parameters
    ----------
    weight : float or None
        λ, or None for the classical law.

    Returns
    -------
    grid : ndarray (129, 385)
        Row r is the law with its mode at r/128. Kept on disk once computed.
    """
    name = "classical" if weight is None else f"{weight:g}"
    path = CACHE_FOLDER / f"pert-{name}-{GRID_VERSION}.npy"
    kept = _kept_grid(path)
    if kept is not None:
        return kept
    shapes = [beta_shape(r, weight) for r in np.linspace(0.0, 1.0, GRID_RATIOS)]
    grid = np.stack([special.betaincinv(a, b, TAIL_KNOTS) for a, b in shapes])
    _keep_grid(path, grid)
    return grid


def _kept_grid(path: Path) -> NDArray[np.float64] | None:
    try:
        grid = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return grid if grid.shape == (GRID_RATIOS, TAIL_KNOTS.size) else None


def _keep_grid(path: Path, grid: NDArray[np.float64]) -> None:
    """Write aside and rename, so that another process never reads half a table."""
    try:
        aside = path.with_name(f"{path.name}.{id(grid):x}.tmp.npy")
        np.save(aside, grid, allow_pickle=False)
        aside.replace(path)
    except OSError:
        return
