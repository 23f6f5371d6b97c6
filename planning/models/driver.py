"""What moves together: drivers and pairwise correlations."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import WallKey, WorkspaceModel
from lineo.accounts.walls import walls
from planning import veil
from planning.core.plan import Correlation as Pair
from planning.models.scenario import Scenario


class DriverManager(models.Manager["Driver"]):
    """Drivers, but for those that move only tasks that rules hide from whoever asks."""

    def get_queryset(self) -> models.QuerySet["Driver"]:
        rows = super().get_queryset()
        if hidden := veil.hidden_ids():
            moved = self.model.tasks.rel.related_model._default_manager.filter(
                driver=models.OuterRef("pk")
            )
            is_hidden = models.Exists(moved.filter(pk__in=hidden))
            rows = rows.exclude(is_hidden & ~models.Exists(moved.exclude(pk__in=hidden)))
        return rows


class CorrelationManager(models.Manager["Correlation"]):
    """Correlations, but for those of tasks that rules hide from whoever asks."""

    def get_queryset(self) -> models.QuerySet["Correlation"]:
        rows = super().get_queryset()
        if hidden := veil.hidden_ids():
            rows = rows.exclude(first__in=hidden).exclude(second__in=hidden)
        return rows


class Driver(WorkspaceModel):
    """A named cause under which a group of tasks moves together.

    A task belongs to at most one driver, so membership is a column of the
    task.
    """

    scenario = WallKey(Scenario, models.CASCADE, related_name="drivers")
    key = models.CharField(_("name"), max_length=200)
    rho = models.FloatField(_("correlation"))
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = DriverManager()

    class Meta:
        ordering = ["key", "pk"]
        constraints = [
            *walls("planning_driver", "scenario"),
            models.UniqueConstraint(
                fields=["workspace", "scenario", "key"],
                name="driver_key_unique_in_scenario",
                violation_error_message=_("This scenario already has a driver of that name."),
            ),
            models.CheckConstraint(
                condition=models.Q(rho__gte=0, rho__lt=1),
                name="driver_rho_0_to_1",
                violation_error_message=_("A driver's correlation lies between 0 and 1."),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Correlation(WorkspaceModel):
    """A Spearman target between two tasks."""

    scenario = WallKey(Scenario, models.CASCADE, related_name="correlations")
    first = WallKey("planning.Task", models.CASCADE, related_name="+")
    second = WallKey("planning.Task", models.CASCADE, related_name="+")
    spearman = models.FloatField(_("Spearman correlation"))
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CorrelationManager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            *walls("planning_correlation", "scenario", "first", "second"),
            models.UniqueConstraint(
                fields=["workspace", "first", "second"], name="correlation_unique_pair"
            ),
            models.CheckConstraint(
                condition=models.Q(spearman__gt=-1, spearman__lt=1),
                name="correlation_spearman_between_1",
                violation_error_message=_("A correlation lies between −1 and 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} ~ {self.second}"

    @property
    def key(self) -> str:
        """The identity of the pair, whichever way round it was given."""
        return Pair(self.first.key, self.second.key, self.spearman).key
