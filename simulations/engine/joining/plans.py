"""Several plans as one, every row named by its project and its key."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from planning.core.plan import (
    Calendar,
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
)
from planning.core.scheduling.lowering import lower as lower_schedule
from simulations.engine.axis import resolve
from simulations.engine.lowering.draws import estimate_of

BAR = "\x1f"
SAME_RULES = ("rules", "out_of_sequence", "honor_constraints", "lag_from_early_start")


@dataclass(frozen=True, slots=True)
class JointPart:
    """One plan of several: what others call its project, and the seed of its draws."""

    project: str
    plan: Plan
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Joined:
    """The plans as one, and the leaves of each of which something is left to do.

    Rows are named by project and key. What only late dates depend on is left
    out: deadlines, targets, latest finishes and the limit of float.
    """

    plan: Plan
    ends: list[list[str]]

    @classmethod
    def of(cls, parts: Sequence[JointPart]) -> "Joined":
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
                Driver(named(part.project, one.key), one.rho, _all_named(part, one.tasks))
                for part in parts
                for one in part.plan.drivers
            ),
            correlations=tuple(
                Correlation(
                    named(part.project, one.first), named(part.project, one.second), one.spearman
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
        **{name: getattr(first, name) for name in SAME_RULES},
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
                    name = named(part.project, calendar.key)
                    seen.append((hours, name))
                self._names[part.project, calendar.key] = name

    def name(self, part: JointPart, key: str) -> str:
        """Return what a plan's calendar is called in the joined plan."""
        return self._names[part.project, key]

    def all(self) -> Iterator[Calendar]:
        """Yield every calendar under its own name, whether it is used or not."""
        for part in self._parts:
            for one in part.plan.calendars:
                parent = None if one.parent is None else named(part.project, one.parent)
                yield replace(one, key=named(part.project, one.key), parent=parent)


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
            named(self._part.project, key)
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
                    named(wait.project, wait.task),
                    named(part.project, task.key),
                    wait.type,
                    wait.lag,
                    LagCalendar.SUCCESSOR,
                )

    def _is_joined(self, task: Task, link: ExternalLink) -> bool:
        """Whether the other end is drawn too; work that has begun waits no more."""
        other = self._projects.get(link.project)
        return (
            other is not None
            and other.plan.has_task(link.task)
            and not self._part.plan.has_begun(task)
        )

    def _task(self, task: Task) -> Task:
        part, node = self._part, self._nodes.get(task.key)
        calendar = task.calendar or part.plan.project.calendar
        joined = replace(
            task,
            key=named(part.project, task.key),
            parent=None if task.parent is None else named(part.project, task.parent),
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
        if self._part.plan.has_begun(task):
            return replace(task, resumed=max(self._from, task.resumed or self._from))
        return replace(task, external_start=max(self._from, task.external_start or self._from))


def _risks(part: JointPart) -> Iterator[Risk]:
    for risk in part.plan.risks:
        after = risk.after
        if after is not None:
            after = replace(after, impacts=_impacts(part, after.impacts))
        yield replace(
            risk,
            key=named(part.project, risk.key),
            impacts=_impacts(part, risk.impacts),
            after=after,
        )


def _impacts(part: JointPart, impacts: Iterable[Impact]) -> tuple[Impact, ...]:
    return tuple(replace(one, task=named(part.project, one.task)) for one in impacts)


def named(project: str, key: str) -> str:
    return f"{project}{BAR}{key}"


def _all_named(part: JointPart, keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(named(part.project, key) for key in keys)


def _data_date(parts: Sequence[JointPart]) -> datetime | None:
    """Return the data date from which every plan can be held back to its own."""
    if all(part.plan.project.data_date is None for part in parts):
        return None
    return min(part.plan.project.data_date or part.plan.project.start for part in parts)
