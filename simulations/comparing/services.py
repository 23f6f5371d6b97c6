"""Start what compares: a comparison of scenarios, the forecast of a merge."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lineo.accounts.happened import Subject, tell
from lineo.accounts.models import User
from lineo.accounts.policy import Action
from lineo.jobs import services as jobs
from lineo.jobs.models import Job, Priority
from planning.access import demand_on
from planning.models import Project, Scenario
from planning.pages.merging import Choice
from simulations.comparing.models import Comparison

LEAST_SCENARIOS, MOST_SCENARIOS = 2, 5
DEFAULT_ITERATIONS = 10_000
DEFAULT_SEED = 1
FORECAST_MERGE = "forecast-merge"
COMPARE = "compare-scenarios"


@transaction.atomic
def start_comparison(
    project: Project,
    scenarios: Sequence[Scenario],
    *,
    actor: User | None,
    iterations: int = DEFAULT_ITERATIONS,
    seed: int = DEFAULT_SEED,
    idempotency_key: str = "",
) -> Comparison:
    """Ask for two to five scenarios to be simulated in the same futures.

    The first is what the others are compared with. Asked again with the same
    ``idempotency_key``, the first comparison comes back.

    Raises
    ------
    ValidationError
        If there are too few or too many, or the iterations lie outside their limits.
    PermissionDenied
        If the actor may not simulate here.
    """
    demand_on(project, actor, Action.SIMULATE)
    if not LEAST_SCENARIOS <= len({one.pk for one in scenarios}) <= MOST_SCENARIOS:
        raise ValidationError(_("Choose two to five scenarios."))
    if any(one.project_id != project.pk for one in scenarios):
        raise ValidationError(_("Only scenarios of one project can be compared."))
    comparison = Comparison(
        project=project,
        parts=[[str(one.pk), one.revision] for one in scenarios],
        iterations=iterations,
        seed=seed,
        created_by=actor,
    )
    comparison.full_clean()
    job = jobs.enqueue(
        COMPARE,
        kind="comparison",
        payload={"comparison": str(comparison.pk)},
        idempotency_key=idempotency_key,
    )
    if job.is_repeat:
        return Comparison.objects.get(job_id=job.pk)
    comparison.job_id = job.pk
    comparison.save(force_insert=True)
    subject = Subject("comparison", comparison.pk, project.name, project.pk)
    tell("comparison.started", workspace=project.workspace_id, actor=actor, subject=subject)
    return comparison


@transaction.atomic
def forecast_merge(ours: Scenario, theirs: Scenario, choice: Choice, *, actor: User) -> Job:
    """Ask what a merge would do to P80; what this person asked on that page before is broken off.

    It takes up to some dozens of simulations, so it keeps out of the queue of
    live forecasts, which everyone's edits wait for.
    """
    demand_on(ours, actor, Action.SIMULATE)
    seen = choice.seen or (ours.revision, theirs.revision)
    return jobs.enqueue_instead(
        FORECAST_MERGE,
        topic=f"merge {ours.pk} {actor.pk}",
        kind="merge forecast",
        payload={
            "ours": str(ours.pk),
            "theirs": str(theirs.pk),
            "choice": {**choice.to_json(), "seen": list(seen)},
        },
        priority=Priority.URGENT,
    )
