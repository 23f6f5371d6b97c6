"""The lineage of a project's baseline: each promotion and each restore, for ever."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import User, WorkspaceModel
from lineo.accounts.walls import walls


class PromotionKind(models.TextChoices):
    """How a plan became the baseline."""

    WHOLE = "whole", _("Promoted")
    ROWS = "rows", _("Promoted in part")
    RESTORE = "restore", _("Restored")


class Promotion(WorkspaceModel):
    """One decision which plan is promised: who, when, why, and what it moved.

    Append-only. Scenarios are named by id and name, without a foreign key:
    the lineage outlives them. ``edits`` holds what differed from the former
    baseline to this one, in the plan's words; ``names`` the names of the tasks
    in them. ``figures`` holds what was known of both at that moment.
    """

    project_id = models.UUIDField()
    number = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=12, choices=PromotionKind)
    scenario_id = models.UUIDField()
    scenario_name = models.CharField(max_length=200)
    revision = models.PositiveIntegerField()
    former_id = models.UUIDField()
    former_name = models.CharField(max_length=200)
    former_revision = models.PositiveIntegerField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(_("reason"))
    figures = models.JSONField()
    edits = models.JSONField()
    names = models.JSONField(default=dict)
    finish_minutes = models.IntegerField()
    request_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            *walls("planning_promotion"),
            models.UniqueConstraint(
                fields=["workspace", "project_id", "number"], name="promotion_numbers_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=PromotionKind.values), name="promotion_kind_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="promotion_has_a_reason",
                violation_error_message=_("Say why: the reason stays in the lineage."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.scenario_name}"
