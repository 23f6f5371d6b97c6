"""Make a live forecast and write it down. For workers: it imports the engine."""

import zlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db.models import F, Q
from numpy.typing import NDArray

from planning.core.plan import Plan, TaskKind
from planning.models import Scenario, Task
from simulations import results
from simulations.curves import curve_of, target_of
from simulations.engine.axis import to_datetime
from simulations.engine.comparing.compared import Finishes
from simulations.engine.comparing.pairing import percentile_minutes
from simulations.engine.comparing.preview import PERCENTILES, Preview, Shift, preview, shifts
from simulations.engine.options import ENGINE_VERSION, SimulationOptions
from simulations.engine.running.runs import project_work_of
from simulations.live import NO_RANGE, NO_TASKS
from simulations.models import LiveForecast
from simulations.services import DEFAULT_SEED

MOST_ITERATIONS = 2_000
LEAST_ITERATIONS = 500
CELLS = 4_000_000
"""Tasks × iterations that a preview may take: about 50 ms."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Reference:
    """What stood before: the finishes of the same futures, and of which revision."""

    revision: int
    seed: int
    finishes: Ints


def options_for(plan: Plan, *, seed: int) -> SimulationOptions:
    """Return few enough iterations that nobody waits for them."""
    affordable = CELLS // max(len(plan.tasks), 1)
    iterations = min(MOST_ITERATIONS, max(LEAST_ITERATIONS, affordable))
    return SimulationOptions(iterations=iterations, seed=seed)


def look(scenario: Scenario, plan: Plan) -> Preview:
    """Preview a plan with the seed of the scenario's full forecast.

    Raises
    ------
    PlanError
        If the plan can't be scheduled.
    """
    seed = DEFAULT_SEED if scenario.forecast_seed is None else scenario.forecast_seed
    return preview(_asking_of_milestones(plan, scenario), options_for(plan, seed=seed))


def _asking_of_milestones(plan: Plan, scenario: Scenario) -> Plan:
    """Return the plan with a target for each open milestone: its own, else what is planned.

    A full forecast tells the chance of the planned date where there is no target, and so
    does the live one; no date depends on a target.
    """
    instants = Q(kind=TaskKind.MILESTONE) | Q(start=F("finish"))
    wanting = Task.objects.filter(instants, scenario=scenario, target=None, actual_finish=None)
    planned = dict(wanting.exclude(finish=None).values_list("key", "finish"))
    if not planned:
        return plan
    tasks = tuple(
        replace(task, target=planned[task.key]) if task.key in planned else task
        for task in plan.tasks
    )
    return replace(plan, tasks=tasks)


def is_at_odds(seen: Preview, scenario: Scenario, plan: Plan) -> bool:
    """Whether the plan that was previewed finishes elsewhere than the scenario does."""
    finish = scenario.scheduled_finish
    if seen.planned_finish is None or finish is None:
        return (seen.planned_finish is None) != (finish is None)
    planned = to_datetime(seen.planned_finish)
    # Two instants with no working minute between them are the same date.
    return planned != finish and project_work_of(plan, planned) != project_work_of(plan, finish)


def store(scenario: Scenario, plan: Plan, revision: int, seen: Preview) -> LiveForecast | None:
    """Write a preview of ``revision`` over what stood there; None if that was newer."""
    row = _locked(scenario)
    if row.revision > revision:
        return None
    before = reference_of(scenario, row, plan, seed=seen.seed)
    for name, value in columns_of(seen, plan, before).items():
        setattr(row, name, value)
    row.revision = revision
    row.save()
    return row


def columns_of(seen: Preview, plan: Plan, before: Reference | None) -> dict[str, Any]:
    """Return what the row holds of a preview; figures only where something varies."""
    found: dict[str, Any] = {
        field.attname: None
        for field in LiveForecast._meta.concrete_fields
        if field.null and field.attname != "scenario_id"
    }
    found |= {
        "iterations": seen.iterations,
        "seed": seen.seed,
        "engine_version": seen.engine_version,
        "reason": _reason(seen),
        "tasks": {},
    }
    if not seen.is_uncertain or seen.finish_minutes is None or seen.bands_days is None:
        return found
    moved = shifts(plan, before.finishes, seen.finishes) if before else {}
    dates = dict(zip(PERCENTILES, map(to_datetime, seen.finish_minutes), strict=True))
    noise = dict(zip(PERCENTILES, map(_half, seen.bands_days), strict=True))
    return found | {
        **{f"p{percentile}": date for percentile, date in dates.items()},
        "p50_noise_days": noise[50],
        "p80_noise_days": noise[80],
        "p_target": seen.p_target,
        "p_planned": seen.p_planned,
        "since_revision": before.revision if before else None,
        **_deltas(moved),
        "curve": curve_of(np.sort(seen.finishes), target_of(plan)),
        "tasks": _bars(seen),
        "finishes": zlib.compress(seen.finishes.astype("<i4").tobytes(), 1),
    }


def reference_of(
    scenario: Scenario, row: LiveForecast, plan: Plan, *, seed: int
) -> Reference | None:
    """Return what to measure the change against: the live forecast before, else the full one."""
    if row.finishes and row.seed == seed and row.engine_version == ENGINE_VERSION:
        finishes = np.frombuffer(zlib.decompress(row.finishes), "<i4").astype(np.int64)
        return Reference(row.revision, seed, finishes)
    return _full_reference(scenario, plan, seed)


def _full_reference(scenario: Scenario, plan: Plan, seed: int) -> Reference | None:
    """The full forecast's first iterations, if the calendar that counts them still stands.

    It keeps working minutes; that they mean the same dates is seen at its P50.
    """
    if scenario.forecast_engine_version != ENGINE_VERSION or not scenario.forecast_finishes:
        return None
    work = results.unpack(bytes(scenario.forecast_finishes)).get("")
    if work is None or not len(work) or scenario.forecast_revision is None:
        return None
    instants = Finishes.from_work(plan, work).instants
    if to_datetime(percentile_minutes(instants, 50)) != scenario.forecast_p50:
        return None
    finishes = instants[:MOST_ITERATIONS]
    return Reference(scenario.forecast_revision, seed, finishes)


def _locked(scenario: Scenario) -> LiveForecast:
    """Return the scenario's row, which no other worker can write meanwhile."""
    LiveForecast.objects.get_or_create(scenario=scenario, defaults={"revision": 0})
    rows = LiveForecast.objects.defer(None).select_for_update().defer("curve", "tasks")
    return rows.get(scenario=scenario)


def _reason(seen: Preview) -> str:
    if seen.finish_minutes is None:
        return NO_TASKS
    return "" if seen.is_uncertain else NO_RANGE


def _deltas(moved: dict[int, Shift]) -> dict[str, float]:
    found: dict[str, float] = {}
    for percentile, shift in moved.items():
        found[f"p{percentile}_delta_days"] = shift.days
        found[f"p{percentile}_delta_noise_days"] = _half(shift.interval_days)
    return found


def _bars(seen: Preview) -> dict[str, list[Any]]:
    """Return each task's P10, P50, P80 and P90, its criticality and its chance."""
    return {
        key: [
            *(to_datetime(minute).isoformat(timespec="minutes") for minute in task.finish_minutes),
            None if task.criticality is None else round(task.criticality, 4),
            None if task.p_target is None else round(task.p_target, 4),
        ]
        for key, task in seen.tasks.items()
    }


def _half(interval: tuple[float, float]) -> float:
    return (interval[1] - interval[0]) / 2
