"""A simulation: one drawing of many iterations for one scenario."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import User, WallKey, WorkspaceModel
from lineo.accounts.walls import walls
from planning.models import ForecastRecord, Scenario

MAX_ITERATIONS = 1_000_000


class Simulation(WorkspaceModel):
    """What was asked for, by whom, and which job does it.

    The status and the progress are the job's: a simulation has none of its
    own. ``record`` holds the headline figures once the job is done.
    """

    scenario = WallKey(Scenario, models.CASCADE, related_name="simulations")
    revision = models.PositiveIntegerField(editable=False)
    job_id = models.UUIDField(null=True, editable=False)
    iterations = models.PositiveIntegerField(
        _("iterations"),
        default=10_000,
        validators=[MinValueValidator(100), MaxValueValidator(MAX_ITERATIONS)],
    )
    seed = models.BigIntegerField(_("seed"), default=1)
    record = WallKey(ForecastRecord, models.SET_NULL, null=True, related_name="+", editable=False)
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            *walls("simulations_simulation", "scenario", "record"),
            models.UniqueConstraint(
                fields=["workspace", "job_id"], name="simulation_one_for_each_job"
            ),
            models.CheckConstraint(
                condition=models.Q(iterations__gte=1, iterations__lte=MAX_ITERATIONS),
                name="simulation_iterations_within_limits",
                violation_error_message=_("Ask for 100 to 1,000,000 iterations."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scenario} r{self.revision}"

    def get_absolute_url(self) -> str:
        """Return the forecast page of the scenario."""
        return reverse("simulations:forecast", args=[self.scenario_id])
