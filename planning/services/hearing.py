"""A plan hears anew when the tasks of other projects are that it waits for."""

from django.utils.translation import gettext as _

from lineo.activity.models import Change
from planning import others
from planning.core.editing import map_tasks
from planning.core.plan import Plan
from planning.models import Scenario
from planning.services.commit import Meaning, commit

INTENTION = "follow-projects"


def hear_anew(scenario: Scenario) -> Change | None:
    """Write the dates of other projects, as one change of the system, if any has moved."""
    return commit(
        scenario,
        meaning=Meaning(None, INTENTION, _("Dates of other projects moved")),
        change=_heard,
    )


def _heard(plan: Plan) -> Plan:
    linked = [task for task in plan.tasks if task.external_links or task.external_dates]
    if not linked:
        return plan
    heard = others.heard_of(others.places_in(linked), plan.project.time_zone)
    return map_tasks(plan, {task.key for task in linked}, lambda task: others.dated(task, heard))
