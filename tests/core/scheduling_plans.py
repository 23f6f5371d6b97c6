"""Small plans to schedule, in days of the usual week from Monday 2026-01-05, 08:00."""

import random
from dataclasses import replace
from datetime import datetime
from typing import Any

from planning.core.plan import (
    Calendar,
    Constraint,
    ConstraintType,
    Dependency,
    Interval,
    Lag,
    LinkType,
    Plan,
    ProjectSettings,
    Task,
    TaskKind,
    standard_calendar,
)
from planning.core.schedule import ScheduledTask, schedule

MONDAY = datetime(2026, 1, 5, 8)
DAY = 480


def task(key: str, days: float = 1, **fields: Any) -> Task:
    """Return a task of that many days, called by its key."""
    return Task(key, fields.pop("name", key), duration_minutes=round(days * DAY), **fields)


def link(predecessor: str, successor: str, kind: str = "FS", days: float = 0) -> Dependency:
    """Return a link with a lag in days."""
    return Dependency(predecessor, successor, LinkType(kind), Lag(round(days * DAY)))


def constraint(kind: str, *moment: int) -> Constraint:
    """Return a constraint; ``moment`` are the arguments of its datetime."""
    return Constraint(ConstraintType(kind), datetime(*moment) if moment else None)


def plan(*rows: Task | Dependency | Calendar, **settings: Any) -> Plan:
    """Return a plan of those rows."""
    return Plan(
        ProjectSettings("House", **{"start": MONDAY, **settings}),
        (standard_calendar(), *(row for row in rows if isinstance(row, Calendar))),
        tuple(row for row in rows if isinstance(row, Task)),
        tuple(row for row in rows if isinstance(row, Dependency)),
    )


def dates(*rows: Task | Dependency | Calendar, **settings: Any) -> dict[str, ScheduledTask]:
    """Schedule those rows."""
    return dict(schedule(plan(*rows, **settings)).tasks)


def chain(count: int, minutes: int = 60) -> Plan:
    """Return one task after another."""
    tasks = tuple(Task(f"t{n}", f"Task {n}", duration_minutes=minutes) for n in range(count))
    links = tuple(Dependency(f"t{n}", f"t{n + 1}") for n in range(count - 1))
    return Plan(ProjectSettings("Chain", MONDAY), (standard_calendar(),), tasks, links)


def random_plan(seed: int, count: int = 12, **settings: Any) -> Plan:
    """Return a plan of three calendars, summaries, all link types, lags and constraints."""
    dice = random.Random(seed)
    six = Calendar("six", "Six days", "standard", (None,) * 5 + ((Interval(480, 960),), ()))
    night = Calendar("night", "Nights", None, ((Interval(1320, 1800),),) * 7)
    tasks = [Task(f"s{n}", f"S{n}", kind=TaskKind.SUMMARY) for n in range(3)]
    links: dict[str, Dependency] = {}
    for number in range(count):
        tasks.append(_random_task(dice, number))
        for before in dice.sample(range(number), min(number, dice.randrange(3))):
            lag = Lag(dice.choice([0, 0, 0, 480, 60, -240]))
            kind = dice.choice(["FS", "FS", "FS", "SS", "FF", "SF"])
            one = Dependency(f"t{before}", f"t{number}", LinkType(kind), lag)
            links[one.key] = one
    made = plan(*tasks, *links.values(), six, night, **settings)
    return replace(made, tasks=tuple(tasks))


def _random_task(dice: random.Random, number: int) -> Task:
    wish = None
    if dice.random() < 0.2:
        kind = dice.choice(["SNET", "FNET", "SNLT", "FNLT"])
        wish = constraint(kind, 2026, dice.randrange(1, 4), dice.randrange(1, 28), 8)
    return task(
        f"t{number}",
        dice.choice([0, 0.5, 1, 2, 5]),
        parent=dice.choice([None, "s0", "s1", "s2"]),
        calendar=dice.choice([None, None, "six", "night"]),
        constraint=wish,
    )
