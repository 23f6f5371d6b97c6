"""Start and cancel simulations."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lineo.accounts.happened import Subject, tell
from lineo.accounts.models import User
from lineo.accounts.policy import Action
from lineo.jobs import services as jobs
from lineo.jobs.models import Job
from planning.access import demand_on
from planning.models import Scenario
from simulations.models import Simulation

DEFAULT_ITERATIONS = 10_000
DEFAULT_SEED = 1
DEFAULT_STOP_PERCENTILE = 80


@transaction.atomic
def start_simulation(
    scenario: Scenario,
    *,
    actor: User | None,
    iterations: int = DEFAULT_ITERATIONS,
    seed: int = DEFAULT_SEED,
    stop_band_days: float | None = None,
    stop_percentile: int = DEFAULT_STOP_PERCENTILE,
    idempotency_key: str = "",
) -> Simulation:
    """Ask for a simulation of the scenario as it stands; a worker does it.

    With ``stop_band_days`` it stops as soon as the 95 % band of that percentile
    of the finish is narrower than so many days.

    Asked again with the same ``idempotency_key``, the first one comes back.

    Raises
    ------
    ValidationError
        If a number lies outside its limits or the scenario is archived.
    PermissionDenied
        If the actor may not simulate here.
    """
    demand_on(scenario, actor, Action.SIMULATE)
    if scenario.is_archived:
        raise ValidationError(_("This scenario is archived; branch from it to simulate it."))
    simulation = Simulation(
        scenario=scenario,
        revision=scenario.revision,
        iterations=iterations,
        seed=seed,
        stop_band_days=stop_band_days,
        stop_percentile=stop_percentile,
        created_by=actor,
    )
    simulation.full_clean()
    job = jobs.enqueue(
        "simulate",
        kind="simulation",
        payload={"simulation": str(simulation.pk)},
        idempotency_key=idempotency_key,
    )
    if job.is_repeat:
        return Simulation.objects.get(job_id=job.pk)
    simulation.job_id = job.pk
    simulation.save(force_insert=True)
    after = {"iterations": iterations, "seed": seed, "revision": scenario.revision}
    _tell("started", simulation, actor, after=after)
    return simulation


@transaction.atomic
def cancel_simulation(simulation: Simulation, *, actor: User | None) -> bool:
    """Ask for a simulation to stop; say whether it will."""
    demand_on(simulation.scenario, actor, Action.SIMULATE)
    job = Job.objects.filter(pk=str(simulation.job_id)).first()
    is_cancelled = bool(job and jobs.cancel(job))
    if is_cancelled:
        _tell("cancelled", simulation, actor)
    return is_cancelled


def _tell(deed: str, simulation: Simulation, actor: User | None, *, after: Any = None) -> None:
    scenario = simulation.scenario
    subject = Subject("simulation", simulation.pk, scenario.name, scenario.project_id, scenario.pk)
    workspace = simulation.workspace_id
    tell(f"simulation.{deed}", workspace=workspace, actor=actor, subject=subject, after=after)
