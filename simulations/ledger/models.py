"""Commitments with the course of their chance, kept percentiles, and scores of finished tasks."""

from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import User, WallKey, WorkspaceModel
from lineo.accounts.walls import walls
from planning.models import ForecastRecord, Project
from planning.models.fields import WallClockField, refuse_unfit_name


class Commitment(WorkspaceModel):
    """A date that somebody gave to someone.

    It is about the plan that is promised, so its chance is the baseline's,
    whichever scenario that is. ``milestone_key`` is empty for the project's
    finish. It is never edited: a commitment that no longer stands is
    withdrawn, with a reason, and another is given.
    """

    project = WallKey(Project, models.CASCADE, related_name="commitments")
    milestone_key = models.CharField(max_length=200, blank=True)
    milestone_name = models.CharField(max_length=500, blank=True)
    to_whom = models.CharField(_("to whom"), max_length=200)
    due = WallClockField(_("date"))
    note = models.TextField(_("note"), blank=True)
    given_on = models.DateField(_("given on"))
    given_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", editable=False
    )
    withdrawn_because = models.TextField(blank=True)

    class Meta:
        app_label = "simulations"
        ordering = ["due", "created_at"]
        constraints = [
            *walls("simulations_commitment", "project"),
            models.CheckConstraint(
                condition=~models.Q(to_whom=""),
                name="commitment_given_to_someone",
                violation_error_message=_("Say to whom the date was given."),
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True) | ~models.Q(withdrawn_because=""),
                name="commitment_withdrawn_for_a_reason",
                violation_error_message=_("Say why it is withdrawn: the ledger keeps it."),
            ),
        ]
        indexes = [models.Index(fields=["workspace", "project", "due"])]

    def __str__(self) -> str:
        return f"{self.to_whom}: {self.due:%Y-%m-%d}"

    def clean(self) -> None:
        refuse_unfit_name(self.to_whom, "to_whom")

    def get_absolute_url(self) -> str:
        """Return the ledger that it stands in."""
        return reverse("simulations:commitments", args=[self.project_id])


class CommitmentPoint(WorkspaceModel):
    """The chance of a commitment by one stored forecast; append-only.

    ``record`` names the forecast, and so the scenario and its revision.
    ``is_given`` marks the chance of the day on which the date was given.
    """

    commitment = WallKey(Commitment, models.CASCADE, related_name="points")
    record = WallKey(ForecastRecord, models.CASCADE, related_name="+")
    chance = models.FloatField()
    iterations = models.PositiveIntegerField()
    is_given = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "simulations"
        ordering = ["made_at", "pk"]
        constraints = [
            *walls("simulations_commitmentpoint", "commitment", "record"),
            models.CheckConstraint(
                condition=models.Q(chance__gte=0, chance__lte=1),
                name="commitmentpoint_chance_is_a_share",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "commitment", "made_at"])]

    def __str__(self) -> str:
        return f"{self.chance:.0%}"


class KeptMoments(WorkspaceModel):
    """When each open task of the baseline would finish, by one forecast; packed.

    Kept so that the forecast can be scored once the tasks are done. Only
    tasks that had not begun stand in it, so the newest row that has a task is
    the last forecast before its work began.
    """

    record = WallKey(ForecastRecord, models.CASCADE, related_name="+")
    project = WallKey(Project, models.CASCADE, related_name="+")
    data_date = WallClockField(null=True)
    percentiles = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        app_label = "simulations"
        verbose_name = verbose_name_plural = _("kept moments")
        ordering = ["-made_at", "-pk"]
        constraints = [
            *walls("simulations_keptmoments", "record", "project"),
            models.UniqueConstraint(
                fields=["workspace", "record"], name="keptmoments_once_a_forecast"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "project", "-made_at"])]

    def __str__(self) -> str:
        return str(self.record_id)


class TaskScore(WorkspaceModel):
    """A finished task beside what had been said of it.

    ``finish_low`` to ``finish_high`` is where its finish lay in the last
    forecast before its work began; ``duration_low`` to ``duration_high`` where
    its duration lay in the range in force then, which ``estimator`` had set.
    Blank where nothing had been said.
    """

    project = WallKey(Project, models.CASCADE, related_name="task_scores")
    task_key = models.CharField(max_length=200)
    task_name = models.CharField(max_length=500)
    started_at = WallClockField(null=True)
    finished_at = WallClockField()
    record = WallKey(ForecastRecord, models.SET_NULL, null=True, related_name="+")
    finish_low = models.FloatField(null=True)
    finish_high = models.FloatField(null=True)
    estimator = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    estimate = models.CharField(max_length=300, blank=True)
    duration_low = models.FloatField(null=True)
    duration_high = models.FloatField(null=True)
    minutes = models.FloatField(null=True)
    p10_minutes = models.FloatField(null=True)
    p50_minutes = models.FloatField(null=True)
    p90_minutes = models.FloatField(null=True)
    resolution_minutes = models.FloatField(default=0)
    scored_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "simulations"
        ordering = ["finished_at", "pk"]
        constraints = [
            *walls("simulations_taskscore", "project", "record"),
            models.UniqueConstraint(
                fields=["workspace", "project", "task_key"], name="taskscore_once_a_task"
            ),
        ]

    def __str__(self) -> str:
        return self.task_name

    @property
    def actuals(self) -> tuple[datetime | None, datetime]:
        """When the work began and ended, as it was scored."""
        return self.started_at, self.finished_at
