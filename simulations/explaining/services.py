"""Ask why the date moved."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lineo.accounts.happened import Subject, tell
from lineo.accounts.models import User
from lineo.accounts.policy import Action
from lineo.jobs import services as jobs
from planning.access import demand_on
from planning.models import ForecastRecord, Project
from simulations.explaining.models import Movement

EXPLAIN = "explain-movement"


@transaction.atomic
def explain_movement(
    project: Project, first: ForecastRecord, second: ForecastRecord, *, actor: User | None
) -> Movement:
    """Ask for the change of P80 between two forecasts to be split among its causes.

    Raises
    ------
    ValidationError
        If the forecasts are one, or of another project.
    PermissionDenied
        If the actor may not simulate here.
    """
    demand_on(project, actor, Action.SIMULATE)
    if first.pk == second.pk:
        raise ValidationError(_("Choose two forecasts."))
    if any(one.scenario.project_id != project.pk for one in (first, second)):
        raise ValidationError(_("Both forecasts must be of this project."))
    asked = Movement(project=project, first=first, second=second, created_by=actor)
    job = jobs.enqueue(EXPLAIN, kind="explanation", payload={"movement": str(asked.pk)})
    asked.job_id = job.pk
    asked.save(force_insert=True)
    subject = Subject("movement", asked.pk, project.name, project.pk)
    tell("movement.asked", workspace=project.workspace_id, actor=actor, subject=subject)
    return asked
