"""Goals as rows to read: which are in danger, by how much, and how it has moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lineo.accounts.models import Membership
from lineo.portfolio import selectors
from lineo.portfolio.models import Goal, GoalReading
from planning import veil
from planning.models import Task


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal with what the newest forecast of its project says of it."""

    goal: Goal
    milestone: str
    readings: Sequence[GoalReading]

    @property
    def chance(self) -> float | None:
        return self.readings[-1].chance if self.readings else None

    @property
    def gap(self) -> float | None:
        """How much of the chance wanted is missing; negative where there is more."""
        return None if self.chance is None else self.goal.wanted - self.chance

    @property
    def is_in_danger(self) -> bool:
        return self.gap is not None and self.gap > 0

    @property
    def moved(self) -> float | None:
        """How much the chance has risen since the first forecast of the trend."""
        if len(self.readings) < 2:
            return None
        return self.readings[-1].chance - self.readings[0].chance

    @property
    def trend(self) -> list[tuple[datetime, float]]:
        """When a forecast was made, and the chance that it gave."""
        return [(one.record.created_at, one.chance) for one in self.readings]


def goal_rows(membership: Membership | None) -> list[GoalRow]:
    """Return the goals that a person may read, the one that lacks most first."""
    goals = list(selectors.goals_for(membership).filter(project__archived_at__isnull=True))
    rows = rows_of(goals)
    return sorted(rows, key=lambda row: (row.gap is None, -(row.gap or 0.0), row.goal.by))


def rows_of(goals: Sequence[Goal]) -> list[GoalRow]:
    """Return the goals as rows, with the names of their milestones in one query."""
    keys = {(goal.project_id, goal.milestone) for goal in goals if goal.milestone}
    tasks = Task.objects.filter(
        scenario__project__in={project for project, _key in keys},
        key__in={key for _project, key in keys},
    ).exclude(scenario__in=veil.closed_scenarios())
    names = {
        (project, key): name
        for project, key, name in tasks.values_list("scenario__project_id", "key", "name")
    }
    return [row_of(goal, names.get((goal.project_id, goal.milestone), "")) for goal in goals]


def row_of(goal: Goal, milestone: str = "") -> GoalRow:
    """Return a goal with what forecasts said of it as its date stands, the oldest first."""
    told = sorted(
        (one for one in goal.readings.all() if one.by == goal.by),
        key=lambda one: (one.made_at, one.pk),
    )
    return GoalRow(goal, milestone, told[-selectors.TREND :])
