"""The lanes of the portfolio as plain values: every project on one axis of dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from lineo.accounts.models import Membership
from lineo.portfolio import selectors
from planning import others, veil
from planning.core.fields import read_moment
from planning.drawing.scales import DAY, date_ticks, midnight
from planning.models import ForecastRecord, Project, Scenario, Task
from planning.pages.overview import SURE_ENOUGH

SHOWN_MILESTONES = 24
"""So many diamonds can be told apart in a lane; those with a target come first."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """A milestone of a lane: when it is planned and how sure its target is."""

    number: int
    name: str
    finish: datetime
    target: datetime | None
    p80: datetime | None
    chance: float | None


@dataclass(frozen=True, slots=True)
class Point:
    """One stored forecast of a trend."""

    made_at: datetime
    p80: datetime


@dataclass(frozen=True, slots=True)
class Joint:
    """What the joint forecast says of a project that waits for others."""

    p10: datetime
    p50: datetime
    p80: datetime
    p90: datetime
    chance: float | None
    is_current: bool
    scenarios: frozenset[str]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why the joint forecast is without a project, as long as its plan is the one of then."""

    reason: str
    head: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One project on the axis, with what its shown scenario promises."""

    project: Project
    scenario: Scenario
    record: ForecastRecord | None
    trend: Sequence[Point]
    milestones: Sequence[Milestone]
    is_waiting: bool = False
    waits_for: Sequence[str] = ()
    joint: Joint | None = None
    left_out: str = ""

    @property
    def name(self) -> str:
        return self.project.name

    @property
    def is_baseline(self) -> bool:
        return self.scenario.is_baseline

    @property
    def start(self) -> datetime:
        found: datetime = self.scenario.scheduled_start or self.scenario.start
        return found

    @property
    def finish(self) -> datetime:
        return self.scenario.scheduled_finish or self.start

    @property
    def target(self) -> datetime | None:
        found: datetime | None = self.scenario.target
        return found

    @property
    def chance(self) -> float | None:
        """The chance of the target, drawn with the others where it is."""
        if self.joint is not None and self.joint.is_current and self.joint.chance is not None:
            return self.joint.chance
        return self.scenario.forecast_p_target

    @property
    def spread(self) -> tuple[datetime, datetime, datetime, datetime] | None:
        """P10, P50, P80 and P90 of the finish, drawn with the others where it is."""
        if self.joint is not None and self.joint.is_current:
            return self.joint.p10, self.joint.p50, self.joint.p80, self.joint.p90
        one = self.record
        if one is None or not (one.p10 and one.p50 and one.p80 and one.p90):
            return None
        return one.p10, one.p50, one.p80, one.p90

    @property
    def p80(self) -> datetime | None:
        return self.spread[2] if self.spread else None

    @property
    def is_out_of_date(self) -> bool:
        return self.scenario.has_forecast and not self.scenario.forecast_is_current

    @property
    def is_in_danger(self) -> bool:
        return self.chance is not None and self.chance < SURE_ENOUGH

    @property
    def reason(self) -> str:
        """Why there is no forecast to see."""
        return self.scenario.why_no_forecast or _("Not simulated yet")

    @property
    def moved_days(self) -> float | None:
        """How many days P80 has moved over the trend; later is more."""
        if len(self.trend) < 2:
            return None
        return (self.trend[-1].p80 - self.trend[0].p80) / DAY

    @property
    def moments(self) -> list[datetime]:
        """Everything that the axis must reach."""
        found = [self.start, self.finish, *(self.spread or ())]
        found += [one.finish for one in self.milestones]
        return found + ([self.target] if self.target else [])


def lanes_for(
    membership: Membership | None,
    joints: Mapping[UUID, Joint],
    left_out: Mapping[UUID, LeftOut] = MappingProxyType({}),
) -> list[Lane]:
    """Return a lane for each live project that the person may read, in as many queries for any."""
    shown: dict[UUID, Any] = {**others.shown_among(selectors.live_scenarios_for(membership))}
    scenarios = list(shown.values())
    records = selectors.forecasts_of(scenarios)
    tasks = _by_scenario(others.readable(membership, selectors.milestones_of(scenarios)))
    return [
        Lane(
            project=scenario.project,
            scenario=scenario,
            record=records[scenario.pk][-1] if records[scenario.pk] else None,
            trend=[Point(one.created_at, one.p80) for one in records[scenario.pk] if one.p80],
            milestones=_milestones(tasks.get(scenario.pk, []), scenario),
            is_waiting=scenario.is_following,
            joint=joint_of(joints.get(pk), scenario),
            left_out=reason_of(left_out.get(pk), scenario),
        )
        for pk, scenario in shown.items()
    ]


def reason_of(found: LeftOut | None, scenario: Scenario) -> str:
    """Return why the plan as it stands here could not be drawn with the others."""
    return found.reason if found and found.head == str(scenario.head) else ""


def joint_of(found: Joint | None, scenario: Scenario) -> Joint | None:
    """Return what was drawn of a project if it was drawn by the scenario that is shown here."""
    return found if found is not None and str(scenario.pk) in found.scenarios else None


def _by_scenario(tasks: Sequence[Task]) -> dict[UUID, list[Task]]:
    found: dict[UUID, list[Task]] = {}
    for task in tasks:
        found.setdefault(task.scenario_id, []).append(task)
    return found


def _milestones(tasks: Sequence[Task], scenario: Any) -> list[Milestone]:
    figures = {row["key"]: row for row in scenario.milestone_figures or ()}
    said = veil.without_hidden(figures, scenario.pk)
    wanted = sorted(tasks, key=lambda task: (task.target is None, task.position))
    chosen = sorted(wanted[:SHOWN_MILESTONES], key=lambda task: (task.finish, task.position))
    return [_milestone(task, said.get(task.key, {})) for task in chosen]


def _milestone(task: Task, said: dict[str, Any]) -> Milestone:
    assert task.finish is not None
    return Milestone(
        task.number,
        task.name,
        task.finish,
        task.target,
        read_moment(said.get("p80")),
        said.get("chance") if task.target else None,
    )


@dataclass(frozen=True, slots=True)
class Tick:
    """A date on the axis, at a share of its width."""

    at: float
    day: date


@dataclass(frozen=True, slots=True)
class Axis:
    """The one axis of all lanes: moments as per cent of its width."""

    first: datetime
    last: datetime
    unit: str
    ticks: Sequence[Tick]

    @classmethod
    def of(cls, lanes: Sequence[Lane], *, most: int = 8) -> "Axis | None":
        """Return the axis that reaches everything in the lanes, None without any."""
        moments = [moment for lane in lanes for moment in lane.moments]
        if not moments:
            return None
        first, last = min(moments), max(moments)
        room = max((last - first) * 0.02, DAY)
        first, last = first - room, last + room
        unit, days = date_ticks(first, last, most=most)
        axis = cls(first, last, unit, ())
        return cls(first, last, unit, [Tick(axis.at(midnight(day)), day) for day in days])

    def at(self, moment: datetime) -> float:
        """Return where a moment stands, in per cent."""
        return 100 * ((moment - self.first) / (self.last - self.first))

    @property
    def today(self) -> float | None:
        """Where today stands, if it is on the axis."""
        place = self.at(timezone.localtime().replace(tzinfo=None))
        return place if 0 <= place <= 100 else None
