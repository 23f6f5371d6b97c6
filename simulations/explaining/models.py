"""A movement: two states of a project, and what made P80 move from one to the other."""

from django.db import models
from django.urls import reverse

from lineo.accounts.models import WallKey
from lineo.accounts.walls import walls
from lineo.jobs.asked import AskedOfJob
from planning.models import ForecastRecord, Project


class Movement(AskedOfJob):
    """Which two forecasts were asked about, which job does it, and what it found."""

    project = WallKey(Project, models.CASCADE, related_name="movements")
    first = WallKey(ForecastRecord, models.CASCADE, related_name="+")
    second = WallKey(ForecastRecord, models.CASCADE, related_name="+")

    class Meta(AskedOfJob.Meta):
        app_label = "simulations"
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
