"""Plan to arrays: what each task draws, and how it is scheduled.

Core lowers the plan to its scheduling network, the same that gives the exact
schedule; here it becomes arrays. Where all work goes by one calendar and
nothing needs late dates to be scheduled, every date is a count of working
minutes and the short kernel serves; else the kernel with calendars does.
"""

from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planning.core.distributions import Discrete, Estimate, Fixed, Pert
from planning.core.plan import Impact, Plan, Risk, Task, TaskKind
from planning.core.scheduling.lowering import lower as lower_schedule
from planning.core.scheduling.network import Node, Program, State
from planning.core.scheduling.outline import Outline
from simulations.engine.calendar_lowering import CalendarSide, effort_order, lower_calendars
from simulations.engine.correlation import copula
from simulations.engine.kernel import NEVER, Network
from simulations.engine.laws import negative_share
from simulations.engine.network import Note
from simulations.engine.one_calendar import is_on_one_calendar, no_links, one_calendar_links
from simulations.engine.options import SimulationOptions
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
        count = len(self.tasks)
        nothing = np.zeros(count + 1, np.int32)
        certain = self.net._replace(
            law=np.arange(count, dtype=np.int32),
            existence=np.full(count, FULL, np.int32),
            impact_first=nothing,
            mix_first=nothing,
            risk_chance=self.net.risk_chance[:0],
            factor_stream=self.net.factor_stream[:0],
        )
        laws = self.laws._replace(
            kind=np.full(count, FIXED, np.int8),
            place=self.planned_minutes,
            shape=np.zeros((count, 5), np.float32),
        )
        return self.with_arrays(certain, laws)


def lower(plan: Plan, options: SimulationOptions) -> Lowered:
    """Lower a plan to arrays.

    Raises
    ------
    PlanError
        If the plan can't be scheduled: a circle, an unknown task or calendar,
        a calendar without working time.
    """
    network, outline = lower_schedule(plan)
    keys = [network.nodes[number].task.key for number in network.order]
    keys += effort_order(plan, outline.efforts)
    keys += reversed(outline.summaries)
    tasks = [plan.task(key) for key in keys]
    place = {key: row for row, key in enumerate(keys)}
    notes: list[Note] = []
    book = LawBook()
    nodes = [network.nodes[number] for number in network.order]
    draws = _Draws(plan, options, nodes, tasks, place, book, notes)
    one = is_on_one_calendar(plan, network, outline)
    links = one_calendar_links(plan, network, len(tasks)) if one else no_links(len(tasks))
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
        leaves=len(nodes),
        planned_minutes=draws.planned_minutes,
        is_uncertain=draws.is_uncertain,
        is_monotone=draws.is_monotone,
        risks=draws.risks,
        side=None if one else lower_calendars(plan, network, outline, place),
        notes=notes,
    )


def is_open(node: Node) -> bool:
    """Whether anything about a node's duration is still to come."""
    return node.state != State.FINISHED and node.program != Program.FIXED


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


class _Draws:
    """What each task draws: law, risks, existence, correlation."""

    def __init__(
        self,
        plan: Plan,
        options: SimulationOptions,
        nodes: list[Node],
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
        nothing = book.number(Fixed(0))
        self.law[:] = nothing
        for row, node in enumerate(nodes):
            self._draw(row, node, notes)
        keys = [task.key for task in tasks]
        self.stream = stream_keys(self._seed, "task", keys)
        self.existence_stream = np.zeros(count, np.uint64)
        for row in np.flatnonzero(self.existence < FULL).tolist():
            self.existence_stream[row] = stream_key(self._seed, "existence", keys[row])
        drawn = frozenset(
            task.key for row, task in enumerate(tasks[: len(nodes)]) if self.is_drawn[row]
        )
        self._add_risks(plan, options, nodes, tasks)
        self._add_mixes(plan, tasks, drawn, notes)

    def _draw(self, row: int, node: Node, notes: list[Note]) -> None:
        """Settle what one leaf draws."""
        task = node.task
        self.planned_minutes[row] = node.remaining
        if not is_open(node):
            self.law[row] = self._book.number(Fixed(node.remaining))
            return
        estimate = estimate_of(task, self._plan, node.remaining)
        self.law[row] = self._book.number(estimate)
        if certain_value(estimate) is None:
            self.is_drawn[row] = self.is_uncertain[row] = True
            self.is_monotone[row] = not isinstance(estimate, Discrete)
            self._note_cut(task, estimate, notes)
        elif task.estimate is None and task.kind is TaskKind.TASK:
            notes.append(Note(f"tasks[{task.key}]", "no estimate and no risk level: certain"))
        if task.existence < 1.0 and node.state == State.NOT_STARTED:
            self.existence[row] = chance(task.existence)
            self.is_uncertain[row], self.is_monotone[row] = True, False

    @staticmethod
    def _note_cut(task: Task, estimate: Estimate, notes: list[Note]) -> None:
        below = negative_share(estimate)
        if below > NOTED_SHARE:
            notes.append(
                Note(
                    f"tasks[{task.key}].estimate",
                    f"{below:.2%} of this estimate would be negative: cut at zero",
                )
            )

    def _add_risks(
        self, plan: Plan, options: SimulationOptions, nodes: list[Node], tasks: list[Task]
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
                if row is not None and row < len(nodes) and is_open(nodes[row]):
                    law = self._book.number(impact.estimate, cut_at_zero=False)
                    impacts[row].append((len(chances) - 1, law, impact.relative))
        for row in impacts:
            self.is_uncertain[row], self.is_monotone[row] = True, False
        flat = [entry for row in range(len(tasks)) for entry in impacts.get(row, ())]
        sizes = [len(impacts.get(row, ())) for row in range(len(tasks))]
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


def first_of(sizes: list[int]) -> NDArray[np.int32]:
    """Return where each run begins when runs of these sizes stand in a row.

    Examples
    --------
    >>> first_of([2, 0, 1]).tolist()
    [0, 2, 2, 3]
    """
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int32)


def _children(
    outline: Outline, tasks: list[Task], place: dict[str, int]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the rows of each summary's children, in the form of the kernel."""
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
