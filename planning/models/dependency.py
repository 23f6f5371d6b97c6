"""A dependency: predecessor → successor, with a type and a lag."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import WallKey, WorkspaceModel
from lineo.accounts.walls import walls
from planning import veil
from planning.core.plan import LagCalendar, LinkType
from planning.models.scenario import Scenario
from planning.models.task import Task


class DependencyManager(models.Manager["Dependency"]):
    """Links, but for those of tasks that rules hide from whoever asks."""

    def get_queryset(self) -> models.QuerySet["Dependency"]:
        rows = super().get_queryset()
        if hidden := veil.hidden_ids():
            rows = rows.exclude(predecessor__in=hidden).exclude(successor__in=hidden)
        return rows


class Dependency(WorkspaceModel):
    """One link; between two tasks there is at most one of each type."""

    scenario = WallKey(Scenario, models.CASCADE, related_name="dependencies")
    predecessor = WallKey(Task, models.CASCADE, related_name="successor_links")
    successor = WallKey(Task, models.CASCADE, related_name="predecessor_links")
    type = models.CharField(
        _("type"),
        max_length=2,
        choices=[(value, value) for value in LinkType],
        default=LinkType.FS,
    )
    lag_minutes = models.IntegerField(_("lag"), default=0)
    lag_elapsed = models.BooleanField(_("lag in elapsed time"), default=False)
    lag_percent = models.FloatField(_("lag in per cent"), null=True, blank=True)
    lag_calendar = models.CharField(
        _("lag calendar"),
        max_length=12,
        choices=[(value, value) for value in LagCalendar],
        blank=True,
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = DependencyManager()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = _("dependencies")
        constraints = [
            *walls("planning_dependency", "scenario", "predecessor", "successor"),
            models.UniqueConstraint(
                fields=["workspace", "predecessor", "successor", "type"],
                name="dependency_unique_of_its_type",
                violation_error_message=_("These two tasks are already linked this way."),
            ),
            models.CheckConstraint(
                condition=~models.Q(predecessor=models.F("successor")),
                name="dependency_not_on_itself",
                violation_error_message=_("A task can't wait for itself."),
            ),
            models.CheckConstraint(
                condition=models.Q(type__in=[value.value for value in LinkType]),
                name="dependency_type_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
