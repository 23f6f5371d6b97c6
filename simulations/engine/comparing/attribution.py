"""Why did the date move? A change of the finish, split by the Shapley rule.

Between two plans, every mixture that takes some kinds of change and leaves
the others is simulated in the same futures. The part of a kind is the mean of
what it adds over all orders in which the kinds can be taken up [1]_; the parts
sum to the whole exactly, because it is reckoned in whole minutes and
fractions.

References
----------
.. [1] L. S. Shapley, "A value for n-person games", Contributions to the Theory
   of Games II, 1953, :doi:`10.1515/9781400881970-018`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from fractions import Fraction
from itertools import combinations
from math import factorial
from typing import Any

from planning.core.plan import Dependency, Plan, ProjectSettings, Risk, Task
from simulations.engine.comparing.compared import Finishes
from simulations.engine.comparing.comparison import finishes_of
from simulations.engine.comparing.pairing import percentile_minutes
from simulations.engine.lowering.network import without_circles
from simulations.engine.lowering.plans import lower
from simulations.engine.options import SimulationOptions
from simulations.engine.running.runs import run_of
from simulations.engine.running.simulation import Progress


class Cause(StrEnum):
    """A kind of change that can move the date."""

    PROGRESS = "progress"
    SCOPE = "scope"
    ESTIMATES = "estimates"
    LINKS = "links"
    CALENDARS = "calendars"
    RISKS = "risks"
    DATA_DATE = "data_date"


TASK_FIELDS = {
    Cause.PROGRESS: (
        "percent_complete", "actual_start", "actual_finish", "remaining_minutes",
        "suspended", "resumed", "expected_finish",
    ),
    Cause.ESTIMATES: ("duration_minutes", "elapsed", "estimate"),
    Cause.LINKS: (
        "constraint", "constraint2", "deadline", "manual_start", "manual_finish",
        "leveling_delay_minutes", "external_start", "external_finish",
        "external_links", "external_dates",
    ),
    Cause.CALENDARS: ("calendar", "work_calendar"),
    Cause.RISKS: ("risk_level",),
    Cause.SCOPE: ("existence", "active", "parent", "kind", "start_milestone"),
}  # fmt: skip
RISK_SETTINGS = frozenset({"risk_level_low", "risk_level_medium", "risk_level_high"})
# What no date depends on.
OTHER_SETTINGS = frozenset({"name", "target", "time_zone"})
Coalition = frozenset[Cause]


@dataclass(frozen=True, slots=True)
class Attribution:
    """What each kind of change did to a percentile of the finish.

    ``parts_days`` sum to ``delta_days``: second minus first, in working time
    on the first plan's project calendar. ``inert`` lists changes whose object
    was absent in some mixture, ``circles`` links left out of one because they
    would have closed a circle.
    """

    percentile: int
    delta_days: float
    parts_days: dict[Cause, float]
    inert: tuple[str, ...]
    circles: tuple[str, ...]


def attribute(
    first: Plan,
    second: Plan,
    options: SimulationOptions | None = None,
    *,
    percentile: int = 80,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Attribution:
    """Split the change of a percentile of the finish among its causes.

    Parameters
    ----------
    first, second : Plan
        The project before and after.
    options : SimulationOptions, optional
        Iterations and seed of each of at most 128 simulations.
    percentile : int, optional
        Which percentile of the finish.

    Returns
    -------
    Attribution
        Parts in working days that sum to the whole to the last bit of a
        fraction; only causes that there are between the plans have one.

    Raises
    ------
    PlanError
        If a plan can't be scheduled or has no tasks.

    Examples
    --------
    A takes 7 days and not 5, and B waits for it no more: of both orders in
    which the changes can come, each counts half.

    >>> from datetime import datetime
    >>> from planning.core.plan import standard_calendar
    >>> project = ProjectSettings("Shed", datetime(2026, 1, 5, 8))
    >>> def shed(days, links):
    ...     a = Task("A", "A", duration_minutes=480 * days)
    ...     b = Task("B", "B", duration_minutes=1440)
    ...     return Plan(project, (standard_calendar(),), (a, b), links)
    >>> found = attribute(shed(5, (Dependency("A", "B"),)), shed(7, ()))
    >>> found.delta_days, {cause.value: days for cause, days in found.parts_days.items()}
    (-1.0, {'estimates': 2.0, 'links': -3.0})
    """
    options = options or SimulationOptions(iterations=2_000)
    causes = causes_between(first, second)
    mixer = _Mixer(first, second)
    values: dict[Coalition, int] = {}
    base: Finishes | None = None
    coalitions = [
        frozenset(some) for size in range(len(causes) + 1) for some in combinations(causes, size)
    ]
    for number, taken in enumerate(coalitions):
        plan = mixer.mix(taken)
        run = run_of(plan, lower(plan, options))
        found = finishes_of(plan, run, options, cancelled=cancelled)
        base = base or found
        values[taken] = percentile_minutes(found.on(base), percentile)
        if progress is not None:
            progress((number + 1) / len(coalitions))
    day = first.project.minutes_per_day
    parts = shapley(causes, values)
    whole = values[frozenset(causes)] - values[frozenset()]
    return Attribution(
        percentile=percentile,
        delta_days=whole / day,
        parts_days={cause: float(part / day) for cause, part in parts.items()},
        inert=tuple(sorted(mixer.inert)),
        circles=tuple(sorted(mixer.circles)),
    )


def shapley(players: Iterable[Cause], values: dict[Coalition, int]) -> dict[Cause, Fraction]:
    """Return the Shapley value of each player, as exact fractions.

    Examples
    --------
    >>> a, b = Cause.SCOPE, Cause.LINKS
    >>> game = {frozenset(): 0, frozenset({a}): 2, frozenset({b}): 0, frozenset({a, b}): 6}
    >>> {cause.value: float(part) for cause, part in shapley((a, b), game).items()}
    {'scope': 4.0, 'links': 2.0}
    """
    everyone = tuple(players)
    n = len(everyone)
    parts = dict.fromkeys(everyone, Fraction(0))
    for coalition, value in values.items():
        size = len(coalition)
        for player in everyone:
            if player in coalition:
                weight = factorial(size - 1) * factorial(n - size)
                parts[player] += Fraction(value * weight, factorial(n))
            else:
                weight = factorial(size) * factorial(n - size - 1)
                parts[player] -= Fraction(value * weight, factorial(n))
    return parts


def causes_between(first: Plan, second: Plan) -> tuple[Cause, ...]:
    """Return the kinds of change that there are between two plans.

    Examples
    --------
    >>> from datetime import datetime
    >>> plan = Plan(ProjectSettings("Shed", datetime(2026, 1, 5, 8)), tasks=(Task("A", "A"),))
    >>> longer = replace(plan, tasks=(Task("A", "A", duration_minutes=60),))
    >>> [cause.value for cause in causes_between(plan, longer)]
    ['estimates']
    """
    found: set[Cause] = set()
    ours = {task.key: task for task in first.tasks}
    theirs = {task.key: task for task in second.tasks}
    if ours.keys() != theirs.keys():
        found.add(Cause.SCOPE)
    for key in ours.keys() & theirs.keys():
        for cause, names in TASK_FIELDS.items():
            if any(getattr(ours[key], name) != getattr(theirs[key], name) for name in names):
                found.add(cause)
    for cause, collections in (
        (Cause.LINKS, ("dependencies",)),
        (Cause.CALENDARS, ("calendars",)),
        (Cause.RISKS, ("risks", "drivers", "correlations")),
    ):
        for name in collections:
            if _by_key(getattr(first, name)) != _by_key(getattr(second, name)):
                found.add(cause)
    for field in fields(ProjectSettings):
        if getattr(first.project, field.name) != getattr(second.project, field.name):
            cause_ = cause_of_setting(field.name)
            if cause_ is not None:
                found.add(cause_)
    return tuple(cause for cause in Cause if cause in found)


def cause_of_setting(name: str) -> Cause | None:
    """Return the kind of change that a plan setting is."""
    if name in OTHER_SETTINGS:
        return None
    if name == "data_date":
        return Cause.DATA_DATE
    return Cause.RISKS if name in RISK_SETTINGS else Cause.CALENDARS


def _by_key(rows: Iterable[Any]) -> dict[str, Any]:
    return {row.key: row for row in rows}


class _Mixer:
    """Builds the plan that has taken up some kinds of change and not the others."""

    def __init__(self, first: Plan, second: Plan) -> None:
        self._first, self._second = first, second
        self.inert: set[str] = set()
        self.circles: set[str] = set()

    def mix(self, taken: Coalition) -> Plan:
        """Return the plan with the changes ``taken``."""
        calendars = self._of(Cause.CALENDARS, taken).calendars
        tasks = self._tasks(taken, {calendar.key for calendar in calendars})
        keys = {task.key for task in tasks}
        risks = self._of(Cause.RISKS, taken)
        return Plan(
            project=self._project(taken),
            calendars=calendars,
            tasks=tasks,
            dependencies=self._links(taken, tasks),
            risks=tuple(self._risk(risk, keys) for risk in risks.risks),
            drivers=tuple(
                replace(driver, tasks=tuple(key for key in driver.tasks if key in keys))
                for driver in risks.drivers
            ),
            correlations=tuple(
                pair
                for pair in risks.correlations
                if self._is_there(f"correlation {pair.key}", keys, pair.first, pair.second)
            ),
        )

    def _of(self, cause: Cause, taken: Coalition) -> Plan:
        return self._second if cause in taken else self._first

    def _project(self, taken: Coalition) -> ProjectSettings:
        chosen = {}
        for field in fields(ProjectSettings):
            cause = cause_of_setting(field.name)
            source = self._first if cause is None else self._of(cause, taken)
            chosen[field.name] = getattr(source.project, field.name)
        return ProjectSettings(**chosen)

    def _tasks(self, taken: Coalition, calendars: set[str]) -> tuple[Task, ...]:
        mixed = []
        for task in self._of(Cause.SCOPE, taken).tasks:
            if self._first.has_task(task.key) and self._second.has_task(task.key):
                chosen = {
                    name: getattr(self._of(cause, taken).task(task.key), name)
                    for cause, names in TASK_FIELDS.items()
                    for name in names
                }
                one = replace(task, **chosen)
            else:
                one = task
            mixed.append(self._on_known_calendars(one, calendars))
        return tuple(mixed)

    def _on_known_calendars(self, task: Task, calendars: set[str]) -> Task:
        for name in (task.calendar, task.work_calendar):
            if name is not None and name not in calendars:
                self.inert.add(f"calendar {name} of task {task.key}")
        return replace(
            task,
            calendar=task.calendar if task.calendar in calendars else None,
            work_calendar=task.work_calendar if task.work_calendar in calendars else None,
        )

    def _links(self, taken: Coalition, tasks: tuple[Task, ...]) -> tuple[Dependency, ...]:
        keys = {task.key for task in tasks}
        wanted = [
            link
            for link in sorted(self._of(Cause.LINKS, taken).dependencies, key=lambda one: one.key)
            if self._is_there(f"dependency {link.key}", keys, link.predecessor, link.successor)
        ]
        kept, left_out = without_circles(tasks, wanted)
        self.circles.update(f"dependency {link.key}" for link in left_out)
        return kept

    def _risk(self, risk: Risk, keys: set[str]) -> Risk:
        impacts = tuple(
            impact
            for impact in risk.impacts
            if self._is_there(f"risk {risk.key} on task {impact.task}", keys, impact.task)
        )
        after = risk.after
        if after is not None:
            hit = tuple(impact for impact in after.impacts if impact.task in keys)
            after = replace(after, impacts=hit)
        return replace(risk, impacts=impacts, after=after)

    def _is_there(self, what: str, keys: set[str], *needed: str) -> bool:
        if keys.issuperset(needed):
            return True
        self.inert.add(what)
        return False
