"""Score finished tasks against what had been said of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from lineo.jobs.handle import JobHandle
from lineo.jobs.registry import job
from lineo.jobs.wanted import still_there
from planning import snapshot
from planning.core.plan import Plan, PlanError, Task, TaskKind
from planning.models import Project, Scenario
from planning.pages.moments import Moment
from planning.services.ancestry import plan_at
from simulations.ledger import moments
from simulations.ledger.actuals import place_of_finish, scored_duration
from simulations.ledger.listening import SCORE
from simulations.ledger.models import KeptMoments, TaskScore
from simulations.ledger.past import estimators_at, moments_before_start

TIMEOUT_SECONDS = 900
ESTIMATE_LENGTH = 300


@job(SCORE, timeout_seconds=TIMEOUT_SECONDS)
def run_scores(handle: JobHandle, *, project: str) -> dict[str, Any]:
    """Score what the baseline has finished since; forget what is not finished any more."""
    found = still_there(Project.objects.all(), project)
    baseline = Scenario.objects.select_related("project").get(project=found, is_baseline=True)
    plan = snapshot.plan_of(baseline)
    finished = {task.key: task for task in plan.leaves() if _is_scored(task)}
    missing = _missing(found, finished)
    handle.progress(0.1, gettext_noop("Reading past forecasts"))
    rows = {key: _row(found, finished[key]) for key in missing}
    _place_finishes(found, plan, rows)
    handle.progress(0.5, gettext_noop("Reading past estimates"))
    _place_durations(handle, baseline, plan, rows)
    TaskScore.objects.bulk_create(rows.values())
    return {"scored": len(rows)}


def _is_scored(task: Task) -> bool:
    return task.kind is TaskKind.TASK and task.actual_finish is not None


def _missing(project: Project, finished: Mapping[str, Task]) -> list[str]:
    """Return the keys that have no score; a score of other dates goes first."""
    known = {row.task_key: row for row in TaskScore.objects.filter(project=project)}
    stale = [
        row.pk
        for key, row in known.items()
        if key not in finished
        or row.actuals != (finished[key].actual_start, finished[key].actual_finish)
    ]
    TaskScore.objects.filter(pk__in=stale).delete()
    gone = set(stale)
    return [key for key in finished if key not in known or known[key].pk in gone]


def _row(project: Project, task: Task) -> TaskScore:
    assert task.actual_finish is not None
    return TaskScore(
        project=project,
        task_key=task.key,
        task_name=task.name,
        started_at=task.actual_start,
        finished_at=task.actual_finish,
    )


def _place_finishes(project: Project, plan: Plan, rows: Mapping[str, TaskScore]) -> None:
    """Find each finish in the last forecast before its work began, the newest forecast first."""
    open_keys = set(rows)
    kept = KeptMoments.objects.filter(project=project).order_by("-made_at", "-pk")
    for held in kept.iterator(chunk_size=10):
        if not open_keys:
            return
        percentiles = moments.unpack(bytes(held.percentiles))
        for key in open_keys & percentiles.keys():
            if not _knew_too_much(held.data_date, rows[key]):
                _place_finish(rows[key], held, plan, percentiles[key])
                open_keys.discard(key)


def _knew_too_much(data_date: datetime | None, row: TaskScore) -> bool:
    """Whether the forecast's data date lies behind the beginning of the work."""
    return data_date is not None and data_date > (row.started_at or row.finished_at)


def _place_finish(
    row: TaskScore, held: KeptMoments, plan: Plan, percentiles: tuple[int, ...]
) -> None:
    row.record_id = held.record_id
    place = place_of_finish(plan, plan.task(row.task_key), moments.LEVELS, percentiles)
    if place is not None:
        row.finish_low, row.finish_high = place


def _place_durations(
    handle: JobHandle, baseline: Scenario, plan: Plan, rows: Mapping[str, TaskScore]
) -> None:
    """Find each duration in the range that was in force when its work began."""
    before = moments_before_start(baseline, rows)
    estimators = estimators_at(before)
    for number, (moment, keys) in enumerate(_by_moment(before), 1):
        handle.progress(0.5 + 0.45 * number / (len(before) or 1))
        try:
            then = plan_at(moment)
        except PlanError:
            continue
        for key in keys:
            if then.has_task(key):
                row = rows[key]
                row.estimator_id = estimators.get(key)
                _fill(row, scored_duration(plan.task(key), plan, then))


def _fill(row: TaskScore, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.estimate = row.estimate[:ESTIMATE_LENGTH]


def _by_moment(moments_of: Mapping[str, Moment]) -> Iterable[tuple[Moment, list[str]]]:
    grouped: defaultdict[Moment, list[str]] = defaultdict(list)
    for key, moment in moments_of.items():
        grouped[moment].append(key)
    # The newest first: each older state is rebuilt from the one that was remembered last.
    return sorted(grouped.items(), key=lambda one: -one[0].revision)
