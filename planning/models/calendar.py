"""Working time as rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import WallKey, WorkspaceModel
from lineo.accounts.walls import walls
from planning.models.scenario import Scenario


class Calendar(WorkspaceModel):
    """A week of working hours and dated exceptions, with a parent.

    ``week`` and ``exceptions`` are held in the words of the plan file.
    """

    scenario = WallKey(Scenario, models.CASCADE, related_name="calendars")
    key = models.CharField(max_length=200, editable=False)
    name = models.CharField(_("name"), max_length=200)
    parent = WallKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    week = models.JSONField(_("week"), default=dict)
    exceptions = models.JSONField(_("exceptions"), default=list, blank=True)
    position = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            *walls("planning_calendar", "scenario", "parent"),
            models.UniqueConstraint(
                fields=["workspace", "scenario", "key"], name="calendar_key_unique_in_scenario"
            ),
        ]

    def __str__(self) -> str:
        return self.name
