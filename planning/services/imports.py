"""Files become plans: accepted at once, read by a job."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lineo.accounts.happened import subject_of, tell
from lineo.accounts.models import User
from lineo.accounts.policy import Action
from lineo.jobs.models import Job
from lineo.jobs.services import enqueue
from planning.access import demand_on
from planning.models import Project, Scenario, Upload

MAX_BYTES = 20 * 1024 * 1024


@transaction.atomic
def start_import(
    *,
    name: str,
    data: bytes,
    actor: User,
    project: Project | None = None,
    scenario: Scenario | None = None,
    idempotency_key: str = "",
) -> Job:
    """Take a file and ask for its import; return the job that will read it.

    Parameters
    ----------
    project
        Where to put the plan as a new scenario; without it, a new project.
    scenario
        Whose plan to replace, as one change that can be undone.

    Raises
    ------
    ValidationError
        If the file is empty or larger than 20 MB.
    """
    if scenario is not None:
        demand_on(scenario, actor, Action.EDIT)
    else:
        demand_on(project, actor, Action.CREATE_PROJECT if project is None else Action.EDIT)
    if not data:
        raise ValidationError(_("This file is empty."))
    if len(data) > MAX_BYTES:
        raise ValidationError(_("This file is larger than 20 MB."))
    upload = Upload.objects.create(name=name[-255:], data=data, created_by=actor)
    payload: dict[str, Any] = {
        "upload": str(upload.pk),
        "project": str(project.pk) if project else None,
        "scenario": str(scenario.pk) if scenario else None,
    }
    job = enqueue("import-plan", kind="import", payload=payload, idempotency_key=idempotency_key)
    if job.is_repeat:
        upload.delete()
        return job
    place = subject_of(scenario or project)
    subject = place._replace(kind="job", id=job.pk, name=upload.name)
    tell("import.started", workspace=job.workspace_id, actor=actor, subject=subject)
    return job


def free_scenario_name(project: Project, wanted: str) -> str:
    """Return ``wanted``, numbered where the project already has a scenario of that name."""
    taken = set(Scenario.objects.filter(project=project).values_list("name", flat=True))
    name, number = wanted[:190], 2
    while name in taken:
        name = f"{wanted[:190]} ({number})"
        number += 1
    return name
