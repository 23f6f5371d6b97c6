"""Forecast ⇄ what the Scenario row keeps of it.

``Scenario.forecast`` holds one versioned JSON document: what ``simulate
--json`` prints, and the curve to draw. ``Scenario.forecast_finishes`` holds
the finish of every iteration, which paired comparison reads.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from lineo.accounts.happened import Subject, tell
from planning.core.plan import Plan
from planning.core.risk_worth import RiskWorth
from planning.models import ForecastRecord, Scenario
from simulations.curves import finish_curve
from simulations.engine.comparing.compared import KeptFinishes
from simulations.engine.results.forecast import Forecast
from simulations.live import NO_RANGE, NO_TASKS
from simulations.models import Simulation
from simulations.signals import forecast_stored

if TYPE_CHECKING:
    # Web processes read kept finishes here and never import the kernel.
    from simulations.engine.comparing.sensitivity import Removal

DOCUMENT_VERSION = 2


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was asked about the causes, once the futures were drawn."""

    costs: Sequence["Removal"] = ()
    risks: Sequence[RiskWorth] = ()


NO_EVIDENCE = Evidence()


def store(
    simulation: Simulation,
    forecast: Forecast,
    plan: Plan,
    revision: int,
    evidence: Evidence = NO_EVIDENCE,
) -> ForecastRecord:
    """Write the forecast of ``revision`` onto its scenario, and keep its headline.

    A forecast of an older revision never covers one of a newer.
    """
    scenario = simulation.scenario
    record = _record(scenario, forecast, plan, revision)
    simulation.record = record
    simulation.revision = revision
    simulation.save(update_fields=["record", "revision"])
    newer = Q(forecast_revision__isnull=True) | Q(forecast_revision__lte=revision)
    Scenario.objects.filter(newer, pk=scenario.pk).update(
        forecast_revision=revision,
        forecast_at=timezone.now(),
        forecast_iterations=forecast.iterations,
        forecast_seed=forecast.seed,
        forecast_engine_version=forecast.engine_version,
        forecast_plan_hash=forecast.plan_hash,
        forecast_data_date=forecast.data_date,
        forecast_p50=record.p50,
        forecast_p80=record.p80,
        forecast_p_target=forecast.p_target,
        forecast_p_planned=forecast.p_planned,
        forecast_reason=reason_for(forecast),
        forecast=document(forecast, plan, evidence),
        forecast_finishes=pack(forecast.finishes),
    )
    tell(
        "forecast.stored",
        workspace=scenario.workspace_id,
        actor=simulation.created_by,
        subject=Subject("forecast", record.pk, scenario.name, scenario.project_id, scenario.pk),
        after={
            "revision": revision,
            "p50": record.p50,
            "p80": record.p80,
            "p_target": forecast.p_target,
        },
    )
    transaction.on_commit(
        lambda: forecast_stored.send_robust(
            sender=Scenario,
            workspace_id=scenario.workspace_id,
            scenario_id=scenario.pk,
            revision=revision,
            record_id=record.pk,
        )
    )
    return record


def document(forecast: Forecast, plan: Plan, evidence: Evidence = NO_EVIDENCE) -> dict[str, Any]:
    """Return the forecast as the versioned JSON of the Scenario row.

    What ``simulate --json`` prints (docs/method.md says what each figure
    means), and beside it plain numbers for pages:

    ``curve``
        The S-curve and its bars, see :func:`simulations.curves.finish_curve`.
    ``costs``
        For each uncertainty (``kind`` task or risk, ``id``) what the finish
        would gain without it: ``p80_days`` with ``interval_days``, and
        ``mean_days`` with ``mean_interval_days``; the dearest first.
    ``risks``
        For each risk (``id``) the days of P80 that it costs ``before`` and
        ``after`` its mitigation, and what that ``gained``, each ``p80_days`` with
        its ``interval_days``; None where it has no mitigation.
    ``merges``
        Where branches meet (``task``): ``days_lost``, and for each branch how
        often it sets the date (``share``, with its ``band``).
    ``buffers``
        By percentile ("70", "80", "90", "99"): ``days`` from the planned finish
        to that percentile, with their ``band``.
    ``refinements``
        Which estimate to refine first: ``days`` by which the finish's standard
        deviation would shrink if that duration were known, with its ``band``.

    Every ``band`` and ``interval`` holds its figure with 95 % confidence.
    """
    return {
        "version": DOCUMENT_VERSION,
        **forecast.to_json(),
        "curve": finish_curve(forecast, plan),
        "costs": [
            {
                "kind": cost.kind,
                "id": cost.key,
                "p80_days": cost.percentile_days,
                "interval_days": list(cost.interval_days),
                "mean_days": cost.mean_days,
                "mean_interval_days": list(cost.mean_interval_days),
            }
            for cost in evidence.costs
        ],
        "risks": [risk.to_json() for risk in evidence.risks],
    }


def pack(finishes: dict[str, bytes]) -> bytes:
    """Return the finishes of every iteration as one compressed archive.

    Parameters
    ----------
    finishes : dict of str to bytes
        Working minutes from the project's start, int32, by milestone; the
        project's own under the empty key.
    """
    # An archive's member can't have an empty name, nor a key any name.
    arrays = {
        f"f{index}": np.frombuffer(data, np.int32) for index, data in enumerate(finishes.values())
    }
    keys = np.array(list(finishes), dtype=np.str_)
    packed = io.BytesIO()
    # NumPy's own archives take four times as long to be a tenth smaller.
    with ZipFile(packed, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for name, values in {"keys": keys, **arrays}.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, values, allow_pickle=False)
    return packed.getvalue()


def unpack(packed: bytes) -> dict[str, np.ndarray[Any, np.dtype[np.int32]]]:
    """Return what :func:`pack` kept."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as archive:
        return {str(key): archive[f"f{index}"] for index, key in enumerate(archive["keys"])}


def kept_finishes(scenario: Scenario, plan: Plan) -> KeptFinishes | None:
    """Return what a scenario's forecast kept of its iterations, for comparing at once.

    ``plan`` is the plan as it stands. None where the forecast describes an
    older one, or there is none.
    """
    if not scenario.forecast_is_current or not scenario.forecast_finishes:
        return None
    return KeptFinishes(
        plan,
        int(scenario.forecast_seed or 0),
        scenario.forecast_engine_version,
        unpack(bytes(scenario.forecast_finishes)),
    )


def reason_for(forecast: Forecast) -> str:
    """Return why there is nothing to see, where that is so."""
    if forecast.percentile_days is None:
        return NO_TASKS
    if not forecast.sd_days:
        return NO_RANGE
    return ""


def _record(scenario: Scenario, forecast: Forecast, plan: Plan, revision: int) -> ForecastRecord:
    return ForecastRecord.objects.create(
        scenario=scenario,
        revision=revision,
        iterations=forecast.iterations,
        seed=forecast.seed,
        engine_version=forecast.engine_version,
        plan_hash=forecast.plan_hash,
        data_date=forecast.data_date,
        scheduled_finish=forecast.planned_finish,
        target=plan.project.target,
        p10=forecast.finish(10),
        p50=forecast.finish(50),
        p80=forecast.finish(80),
        p90=forecast.finish(90),
        p_target=forecast.p_target,
        p_planned=forecast.p_planned,
    )
