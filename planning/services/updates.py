"""Updates: narrative notes on a project, a scenario or a task."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lineo.accounts.happened import tell
from lineo.accounts.models import User
from lineo.accounts.policy import Action
from planning.access import demand_on
from planning.models import ForecastRecord, Project, Scenario, Update


@transaction.atomic
def post_update(
    project: Project,
    *,
    author: User,
    body: str,
    title: str = "",
    scenario: Scenario | None = None,
    task_key: str = "",
) -> Update:
    """Write a note, pinned to the forecast of its moment."""
    demand_on(scenario or project, author, Action.COMMENT)
    if "\x00" in f"{title}{body}{task_key}":
        raise ValidationError(_("An update can’t hold a NUL character; type that part again."))
    forecast = _forecast_now(project, scenario)
    update = Update(
        project=project,
        scenario=scenario,
        scenario_id_then=scenario.pk if scenario else None,
        task_key=task_key,
        forecast=forecast,
        p50=forecast.p50 if forecast else None,
        p80=forecast.p80 if forecast else None,
        chance=forecast.p_target if forecast else None,
        author=author,
        title=title,
        body=body,
    )
    update.full_clean()
    update.save(force_insert=True)
    tell("update.posted", workspace=project.workspace_id, actor=author, subject=update)
    return update


def _forecast_now(project: Project, scenario: Scenario | None) -> ForecastRecord | None:
    records = ForecastRecord.objects.filter(scenario__project=project)
    if scenario is not None:
        records = records.filter(scenario=scenario)
    else:
        records = records.filter(scenario__is_baseline=True)
    return records.first()
