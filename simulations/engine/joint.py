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

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from planning.core.plan import (
    Calendar,
    ConstraintType,
    Correlation,
    Dependency,
    Driver,
    ExternalLink,
    Impact,
    LagCalendar,
    Plan,
    ProjectSettings,
    Risk,
    Task,
    TaskKind,
)
from planning.core.scheduling.lowering import lower as lower_schedule
from simulations.engine.axis import project_axis, resolve, to_minutes
from simulations.engine.draws import estimate_of
from simulations.engine.engine import warm
from simulations.engine.lowering import Lowered, lower
from simulations.engine.options import SimulationOptions
from simulations.engine.rows import BLOCK
from simulations.engine.runs import run_of
from simulations.engine.sampling import stream_key
from simulations.engine.simulation import (
    NO_SCALES,
    Progress,
    SimulationCancelled,
    finish_totals,
)

__all__ = ["JointFinishes", "JointPart", "joint_finishes", "why_not_joined"]

BAR = "\x1f"
_RULES = ("rules", "out_of_sequence", "honor_constraints", "lag_from_early_start")


@dataclass(frozen=True, slots=True)
class JointPart:
    """One plan of several: what others call its project, and the seed of its draws."""

    project: str
    plan: Plan
    seed: int = 1


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


def why_not_joined(part: Plan, first: Plan) -> str | None:
    """Return why a plan can't be joined to another, None where it can.

    Joined plans share one network, whose rules must be the same and which has
    one finish to be late against.

    Examples
    --------
    >>> from planning.core.plan import ProjectSettings, Rules
    >>> one = Plan(ProjectSettings("One", datetime(2026, 1, 5, 8)), tasks=(Task("A", "A"),))
    >>> why_not_joined(replace(one, project=replace(one.project, rules=Rules.P6)), one)
    'it is scheduled by other rules'
    """
    ours, theirs = part.project, first.project
    if any(getattr(ours, name) != getattr(theirs, name) for name in _RULES):
        return "it is scheduled by other rules"
    if ours.time_zone != theirs.time_zone:
        return "it is in another time zone"
    is_shifted = (ours.start, ours.data_date) != (theirs.start, theirs.data_date)
    if is_shifted and str(ours.rules) != "lineo":
        return "it starts or is reported at another date, by the rules of another tool"
    if all(task.is_finished or not task.active for task in part.leaves()):
        return "it has no work left to do"
    if any(_is_late(task) for task in part.tasks):
        return "it has tasks that are as late as possible"
    if is_shifted and not _has_data_date(part, first):
        return "of work under way one plan tells a data date and the other none"
    if _has_project_lags(part):
        return "it has lags in the project's calendar"
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
    joined = _Joined.of(parts)
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
        run.simulate(rows, NO_SCALES, totals, block, 1, first, first + BLOCK, block + 1)
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


@dataclass(frozen=True, slots=True)
class _Joined:
    """The plans as one, and the leaves of each of which something is left to do.

    Rows are named by project and key. What only late dates depend on is left
    out: deadlines, targets, latest finishes and the limit of float.
    """

    plan: Plan
    ends: list[list[str]]

    @classmethod
    def of(cls, parts: Sequence[JointPart]) -> "_Joined":
        """Join the plans."""
        calendars = _Calendars(parts)
        settings = _settings(parts, calendars)
        projects = {part.project: part for part in parts}
        joiners = [_Joiner(part, projects, calendars, settings) for part in parts]
        plan = Plan(
            settings,
            calendars=tuple(calendars.all()),
            tasks=tuple(task for joiner in joiners for task in joiner.tasks()),
            dependencies=tuple(link for joiner in joiners for link in joiner.links()),
            risks=tuple(risk for part in parts for risk in _risks(part)),
            drivers=tuple(
                Driver(_named(part.project, one.key), one.rho, _all_named(part, one.tasks))
                for part in parts
                for one in part.plan.drivers
            ),
            correlations=tuple(
                Correlation(
                    _named(part.project, one.first), _named(part.project, one.second), one.spearman
                )
                for part in parts
                for one in part.plan.correlations
            ),
        )
        return cls(plan, [joiner.ends() for joiner in joiners])


def _settings(parts: Sequence[JointPart], calendars: "_Calendars") -> ProjectSettings:
    """Return what holds for the joined plan; each part is held back to its own start."""
    first = parts[0].plan.project
    return replace(
        ProjectSettings("", min(part.plan.project.start for part in parts)),
        data_date=_data_date(parts),
        calendar=calendars.name(parts[0], first.calendar),
        minutes_per_day=first.minutes_per_day,
        minutes_per_week=first.minutes_per_week,
        **{name: getattr(first, name) for name in _RULES},
    )


class _Calendars:
    """The calendars of all plans; those with the same hours are one, so that they cost as one."""

    def __init__(self, parts: Sequence[JointPart]) -> None:
        self._parts = parts
        self._names: dict[tuple[str, str], str] = {}
        seen: list[tuple[object, str]] = []
        for part in parts:
            for calendar in part.plan.calendars:
                hours = resolve(part.plan.calendars, calendar.key)
                name = next((name for other, name in seen if other == hours), None)
                if name is None:
                    name = _named(part.project, calendar.key)
                    seen.append((hours, name))
                self._names[part.project, calendar.key] = name

    def name(self, part: JointPart, key: str) -> str:
        """Return what a plan's calendar is called in the joined plan."""
        return self._names[part.project, key]

    def all(self) -> Iterator[Calendar]:
        """Yield every calendar under its own name, whether it is used or not."""
        for part in self._parts:
            for one in part.plan.calendars:
                parent = None if one.parent is None else _named(part.project, one.parent)
                yield replace(one, key=_named(part.project, one.key), parent=parent)


class _Joiner:
    """One plan's tasks and links, as they stand in the joined plan."""

    def __init__(
        self,
        part: JointPart,
        projects: dict[str, JointPart],
        calendars: _Calendars,
        settings: ProjectSettings,
    ) -> None:
        self._part, self._projects, self._calendars = part, projects, calendars
        self._settings = settings
        network, outline = lower_schedule(part.plan)
        self._nodes = {node.task.key: node for node in network.nodes}
        self._inactive = outline.inactive
        own = part.plan.project
        self._from = max(own.start, own.data_date or own.start)

    def tasks(self) -> Iterator[Task]:
        """Yield the plan's tasks."""
        for task in self._part.plan.tasks:
            yield self._task(task)

    def ends(self) -> list[str]:
        """Return the leaves with which the project may finish: those not done yet.

        What is done passes on what its predecessors still ask, and so has
        another finish for who follows it than its own.
        """
        return [
            _named(self._part.project, key)
            for key, node in self._nodes.items()
            if key not in self._inactive and not node.task.is_finished
        ]

    def links(self) -> Iterator[Dependency]:
        """Yield the plan's links, and those to the other plans."""
        part, own = self._part, self._part.plan.project
        for link in part.plan.dependencies:
            first, second = _all_named(part, (link.predecessor, link.successor))
            which = link.lag_calendar or own.lag_calendar
            if which is LagCalendar.PROJECT:
                which = LagCalendar.SUCCESSOR  # without a lag, or it would not be joined
            yield replace(link, predecessor=first, successor=second, lag_calendar=which)
        for task in part.plan.tasks:
            for wait in filter(lambda one: self._is_joined(task, one), task.external_links):
                yield Dependency(
                    _named(wait.project, wait.task),
                    _named(part.project, task.key),
                    wait.type,
                    wait.lag,
                    LagCalendar.SUCCESSOR,
                )

    def _is_joined(self, task: Task, link: ExternalLink) -> bool:
        """Whether the other end is drawn too; work that has begun waits no more."""
        other = self._projects.get(link.project)
        return other is not None and other.plan.has_task(link.task) and not task.is_started

    def _task(self, task: Task) -> Task:
        part, node = self._part, self._nodes.get(task.key)
        calendar = task.calendar or part.plan.project.calendar
        joined = replace(
            task,
            key=_named(part.project, task.key),
            parent=None if task.parent is None else _named(part.project, task.parent),
            calendar=self._calendars.name(part, calendar),
            work_calendar=task.work_calendar and self._calendars.name(part, task.work_calendar),
            deadline=None,
            target=None,
            external_finish=None,
            external_links=tuple(
                one for one in task.external_links if not self._is_joined(task, one)
            ),
        )
        if node is None:
            return joined
        if task.risk_level is not None and task.estimate is None:
            law = estimate_of(task, part.plan, node.remaining)
            joined = replace(joined, estimate=law, risk_level=None)
        return self._from_own_start(joined)

    def _from_own_start(self, task: Task) -> Task:
        """Hold a task back to its own project's start and data date, where others' are earlier."""
        shared = max(self._settings.start, self._settings.data_date or self._settings.start)
        if self._from <= shared or task.is_finished:
            return task
        if task.is_started:
            return replace(task, resumed=max(self._from, task.resumed or self._from))
        return replace(task, external_start=max(self._from, task.external_start or self._from))


def _risks(part: JointPart) -> Iterator[Risk]:
    for risk in part.plan.risks:
        after = risk.after
        if after is not None:
            after = replace(after, impacts=_impacts(part, after.impacts))
        yield replace(
            risk,
            key=_named(part.project, risk.key),
            impacts=_impacts(part, risk.impacts),
            after=after,
        )


def _impacts(part: JointPart, impacts: Iterable[Impact]) -> tuple[Impact, ...]:
    return tuple(replace(one, task=_named(part.project, one.task)) for one in impacts)


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
        for kind, named in keys.items():
            for key in named:
                joined = stream_key(seed, kind, _named(part.project, key))
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


def _named(project: str, key: str) -> str:
    return f"{project}{BAR}{key}"


def _all_named(part: JointPart, keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(_named(part.project, key) for key in keys)


def _data_date(parts: Sequence[JointPart]) -> datetime | None:
    """Return the data date from which every plan can be held back to its own."""
    if all(part.plan.project.data_date is None for part in parts):
        return None
    return min(part.plan.project.data_date or part.plan.project.start for part in parts)


def _has_data_date(part: Plan, first: Plan) -> bool:
    """Whether work under way is reckoned alike: with data dates in both, or in neither."""
    told = {plan.project.data_date is not None for plan in (part, first)}
    started = any(
        task.is_started and not task.is_finished for plan in (part, first) for task in plan.tasks
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
