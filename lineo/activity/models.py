"""The change log: one append-only row for each committed intention."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import User, WorkspaceModel
from lineo.accounts.walls import walls


class Change(WorkspaceModel):
    """One committed intention of one actor on one scenario.

    ``edits`` holds what it did in the plan's words, each edit with its value
    before and after, so that the same row tells what happened and how to undo
    it. Subjects are named by kind and id, without a foreign key: the log
    outlives what it speaks of. Audit, undo, history, merge bases and live
    events all read this row; nothing else records history.
    """

    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    project_id = models.UUIDField()
    revision = models.PositiveIntegerField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    intention = models.CharField(_("intention"), max_length=40)
    summary = models.CharField(_("summary"), max_length=300)
    edits = models.JSONField()
    undoes = models.UUIDField(null=True)
    is_undo = models.BooleanField(default=False)
    # The state that this change took in: where a branch began, what was merged, and of the
    # scenario itself the moment that was restored.
    joined_id = models.UUIDField(null=True)
    joined_revision = models.PositiveIntegerField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-revision"]
        constraints = [
            *walls("activity_change"),
            models.UniqueConstraint(
                fields=["workspace", "subject_id", "revision"],
                name="change_one_for_each_revision",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "project_id", "-created_at"]),
            models.Index(
                fields=["workspace", "joined_id"],
                condition=models.Q(joined_id__isnull=False),
                name="change_joined",
            ),
        ]

    def __str__(self) -> str:
        return self.summary
