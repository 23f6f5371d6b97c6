"""The networks that everybody is measured on: two links a task, estimates all different."""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from planning.core.distributions import Pert, Triangular
from planning.core.plan import (
    Constraint,
    ConstraintType,
    Dependency,
    Interval,
    Plan,
    ProjectSettings,
    Task,
    standard_calendar,
)

START = datetime(2026, 1, 5, 8)
DATA_DATE = datetime(2026, 2, 2, 8)
DAY = 480
LAWS = {"pert": Pert, "triangular": Triangular}


@dataclass(frozen=True, slots=True)
class Network:
    """Three points in minutes a task, and pairs of predecessor and successor."""

    law: str
    points: list[tuple[int, int, int]]
    pairs: list[tuple[int, int]]

    @property
    def name(self) -> str:
        """Return what it is called in tables."""
        return f"{len(self.points):,} tasks, {self.law}"


def network(count: int, law: str = "pert") -> Network:
    """Return the network of so many tasks, the same at every call."""
    draw = random.Random(count)
    points = [_points(draw) for _ in range(count)]
    pairs = {(draw.randrange(task), task) for task in range(1, count) for _ in range(2)}
    return Network(law, points, sorted(pairs))


def _points(draw: random.Random) -> tuple[int, int, int]:
    low = draw.randrange(DAY // 2, 5 * DAY)
    mode = low + draw.randrange(1, 5 * DAY)
    return low, mode, mode + draw.randrange(1, 10 * DAY)


def plan_of(given: Network) -> Plan:
    """Return the network as a plan on one calendar."""
    law = LAWS[given.law]
    tasks = tuple(
        Task(f"T{n}", f"T{n}", duration_minutes=mode, estimate=law(low, mode, high))
        for n, (low, mode, high) in enumerate(given.points)
    )
    links = tuple(Dependency(f"T{before}", f"T{after}") for before, after in given.pairs)
    return Plan(ProjectSettings("Bench", START), (standard_calendar(),), tasks, links)


def with_calendars(plan: Plan) -> Plan:
    """Return a plan on three calendars, with dated constraints, and progress by a data date."""
    hours = (Interval(6 * 60, 14 * 60),)
    early = replace(standard_calendar("early", "Early"), week=(hours,) * 6 + ((),))
    always = replace(standard_calendar("always", "Always"), week=((Interval(0, 1440),),) * 7)
    rows = []
    for number, task in enumerate(plan.tasks):
        calendar = (None, "early", "always")[number % 3]
        date = START + timedelta(days=60 + number % 200)
        wish = Constraint(ConstraintType.SNET, date) if number % 10 == 7 else None
        begun = START + timedelta(days=number % 5) if number < len(plan.tasks) // 20 else None
        rows.append(
            replace(
                task, calendar=calendar, constraint=wish, actual_start=begun,
                percent_complete=20.0 if begun else 0.0,
            )
        )  # fmt: skip
    return replace(
        plan,
        project=replace(plan.project, data_date=DATA_DATE),
        calendars=(*plan.calendars, early, always),
        tasks=tuple(rows),
    )
