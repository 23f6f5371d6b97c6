"""What simulations' jobs do: an id in, the headline figures out."""

from typing import Any

from django.utils.translation import gettext_noop

import simulations.adjusting.jobs
import simulations.comparing.jobs
import simulations.explaining.jobs
import simulations.ledger.jobs  # noqa: F401 - its jobs are found by name
from lineo.jobs.handle import JobHandle
from lineo.jobs.registry import Parts, before_forking, job
from lineo.jobs.wanted import still_there
from lineo.jobs.whole import PARTS_SHARE
from planning import snapshot
from planning.core.plan import Plan, PlanError
from planning.models import Scenario
from planning.selectors import with_scenario
from simulations import blocks, live, live_results, results
from simulations.blocks import simulate_part
from simulations.engine import Forecast, SimulationOptions, impacts_if_removed, simulate, warm
from simulations.known_plans import KnownPlans
from simulations.ledger import recording
from simulations.models import Simulation, SplitSimulation
from simulations.results import Evidence
from simulations.risk_trials import worth_of_risks

TIMEOUT_SECONDS = 900
LIVE_SECONDS = 20

before_forking(warm)

plans = KnownPlans()


@job("simulate", timeout_seconds=TIMEOUT_SECONDS, tells=(PlanError,))
def run_simulation(handle: JobHandle, *, simulation: str) -> dict[str, Any] | Parts:
    """Simulate the scenario as it stands now, and leave the forecast on its row.

    A large one is split; once its parts are done, this is called again.
    """
    asked = still_there(with_scenario(Simulation.objects.all()), simulation)
    split = blocks.split_of(asked)
    if split is None:
        handle.progress(0.0, gettext_noop("Reading the plan"))
        plan = snapshot.cached(asked.scenario).plan
        split = blocks.begin(asked, plan)
    if split is None:
        return _simulate_whole(handle, asked, plan)
    return blocks.missing_parts(split) or _put_together(handle, asked, split)


@job(blocks.BLOCKS_FUNCTION, timeout_seconds=TIMEOUT_SECONDS, tells=(PlanError,))
def run_simulation_blocks(handle: JobHandle, *, split: str, first_block: int, blocks: int) -> None:
    """Simulate some blocks of a large simulation, if it is still wanted."""
    found = SplitSimulation.objects.select_related("simulation").filter(pk=split).first()
    if found is not None:
        handle.progress(0.0, gettext_noop("Simulating"))
        simulate_part(handle, found, first_block, blocks)


def _simulate_whole(handle: JobHandle, asked: Simulation, plan: Plan) -> dict[str, Any]:
    handle.progress(0.01, gettext_noop("Simulating"))
    forecast = simulate(
        plan,
        blocks.options_of(asked),
        progress=lambda fraction: handle.progress(0.01 + 0.59 * fraction),
    )
    return _conclude(handle, asked, forecast, plan, asked.scenario.revision, done=0.6)


def _put_together(handle: JobHandle, asked: Simulation, split: SplitSimulation) -> dict[str, Any]:
    handle.progress(PARTS_SHARE, gettext_noop("Putting the parts together"))
    forecast, plan = blocks.put_together(split)
    told = _conclude(
        handle, asked, forecast, plan, split.revision, done=PARTS_SHARE, workers=blocks.threads()
    )
    split.delete()
    return told


def _conclude(
    handle: JobHandle,
    asked: Simulation,
    forecast: Forecast,
    plan: Plan,
    revision: int,
    *,
    done: float,
    workers: int = 1,
) -> dict[str, Any]:
    """Ask what each uncertainty costs and each mitigation gains, and store it all."""
    handle.progress(done, gettext_noop("Asking what each uncertainty costs"))
    left = 0.99 - done
    costs = impacts_if_removed(
        plan,
        forecast,
        SimulationOptions(iterations=4_000, seed=forecast.seed, workers=workers),
        progress=lambda fraction: handle.progress(done + 0.6 * left * fraction),
    )
    risks = worth_of_risks(
        plan,
        seed=forecast.seed,
        progress=lambda fraction: handle.progress(done + left * (0.6 + 0.4 * fraction)),
    )
    # Locked, so that nobody deletes it while its forecast is stored.
    still_there(Simulation.objects.select_for_update(), asked.pk)
    record = results.store(asked, forecast, plan, revision, Evidence(costs, risks))
    recording.remember(record, forecast, plan)
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
