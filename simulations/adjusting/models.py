"""A risk-adjusted scenario: how sure it was to be, and what each buffer is for."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import WallKey
from lineo.accounts.walls import walls
from lineo.jobs.asked import AskedOfJob
from planning.models import Scenario
from planning.models.fields import refuse_unfit_name


class Adjustment(AskedOfJob):
    """What was asked for, which job does it, and the scenario that came of it.

    ``result`` holds the buffers and the chance that was measured on the
    original durations. The status is the job's.
    """

    source = WallKey(Scenario, models.CASCADE, related_name="adjustments")
    scenario = WallKey(
        Scenario, models.SET_NULL, null=True, related_name="adjusted_by", editable=False
    )
    name = models.CharField(_("name"), max_length=200)
    percent = models.PositiveSmallIntegerField(_("how sure"))
    is_gathered = models.BooleanField(default=False)

    class Meta(AskedOfJob.Meta):
        app_label = "simulations"
        constraints = [
            *walls("simulations_adjustment", "source", "scenario"),
            models.UniqueConstraint(
                fields=["workspace", "job_id"], name="adjustment_one_for_each_job"
            ),
            models.CheckConstraint(
                condition=models.Q(percent__in=(70, 80, 90, 99)),
                name="adjustment_percent_known",
                violation_error_message=_("Choose P70, P80, P90 or P99."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        refuse_unfit_name(self.name)

    def get_absolute_url(self) -> str:
        """Return the page of buffers."""
        return reverse("simulations:buffers", args=[self.source_id])
