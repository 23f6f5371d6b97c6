"""An update: a narrative note on a project, a scenario or a task."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import User, WallKey, WorkspaceModel
from lineo.accounts.walls import walls
from planning import veil
from planning.models.fields import WallClockField
from planning.models.forecast import ForecastRecord
from planning.models.project import Project
from planning.models.scenario import Scenario


class Update(WorkspaceModel):
    """A note by an author, append-only; where set, on a scenario or a task.

    A task is named by its key, since the note is about the task in every
    scenario of the project. The figures of the forecast that it is pinned to
    stand here too: they stay when the forecast goes with its scenario.
    """

    project = WallKey(Project, models.CASCADE, related_name="updates")
    scenario = WallKey(Scenario, models.SET_NULL, null=True, blank=True, related_name="updates")
    # Outlives the scenario: what rules keep somebody from is not theirs once it is deleted.
    scenario_id_then = models.UUIDField(null=True, editable=False)
    task_key = models.CharField(max_length=200, blank=True)
    forecast = WallKey(
        ForecastRecord, models.SET_NULL, null=True, blank=True, related_name="updates"
    )
    p50 = WallClockField(null=True, editable=False)
    p80 = WallClockField(null=True, editable=False)
    chance = models.FloatField(null=True, editable=False)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)
    title = models.CharField(_("title"), max_length=200, blank=True)
    body = models.TextField(_("text"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [*walls("planning_update", "project", "scenario", "forecast")]

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> "Update":
        """Read a row, without figures of a plan that rules hide from whoever asks."""
        row: Update = veil.without_figures(super().from_db(*args, **kwargs))
        return row

    def __str__(self) -> str:
        return self.title or self.body[:60]
