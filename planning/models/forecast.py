"""The history of forecasts: one row of headline figures for each simulation."""

from django.db import models

from lineo.accounts.models import WallKey, WorkspaceModel
from lineo.accounts.walls import walls
from planning.models.fields import WallClockField
from planning.models.scenario import Scenario


class ForecastRecord(WorkspaceModel):
    """What one simulation said, kept for the trend and for updates to point to."""

    scenario = WallKey(Scenario, models.CASCADE, related_name="forecast_records")
    revision = models.PositiveIntegerField()
    iterations = models.PositiveIntegerField()
    seed = models.BigIntegerField()
    engine_version = models.CharField(max_length=20)
    plan_hash = models.CharField(max_length=64)
    data_date = WallClockField(null=True)
    scheduled_finish = WallClockField(null=True)
    target = WallClockField(null=True)
    p10 = WallClockField(null=True)
    p50 = WallClockField(null=True)
    p80 = WallClockField(null=True)
    p90 = WallClockField(null=True)
    p_target = models.FloatField(null=True)
    p_planned = models.FloatField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [*walls("planning_forecastrecord", "scenario")]
        indexes = [models.Index(fields=["workspace", "scenario", "-created_at"])]

    def __str__(self) -> str:
        return f"{self.scenario} r{self.revision}"
