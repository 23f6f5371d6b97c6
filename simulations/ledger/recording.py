"""What the ledger keeps of each stored forecast of the baseline. Live forecasts keep nothing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from planning.core.calendars import calendars_of
from planning.core.instants import to_minutes
from planning.core.plan import Plan, PlanError, TaskKind
from planning.models import ForecastRecord, Scenario
from planning.services.ancestry import state_of
from simulations.engine.axis import to_minutes as since_1970
from simulations.engine.results.statistics import PERCENTILES
from simulations.ledger import moments
from simulations.ledger.models import Commitment, CommitmentPoint, KeptMoments
from simulations.results import unpack

if TYPE_CHECKING:
    # Web processes record commitments and never import the kernel.
    from simulations.engine.results.forecast import Forecast

Finishes = Mapping[str, "np.ndarray[Any, np.dtype[np.int32]]"]


def remember(record: ForecastRecord, forecast: "Forecast", plan: Plan) -> None:
    """Keep what a fresh forecast says of commitments and of open tasks, if it is the baseline's."""
    scenario = Scenario.objects.get(pk=record.scenario_id)
    if not scenario.is_baseline:
        return
    rows = ((task.key, task.finish_minutes) for task in forecast.tasks)
    _keep(record, scenario, plan, rows)
    finishes = {key: np.frombuffer(data, "<i4") for key, data in forecast.finishes.items()}
    add_points(_open(scenario), record, plan, finishes)


def take_over(scenario: Scenario) -> None:
    """Keep what the standing forecast of a new baseline says: the promise is its plan's now."""
    found = standing_forecast(scenario)
    if found is None:
        return
    record, plan, finishes = found
    if not KeptMoments.objects.filter(record=record).exists():
        _keep(record, scenario, plan, _rows_of(scenario.forecast or {}))
    add_points(_open(scenario), record, plan, finishes)


def standing_forecast(scenario: Scenario) -> tuple[ForecastRecord, Plan, Finishes] | None:
    """Return the forecast that a scenario holds, the plan it describes, and every finish.

    None where there is none, or nothing is left of its plan.
    """
    if scenario.forecast_revision is None or not scenario.forecast_finishes:
        return None
    records = ForecastRecord.objects.filter(
        scenario=scenario, revision__lte=scenario.forecast_revision
    )
    record = records.first()
    if record is None:
        return None
    try:
        plan = state_of(scenario, scenario.forecast_revision).plan
    except PlanError:
        return None
    return record, plan, unpack(bytes(scenario.forecast_finishes))


def add_points(
    commitments: Iterable[Commitment],
    record: ForecastRecord,
    plan: Plan,
    finishes: Finishes,
    *,
    is_given: bool = False,
) -> None:
    """Append what a forecast gives each commitment.

    What it doesn't know gets nothing, and neither does what was met already.
    """
    points = []
    for one in commitments:
        found = finishes.get(one.milestone_key)
        if found is None or not len(found) or _is_met(plan, one.milestone_key):
            continue
        points.append(
            CommitmentPoint(
                commitment=one,
                record=record,
                chance=chance_by(plan, found, one.due),
                iterations=len(found),
                is_given=is_given,
            )
        )
    CommitmentPoint.objects.bulk_create(points)


def _is_met(plan: Plan, milestone_key: str) -> bool:
    if milestone_key:
        return plan.has_task(milestone_key) and plan.task(milestone_key).is_finished
    return all(task.is_finished for task in plan.leaves() if task.kind is not TaskKind.EFFORT)


def chance_by(plan: Plan, finishes: "np.ndarray[Any, Any]", due: datetime) -> float:
    """Return the share of iterations that finish by a date, in working time.

    Parameters
    ----------
    finishes : ndarray (iterations,)
        Working minutes of the project calendar from the project's start.
    """
    return float(np.count_nonzero(finishes <= work_until(plan, due))) / len(finishes)


def work_until(plan: Plan, moment: datetime) -> int:
    """Return a moment as working minutes of the project calendar from the project's start."""
    time = calendars_of(plan.calendars)[plan.project.calendar]
    return time.work_between(to_minutes(plan.project.start), to_minutes(moment))


def _open(scenario: Scenario) -> Iterable[Commitment]:
    return Commitment.objects.filter(project=scenario.project_id, withdrawn_at=None)


def _keep(
    record: ForecastRecord,
    scenario: Scenario,
    plan: Plan,
    rows: Iterable[tuple[str, Sequence[int]]],
) -> None:
    waiting = {
        task.key
        for task in plan.leaves()
        if task.kind is TaskKind.TASK and not plan.has_begun(task)
    }
    kept = [(key, minutes) for key, minutes in rows if key in waiting]
    if kept:
        KeptMoments.objects.create(
            record=record,
            project_id=scenario.project_id,
            data_date=record.data_date,
            percentiles=moments.pack(kept),
            made_at=record.created_at,
        )


def _rows_of(document: Mapping[str, Any]) -> Iterable[tuple[str, Sequence[int]]]:
    """Return the finishes of a stored document as minutes since 1970."""
    for task in document.get("tasks", ()):
        found = task["finish_percentiles"]
        yield (
            task["id"],
            [since_1970(datetime.fromisoformat(found[str(p)])) for p in PERCENTILES],
        )
