"""A file that somebody sent, kept only until its import has read it."""

from django.db import models

from lineo.accounts.models import User, WorkspaceModel
from lineo.accounts.walls import walls


class Upload(WorkspaceModel):
    """The bytes of one file. In the database, because workers may run elsewhere."""

    name = models.CharField(max_length=255)
    data = models.BinaryField()
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [*walls("planning_upload")]

    def __str__(self) -> str:
        return self.name
