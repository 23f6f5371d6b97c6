"""A comparison: two to five scenarios, each at one revision, in the same futures."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import WallKey
from lineo.accounts.walls import walls
from lineo.jobs.asked import AskedOfJob
from planning.models import Project

MAX_ITERATIONS = 1_000_000


class Comparison(AskedOfJob):
    """What was compared, by whom, which job does it, and what it found.

    ``parts`` are the scenarios in order, each with the revision that is
    compared: ``[["…id…", 12], …]``. The status is the job's.
    """

    project = WallKey(Project, models.CASCADE, related_name="comparisons")
    parts = models.JSONField()
    iterations = models.PositiveIntegerField(
        _("iterations"),
        default=10_000,
        validators=[MinValueValidator(100), MaxValueValidator(MAX_ITERATIONS)],
    )
    seed = models.BigIntegerField(_("seed"), default=1)

    class Meta(AskedOfJob.Meta):
        app_label = "simulations"
        constraints = [
            *walls("simulations_comparison", "project"),
            models.UniqueConstraint(
                fields=["workspace", "job_id"], name="comparison_one_for_each_job"
            ),
            models.CheckConstraint(
                condition=models.Q(iterations__gte=1, iterations__lte=MAX_ITERATIONS),
                name="comparison_iterations_within_limits",
                violation_error_message=_("Ask for 100 to 1,000,000 iterations."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} ×{len(self.parts)}"

    def get_absolute_url(self) -> str:
        """Return the comparison's page."""
        return reverse("simulations:compare", args=[self.project_id])
