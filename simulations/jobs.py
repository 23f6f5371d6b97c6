"""What simulations' jobs do: an id in, the headline figures out."""

from typing import Any

from django.utils.translation import gettext_noop

from lineo.jobs.handle import JobHandle
from lineo.jobs.registry import before_forking, job
from planning import snapshot
from planning.core.plan import PlanError
from simulations import results
from simulations.engine import SimulationOptions, impacts_if_removed, simulate, warm
from simulations.models import Simulation

TIMEOUT_SECONDS = 900

before_forking(warm)


@job("simulate", timeout_seconds=TIMEOUT_SECONDS, tells=(PlanError,))
def run_simulation(handle: JobHandle, *, simulation: str) -> dict[str, Any]:
    """Simulate the scenario as it stands now, and leave the forecast on its row."""
    asked = Simulation.objects.select_related("scenario__project").get(pk=simulation)
    handle.progress(0.0, gettext_noop("Reading the plan"))
    held = snapshot.cached(asked.scenario)
    revision = asked.scenario.revision
    handle.progress(0.01, gettext_noop("Simulating"))
    forecast = simulate(
        held.plan,
        SimulationOptions(iterations=asked.iterations, seed=asked.seed),
        progress=lambda fraction: handle.progress(0.01 + 0.59 * fraction),
    )
    handle.progress(0.6, gettext_noop("Asking what each uncertainty costs"))
    costs = impacts_if_removed(
        held.plan, forecast, progress=lambda fraction: handle.progress(0.6 + 0.39 * fraction)
    )
    record = results.store(asked, forecast, held.plan, revision, costs)
    return {"scenario": str(asked.scenario_id), "revision": revision, "record": str(record.pk)}
