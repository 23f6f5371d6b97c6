"""What planning's jobs do: ids in, a small result out."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lineo.accounts.models import User
from lineo.accounts.policy import Action
from lineo.accounts.tenancy import current_person_id
from lineo.jobs.handle import JobHandle
from lineo.jobs.registry import job
from lineo.jobs.wanted import still_there
from planning.access import demand_on
from planning.core.plan import Plan, PlanError
from planning.interchange.reading import read_plan
from planning.models import PlanExport, Project, Scenario, Upload
from planning.services.exports import write_export
from planning.services.imports import free_scenario_name
from planning.services.plans import replace_plan
from planning.services.projects import baseline_of, create_project_from_plan
from planning.services.scenarios import create_scenario


@job("import-plan", timeout_seconds=300, tells=(PlanError, PermissionDenied))
def import_plan(
    handle: JobHandle, *, upload: str, project: str | None, scenario: str | None
) -> dict[str, Any]:
    """Read an uploaded file and put its plan where it was meant to go."""
    file = still_there(Upload.objects.all(), upload)
    handle.progress(0.05, gettext_noop("Reading the file"))
    found = read_plan(bytes(file.data), file.name)
    handle.progress(0.4, gettext_noop("Scheduling"))
    target = _place(found.plan, file.name, project, scenario)
    handle.progress(0.95, gettext_noop("Saving"))
    file.delete()
    return {
        "project": str(target.project_id),
        "scenario": str(target.pk),
        "file": file.name,
        "tasks": len(found.plan.tasks),
        "import": found.report.as_data(),
    }


@job("export-plan", timeout_seconds=300, tells=(PlanError, PermissionDenied))
def export_plan(handle: JobHandle, *, export: str) -> dict[str, Any]:
    """Write a plan as a file of another tool."""
    row = still_there(PlanExport.objects.select_related("scenario__project"), export)
    handle.progress(0.1, gettext_noop("Writing the file"))
    return write_export(row)


def _place(plan: Plan, file_name: str, project: str | None, scenario: str | None) -> Scenario:
    actor = User.objects.get(pk=str(current_person_id()))
    summary = _("Imported “%(file)s”") % {"file": file_name}
    if scenario:
        target = still_there(Scenario.objects.select_related("project"), scenario)
        replace_plan(target, plan, actor=actor, summary=summary)
        return target
    if project:
        place = still_there(Project.objects.all(), project)
        return _new_scenario(place, plan, actor, file_name, summary)
    made = create_project_from_plan(
        plan=plan, name=plan.project.name[:200] or file_name, actor=actor, summary=summary
    )
    return baseline_of(made)


def _new_scenario(
    project: Project, plan: Plan, actor: User, file_name: str, summary: str
) -> Scenario:
    demand_on(project, actor, Action.EDIT)
    if project.is_archived:
        raise ValidationError(_("This project is archived; restore it first."))
    name = free_scenario_name(project, plan.project.name or file_name)
    return create_scenario(project=project, plan=plan, name=name, actor=actor, summary=summary)
