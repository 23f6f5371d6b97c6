"""Ask for a risk-adjusted scenario."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lineo.accounts.happened import Subject, tell
from lineo.accounts.models import User
from lineo.accounts.policy import Action
from lineo.jobs import services as jobs
from planning.access import demand_on
from planning.models import Scenario
from simulations.adjusting.models import Adjustment

ADJUST = "adjust-scenario"


@transaction.atomic
def adjust_scenario(
    source: Scenario, *, name: str, percent: int, is_gathered: bool, actor: User | None
) -> Adjustment:
    """Ask for a branch whose planned finish is met in ``percent`` of the futures.

    A worker sizes the buffers, makes the branch and writes them as one change.

    Raises
    ------
    ValidationError
        If the name is taken or the percentage is none of the four.
    PermissionDenied
        If the actor may not branch here.
    """
    demand_on(source, actor, Action.BRANCH)
    demand_on(source, actor, Action.SIMULATE)
    if Scenario.objects.filter(project=source.project_id, name=name).exists():
        raise ValidationError(_("This project already has a scenario of that name."))
    asked = Adjustment(
        source=source, name=name, percent=percent, is_gathered=is_gathered, created_by=actor
    )
    asked.full_clean()
    job = jobs.enqueue(ADJUST, kind="risk adjustment", payload={"adjustment": str(asked.pk)})
    asked.job_id = job.pk
    asked.save(force_insert=True)
    subject = Subject("adjustment", asked.pk, name, source.project_id, source.pk)
    tell("adjustment.asked", workspace=source.workspace_id, actor=actor, subject=subject)
    return asked
