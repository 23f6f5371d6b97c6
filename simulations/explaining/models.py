"""A movement: two states of a project, and what made P80 move from one to the other."""

from django.db import models
from django.urls import reverse

from lineo.accounts.models import User, WallKey, WorkspaceModel
from lineo.accounts.walls import walls
from planning.models import ForecastRecord, Project


class Movement(WorkspaceModel):
    """Which two forecasts were asked about, which job does it, and what it found."""

    project = WallKey(Project, models.CASCADE, related_name="movements")
    first = WallKey(ForecastRecord, models.CASCADE, related_name="+")
    second = WallKey(ForecastRecord, models.CASCADE, related_name="+")
    job_id = models.UUIDField(null=True, editable=False)
    result = models.JSONField(null=True, editable=False)
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "simulations"
        ordering = ["-created_at", "-pk"]
        constraints = [
            *walls("simulations_movement", "project", "first", "second"),
            models.UniqueConstraint(
                fields=["workspace", "job_id"], name="movement_one_for_each_job"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} → {self.second}"

    def get_absolute_url(self) -> str:
        """Return the page that explains it."""
        return reverse("simulations:why-moved", args=[self.project_id])
