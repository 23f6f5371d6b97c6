"""A risk: an event with a probability and an impact on tasks."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import WallKey, WorkspaceModel
from lineo.accounts.walls import walls
from planning import veil
from planning.models.scenario import Scenario
from planning.models.task import Task


class RiskManager(models.Manager["Risk"]):
    """Risks, but for those that touch only tasks that rules hide from whoever asks."""

    def get_queryset(self) -> models.QuerySet["Risk"]:
        rows = super().get_queryset()
        if hidden := veil.hidden_ids():
            touching = RiskImpact.everything.filter(risk=models.OuterRef("pk"))
            is_hidden = models.Exists(touching.filter(task__in=hidden))
            rows = rows.exclude(is_hidden & ~models.Exists(touching.exclude(task__in=hidden)))
        return rows


class RiskImpactManager(models.Manager["RiskImpact"]):
    """Impacts, but for those on tasks that rules hide from whoever asks."""

    def get_queryset(self) -> models.QuerySet["RiskImpact"]:
        rows = super().get_queryset()
        hidden = veil.hidden_ids()
        return rows.exclude(task__in=hidden) if hidden else rows


class Risk(WorkspaceModel):
    """An event that happens or not, and what its mitigation would change."""

    scenario = WallKey(Scenario, models.CASCADE, related_name="risks")
    key = models.CharField(max_length=200, editable=False)
    name = models.CharField(_("name"), max_length=300)
    probability = models.FloatField(_("probability"))
    has_mitigation = models.BooleanField(default=False, editable=False)
    mitigated_probability = models.FloatField(_("probability after"), null=True, blank=True)
    mitigation_cost = models.FloatField(_("cost of mitigation"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = RiskManager()

    class Meta:
        ordering = ["key", "pk"]
        constraints = [
            *walls("planning_risk", "scenario"),
            models.UniqueConstraint(
                fields=["workspace", "scenario", "key"], name="risk_key_unique_in_scenario"
            ),
            models.CheckConstraint(
                condition=models.Q(probability__gte=0, probability__lte=1)
                & (
                    models.Q(mitigated_probability__isnull=True)
                    | models.Q(mitigated_probability__gte=0, mitigated_probability__lte=1)
                ),
                name="risk_probability_0_to_1",
                violation_error_message=_("A probability lies between 0 and 1."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RiskImpact(WorkspaceModel):
    """What a risk adds to one task when it happens.

    ``estimate`` is held in the words of the plan file; ``is_mitigated`` tells
    the impact after mitigation from the one before.
    """

    risk = WallKey(Risk, models.CASCADE, related_name="impacts")
    task = WallKey(Task, models.CASCADE, related_name="risk_impacts")
    estimate = models.JSONField(_("impact"))
    is_mitigated = models.BooleanField(default=False, editable=False)
    position = models.PositiveIntegerField(default=0, editable=False)

    objects = RiskImpactManager()
    everything: ClassVar[models.Manager["RiskImpact"]] = models.Manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [*walls("planning_riskimpact", "risk", "task")]

    def __str__(self) -> str:
        return f"{self.risk} → {self.task}"
