"""Plan to arrays: what each task draws, and when it may start.

On one calendar every date becomes a count of working minutes from the
project's start: a plan may come this way if all its tasks work by the same
hours and nothing in it needs a backward pass to be scheduled.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from planning.core.distributions import Discrete, Estimate, Fixed, Pert
from planning.core.plan import (
    ConstraintType,
    Impact,
    LinkType,
    Plan,
    PlanError,
    Risk,
    Task,
    TaskKind,
)
from simulations.engine.axis import Axis, Hours, resolve, to_minutes
from simulations.engine.correlation import copula
from simulations.engine.kernel import FF, FS, NEVER, SF, SS, Network
from simulations.engine.laws import negative_share
from simulations.engine.network import Note, Shape, shape_of
from simulations.engine.options import SimulationOptions
from simulations.engine.rows import FIXED, FULL, Laws
from simulations.engine.sampling import stream_key, stream_keys
from simulations.engine.tables import LawBook, certain_value

LINK_KINDS = {LinkType.FS: FS, LinkType.SS: SS, LinkType.FF: FF, LinkType.SF: SF}
MINUTES_PER_CIVIL_DAY = 1440
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
    axis: Axis
    origin: int
    notes: list[Note]

    def with_arrays(self, net: Network, laws: Laws) -> "Lowered":
        """Return the same plan with other arrays for the kernel."""
        return replace(self, net=net, laws=laws)

    def planned(self) -> tuple[Network, Laws]:
        """Return the same network with every duration as planned."""
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
        return certain, laws


def lower(plan: Plan, options: SimulationOptions) -> Lowered:
    """Lower a plan to arrays.

    Raises
    ------
    PlanError
        If the plan can't be scheduled: a circle, an unknown task or calendar,
        a calendar without working time.
    """
    shape = shape_of(plan)
    _refuse_what_needs_more(plan, shape)
    notes: list[Note] = []
    tasks = shape.leaves + shape.summaries
    place = {task.key: row for row, task in enumerate(tasks)}
    book = LawBook()
    draws = _Draws(plan, options, shape, place, book, notes)
    axis, origin = _project_axis(plan, shape)
    time = _Times(plan, shape, place, axis, origin)
    net = Network(
        law=draws.law,
        stream=draws.stream,
        bound=time.bound,
        finish_bound=time.finish_bound,
        link_first=time.link_first,
        link_task=time.link_task,
        link_kind=time.link_kind,
        link_lag=time.link_lag,
        existence=draws.existence,
        existence_stream=draws.existence_stream,
        may_end=time.may_end,
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
        child_first=time.child_first,
        child=time.child,
        target=time.target,
    )
    return Lowered(
        net=net,
        laws=book.lay_out(),
        tasks=tasks,
        leaves=len(shape.leaves),
        planned_minutes=draws.planned_minutes,
        is_uncertain=draws.is_uncertain,
        is_monotone=draws.is_monotone,
        risks=draws.risks,
        axis=axis,
        origin=origin,
        notes=notes,
    )


def _refuse_what_needs_more(plan: Plan, shape: Shape) -> None:
    """Refuse what one count of working minutes can't express."""
    calendars = {task.calendar or plan.project.calendar for task in shape.leaves}
    hours = [resolve(plan.calendars, key) for key in sorted(calendars)]
    wishes = {
        wish.type
        for task in shape.leaves
        for wish in (task.constraint, task.constraint2)
        if wish is not None
    }
    simple = {ConstraintType.ASAP, ConstraintType.SNET, ConstraintType.FNET}
    odd_links = any(
        (link.lag.elapsed and link.lag.minutes)
        or link.lag.percent is not None
        or (link.lag.minutes and (link.lag_calendar or plan.project.lag_calendar) == "24h")
        for link in shape.links
    )
    odd_tasks = any(
        task.elapsed or task.is_manual or task.is_started or task.kind is TaskKind.EFFORT
        for task in shape.leaves
    )
    if any(one != hours[0] for one in hours[1:]) or wishes - simple or odd_links or odd_tasks:
        raise PlanError("The engine can't simulate this plan's calendars or constraints yet.")


def estimate_of(task: Task, plan: Plan) -> Estimate:
    """Return the law of what remains of a task: certain where nothing is said.

    Examples
    --------
    >>> from planning.core.plan import ProjectSettings
    >>> plan = Plan(ProjectSettings("", datetime(2026, 1, 5, 8)))
    >>> estimate_of(Task("A", "A", duration_minutes=480, risk_level="high"), plan)
    Pert(low=384, mode=480, high=864, weight=4.0)
    """
    if task.is_finished:
        return Fixed(0)
    if task.estimate is not None:
        return task.estimate
    left = remaining_minutes(task)
    if task.risk_level is None or task.kind is not TaskKind.TASK:
        return Fixed(left)
    level = plan.project.risk_level(task.risk_level)
    return Pert(round(left * level.low), round(left * level.mode), round(left * level.high))


def remaining_minutes(task: Task) -> int:
    """Return the planned working minutes that are still to be done."""
    if task.is_finished:
        return 0
    if task.remaining_minutes is not None:
        return task.remaining_minutes
    if not task.is_started:
        return task.duration_minutes
    return round(task.duration_minutes * (1.0 - task.percent_complete / 100.0))


def chance(probability: float) -> int:
    """Return a probability in the units of the kernel's uniforms."""
    return round(probability * int(FULL))


class _Draws:
    """What each task draws: law, risks, existence, correlation."""

    def __init__(
        self,
        plan: Plan,
        options: SimulationOptions,
        shape: Shape,
        place: dict[str, int],
        book: LawBook,
        notes: list[Note],
    ) -> None:
        self._plan, self._seed, self._place, self._book = plan, options.seed, place, book
        tasks = shape.leaves + shape.summaries
        count = len(tasks)
        self.law = np.zeros(count, np.int32)
        self.planned_minutes = np.zeros(count, np.int32)
        self.is_uncertain = np.zeros(count, np.bool_)
        self.is_monotone = np.zeros(count, np.bool_)
        self.existence = np.full(count, FULL, np.int32)
        nothing = book.number(Fixed(0))
        for row, task in enumerate(tasks):
            if row >= len(shape.leaves):
                self.law[row] = nothing
                continue
            estimate = estimate_of(task, plan)
            self.law[row] = book.number(estimate)
            self.planned_minutes[row] = remaining_minutes(task)
            if certain_value(estimate) is None:
                self.is_uncertain[row] = True
                self.is_monotone[row] = not isinstance(estimate, Discrete)
                self._note_cut(task, estimate, notes)
            elif task.estimate is None and task.kind is TaskKind.TASK and not task.is_finished:
                notes.append(Note(f"tasks[{task.key}]", "no estimate and no risk level: certain"))
            if task.existence < 1.0 and not task.is_started:
                self.existence[row] = chance(task.existence)
                self.is_uncertain[row], self.is_monotone[row] = True, False
        keys = [task.key for task in tasks]
        self.stream = stream_keys(self._seed, "task", keys)
        self.existence_stream = np.zeros(count, np.uint64)
        for row in np.flatnonzero(self.existence < FULL).tolist():
            self.existence_stream[row] = stream_key(self._seed, "existence", keys[row])
        drawn = frozenset(
            task.key
            for row, task in enumerate(shape.leaves)
            if certain_value(estimate_of(task, plan)) is None
        )
        self._add_risks(plan, options, tasks)
        self._add_mixes(plan, tasks, drawn, notes)

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

    def _add_risks(self, plan: Plan, options: SimulationOptions, tasks: list[Task]) -> None:
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
                if row is not None and not tasks[row].is_finished:
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


def _dates_of(plan: Plan, shape: Shape) -> list[datetime]:
    """Return every date that binds the schedule or is counted against."""
    project = plan.project
    dates = [project.start, project.data_date, project.target, project.must_finish_by]
    for task in shape.leaves + shape.summaries:
        dates += [task.actual_start, task.actual_finish, task.target, task.deadline]
        dates += [task.manual_start, task.manual_finish, task.suspended, task.resumed]
        dates += [c.date for c in (task.constraint, task.constraint2) if c is not None]
    return [date for date in dates if date is not None]


def project_hours(plan: Plan) -> Hours:
    """Return the hours of the project calendar."""
    return resolve(plan.calendars, plan.project.calendar)


def _project_axis(plan: Plan, shape: Shape) -> tuple[Axis, int]:
    """Return the project's working time around its dates, and where it starts."""
    dates = _dates_of(plan, shape)
    first = to_minutes(min(dates)) // MINUTES_PER_CIVIL_DAY
    last = to_minutes(max(dates)) // MINUTES_PER_CIVIL_DAY
    axis = Axis.build(project_hours(plan), first - 31, last + 366)
    return axis, int(axis.work_before(to_minutes(plan.project.start)))


class _Times:
    """When each task may start: bounds, links, ends."""

    def __init__(
        self, plan: Plan, shape: Shape, place: dict[str, int], axis: Axis, origin: int
    ) -> None:
        tasks = shape.leaves + shape.summaries
        count = len(tasks)
        self._axis, self._origin = axis, origin
        project = plan.project
        earliest = 0 if project.data_date is None else max(0, self.work(project.data_date))
        self.bound = np.full(count, earliest, np.int32)
        self.finish_bound = np.full(count, NEVER, np.int32)
        self.target = np.full(count, NEVER, np.int32)
        for row, task in enumerate(tasks):
            if task.target is not None:
                self.target[row] = self.work(task.target)
            for wish in (task.constraint, task.constraint2):
                if wish is not None and wish.date is not None:
                    self._bind(row, wish.type, self.work(wish.date))
        self._link(shape, place, count)
        sizes = [len(shape.children.get(task.key, ())) for task in tasks]
        self.child_first = first_of(sizes)
        self.child = np.array(
            [place[key] for task in tasks for key in shape.children.get(task.key, ())], np.int32
        )

    def work(self, instant: datetime) -> int:
        """Return an instant as working minutes from the project's start."""
        return int(self._axis.work_before(to_minutes(instant))) - self._origin

    def _bind(self, row: int, kind: ConstraintType, work: int) -> None:
        if kind is ConstraintType.SNET:
            self.bound[row] = max(self.bound[row], work)
        elif kind is ConstraintType.FNET:
            self.finish_bound[row] = max(self.finish_bound[row], work)

    def _link(self, shape: Shape, place: dict[str, int], count: int) -> None:
        rows: list[list[tuple[int, int, int]]] = [[] for _ in range(count)]
        self.may_end = np.zeros(count, np.int8)
        self.may_end[: len(shape.leaves)] = 1
        for link in shape.links:
            first, second = place[link.predecessor], place[link.successor]
            rows[second].append((first, LINK_KINDS[link.type], link.lag.minutes))
            if link.type is LinkType.FS and link.lag.minutes >= 0:
                self.may_end[first] = 0
        flat = [link for row in rows for link in sorted(row)]
        self.link_first = first_of([len(row) for row in rows])
        self.link_task = np.array([task for task, _, _ in flat], np.int32)
        self.link_kind = np.array([kind for _, kind, _ in flat], np.int8)
        self.link_lag = np.array([lag for _, _, lag in flat], np.int32)
