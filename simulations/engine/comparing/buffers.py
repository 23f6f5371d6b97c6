"""Buffers that make a planned finish as sure as was asked for.

Each buffered task keeps the law of its own duration, so a simulation of the
buffered plan still draws the original work, which starts as soon as it can;
only the plan, and so the promise, has become longer. The size of the whole is
found by scheduling, against the finishes of the *original* plan: never on
padded durations, which would promise more than they hold.

References
----------
.. [1] R. C. Newbold, *Project Management in the Fast Lane*, 1998: the buffer of
   a chain is the root of its squared safeties (RSEM).
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planning.core.distributions import Discrete, Estimate, Fixed
from planning.core.plan import Dependency, LinkType, Plan, PlanError, Task, TaskKind
from planning.core.schedule import Schedule, reschedule, schedule
from simulations.engine.axis import to_minutes
from simulations.engine.comparing.compared import Finishes
from simulations.engine.comparing.comparison import finishes_of
from simulations.engine.comparing.pairing import percentile_minutes
from simulations.engine.engine import simulate
from simulations.engine.lowering.draws import estimate_of
from simulations.engine.lowering.plans import lower
from simulations.engine.lowering.tables import certain_value
from simulations.engine.options import SimulationOptions
from simulations.engine.running.runs import run_of
from simulations.engine.sampling.laws import TAIL_KNOTS, tabulate

PERCENTS = (70, 80, 90, 99)
WEIGHT_ITERATIONS = 10_000
LARGEST_MINUTES = 2**30
MOST_ROUNDS = 6
PROJECT_BUFFER = "BUFFER"


@dataclass(frozen=True, slots=True)
class Buffer:
    """What one task was given, or one buffer that was put in.

    ``criticality`` and ``sd_days`` are what its share comes from; None for a
    feeding or project buffer. ``before`` names the task that a feeding buffer
    protects.
    """

    key: str
    name: str
    minutes: int
    criticality: float | None = None
    sd_days: float | None = None
    before: str = ""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A buffered plan and how sure its finish is.

    ``achieved`` is measured in the futures in which the buffers were sized,
    ``checked`` in those of another seed; both simulate the original work
    against the buffered finish.
    """

    plan: Plan
    buffers: tuple[Buffer, ...]
    finish_before_minutes: int
    finish_minutes: int
    achieved: float
    checked: float
    band: float
    iterations: int
    seed: int


def root_of_squares(safeties: Iterable[float]) -> float:
    """Return the buffer of a chain from what each of its tasks has as safety.

    Examples
    --------
    >>> safe, aggressive = (9, 6, 3), (6, 4, 2)
    >>> root_of_squares(s - a for s, a in zip(safe, aggressive, strict=True)) ** 2
    14.0
    """
    return math.hypot(*safeties)


def adjust(
    plan: Plan,
    percent: int,
    *,
    gathered: bool = False,
    options: SimulationOptions | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> Adjusted:
    """Buffer a plan until its finish is met in ``percent`` of the futures.

    Parameters
    ----------
    plan : Plan
        The original plan.
    percent : int
        70, 80, 90 or 99.
    gathered : bool, optional
        One project buffer at the end, and a feeding buffer where a chain joins
        the longest path (the root of the squared safeties of its tasks),
        instead of a share for each task by CI·σ.
    options : SimulationOptions, optional
        Iterations and seed of the futures in which the buffers are sized.

    Returns
    -------
    Adjusted
        The buffered plan is the original where its finish is sure enough.

    Raises
    ------
    PlanError
        If the plan is empty or certain, or something holds its finish.
    """
    if percent not in PERCENTS:
        raise PlanError("Choose P70, P80, P90 or P99.")
    options = options or SimulationOptions(iterations=100_000)
    weights = _weights(plan, options.seed, lambda share: progress(0.3 * share))
    finishes = _finishes(plan, options, lambda share: progress(0.3 + 0.3 * share))
    other = replace(options, seed=options.seed + 1)
    again = _finishes(plan, other, lambda share: progress(0.6 + 0.3 * share))
    maker = _Gathered(plan, percent) if gathered else _Spread(plan, weights)
    if not maker.can_buffer:
        raise PlanError("No task that is left to do has a range, so there is nothing to buffer.")
    return _sized(plan, maker, percent, finishes, again, options)


def _sized(
    plan: Plan,
    maker: "_Spread | _Gathered",
    percent: int,
    finishes: Finishes,
    again: Finishes,
    options: SimulationOptions,
) -> Adjusted:
    """Return the smallest buffers whose promise holds in the futures of both seeds."""
    share = percent / 100
    band = 1.96 * math.sqrt(share * (1 - share) / options.iterations)
    before = schedule(plan)
    start = _work_of(finishes, before)
    # What is asked of the first futures rises while the second ones hold less than the band.
    wanted = percentile_minutes(finishes.work, percent)
    for _round in range(MOST_ROUNDS):
        size = _smallest(maker, before, finishes, wanted) if start < wanted else 0
        buffered = maker.buffered(size) if size else plan
        found = _work_of(finishes, schedule(buffered))
        achieved, checked = _share_by(finishes, found), _share_by(again, found)
        if min(achieved, checked) >= share - band:
            break
        wanted = max(wanted, percentile_minutes(again.work, percent)) + 1
    return Adjusted(
        plan=buffered,
        buffers=maker.buffers(size) if size else (),
        finish_before_minutes=start,
        finish_minutes=found,
        achieved=achieved,
        checked=checked,
        band=band,
        iterations=options.iterations,
        seed=options.seed,
    )


def _smallest(
    maker: "_Spread | _Gathered", before: Schedule, finishes: Finishes, wanted: int
) -> int:
    """Return the smallest total of minutes whose plan finishes at ``wanted`` or later."""

    def reaches(minutes: int) -> bool:
        return _work_of(finishes, reschedule(before, maker.buffered(minutes))) >= wanted

    high = 60
    while not reaches(high):
        high *= 4
        if high > LARGEST_MINUTES:
            raise PlanError(
                "A constraint or a manual date holds the finish, so no buffer can move it."
            )
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high


class _Spread:
    """A share of the whole for each task, by CI·σ."""

    def __init__(self, plan: Plan, weights: Sequence[tuple[Task, float, float]]) -> None:
        self._plan, self._weights = plan, weights
        self._sum = sum(criticality * sd for _, criticality, sd in weights)

    @property
    def can_buffer(self) -> bool:
        return self._sum > 0

    def buffered(self, minutes: int) -> Plan:
        given = {buffer.key: buffer.minutes for buffer in self.buffers(minutes)}
        tasks = tuple(
            _longer(task, self._plan, given[task.key]) if given.get(task.key) else task
            for task in self._plan.tasks
        )
        return replace(self._plan, tasks=tasks)

    def buffers(self, minutes: int) -> tuple[Buffer, ...]:
        return tuple(
            Buffer(task.key, task.name, part, criticality, sd)
            for task, criticality, sd in self._weights
            if (part := round(minutes * criticality * sd / self._sum))
        )


class _Gathered:
    """One project buffer of the whole, and feeding buffers where chains join."""

    def __init__(self, plan: Plan, percent: int) -> None:
        self._plan = plan
        self._dates = schedule(plan)
        self._safety = {task.key: _safety(task, plan, percent) for task in _open(plan)}
        self._feeding = tuple(self._feeding_buffers())

    @property
    def can_buffer(self) -> bool:
        return any(self._safety.values())

    def buffered(self, minutes: int) -> Plan:
        tasks = [*self._plan.tasks]
        links = [*self._plan.dependencies]
        for feeding, fed in self._feeding:
            tasks.append(_buffer_task(feeding))
            links += [Dependency(fed, feeding.key), Dependency(feeding.key, feeding.before)]
        if minutes:
            whole = self._project_buffer(minutes)
            tasks.append(_buffer_task(whole))
            links += [Dependency(key, whole.key) for key in self._ends()]
        return replace(self._plan, tasks=tuple(tasks), dependencies=tuple(links))

    def buffers(self, minutes: int) -> tuple[Buffer, ...]:
        return (self._project_buffer(minutes), *(feeding for feeding, _ in self._feeding))

    def _project_buffer(self, minutes: int) -> Buffer:
        return Buffer(self._free_key(PROJECT_BUFFER), "Project buffer", minutes)

    def _feeding_buffers(self) -> Iterable[tuple[Buffer, str]]:
        """Yield a buffer for each chain that joins the longest path, and its last task."""
        for link in sorted(self._plan.dependencies, key=lambda one: one.key):
            joins = link.type is LinkType.FS and link.predecessor in self._safety
            if not joins or self._is_long(link.predecessor) or not self._is_long(link.successor):
                continue
            chain = self._chain(link.predecessor)
            minutes = round(root_of_squares(self._safety[key] for key in chain))
            if minutes:
                key = self._free_key(f"{PROJECT_BUFFER}-{link.predecessor}-{link.successor}")
                name = f"Feeding buffer after {self._plan.task(link.predecessor).name}"
                yield Buffer(key, name, minutes, before=link.successor), link.predecessor

    def _chain(self, last: str) -> list[str]:
        """Return the tasks that drive ``last``, back to the longest path."""
        chain: list[str] = []
        key: str | None = last
        while key in self._safety and key not in chain and not self._is_long(key):
            chain.append(key)
            reasons = self._dates.tasks[key].driven_by
            key = next((one.id for one in reasons if one.kind == "dependency"), None)
        return chain

    def _ends(self) -> list[str]:
        """Return the leaves that nothing waits for."""
        waited = {link.predecessor for link in self._plan.dependencies}
        return [task.key for task in self._plan.leaves() if task.key not in waited and task.active]

    def _is_long(self, key: str) -> bool:
        found = self._dates.tasks.get(key)
        return found is not None and found.on_longest_path

    def _free_key(self, key: str) -> str:
        while self._plan.has_task(key):
            key += "'"
        return key


def _buffer_task(buffer: Buffer) -> Task:
    """Return a task that is planned and never worked: no future draws it longer than 0."""
    return Task(buffer.key, buffer.name, duration_minutes=buffer.minutes, estimate=Fixed(0))


def _longer(task: Task, plan: Plan, minutes: int) -> Task:
    """Return the task planned longer, with the law of its original work written out."""
    remaining = _remaining(task, plan)
    law: Estimate = estimate_of(task, plan, remaining)
    if plan.has_begun(task):
        return replace(task, remaining_minutes=remaining + minutes, estimate=law)
    return replace(task, duration_minutes=task.duration_minutes + minutes, estimate=law)


def _remaining(task: Task, plan: Plan) -> int:
    if not plan.has_begun(task):
        return task.duration_minutes
    if task.remaining_minutes is not None:
        return task.remaining_minutes
    return round(task.duration_minutes * (1 - task.percent_complete / 100))


def _open(plan: Plan) -> list[Task]:
    """Return the tasks that work is left on and that a buffer can lengthen."""
    return [
        task
        for task in plan.leaves()
        if task.kind is TaskKind.TASK
        and task.active
        and not task.is_finished
        and not task.is_manual
    ]


def _safety(task: Task, plan: Plan, percent: int) -> float:
    """Return how much longer than planned a task may take, at that chance."""
    law = estimate_of(task, plan, _remaining(task, plan))
    if certain_value(law) is not None or isinstance(law, Discrete):
        return 0.0
    _lower, upper = tabulate(law)
    quantile = float(np.interp(1 - percent / 100, TAIL_KNOTS, upper))
    return max(quantile - _remaining(task, plan), 0.0)


def _weights(
    plan: Plan, seed: int, progress: Callable[[float], None]
) -> list[tuple[Task, float, float]]:
    """Return each open task with its criticality and the days of its σ."""
    options = SimulationOptions(iterations=WEIGHT_ITERATIONS, seed=seed)
    found = {task.key: task for task in simulate(plan, options, progress=progress).tasks}
    return [
        (task, found[task.key].criticality or 0.0, found[task.key].sd_duration_days or 0.0)
        for task in _open(plan)
        if task.key in found
    ]


def _finishes(
    plan: Plan, options: SimulationOptions, progress: Callable[[float], None]
) -> Finishes:
    return finishes_of(plan, run_of(plan, lower(plan, options)), options, progress=progress)


def _work_of(finishes: Finishes, dates: Schedule) -> int:
    """Return a planned finish in the working minutes in which finishes are counted."""
    from_epoch = to_minutes(dates.finish)
    axis = finishes.axis.covering(from_epoch)
    return int(axis.work_before(from_epoch)) - finishes.origin


def _share_by(finishes: Finishes, minutes: int) -> float:
    return float(np.count_nonzero(finishes.work <= minutes)) / len(finishes.work)
