"""Plans for the engine's tests, with dull defaults: days of 480 minutes from a Monday."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from planning.core.distributions import Estimate, Fixed, Pert, Triangular
from planning.core.plan import (
    Dependency,
    LinkType,
    Plan,
    ProjectSettings,
    Task,
    TaskKind,
    standard_calendar,
)

DAY = 480
MONDAY = datetime(2026, 1, 5, 8)
THREE_POINTS = Mapping[str, tuple[float, float, float]]

GENERAL_FOUNDRY: THREE_POINTS = {
    "A": (1, 2, 3), "B": (2, 3, 4), "C": (1, 2, 3), "D": (2, 4, 6),
    "E": (1, 4, 7), "F": (1, 2, 9), "G": (3, 4, 11), "H": (1, 2, 3),
}  # fmt: skip
GENERAL_FOUNDRY_LINKS = "AC BD CE CF DG EG FH GH"
RELIABLE: THREE_POINTS = {
    "A": (1, 2, 3), "B": (2, 3.5, 8), "C": (6, 9, 18), "D": (4, 5.5, 10), "E": (1, 4.5, 5),
    "F": (4, 4, 10), "G": (5, 6.5, 11), "H": (5, 8, 17), "I": (3, 7.5, 9), "J": (3, 9, 9),
    "K": (4, 4, 4), "L": (1, 5.5, 7), "M": (1, 2, 3), "N": (5, 5.5, 9),
}  # fmt: skip
RELIABLE_LINKS = "AB BC CD CE EF DG EH GH CI FJ IJ JK JL HM KN LN"
PORTA_VAC: THREE_POINTS = {
    "A": (4, 5, 12), "B": (1, 1.5, 5), "C": (2, 3, 4), "D": (3, 4, 11), "E": (2, 3, 4),
    "F": (1.5, 2, 2.5), "G": (1.5, 3, 4.5), "H": (2.5, 3.5, 7.5), "I": (1.5, 2, 2.5),
    "J": (1, 2, 3),
}  # fmt: skip
PORTA_VAC_LINKS = "AC AD AE CF DG BH EH HI FJ GJ IJ"


def minutes(days: float) -> int:
    """Return days as working minutes."""
    return round(days * DAY)


def task(key: str, estimate: Estimate | float = 1.0, **fields: Any) -> Task:
    """Return a task by its estimate, or by its certain days."""
    law = Fixed(minutes(estimate)) if isinstance(estimate, int | float) else estimate
    duration = law.value if isinstance(law, Fixed) else 0
    return Task(key, key, **({"estimate": law, "duration_minutes": duration} | fields))


def milestone(key: str, **fields: Any) -> Task:
    """Return a milestone."""
    return Task(key, key, kind=TaskKind.MILESTONE, **fields)


def links(text: str) -> tuple[Dependency, ...]:
    """Return finish-to-start links from pairs of one-letter keys: ``"AB BC"``."""
    return tuple(Dependency(pair[0], pair[1]) for pair in text.split())


def link(first: str, second: str, kind: str = "FS", **fields: Any) -> Dependency:
    """Return one link."""
    return Dependency(first, second, LinkType(kind), **fields)


def plan_of(tasks: Iterable[Task], dependencies: Iterable[Dependency] = (), **fields: Any) -> Plan:
    """Return a plan that starts on a Monday on the standard calendar."""
    settings = {name: fields.pop(name) for name in list(fields) if hasattr_setting(name)}
    return Plan(
        ProjectSettings("Plan", **({"start": MONDAY} | settings)),
        **({"calendars": (standard_calendar(),)} | fields),
        tasks=tuple(tasks),
        dependencies=tuple(dependencies),
    )


def hasattr_setting(name: str) -> bool:
    """Whether a field belongs to the project block."""
    return name in ProjectSettings.__dataclass_fields__


def network(points: THREE_POINTS, pairs: str, law: type = Pert) -> Plan:
    """Return a published network of three-point estimates in days."""
    return plan_of(
        (
            task(key, law(*map(minutes, days)), duration_minutes=minutes(days[1]))
            for key, days in points.items()
        ),
        links(pairs),
    )


def triangle(low: float, mode: float, high: float) -> Triangular:
    """Return a triangle in days."""
    return Triangular(minutes(low), minutes(mode), minutes(high))


def pert(low: float, mode: float, high: float) -> Pert:
    """Return a PERT law in days."""
    return Pert(minutes(low), minutes(mode), minutes(high))
