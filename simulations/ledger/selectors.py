"""What is read of the ledger, scoped to a person."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils import timezone

from lineo.accounts.models import Membership, User
from planning import selectors as planning
from planning import veil
from planning.core.calendars import calendars_of
from planning.core.instants import to_minutes
from planning.core.plan import TaskKind
from planning.core.working_time import WorkingTime
from planning.drawing.days_off import calendars_by_key
from planning.models import Project, Scenario, Task
from simulations.ledger.correction import Correction, Outcome, correction_of
from simulations.ledger.models import Commitment, CommitmentPoint, TaskScore
from simulations.ledger.scoring import Brier, Place, brier

Times = Callable[[UUID], WorkingTime]
"""When a project's baseline works, by the project's id."""


class Standing(StrEnum):
    """What has become of a commitment."""

    OPEN = "open"
    OVERDUE = "overdue"
    KEPT = "kept"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Entry:
    """A commitment as it stands: what became of it, and how its chance went.

    ``is_gone`` says that the baseline has no such milestone any more.
    """

    row: Commitment
    standing: Standing
    finished_at: datetime | None
    points: Sequence[CommitmentPoint]
    is_gone: bool

    @property
    def given(self) -> CommitmentPoint | None:
        """The chance on the day it was given, where a forecast stood by then."""
        return next((point for point in self.points if point.is_given), None)

    @property
    def now(self) -> CommitmentPoint | None:
        """The newest chance."""
        return self.points[-1] if self.points else None

    @property
    def chance_given(self) -> float | None:
        return self.given.chance if self.given else None

    @property
    def chance_now(self) -> float | None:
        return self.now.chance if self.now else None

    @property
    def is_settled(self) -> bool:
        return self.standing in (Standing.KEPT, Standing.MISSED)


def commitments_for(membership: Membership | None) -> QuerySet[Commitment]:
    """Return the commitments that a person may read."""
    rows = _readable(Commitment.objects.filter(project__in=planning.projects_for(membership)))
    return rows.select_related("project", "given_by", "withdrawn_by")


def _readable(rows: QuerySet[Commitment]) -> QuerySet[Commitment]:
    """Return the commitments without those for a milestone that is hidden from who asks.

    It is, too, where it stands in no scenario that they may read.
    """
    rows = planning.without_unknown_tasks(rows, "milestone_key")
    for project_id, keys in veil.hidden().by_project.items():
        rows = rows.exclude(project=project_id, milestone_key__in=keys)
    return rows


def commitments_of(project: Project) -> QuerySet[Commitment]:
    """Return a project's commitments by date, each with its points and what its milestone says.

    ``is_there`` and ``finished_at`` are of the baseline's milestone, or of
    all its work; ``reported_until`` is the baseline's data date. Of a scenario that is hidden
    from whoever asks nothing is told.
    """
    closed = veil.closed_scenarios()
    tasks = Task.objects.filter(scenario__project=project, scenario__is_baseline=True)
    milestone = tasks.filter(kind=TaskKind.MILESTONE, key=OuterRef("milestone_key"))
    baseline = Scenario.objects.filter(project=project, is_baseline=True).exclude(pk__in=closed)
    known, told = tasks.exclude(scenario__in=closed), milestone.exclude(scenario__in=closed)
    is_whole = Q(milestone_key="")
    points = CommitmentPoint.objects.exclude(record__scenario__in=closed)
    points = planning.with_scenario(points, of="record__scenario").order_by("made_at", "pk")
    rows = _readable(Commitment.objects.filter(project=project)).annotate(
        is_there=Case(When(is_whole, then=Value(value=True)), default=Exists(milestone)),
        finished_at=Case(
            When(is_whole, then=_all_done(known)),
            default=Subquery(told.values("actual_finish")[:1]),
        ),
        reported_until=Subquery(baseline.values("data_date")[:1]),
    )
    return rows.select_related("given_by", "withdrawn_by").prefetch_related(
        Prefetch("points", points)
    )


def _all_done(tasks: QuerySet[Task]) -> Case:
    """Return when the last work was done; nothing while some is open."""
    work = tasks.exclude(kind__in=(TaskKind.SUMMARY, TaskKind.EFFORT))
    last = work.order_by("-actual_finish").values("actual_finish")[:1]
    return Case(When(Exists(work.filter(actual_finish=None)), then=None), default=Subquery(last))


def entries_of(rows: Iterable[Commitment]) -> list[Entry]:
    """Return commitments as they stand, of rows that :func:`commitments_of` found."""
    times = cache(_working_time)
    return [_entry(row, times) for row in rows]


def _entry(row: Any, times: Times) -> Entry:
    points = list(row.points.all())
    return Entry(row, _standing(row, times), row.finished_at, points, is_gone=not row.is_there)


def _standing(row: Any, times: Times) -> Standing:
    if row.withdrawn_at is not None:
        return Standing.WITHDRAWN
    if row.finished_at is not None:
        return Standing.MISSED if _is_later(row, row.finished_at, times) else Standing.KEPT
    if row.reported_until is not None and _is_later(row, row.reported_until, times):
        return Standing.MISSED
    return Standing.OVERDUE if row.due.date() < timezone.localdate() else Standing.OPEN


def _is_later(row: Commitment, moment: datetime, times: Times) -> bool:
    """Whether a moment lies behind the date, in working time: Friday evening is Monday morning."""
    if moment <= row.due:
        return False
    return times(row.project_id).work_between(to_minutes(row.due), to_minutes(moment)) > 0


def _working_time(project_id: UUID) -> WorkingTime:
    """Return when a project's baseline works."""
    baseline = Scenario.objects.get(project=project_id, is_baseline=True)
    return calendars_of(tuple(calendars_by_key(baseline).values()))[baseline.calendar_key]


@dataclass(frozen=True, slots=True)
class Scored:
    """The finished tasks of everybody, or of one estimator."""

    estimator: User | None
    count: int
    durations: list[Place]
    correction: Correction | None
    telling: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """How good the forecasts of a project were, and the ranges behind them.

    ``finishes`` places each finish in the last forecast before its work
    began. Estimators are judged by all that they finished in projects that
    the reader may see: a habit does not change with the project.
    """

    finished: int
    finishes: list[Place]
    everybody: Scored
    estimators: list[Scored]
    brier: Brier | None


def calibration_of(
    project: Project, membership: Membership | None, entries: Iterable[Entry]
) -> Calibration:
    """Return how good the forecasts of a project were."""
    scores = TaskScore.objects.filter(project__in=planning.projects_for(membership))
    rows = list(scores.select_related("estimator"))
    own = [row for row in rows if row.project_id == project.pk]
    theirs = {row.estimator_id for row in own if row.duration_low is not None} - {None}
    by_person: defaultdict[UUID | None, list[TaskScore]] = defaultdict(list)
    for row in rows:
        if row.estimator_id in theirs and row.duration_low is not None:
            by_person[row.estimator_id].append(row)
    people = [_scored(found, found[0].estimator) for found in by_person.values()]
    return Calibration(
        finished=len(own),
        finishes=_places(own, "finish"),
        everybody=_scored([row for row in own if row.duration_low is not None], None),
        estimators=sorted(people, key=lambda one: (-one.count, str(one.estimator))),
        brier=_brier(entries),
    )


def has_finished_work(project: Project) -> bool:
    """Return whether any task is done, also where nothing was said of it before."""
    rows = Task.objects.filter(scenario__project=project, scenario__is_baseline=True)
    done = rows.filter(actual_finish__isnull=False).exclude(pk__in=veil.hidden_ids())
    return done.exclude(kind=TaskKind.SUMMARY).exists()


def _scored(rows: Sequence[TaskScore], estimator: User | None) -> Scored:
    outcomes = [
        Outcome(
            minutes=row.minutes or 0.0,
            p10=row.p10_minutes or 0.0,
            p50=row.p50_minutes or 0.0,
            p90=row.p90_minutes or 0.0,
            resolution=row.resolution_minutes,
        )
        for row in rows
    ]
    return Scored(
        estimator,
        len(rows),
        _places(rows, "duration"),
        correction_of(outcomes),
        sum(one.tells for one in outcomes),
    )


def _places(rows: Iterable[TaskScore], name: str) -> list[Place]:
    pairs = [(getattr(row, f"{name}_low"), getattr(row, f"{name}_high")) for row in rows]
    return [Place(low, high) for low, high in pairs if low is not None]


def _brier(entries: Iterable[Entry]) -> Brier | None:
    settled = [(entry.given, entry.standing) for entry in entries if entry.is_settled]
    known = [(point.chance, standing) for point, standing in settled if point is not None]
    return brier(
        [chance for chance, _ in known], [standing is Standing.KEPT for _, standing in known]
    )
