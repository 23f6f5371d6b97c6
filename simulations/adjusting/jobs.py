"""Size the buffers, and make the scenario that has them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lineo.jobs.handle import JobHandle, JobRefusedError
from lineo.jobs.registry import job
from lineo.jobs.wanted import still_there
from planning import snapshot
from planning.core.plan import PlanError
from planning.models import Scenario
from planning.services.commit import Meaning, commit
from planning.services.scenarios import branch_scenario
from simulations.adjusting.models import Adjustment
from simulations.adjusting.services import ADJUST
from simulations.engine.comparing.buffers import Adjusted, adjust
from simulations.engine.options import SimulationOptions

TIMEOUT_SECONDS = 900
ITERATIONS = 50_000


@job(ADJUST, timeout_seconds=TIMEOUT_SECONDS, tells=(PlanError, PermissionDenied))
def run_adjustment(handle: JobHandle, *, adjustment: str) -> dict[str, Any]:
    """Make the risk-adjusted scenario, and say how sure it is."""
    asked = still_there(Adjustment.objects.select_related("created_by"), adjustment)
    source = Scenario.objects.select_related("project").get(pk=asked.source_id)
    handle.progress(0.0, gettext_noop("Simulating the original durations"))
    found = adjust(
        snapshot.plan_of(source),
        asked.percent,
        gathered=asked.is_gathered,
        options=SimulationOptions(iterations=ITERATIONS),
        progress=handle.progress,
    )
    handle.progress(0.95, gettext_noop("Making the scenario"))
    branch = _buffered(asked, source, found)
    asked.scenario = branch
    asked.result = result_of(found)
    asked.save(update_fields=["scenario", "result"])
    return {"scenario": str(branch.pk)}


@transaction.atomic
def _buffered(asked: Adjustment, source: Scenario, found: Adjusted) -> Scenario:
    """Make the branch and write the buffers into it.

    Raises
    ------
    JobRefusedError
        If ``source`` is not the plan any more that the buffers were sized for: written over a
        branch of what it has become, they would take back what was changed meanwhile.
    """
    branch = branch_scenario(source, name=asked.name, actor=asked.created_by)
    if branch.source is None or branch.source.head != source.head:
        raise JobRefusedError(
            _("The plan was changed while its buffers were sized; ask for them again.")
        )
    summary = _("Buffered to P%(percent)s") % {"percent": asked.percent}
    meaning = Meaning(asked.created_by, "adjust-scenario", summary)
    commit(branch, meaning=meaning, change=lambda _plan: found.plan)
    return branch


def result_of(found: Adjusted) -> dict[str, Any]:
    """Return what the page explains."""
    return {
        "achieved": found.achieved,
        "checked": found.checked,
        "band": found.band,
        "iterations": found.iterations,
        "seed": found.seed,
        "minutes": found.finish_minutes - found.finish_before_minutes,
        "buffers": [
            {
                "key": one.key,
                "name": one.name,
                "minutes": one.minutes,
                "criticality": one.criticality,
                "sd_days": one.sd_days,
                "before": one.before,
            }
            for one in sorted(found.buffers, key=lambda buffer: -buffer.minutes)
        ],
    }
