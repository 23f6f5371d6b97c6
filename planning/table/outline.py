"""Every task of a plan in a few narrow columns: what the Gantt must know of each row."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from planning import selectors, veil
from planning.core.plan import TaskKind
from planning.drawing.bars import Bar, Spread
from planning.models import Scenario


class Outline(NamedTuple):
    """One task, by the names of its columns."""

    id: UUID
    key: str
    number: int
    name: str
    parent_id: UUID | None
    kind: str
    start: datetime | None
    finish: datetime | None
    percent_complete: float
    is_critical: bool
    promised_start: datetime | None
    promised_finish: datetime | None
    deadline: datetime | None
    target: datetime | None
    actual_finish: datetime | None

    @property
    def is_instant(self) -> bool:
        """Whether the task is drawn as a point in time."""
        return self.kind == TaskKind.MILESTONE or self.start == self.finish


def outlines_of(scenario: Scenario) -> list[Outline]:
    """Return a scenario's tasks in table order."""
    rows = selectors.tasks_of(scenario).values_list(*Outline._fields)
    return [veiled(Outline(*values)) for values in rows]


def veiled(outline: Outline) -> Outline:
    """Return the outline, bare where rules hide the task from whoever asks."""
    if outline.id not in veil.hidden_ids():
        return outline
    return outline._replace(
        name=veil.restricted_name(),
        percent_complete=0.0,
        promised_start=None,
        promised_finish=None,
        deadline=None,
        target=None,
        actual_finish=None,
    )


def levels_of(outlines: Iterable[Outline]) -> dict[UUID, int]:
    """Return how deep each task stands; a parent comes before its children."""
    levels: dict[UUID, int] = {}
    for outline in outlines:
        levels[outline.id] = levels.get(outline.parent_id, -1) + 1  # type: ignore[arg-type]
    return levels


def outline_numbers_of(outlines: Iterable[Outline]) -> dict[UUID, str]:
    """Return where each task stands in the tree, as “2.1.3”; a parent comes before its children."""
    numbers: dict[UUID | None, str] = {None: ""}
    children: dict[UUID | None, int] = {}
    for outline in outlines:
        place = children[outline.parent_id] = children.get(outline.parent_id, 0) + 1
        above = numbers[outline.parent_id]
        numbers[outline.id] = f"{above}.{place}" if above else str(place)
    return {task: number for task, number in numbers.items() if task is not None}


def bar_of(
    outline: Outline, scenario: Scenario, spreads: Mapping[str, Spread], *, parent: str = ""
) -> Bar:
    """Return the task as a row of the Gantt; one without dates stands at the plan's start."""
    start = outline.start or scenario.start
    finish = outline.finish or start
    return Bar(
        key=outline.key,
        number=outline.number,
        parent=parent,
        name=outline.name,
        start=start,
        finish=finish,
        kind=_shape(outline),
        percent=100.0 if outline.actual_finish else outline.percent_complete,
        is_critical=outline.is_critical,
        promised_start=outline.promised_start,
        promised_finish=outline.promised_finish,
        deadline=outline.deadline or outline.target,
        spread=spreads.get(outline.key),
    )


def _shape(outline: Outline) -> str:
    if outline.kind == TaskKind.SUMMARY:
        return "summary"
    return "milestone" if outline.is_instant else "task"
