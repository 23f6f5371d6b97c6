"""What simulations' jobs do: an id in, the headline figures out."""

from typing import Any

from django.utils.translation import gettext_noop

import simulations.comparing.jobs  # noqa: F401 - its jobs are found by name
from lineo.jobs.handle import JobHandle
from lineo.jobs.registry import before_forking, job
from planning import snapshot
from planning.core.plan import PlanError
from planning.models import Scenario
from simulations import live, live_results, results
from simulations.engine import SimulationOptions, impacts_if_removed, simulate, warm
from simulations.known_plans import KnownPlans
from simulations.models import Simulation

TIMEOUT_SECONDS = 900
LIVE_SECONDS = 20

before_forking(warm)

plans = KnownPlans()


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


@job(live.FUNCTION, timeout_seconds=LIVE_SECONDS, tells=(PlanError,))
def run_live_forecast(handle: JobHandle, *, scenario: str) -> None:
    """Preview the scenario as it stands now, if it still does."""
    asked = Scenario.objects.filter(pk=scenario).first()
    if asked is None:
        return
    handle.check()
    known = plans.plan_of(asked)
    seen = live_results.look(asked, known.plan)
    if known.carried and live_results.is_at_odds(seen, asked, known.plan):
        known = plans.plan_of(asked, afresh=True)
        seen = live_results.look(asked, known.plan)
    live_results.store(asked, known.plan, known.revision, seen)
    live.forget_former_jobs(handle.job_id, asked.pk)
