"""How one person looks at one scenario."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import User, WallKey, WorkspaceModel
from lineo.accounts.walls import walls
from planning.models.scenario import Scenario


class ScenarioView(WorkspaceModel):
    """Columns, widths, zoom, place, collapsed rows, sort and filter of a person on a scenario.

    ``state`` is what :class:`planning.table.view_state.ViewState` reads; it is no part of the
    plan, so it enters no history and branching doesn't copy it.
    """

    person = models.ForeignKey(User, models.CASCADE, related_name="+", editable=False)
    scenario = WallKey(Scenario, models.CASCADE, related_name="+", editable=False)
    state = models.JSONField(default=dict, editable=False)

    class Meta:
        constraints = [
            *walls("planning_scenarioview", "scenario"),
            models.UniqueConstraint(
                fields=["workspace", "person", "scenario"],
                name="scenarioview_one_a_person_and_scenario",
                violation_error_message=_("This person already has a view of this scenario."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} · {self.scenario_id}"
