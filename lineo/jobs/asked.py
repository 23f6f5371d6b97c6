"""What somebody asked for and a job works out: the row that stays and holds what came of it."""

from django.db import models

from lineo.accounts.models import User, WorkspaceModel


class AskedOfJob(WorkspaceModel):
    """Who asked when, which job does it, and its result; the status is the job's."""

    job_id = models.UUIDField(null=True, editable=False)
    result = models.JSONField(null=True, editable=False)
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ["-created_at", "-pk"]
