"""What stands under the answer: milestones, where branches meet, buffers, what to refine first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from planning.core.plan import TaskKind
from planning.drawing.strips import StripChart, strip_chart
from planning.table.outline import Outline

SHOWN_REFINEMENTS = 5
SHOWN_MILESTONES = 20
SHOWN_MERGES = 6
LEAST_LOST_DAYS = 0.05
LEAST_SHARE = 0.01

Outlines = Mapping[str, Outline]
Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A milestone: what is planned, what is likely, and the chance of what is wanted."""

    name: str
    url: str
    planned: datetime
    p50: datetime
    p80: datetime
    wanted: datetime
    is_target: bool
    chance: float


@dataclass(frozen=True, slots=True)
class Milestones:
    """The milestones of a plan on one axis of dates."""

    rows: Sequence[MilestoneRow]
    strip: StripChart | None


@dataclass(frozen=True, slots=True)
class Branch:
    """One of the branches that meet, with the share of futures in which it comes last."""

    name: str
    url: str
    share: float


@dataclass(frozen=True, slots=True)
class MergeRow:
    """Where branches meet, and the days lost there because the latest of several counts."""

    name: str
    url: str
    days_lost: float
    noise_days: float | None
    branches: Sequence[Branch]


@dataclass(frozen=True, slots=True)
class BufferRow:
    """The working days between the planned finish and a percentile of it, and their noise."""

    percentile: int
    date: datetime
    days: float
    noise_days: float


@dataclass(frozen=True, slots=True)
class RefineRow:
    """An estimate, and the days by which knowing it would narrow the finish."""

    name: str
    url: str
    days: float
    noise_days: float


def task_url(outline: Outline) -> str:
    """The page of a task."""
    return reverse("planning:task", args=[outline.id])


def milestones_of(tasks: Iterable[Entry], outlines: Outlines) -> Milestones:
    """Return the open milestones in the order of the plan, their chance and their distribution."""
    found = {task["id"]: task for task in tasks}
    rows, finishes = [], []
    for outline in outlines.values():
        task = found.get(outline.key)
        if task is None or outline.kind != TaskKind.MILESTONE or outline.actual_finish:
            continue
        p10, p50, p80, p90 = (_finish(task, percentile) for percentile in (10, 50, 80, 90))
        rows.append(_milestone(task, outline, p50, p80))
        finishes.append((p10, p50, p80, p90, rows[-1].wanted))
        if len(rows) == SHOWN_MILESTONES:
            break
    return Milestones(rows, strip_chart(finishes) if finishes else None)


def _milestone(task: Entry, outline: Outline, p50: datetime, p80: datetime) -> MilestoneRow:
    planned = outline.finish or p50
    return MilestoneRow(
        name=outline.name,
        url=task_url(outline),
        planned=planned,
        p50=p50,
        p80=p80,
        wanted=outline.target or planned,
        is_target=outline.target is not None,
        chance=task["p_planned"] if task["p_target"] is None else task["p_target"],
    )


def _finish(task: Entry, percentile: int) -> datetime:
    return datetime.fromisoformat(task["finish_percentiles"][str(percentile)])


def merges_of(merges: Iterable[Entry], outlines: Outlines) -> list[MergeRow]:
    """Return where most days are lost because branches meet, the dearest first."""
    rows = []
    for merge in merges:
        outline = outlines.get(merge["task"])
        if outline is None or merge["days_lost"] < LEAST_LOST_DAYS:
            continue
        branches = [
            Branch(outlines[end["from"]].name, task_url(outlines[end["from"]]), end["share"])
            for end in sorted(merge["branches"], key=lambda end: -end["share"])
            if end["from"] in outlines and end["share"] >= LEAST_SHARE
        ]
        noise = _half(merge["band"]) if "band" in merge else None
        rows.append(MergeRow(outline.name, task_url(outline), merge["days_lost"], noise, branches))
    return rows[:SHOWN_MERGES]


def buffers_of(buffers: Mapping[str, Entry], finishes: Mapping[int, datetime]) -> list[BufferRow]:
    """Return how far each percentile lies beyond the planned finish."""
    return [
        BufferRow(int(percentile), finishes[int(percentile)], found["days"], _half(found["band"]))
        for percentile, found in buffers.items()
    ]


def refinements_of(
    refinements: Iterable[Entry] | None, outlines: Outlines
) -> list[RefineRow] | None:
    """Return which estimates to refine first: what knowing each would narrow the finish by.

    None where the forecast was stored before that was asked.
    """
    if refinements is None:
        return None
    rows = [
        RefineRow(outline.name, task_url(outline), found["days"], _half(found["band"]))
        for found in refinements
        if (outline := outlines.get(found["id"])) and found["days"] >= LEAST_LOST_DAYS
    ]
    return rows[:SHOWN_REFINEMENTS]


def _half(band: Sequence[float]) -> float:
    return (band[1] - band[0]) / 2
