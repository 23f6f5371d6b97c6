"""Plans become files: asked for at once, written by a job, fetched within a day."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from lineo.accounts.asker import asked_by
from lineo.accounts.happened import tell
from lineo.accounts.models import User
from lineo.accounts.policy import Action
from lineo.accounts.selectors import membership_for
from lineo.jobs.services import enqueue
from planning import snapshot
from planning.access import demand_on
from planning.interchange.writing import write_plan
from planning.models import PlanExport, Scenario

CONTENT_TYPES = {
    "json": "application/json",
    "xml": "application/xml",
    "xer": "application/octet-stream",
    "csv": "text/csv; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
}
"""What a browser is told of each format that a plan can be written in."""


@transaction.atomic
def start_export(scenario: Scenario, *, format_: str, actor: User) -> PlanExport:
    """Ask for the plan as a file; return the row that will hold it."""
    demand_on(scenario, actor, Action.EXPORT)
    export = PlanExport(scenario=scenario, format=format_, name=name_of(scenario), created_by=actor)
    job = enqueue("export-plan", kind="export", payload={"export": str(export.pk)})
    export.job_id = job.pk
    export.save(force_insert=True)
    tell(
        "plan.exported",
        workspace=scenario.workspace_id,
        actor=actor,
        subject=scenario,
        after=format_,
    )
    return export


def write_export(export: PlanExport) -> dict[str, Any]:
    """Write the file as its person may see the plan by now; return what came of it.

    Raises
    ------
    PermissionDenied
        If they may not take the plan out any more.
    """
    person = export.created_by
    who = membership_for(person) if person else None
    if who is None:
        raise PermissionDenied(_("Whoever asked for this file is in this workspace no more."))
    demand_on(export.scenario, person, Action.EXPORT)
    with asked_by(who):
        written = write_plan(snapshot.shown_plan_of(export.scenario), export.format)
    export.data, export.report = written.data, written.report.as_data()
    export.save(update_fields=["data", "report"])
    return {"export": str(export.pk), "bytes": len(written.data), "import": export.report}


def name_of(scenario: Scenario) -> str:
    """Return the name of the plan's file, without its suffix."""
    return slugify(f"{scenario.project.code} {scenario.name}")[:200] or "plan"
