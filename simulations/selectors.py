"""What is read of simulations, scoped to a person."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from lineo.accounts.models import Membership
from lineo.jobs.models import Job
from planning import selectors as planning
from planning.models import Scenario
from simulations.models import Simulation


def simulations_for(membership: Membership | None) -> QuerySet[Simulation]:
    """Return the simulations that a person may see."""
    scenarios = planning.scenarios_for(membership).select_related(None).values("pk")
    rows = Simulation.objects.filter(scenario__in=scenarios)
    return planning.with_scenario(rows).select_related("record")


def simulations_of(scenario: Scenario) -> QuerySet[Simulation]:
    """Return a scenario's simulations, the newest first."""
    return Simulation.objects.filter(scenario=scenario).select_related("record")


def attach_jobs(simulations: Iterable[Any]) -> None:
    """Give each simulation its job as ``job``, or None, in one query."""
    rows = list(simulations)
    jobs = Job.objects.in_bulk([row.job_id for row in rows if row.job_id])
    for row in rows:
        row.job = jobs.get(row.job_id) if row.job_id else None
