"""Plan to arrays: what each task draws, and how it is scheduled.

Core lowers the plan to its scheduling network, the same that gives the exact
schedule; here it becomes arrays. Where all work goes by one calendar and
nothing needs late dates to be scheduled, every date is a count of working
minutes and the short kernel serves; else the kernel with calendars does.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planning.core.distributions import Discrete, Estimate, Fixed, Pert, Triangular
from planning.core.plan import Impact, Plan, Risk, Task, TaskKind
from planning.core.scheduling.lowering import lower as lower_schedule
from planning.core.scheduling.network import Node, Program, State
from planning.core.scheduling.outline import Outline
from simulations.engine.calendar_lowering import CalendarSide, effort_order, lower_calendars
from simulations.engine.correlation import copula
from simulations.engine.kernel import NEVER, SF, SS, Network
from simulations.engine.laws import negative_share
from simulations.engine.network import Note
from simulations.engine.one_calendar import (
    Links,
    is_on_one_calendar,
    no_links,
    one_calendar_links,
)
from simulations.engine.options import SimulationOptions
from simulations.engine.plain import plain_plan
from simulations.engine.rows import FIXED, FULL, Laws
from simulations.engine.sampling import stream_key, stream_keys
from simulations.engine.tables import LawBook, certain_value

NOTED_SHARE = 1e-6


@dataclass(frozen=True, slots=True)
class Lowered:
    """A plan ready for the kernel.

    ``tasks`` follows the kernel's order: leaves in topological order, then
    summaries, children first. ``is_monotone`` says whose duration rises with
    its own uniform, so that the uniform is the duration's rank.
    """

    net: Network
    laws: Laws
    tasks: list[Task]
    leaves: int
    planned_minutes: NDArray[np.int32]
    is_uncertain: NDArray[np.bool_]
    is_monotone: NDArray[np.bool_]
    risks: list[str]
    side: CalendarSide | None
    notes: list[Note]

    def with_arrays(self, net: Network, laws: Laws) -> "Lowered":
        """Return the same plan with other arrays for the kernel."""
        return replace(self, net=net, laws=laws)

    def as_planned(self) -> "Lowered":
        """Return the same plan with every duration as planned and no risks."""
        nothing = np.zeros(len(self.tasks) + 1, np.int32)
        lowered = self.handed(self.planned_minutes)
        certain = lowered.net._replace(
            existence=np.full(len(self.tasks), FULL, np.int32),
            impact_first=nothing,
            risk_chance=self.net.risk_chance[:0],
        )
        return self.with_arrays(certain, lowered.laws)

    def handed(
        self,
        minutes: NDArray[np.int32],
        *,
        exists: NDArray[np.bool_] | None = None,
        happens: NDArray[np.bool_] | None = None,
    ) -> "Lowered":
        """Return the same plan with its draws handed to it, not drawn.

        Tests enumerate every outcome of a small plan so; the kernel's own steps
        from a duration on (impacts, existence, scheduling) stay as they are.

        Parameters
        ----------
        minutes : int32 (tasks,)
            What each task draws, before risks.
        exists : bool (tasks,), optional
            Whether each task is done at all; all that are certain to be, else.
        happens : bool (risks,), optional
            Whether each of ``risks`` happens; by its own chance, else.
        """
        count, laws = len(self.tasks), self.laws
        handed = self.net._replace(
            law=np.arange(len(laws.kind), len(laws.kind) + count, dtype=np.int32),
            mix_first=np.zeros(count + 1, np.int32),
            factor_stream=self.net.factor_stream[:0],
        )
        if exists is not None:
            handed = handed._replace(existence=np.where(exists, FULL, 0).astype(np.int32))
        if happens is not None:
            handed = handed._replace(risk_chance=np.where(happens, FULL, 0).astype(np.int32))
        fixed = laws._replace(
            kind=np.concatenate((laws.kind, np.full(count, FIXED, np.int8))),
            place=np.concatenate((laws.place, minutes.astype(np.int32))),
            shape=np.concatenate((laws.shape, np.zeros((count, 5), np.float32))),
        )
        return self.with_arrays(handed, fixed)


def lower(plan: Plan, options: SimulationOptions) -> Lowered:
    """Lower a plan to arrays.

    Raises
    ------
    PlanError
        If the plan can't be scheduled: a circle, an unknown task or calendar,
        a calendar without working time.
    """
    plain = plain_plan(plan)
    if plain is not None:
        leaves = [Leaf.untouched(task) for task in plain.leaves]
        others = [*plain.summaries]
        return _assembled(plan, options, leaves, others, plain.outline, plain.links, None)
    network, outline = lower_schedule(plan)
    nodes = [network.nodes[number] for number in network.order]
    leaves = [Leaf.of(node) for node in nodes]
    others = [*effort_order(plan, outline.efforts), *reversed(outline.summaries)]
    count = len(leaves) + len(others)
    if is_on_one_calendar(plan, network, outline):
        links = one_calendar_links(plan, network, count)
        return _assembled(plan, options, leaves, others, outline, links, None)
    keys = [*(leaf.task.key for leaf in leaves), *others]
    side = lower_calendars(plan, network, outline, {key: row for row, key in enumerate(keys)})
    return _assembled(plan, options, leaves, others, outline, no_links(count), side)


class Leaf(NamedTuple):
    """A leaf in topological order, and what of it is still to come.

    ``is_open`` says whether anything about its duration is, ``is_untouched``
    whether everything is.
    """

    task: Task
    remaining: int
    is_open: bool
    is_untouched: bool

    @classmethod
    def of(cls, node: Node) -> "Leaf":
        """Return the leaf of a node of core's network."""
        return cls(
            node.task,
            node.remaining,
            node.state != State.FINISHED and node.program != Program.FIXED,
            node.state == State.NOT_STARTED,
        )

    @classmethod
    def untouched(cls, task: Task) -> "Leaf":
        """Return a leaf whose whole work is still to come."""
        takes_time = task.kind is not TaskKind.MILESTONE and task.existence != 0
        return cls(task, task.duration_minutes if takes_time else 0, True, True)  # noqa: FBT003


def _assembled(
    plan: Plan,
    options: SimulationOptions,
    leaves: list[Leaf],
    others: list[str],
    outline: Outline,
    links: Links,
    side: CalendarSide | None,
) -> Lowered:
    tasks = [leaf.task for leaf in leaves] + [plan.task(key) for key in others]
    place = {task.key: row for row, task in enumerate(tasks)}
    notes: list[Note] = []
    book = LawBook()
    draws = _Draws(plan, options, leaves, tasks, place, book, notes)
    child_first, child = _children(outline, tasks, place)
    net = Network(
        law=draws.law,
        stream=draws.stream,
        bound=links.bound,
        finish_bound=links.finish_bound,
        link_first=links.first,
        link_task=links.task,
        link_kind=links.kind,
        link_lag=links.lag,
        existence=draws.existence,
        existence_stream=draws.existence_stream,
        may_end=links.may_end,
        keeps_start=_keeps_start(links, child, len(tasks)),
        impact_first=draws.impact_first,
        impact_risk=draws.impact_risk,
        impact_law=draws.impact_law,
        impact_relative=draws.impact_relative,
        risk_chance=draws.risk_chance,
        risk_stream=draws.risk_stream,
        impact_stream=draws.impact_stream,
        mix_first=draws.mix_first,
        mix_factor=draws.mix_factor,
        mix_weight=draws.mix_weight,
        factor_stream=draws.factor_stream,
        child_first=child_first,
        child=child,
        target=np.full(len(tasks), NEVER, np.int32),
    )
    return Lowered(
        net=net,
        laws=book.lay_out(),
        tasks=tasks,
        leaves=len(leaves),
        planned_minutes=draws.planned_minutes,
        is_uncertain=draws.is_uncertain,
        is_monotone=draws.is_monotone,
        risks=draws.risks,
        side=side,
        notes=notes,
    )


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
    """Return a probability in the units of the kernel's uniforms."""
    return round(probability * int(FULL))


def _says_nothing(task: Task) -> bool:
    return task.estimate is None and task.kind is TaskKind.TASK


class _Law(NamedTuple):
    """A law's number, and what matters about it; ``negative`` is the share below zero."""

    number: int
    is_drawn: bool
    is_monotone: bool
    negative: float

    @classmethod
    def of(cls, number: int, estimate: Estimate) -> "_Law":
        """Look at a law."""
        if isinstance(estimate, Pert | Triangular) and 0 <= estimate.low < estimate.high:
            return cls(number, True, True, 0.0)  # noqa: FBT003
        if certain_value(estimate) is not None:
            return cls(number, is_drawn=False, is_monotone=False, negative=0.0)
        is_monotone = not isinstance(estimate, Discrete)
        return cls(number, True, is_monotone, negative_share(estimate))  # noqa: FBT003


class _Draws:
    """What each task draws: law, risks, existence, correlation."""

    def __init__(
        self,
        plan: Plan,
        options: SimulationOptions,
        leaves: list[Leaf],
        tasks: list[Task],
        place: dict[str, int],
        book: LawBook,
        notes: list[Note],
    ) -> None:
        self._plan, self._seed, self._place, self._book = plan, options.seed, place, book
        count = len(tasks)
        self.law = np.zeros(count, np.int32)
        self.planned_minutes = np.zeros(count, np.int32)
        self.is_uncertain = np.zeros(count, np.bool_)
        self.is_monotone = np.zeros(count, np.bool_)
        self.is_drawn = np.zeros(count, np.bool_)
        self.existence = np.full(count, FULL, np.int32)
        nothing = Fixed(0)
        self._laws: dict[Estimate, _Law] = {nothing: _Law.of(book.add(nothing), nothing)}
        self.law[:] = self._laws[nothing].number
        self.planned_minutes[: len(leaves)] = [leaf.remaining for leaf in leaves]
        laws = [self._law_of(leaf) for leaf in leaves]
        self.law[: len(leaves)] = [law.number for law in laws]
        self.is_drawn[: len(leaves)] = [law.is_drawn for law in laws]
        self.is_uncertain[:] = self.is_drawn
        self.is_monotone[: len(leaves)] = [law.is_monotone for law in laws]
        for row, leaf in enumerate(leaves):
            if leaf.task.existence < 1.0 and leaf.is_open and leaf.is_untouched:
                self.existence[row] = chance(leaf.task.existence)
                self.is_uncertain[row], self.is_monotone[row] = True, False
        notes += self._notes(leaves, laws)
        keys = [task.key for task in tasks]
        self.stream = stream_keys(self._seed, "task", keys)
        self.existence_stream = np.zeros(count, np.uint64)
        for row in np.flatnonzero(self.existence < FULL).tolist():
            self.existence_stream[row] = stream_key(self._seed, "existence", keys[row])
        drawn = frozenset(
            keys[row] for row in np.flatnonzero(self.is_drawn[: len(leaves)]).tolist()
        )
        self._add_risks(plan, options, leaves, tasks)
        self._add_mixes(plan, tasks, drawn, notes)

    def _law_of(self, leaf: Leaf) -> "_Law":
        """Return what is known of the law of one leaf, looked at once for each law."""
        estimate = (
            estimate_of(leaf.task, self._plan, leaf.remaining)
            if leaf.is_open
            else Fixed(leaf.remaining)
        )
        known = self._laws.get(estimate)
        if known is None:
            known = self._laws[estimate] = _Law.of(self._book.add(estimate), estimate)
        return known

    @staticmethod
    def _notes(leaves: list[Leaf], laws: list["_Law"]) -> Iterator[Note]:
        """Yield what a reader must know of what leaves draw."""
        for leaf, law in zip(leaves, laws, strict=True):
            if law.negative > NOTED_SHARE:
                yield Note(
                    f"tasks[{leaf.task.key}].estimate",
                    f"{law.negative:.2%} of this estimate would be negative: cut at zero",
                )
            elif not law.is_drawn and leaf.is_open and _says_nothing(leaf.task):
                yield Note(f"tasks[{leaf.task.key}]", "no estimate and no risk level: certain")

    def _add_risks(
        self, plan: Plan, options: SimulationOptions, leaves: list[Leaf], tasks: list[Task]
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
                if row is not None and row < len(leaves) and leaves[row].is_open:
                    law = self._book.number(impact.estimate, cut_at_zero=False)
                    impacts[row].append((len(chances) - 1, law, impact.relative))
        for row in impacts:
            self.is_uncertain[row], self.is_monotone[row] = True, False
        flat = [entry for row in sorted(impacts) for entry in impacts[row]]
        sizes = np.zeros(len(tasks), np.int32)
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

    def _add_mixes(
        self, plan: Plan, tasks: list[Task], drawn: frozenset[str], notes: list[Note]
    ) -> None:
        found = copula(plan.drivers, plan.correlations, drawn)
        if found.largest_change > 0:
            notes.append(
                Note(
                    "correlations",
                    "the correlations contradict each other: repaired, the largest change is "
                    f"{found.largest_change:.3f}",
                )
            )
        if not found.mixes:
            self.mix_first = np.zeros(len(tasks) + 1, np.int32)
            self.mix_factor, self.mix_weight = np.zeros(0, np.int32), np.zeros(0, np.float32)
            self.factor_stream = np.zeros(0, np.uint64)
            return
        factors = sorted({factor for mix in found.mixes.values() for factor, _ in mix})
        number = {factor: row for row, factor in enumerate(factors)}
        mixes = [found.mixes.get(task.key, []) for task in tasks]
        self.mix_first = first_of([len(mix) for mix in mixes])
        self.mix_factor = np.array([number[f] for mix in mixes for f, _ in mix], np.int32)
        self.mix_weight = np.array([w for mix in mixes for _, w in mix], np.float32)
        self.factor_stream = np.array(
            [stream_key(self._seed, kind, key) for kind, key in factors], np.uint64
        )


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


def _keeps_start(links: Links, child: NDArray[np.int32], count: int) -> NDArray[np.int8]:
    """Tell the tasks at whose start a link or a summary looks."""
    keeps = np.zeros(count, np.int8)
    keeps[links.task[(links.kind == SS) | (links.kind == SF)]] = 1
    keeps[child] = 1
    return keeps


def _children(
    outline: Outline, tasks: list[Task], place: dict[str, int]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the rows of each summary's children, in the form of the kernel."""
    if not outline.children:
        return np.zeros(len(tasks) + 1, np.int32), np.zeros(0, np.int32)
    rows = [
        [
            place[child]
            for child in outline.children.get(task.key, ())
            if child not in outline.inactive or task.key in outline.inactive
        ]
        for task in tasks
    ]
    return first_of([len(row) for row in rows]), np.array(
        [child for row in rows for child in row], np.int32
    )
