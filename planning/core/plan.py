"""The Plan: the one value that flows through the house.

Files become a Plan, rows become a Plan; a Plan becomes a schedule, a
forecast, a diff, a merge, a file. Everything here is immutable and holds
plain values only, so a Plan can be hashed, compared, pickled and cached.

Units
-----
Instants are naive ``datetime`` values: wall-clock times of the project.
Durations and lags are whole minutes of working time, or of wall-clock time
where ``elapsed`` says so. Ratios (``percent_complete``, ``existence``,
``probability``) keep the unit of the plan file: per cent for progress, 0 to 1
for probabilities.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from planning.core.distributions import Estimate
from planning.core.kinds import (
    ConstraintType,
    LagCalendar,
    LinkType,
    OutOfSequence,
    Rules,
    TaskKind,
    TotalFloat,
)
from planning.core.risks import Correlation, Driver, Impact, Mitigation, Risk

__all__ = [
    "MINUTES_PER_CIVIL_DAY",
    "MINUTES_PER_HOUR",
    "Calendar",
    "CalendarException",
    "Constraint",
    "ConstraintType",
    "Correlation",
    "DayHours",
    "Dependency",
    "Driver",
    "ExternalDates",
    "ExternalLink",
    "Impact",
    "Interval",
    "Lag",
    "LagCalendar",
    "LinkType",
    "Mitigation",
    "OutOfSequence",
    "Plan",
    "PlanError",
    "ProjectSettings",
    "Risk",
    "RiskLevel",
    "Rules",
    "Task",
    "TaskKind",
    "TotalFloat",
    "standard_calendar",
]

MINUTES_PER_HOUR = 60
MINUTES_PER_CIVIL_DAY = 1440


class PlanError(ValueError):
    """A fault in a plan, told in one sentence that a user can act on.

    Parameters
    ----------
    message : str
        The sentence, without the path.
    path : str, optional
        Where the fault stands, in the words of the plan file
        (``tasks[3].estimate.high``).
    """

    def __init__(self, message: str, *, path: str = "") -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.message = message
        self.path = path


@dataclass(frozen=True, slots=True)
class RiskLevel:
    """The default range of a risk level: factors of a task's duration."""

    low: float
    mode: float
    high: float


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """The ``project`` block: what holds for the whole plan.

    ``calendar`` is the key of the project calendar. ``data_date`` is the
    moment up to which progress is reported; nothing that remains is scheduled
    before it.

    ``honor_constraints`` lets a dated constraint win over the links, as MS
    Project does unless told otherwise. ``open_ends_critical`` gives a task
    without successors no float (an option of P6). ``lag_from_early_start``
    reckons the lag of an SS link from what remains of a started predecessor,
    else from its actual start.
    """

    name: str
    start: datetime
    target: datetime | None = None
    must_finish_by: datetime | None = None
    data_date: datetime | None = None
    time_zone: str = "UTC"
    calendar: str = "standard"
    minutes_per_day: int = 480
    minutes_per_week: int = 2400
    critical_float_limit_minutes: int = 0
    total_float: TotalFloat = TotalFloat.FINISH
    lag_calendar: LagCalendar = LagCalendar.SUCCESSOR
    rules: Rules = Rules.LINEO
    out_of_sequence: OutOfSequence = OutOfSequence.RETAINED_LOGIC
    honor_constraints: bool = True
    open_ends_critical: bool = False
    lag_from_early_start: bool = True
    risk_level_low: RiskLevel = RiskLevel(0.9, 1.0, 1.15)
    risk_level_medium: RiskLevel = RiskLevel(0.85, 1.0, 1.4)
    risk_level_high: RiskLevel = RiskLevel(0.8, 1.0, 1.8)

    def risk_level(self, name: str) -> RiskLevel:
        """Return the factors of the level called low, medium or high."""
        levels = {
            "low": self.risk_level_low,
            "medium": self.risk_level_medium,
            "high": self.risk_level_high,
        }
        return levels[name]

    def counts_as_begun(self, task: "Task") -> bool:
        """Whether work on a task has begun, also where nobody said when.

        By Lineo's rules a share that is done was done before the data date.
        """
        return has_begun(task, rules=self.rules, data_date=self.data_date)


@dataclass(frozen=True, slots=True)
class Interval:
    """Working time of one day, in minutes after its midnight.

    ``finish`` may pass 1,440: a shift over midnight belongs to the day on
    which it starts.
    """

    start: int
    finish: int


DayHours = tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class CalendarException:
    """Dated days that differ from the week; ``last`` is inclusive."""

    first: date
    last: date
    work: DayHours = ()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working time: a week and dated exceptions, inherited from a parent.

    ``week`` has seven entries, Monday first. ``None`` inherits that weekday
    from the parent (without a parent: no work); ``()`` is a day off. Of two
    exceptions for one day the later in the tuple wins, and an exception wins
    over the parent's.
    """

    key: str
    name: str
    parent: str | None = None
    week: tuple[DayHours | None, ...] = (None,) * 7
    exceptions: tuple[CalendarException, ...] = ()


@dataclass(frozen=True, slots=True)
class Constraint:
    """A date wish on a task; ASAP and ALAP carry no date."""

    type: ConstraintType
    date: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lag:
    """How long after its predecessor a successor waits; negative is a lead.

    ``percent`` of the predecessor's duration replaces ``minutes`` where it is
    given. ``elapsed`` makes the lag wall-clock time.
    """

    minutes: int = 0
    elapsed: bool = False
    percent: float | None = None


@dataclass(frozen=True, slots=True)
class ExternalLink:
    """What a task waits for in another project: FS, SS, FF or SF, with a lag.

    ``project`` is the other project's identity and ``task`` the key of a task
    there. The lag goes by the working time of the task that waits.
    """

    project: str
    task: str
    type: LinkType = LinkType.FS
    lag: Lag = Lag()

    @property
    def key(self) -> str:
        """The identity of the link at its task: ``project|task|type``."""
        return f"{self.project}|{self.task}|{self.type}"


@dataclass(frozen=True, slots=True)
class ExternalDates:
    """When a task of another project is scheduled, as this plan last heard."""

    project: str
    task: str
    start: datetime
    finish: datetime


@dataclass(frozen=True, slots=True)
class Task:
    """One activity, milestone or summary of the plan.

    ``duration_minutes`` is the whole duration. ``estimate`` describes the
    whole duration of a task that has not started and what remains of one
    that has. ``elapsed`` makes both wall-clock time. ``external_start`` and
    ``external_finish`` are what links to other projects ask in files of tools
    that keep only the date: when it may start at the earliest, and until when
    it may finish. ``external_links`` are such links themselves, and
    ``external_dates`` what was last heard of their other ends: a link without
    dates holds nothing, dates without a link neither.
    """

    key: str
    name: str
    parent: str | None = None
    kind: TaskKind = TaskKind.TASK
    duration_minutes: int = 0
    elapsed: bool = False
    estimate: Estimate | None = None
    risk_level: str | None = None
    existence: float = 1.0
    calendar: str | None = None
    work_calendar: str | None = None
    constraint: Constraint | None = None
    constraint2: Constraint | None = None
    deadline: datetime | None = None
    target: datetime | None = None
    manual_start: datetime | None = None
    manual_finish: datetime | None = None
    promised_start: datetime | None = None
    promised_finish: datetime | None = None
    percent_complete: float = 0.0
    actual_start: datetime | None = None
    actual_finish: datetime | None = None
    remaining_minutes: int | None = None
    suspended: datetime | None = None
    resumed: datetime | None = None
    expected_finish: datetime | None = None
    external_start: datetime | None = None
    external_finish: datetime | None = None
    external_links: tuple[ExternalLink, ...] = ()
    external_dates: tuple[ExternalDates, ...] = ()
    start_milestone: bool = False
    leveling_delay_minutes: int = 0
    active: bool = True

    @property
    def is_manual(self) -> bool:
        """Whether the task keeps the dates that it was given."""
        return self.manual_start is not None and self.manual_finish is not None

    @property
    def is_finished(self) -> bool:
        """Whether the work is done, so that nothing of it is uncertain."""
        return self.actual_finish is not None

    @property
    def is_started(self) -> bool:
        """Whether work has begun, finished or not."""
        return self.actual_start is not None or self.actual_finish is not None


class Progress(Protocol):
    """What is told of how far a task has come, by a row as by a task of a plan."""

    @property
    def actual_start(self) -> object: ...
    @property
    def actual_finish(self) -> object: ...
    @property
    def percent_complete(self) -> float: ...
    @property
    def manual_start(self) -> object: ...
    @property
    def manual_finish(self) -> object: ...


def has_begun(work: Progress, *, rules: str, data_date: object) -> bool:
    """Return whether work has begun in a plan of these rules with that data date, or none."""
    if work.actual_start is not None or work.actual_finish is not None:
        return True
    if rules != Rules.LINEO or data_date is None or not work.percent_complete > 0:
        return False
    return work.manual_start is None or work.manual_finish is None


@dataclass(frozen=True, slots=True)
class Dependency:
    """A link from predecessor to successor, by task key."""

    predecessor: str
    successor: str
    type: LinkType = LinkType.FS
    lag: Lag = Lag()
    lag_calendar: LagCalendar | None = None

    @property
    def key(self) -> str:
        """The identity of the link across scenarios: ``from|to|type``."""
        return f"{self.predecessor}|{self.successor}|{self.type}"


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan: what a scenario holds and a plan file says.

    Order of ``tasks`` is the order of the table (a parent stands before its
    children); it changes no date and no draw.
    """

    project: ProjectSettings
    calendars: tuple[Calendar, ...] = ()
    tasks: tuple[Task, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    risks: tuple[Risk, ...] = ()
    drivers: tuple[Driver, ...] = ()
    correlations: tuple[Correlation, ...] = ()
    _tasks_by_key: dict[str, Task] = field(
        init=False, repr=False, compare=False, hash=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        self._tasks_by_key.update((task.key, task) for task in self.tasks)

    def task(self, key: str) -> Task:
        """Return the task of that key, or raise ``PlanError``."""
        try:
            return self._tasks_by_key[key]
        except KeyError:
            raise PlanError(f"There is no task with the key “{key}”.") from None

    def has_task(self, key: str) -> bool:
        """Whether the plan holds a task of that key."""
        return key in self._tasks_by_key

    def has_begun(self, task: Task) -> bool:
        """Whether work on ``task`` has begun, as the scheduler takes it."""
        return self.project.counts_as_begun(task)

    def parents(self) -> frozenset[str]:
        """Keys of every task that has children, and so is a summary."""
        return frozenset(task.parent for task in self.tasks if task.parent is not None)

    def leaves(self) -> Iterator[Task]:
        """Yield the tasks that are not summaries, in table order."""
        parents = self.parents()
        for task in self.tasks:
            if task.key not in parents and task.kind is not TaskKind.SUMMARY:
                yield task


def standard_calendar(key: str = "standard", name: str = "Standard") -> Calendar:
    """Return Monday to Friday, 08:00–12:00 and 13:00–17:00.

    Examples
    --------
    >>> len([hours for hours in standard_calendar().week if hours])
    5
    """
    working = (Interval(8 * 60, 12 * 60), Interval(13 * 60, 17 * 60))
    return Calendar(key, name, week=(working,) * 5 + ((), ()))
