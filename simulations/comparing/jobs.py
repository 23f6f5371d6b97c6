"""What compares, as jobs: ids and choices in, figures out."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop

from lineo.jobs.handle import JobHandle
from lineo.jobs.registry import job
from lineo.jobs.wanted import still_there
from planning.core.plan import PlanError
from planning.models import Scenario
from planning.pages.merging import Choice
from planning.pages.moments import Moment
from planning.services.ancestry import plan_at
from planning.services.merging import propose
from simulations.comparing.documents import document_of
from simulations.comparing.merging import merge_effects
from simulations.comparing.models import Comparison
from simulations.comparing.services import COMPARE, FORECAST_MERGE
from simulations.engine import SimulationOptions, compare_many

TIMEOUT_SECONDS = 900
MERGE_TIMEOUT_SECONDS = 120
MERGE_ITERATIONS = 2_000


@job(COMPARE, timeout_seconds=TIMEOUT_SECONDS, tells=(PlanError,))
def run_comparison(handle: JobHandle, *, comparison: str) -> dict[str, Any]:
    """Simulate the scenarios at their revisions, and keep what the comparison found."""
    asked = still_there(Comparison.objects.all(), comparison)
    handle.progress(0.0, gettext_noop("Reading the plans"))
    plans = [plan_at(Moment(UUID(pk), revision)) for pk, revision in asked.parts]
    handle.progress(0.01, gettext_noop("Simulating the same futures"))
    found = compare_many(
        plans,
        SimulationOptions(iterations=asked.iterations, seed=asked.seed),
        progress=lambda share: handle.progress(0.01 + 0.98 * share),
    )
    asked.result = document_of(found)
    asked.save(update_fields=["result"])
    return {"comparison": comparison}


@job(FORECAST_MERGE, timeout_seconds=MERGE_TIMEOUT_SECONDS, tells=(PlanError,))
def run_merge_forecast(
    handle: JobHandle, *, ours: str, theirs: str, choice: dict[str, Any]
) -> dict[str, Any]:
    """Say what a merge would do to P80."""
    handle.progress(0.0, gettext_noop("Reading the plans"))
    scenarios = Scenario.objects.select_related("project")
    chosen = Choice.from_json(choice)
    proposal = propose(still_there(scenarios, ours), still_there(scenarios, theirs), chosen.seen)
    options = SimulationOptions(iterations=MERGE_ITERATIONS)
    return merge_effects(proposal, chosen, options, handle.progress)
