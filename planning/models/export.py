"""A plan that was written as a file, kept until it has been fetched."""

from django.db import models
from django.db.models.functions import Now

from lineo.accounts.models import User, WallKey, WorkspaceModel
from lineo.accounts.walls import walls
from planning.models.scenario import Scenario


class PlanExport(WorkspaceModel):
    """One plan in one format. Without ``data`` its job has not written it yet."""

    scenario = WallKey(Scenario, models.CASCADE, related_name="+")
    format = models.CharField(max_length=8)
    name = models.CharField(max_length=255)
    job_id = models.UUIDField(null=True, editable=False)
    data = models.BinaryField(null=True)
    report = models.JSONField(default=dict)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-created_at"]
        constraints = [*walls("planning_planexport", "scenario")]

    def __str__(self) -> str:
        return f"{self.name}.{self.format}"
