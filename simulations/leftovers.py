"""What simulations in parts leave behind that come to no end. Needs no engine."""

from typing import Any
from uuid import UUID

from lineo.accounts.tenancy import workspace_context
from lineo.jobs.models import FINAL, Job, State
from simulations.models import Simulation, SplitSimulation

_UNSUCCESSFUL = (State.CANCELLED, State.FAILED)


def forget_ended(*, job_id: UUID, workspace_id: UUID, state: str, **_: Any) -> None:
    """Delete what was found of a simulation that was cancelled or has failed."""
    if state not in _UNSUCCESSFUL:
        return
    with workspace_context(workspace_id):
        begun = SplitSimulation.objects.filter(simulation__job_id=job_id)
        # Locked, for at this moment it may be tried again, and then its parts are wanted.
        over = Job.objects.select_for_update().filter(pk=job_id, state__in=_UNSUCCESSFUL)
        if begun.exists() and over.first():
            begun.delete()


def forget_abandoned(simulation: Simulation) -> None:
    """Delete what is left of other simulations of the scenario, should no one have done so."""
    begun = SplitSimulation.objects.filter(simulation__scenario=simulation.scenario_id)
    jobs = dict(begun.values_list("simulation__job_id", "pk"))
    known = [job_id for job_id in jobs if job_id]
    over = Job.objects.filter(pk__in=known, state__in=FINAL).values_list("pk", flat=True)
    SplitSimulation.objects.filter(pk__in=[jobs[job_id] for job_id in over]).delete()
