"""What each task of a plan draws: its law, its risks, whether it exists, what it is tied to.

Thousands of tasks are looked at as columns: a Python object for each, or a
question to each, costs as much as its whole table.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planning.core.distributions import Discrete, Estimate, Fixed, Pert, PertClassical, Triangular
from planning.core.plan import Impact, Plan, Risk, Task, TaskKind
from planning.core.scheduling.network import Node, Program, State
from simulations.engine.kernels.rows import FULL
from simulations.engine.lowering.network import Note, Paths
from simulations.engine.lowering.tables import USUAL_WEIGHT, LawBook, certain_value
from simulations.engine.lowering.unheard import unheard
from simulations.engine.options import SimulationOptions
from simulations.engine.sampling.correlation import copula
from simulations.engine.sampling.keyed import stream_key
from simulations.engine.sampling.laws import negative_share
from simulations.engine.sampling.streams import stream_keys

NOTED_SHARE = 1e-6
THREE_POINTS = (Pert, PertClassical, Triangular)


class Leaves(NamedTuple):
    """Leaves in topological order, and what of each is still to come.

    ``is_open`` says whether anything about its duration is, ``is_untouched``
    whether everything is.
    """

    tasks: list[Task]
    remaining: list[int]
    is_open: list[bool]
    is_untouched: list[bool]

    @classmethod
    def of(cls, nodes: list[Node]) -> "Leaves":
        """Return the leaves of the nodes of core's network."""
        return cls(
            [node.task for node in nodes],
            [node.remaining for node in nodes],
            [node.state != State.FINISHED and node.program != Program.FIXED for node in nodes],
            [node.state == State.NOT_STARTED for node in nodes],
        )

    @classmethod
    def untouched(cls, tasks: list[Task]) -> "Leaves":
        """Return leaves whose whole work is still to come."""
        remaining = [
            0 if task.kind is TaskKind.MILESTONE or task.existence == 0 else task.duration_minutes
            for task in tasks
        ]
        everything = [True] * len(tasks)
        return cls(tasks, remaining, everything, everything)

    def estimates(self, plan: Plan) -> list[Estimate]:
        """Return the law of what remains of each."""
        return [
            task.estimate
            if is_open and task.estimate is not None and task.kind is not TaskKind.MILESTONE
            else (estimate_of(task, plan, remaining) if is_open else Fixed(remaining))
            for task, remaining, is_open in zip(
                self.tasks, self.remaining, self.is_open, strict=True
            )
        ]


def estimate_of(task: Task, plan: Plan, remaining: int) -> Estimate:
    """Return the law of what remains of a task: certain where nothing is said.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.plan import ProjectSettings
    >>> plan = Plan(ProjectSettings("", datetime(2026, 1, 5, 8)))
    >>> estimate_of(Task("A", "A", risk_level="high"), plan, 480)
    Pert(low=384, mode=480, high=864, weight=4.0)
    """
    if task.kind is TaskKind.MILESTONE:
        return Fixed(0)
    if task.estimate is not None:
        return task.estimate
    if task.risk_level is None:
        return Fixed(remaining)
    level = plan.project.risk_level(task.risk_level)
    low, mode, high = (round(remaining * one) for one in (level.low, level.mode, level.high))
    return Pert(low, mode, high)


def chance(probability: float) -> int:
    """Return a probability in the units of the kernel's uniforms.

    Examples
    --------
    >>> chance(0.5)
    16777216
    """
    return round(probability * int(FULL))


class Draws:
    """What each task draws, as the arrays of :class:`simulations.engine.kernels.loop.Network`.

    ``tasks`` are the leaves and, after them, what draws nothing.
    """

    def __init__(
        self,
        plan: Plan,
        options: SimulationOptions,
        leaves: Leaves,
        tasks: list[Task],
        place: dict[str, int],
        book: LawBook,
        notes: list[Note],
    ) -> None:
        self._seed, self._place, self._book = options.seed, place, book
        self._paths = Paths(plan)
        count, leaf_count = len(tasks), len(leaves.tasks)
        keys = [task.key for task in tasks]
        self.planned_minutes = np.zeros(count, np.int32)
        self.planned_minutes[:leaf_count] = leaves.remaining
        self.law = np.full(count, book.number(Fixed(0)), np.int32)
        self.is_drawn = np.zeros(count, np.bool_)
        self.is_monotone = np.zeros(count, np.bool_)
        self._draw_laws(leaves, leaves.estimates(plan), notes)
        self.is_uncertain = self.is_drawn.copy()
        self.existence = np.full(count, FULL, np.int32)
        self.existence_stream = np.zeros(count, np.uint64)
        self._draw_existence(leaves)
        self.stream = stream_keys(self._seed, "task", keys)
        self._add_risks(plan, options, leaves, count)
        self._add_mixes(plan, tasks, notes)
        notes.extend(unheard(plan, place, leaf_count, self._paths))

    def _draw_laws(self, leaves: Leaves, estimates: list[Estimate], notes: list[Note]) -> None:
        """Number the laws; three points that rise from nothing or more need no further look."""
        kinds = list(map(type, estimates))
        others = np.ones(len(kinds), np.bool_)
        for kind in THREE_POINTS:
            found = [row for row, one in enumerate(kinds) if one is kind]
            if not found:
                continue
            points = _points_of([estimates[row] for row in found])
            low, _, high, weight = points
            usual = (low >= 0) & (low < high) & (weight == USUAL_WEIGHT)
            if not usual.any():
                continue
            rows = np.array(found, np.int64)[usual]
            self.law[rows] = self._book.three_points(kind, points[:3, usual])
            self.is_drawn[rows] = self.is_monotone[rows] = True
            others[rows] = False
        for row in np.flatnonzero(others).tolist():
            notes.extend(self._draw_other(row, leaves, estimates[row]))

    def _draw_other(self, row: int, leaves: Leaves, estimate: Estimate) -> Iterator[Note]:
        """Number one law of any kind, and yield what a reader must know of it."""
        task = leaves.tasks[row]
        self.law[row] = self._book.number(estimate)
        if not (isinstance(estimate, Pert | Triangular) and 0 <= estimate.low < estimate.high):
            if certain_value(estimate) is not None:
                says_nothing = task.estimate is None and task.kind is TaskKind.TASK
                if leaves.is_open[row] and says_nothing:
                    yield Note(self._paths.of(task), "no estimate and no risk level: certain")
                return
            negative = negative_share(estimate)
            if negative > NOTED_SHARE:
                yield Note(
                    f"{self._paths.of(task)}.estimate",
                    f"{negative:.2%} of this estimate would be negative: cut at zero",
                )
        self.is_drawn[row] = True
        self.is_monotone[row] = not isinstance(estimate, Discrete)

    def _draw_existence(self, leaves: Leaves) -> None:
        shares = [task.existence for task in leaves.tasks]
        if min(shares, default=1.0) >= 1.0:
            return
        for row, task in enumerate(leaves.tasks):
            if task.existence < 1.0 and leaves.is_open[row] and leaves.is_untouched[row]:
                self.existence[row] = chance(task.existence)
                self.is_uncertain[row], self.is_monotone[row] = True, False
                if self.existence[row] < FULL:
                    self.existence_stream[row] = stream_key(self._seed, "existence", task.key)

    def _add_risks(
        self, plan: Plan, options: SimulationOptions, leaves: Leaves, count: int
    ) -> None:
        impacts: dict[int, list[tuple[int, int, bool]]] = defaultdict(list)
        chances, keys = [], []
        for risk in sorted(plan.risks, key=lambda risk: risk.key):
            probability, hits = _risk_state(risk, options)
            if probability <= 0:
                continue
            chances.append(chance(probability))
            keys.append(risk.key)
            for impact in hits:
                row = self._place.get(impact.task)
                if row is not None and row < len(leaves.tasks) and leaves.is_open[row]:
                    law = self._book.number(impact.estimate, cut_at_zero=False)
                    impacts[row].append((len(chances) - 1, law, impact.relative))
        for row in impacts:
            self.is_uncertain[row], self.is_monotone[row] = True, False
        flat = [entry for row in sorted(impacts) for entry in impacts[row]]
        sizes = np.zeros(count, np.int32)
        for row, entries in impacts.items():
            sizes[row] = len(entries)
        self.impact_first = first_of(sizes)
        self.impact_risk = np.array([risk for risk, _, _ in flat], np.int32)
        self.impact_law = np.array([law for _, law, _ in flat], np.int32)
        self.impact_relative = np.array([relative for _, _, relative in flat], np.int8)
        self.risks = keys
        self.risk_chance = np.array(chances, np.int32)
        self.risk_stream = stream_keys(self._seed, "risk", keys)
        self.impact_stream = stream_keys(self._seed, "impact", keys)

    def _add_mixes(self, plan: Plan, tasks: list[Task], notes: list[Note]) -> None:
        self.mix_first = np.zeros(len(tasks) + 1, np.int32)
        self.mix_factor, self.mix_weight = np.zeros(0, np.int32), np.zeros(0, np.float32)
        self.factor_stream = np.zeros(0, np.uint64)
        if not plan.drivers and not plan.correlations:
            return
        drawn = frozenset(tasks[row].key for row in np.flatnonzero(self.is_drawn).tolist())
        found = copula(plan.drivers, plan.correlations, drawn)
        if found.largest_change > 0:
            notes.append(
                Note(
                    "correlations",
                    "the correlations contradict each other: repaired, the largest change is "
                    f"{found.largest_change:.3f}",
                )
            )
        factors = sorted({factor for mix in found.mixes.values() for factor, _ in mix})
        number = {factor: row for row, factor in enumerate(factors)}
        mixes = [found.mixes.get(task.key, []) for task in tasks]
        self.mix_first = first_of([len(mix) for mix in mixes])
        self.mix_factor = np.array([number[f] for mix in mixes for f, _ in mix], np.int32)
        self.mix_weight = np.array([w for mix in mixes for _, w in mix], np.float32)
        self.factor_stream = np.array(
            [stream_key(self._seed, kind, key) for kind, key in factors], np.uint64
        )


def _points_of(laws: list[Any]) -> NDArray[np.float64]:
    """Return low, mode, high and weight (4, laws) of laws of one kind."""
    columns: list[list[float]] = [
        [one.low for one in laws],
        [one.mode for one in laws],
        [one.high for one in laws],
        [one.weight for one in laws] if type(laws[0]) is Pert else [USUAL_WEIGHT] * len(laws),
    ]
    return np.array(columns, np.float64)


def _risk_state(risk: Risk, options: SimulationOptions) -> tuple[float, tuple[Impact, ...]]:
    if options.mitigated and risk.after is not None:
        return risk.after.probability, risk.after.impacts
    return risk.probability, risk.impacts


def first_of(sizes: ArrayLike) -> NDArray[np.int32]:
    """Return where each run begins when runs of these sizes stand in a row.

    Examples
    --------
    >>> first_of([2, 0, 1]).tolist()
    [0, 2, 2, 3]
    """
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int32)
