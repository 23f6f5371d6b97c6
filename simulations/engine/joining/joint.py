"""Plans that wait for one another, drawn in the same futures.

The plans are joined into one, with their links between each other as links,
and the joined plan is simulated by the kernel as any other. Nothing of a
plan's own changes: its rows keep their calendars, lags and data date, and its
draws are those it has alone. For the uniform of a task is keyed by a seed and
the task's key [:mod:`.sampling`], and each plan brings a seed of its own; in
the joined plan, where keys carry the plan they are of, the streams of draws are
put back to those of the plan alone. So a plan that waits for no other finishes
in each iteration when it does alone, and two plans that call their tasks alike
are independent where their seeds differ.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planning.core.plan import ConstraintType, LagCalendar, Plan, Task, TaskKind
from simulations.engine.axis import project_axis, to_minutes
from simulations.engine.engine import warm
from simulations.engine.joining.plans import SAME_RULES, Joined, JointPart, named
from simulations.engine.kernels.arrays import Stretch
from simulations.engine.kernels.rows import BLOCK
from simulations.engine.lowering.plans import Lowered, lower
from simulations.engine.options import SimulationOptions
from simulations.engine.running.runs import run_of
from simulations.engine.running.simulation import Progress, SimulationCancelled
from simulations.engine.running.totals import NO_SCALES, finish_totals
from simulations.engine.sampling.keyed import stream_key

__all__ = ["JointFinishes", "JointPart", "Obstacle", "joint_finishes", "why_not_joined"]


@dataclass(frozen=True, slots=True)
class JointFinishes:
    """When a project finishes in each iteration.

    Attributes
    ----------
    work : int64 (iterations,)
        Working minutes from the project's start, on its own project calendar.
    instants : int64 (iterations,)
        Minutes since 1970 of the project's wall clock.
    """

    work: NDArray[np.int64]
    instants: NDArray[np.int64]


class Obstacle(NamedTuple):
    """Why a plan can't be joined to another: a code, and what a sentence about it names."""

    code: str
    values: Mapping[str, str] = MappingProxyType({})


def why_not_joined(part: Plan, first: Plan) -> Obstacle | None:
    """Return why a plan can't be joined to another, None where it can.

    Joined plans share one network, whose rules must be the same and which has
    one finish to be late against. Each code has its sentence in
    ``lineo/portfolio/obstacles.py``.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from datetime import datetime
    >>> from planning.core.plan import ProjectSettings, Rules
    >>> one = Plan(ProjectSettings("One", datetime(2026, 1, 5, 8)), tasks=(Task("A", "A"),))
    >>> why_not_joined(replace(one, project=replace(one.project, rules=Rules.P6)), one)
    Obstacle(code='rules', values={'rules': 'p6', 'others': 'lineo'})
    """
    ours, theirs = part.project, first.project
    if ours.rules != theirs.rules:
        return Obstacle("rules", {"rules": str(ours.rules), "others": str(theirs.rules)})
    if any(getattr(ours, name) != getattr(theirs, name) for name in SAME_RULES):
        return Obstacle("settings")
    if ours.time_zone != theirs.time_zone:
        return Obstacle("time_zone", {"zone": ours.time_zone, "others": theirs.time_zone})
    is_shifted = (ours.start, ours.data_date) != (theirs.start, theirs.data_date)
    if is_shifted and str(ours.rules) != "lineo":
        return Obstacle("dates", {"rules": str(ours.rules)})
    if all(task.is_finished or not task.active for task in part.leaves()):
        return Obstacle("no_work")
    if any(_is_late(task) for task in part.tasks):
        return Obstacle("late_tasks")
    if is_shifted and not _has_data_date(part, first):
        return Obstacle("data_date")
    if _has_project_lags(part):
        return Obstacle("project_lags")
    return None


def joint_finishes(
    parts: Sequence[JointPart],
    iterations: int,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, JointFinishes]:
    """Simulate plans that wait for one another; return when each finishes, by project.

    Parameters
    ----------
    parts : sequence of JointPart
        Plans that :func:`why_not_joined` allows to be joined, each with work
        left to do. Links to plans that are not among them hold by the dates
        that were last heard.
    iterations : int
        How many futures.
    progress, cancelled : callable, optional
        As for :func:`simulations.engine.simulate`.

    Raises
    ------
    PlanError
        If the plans can't be scheduled, as where they wait for each other in
        a circle.
    SimulationCancelled
        If ``cancelled`` said so.
    """
    warm()
    options = SimulationOptions(iterations=iterations, output="core")
    joined = Joined.of(parts)
    lowered = lower(joined.plan, options)
    run = run_of(joined.plan, _with_own_draws(lowered, parts, options.seed))
    row_of = {task.key: row for row, task in enumerate(lowered.tasks)}
    ends = [np.array([row_of[key] for key in keys], np.int64) for keys in joined.ends]
    kept = np.zeros((len(parts), -(-iterations // BLOCK) * BLOCK), np.int32)
    rows, totals = run.rows(), finish_totals(np.zeros(BLOCK, np.int32))
    for block in range(kept.shape[1] // BLOCK):
        if cancelled is not None and cancelled():
            raise SimulationCancelled
        first = block * BLOCK
        # Measured, so that the dates of every task are laid out, not the project's alone.
        run.simulate(rows, NO_SCALES, totals, Stretch(block, 1, first, first + BLOCK, block + 1))
        for place, rows_of_part in enumerate(ends):
            found = rows.scratch.finish[rows_of_part].max(axis=0)
            kept[place, first : first + BLOCK] = found
        if progress is not None:
            progress(min((block + 1) * BLOCK / iterations, 1.0))
    return {
        part.project: _finishes(part.plan, run.project_instants(kept[place, :iterations]))
        for place, part in enumerate(parts)
    }


def _finishes(plan: Plan, instants: NDArray[np.int64]) -> JointFinishes:
    """Return when a project finishes: with what is left to do, or with what was done last."""
    done = [task.actual_finish for task in plan.leaves() if task.actual_finish and task.active]
    if done:
        instants = np.maximum(instants, to_minutes(max(done)))
    axis, origin = project_axis(plan)
    axis = axis.covering(int(instants.max(initial=0)))
    work = np.asarray(axis.work_before(instants), np.int64) - origin
    return JointFinishes(work, instants)


def _with_own_draws(lowered: Lowered, parts: Sequence[JointPart], seed: int) -> Lowered:
    """Return the joined plan with each plan's streams of draws as it has them alone."""
    own: dict[int, int] = {}
    for part in parts:
        plan = part.plan
        keys = {
            "task": [task.key for task in plan.tasks],
            "existence": [task.key for task in plan.tasks if task.existence < 1],
            "risk": [risk.key for risk in plan.risks],
            "impact": [risk.key for risk in plan.risks],
            "driver": [driver.key for driver in plan.drivers],
        }
        for kind, own_keys in keys.items():
            for key in own_keys:
                joined = stream_key(seed, kind, named(part.project, key))
                own[joined] = stream_key(part.seed, kind, key)

    def put_back(streams: NDArray[np.uint64]) -> NDArray[np.uint64]:
        return np.array([own.get(one, one) for one in streams.tolist()], np.uint64)

    net = lowered.net
    net = net._replace(
        stream=put_back(net.stream),
        existence_stream=put_back(net.existence_stream),
        risk_stream=put_back(net.risk_stream),
        impact_stream=put_back(net.impact_stream),
        factor_stream=put_back(net.factor_stream),
    )
    return lowered.with_arrays(net, lowered.laws)


def _has_data_date(part: Plan, first: Plan) -> bool:
    """Whether work under way is reckoned alike: with data dates in both, or in neither."""
    told = {plan.project.data_date is not None for plan in (part, first)}
    started = any(
        (task.is_started or task.percent_complete > 0) and not task.is_finished
        for plan in (part, first)
        for task in plan.tasks
    )
    return len(told) == 1 or not started


def _is_late(task: Task) -> bool:
    wishes = (task.constraint, task.constraint2)
    return task.kind is not TaskKind.SUMMARY and any(
        one is not None and one.type is ConstraintType.ALAP for one in wishes
    )


def _has_project_lags(plan: Plan) -> bool:
    return any(
        (one.lag.minutes or one.lag.percent)
        and not one.lag.elapsed
        and (one.lag_calendar or plan.project.lag_calendar) is LagCalendar.PROJECT
        for one in plan.dependencies
    )
