"""Rows of the portfolio: who follows whom, what milestones promise, goals, joint forecasts."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import User, WallKey, WorkspaceModel
from lineo.accounts.walls import walls
from lineo.jobs.asked import AskedOfJob
from planning.models import ForecastRecord, Project, Scenario
from planning.models.fields import WallClockField

MAX_ITERATIONS = 20_000
"""So many futures are kept of each project, and no more can be joined."""


class Follow(WorkspaceModel):
    """A scenario with a task that waits for a task of that project.

    What the plan itself holds, turned round, so that it is found from the
    other end. Written with the plan, in its transaction, and by nothing else.
    The other project is named without a foreign key: a plan keeps its links,
    and the dates it last heard, when that project is gone.
    """

    scenario = WallKey(Scenario, models.CASCADE, related_name="follows")
    project_id = models.UUIDField()

    class Meta:
        constraints = [
            *walls("portfolio_follow", "scenario"),
            models.UniqueConstraint(
                fields=["workspace", "scenario", "project_id"], name="follow_once"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "project_id"])]

    def __str__(self) -> str:
        return f"{self.scenario_id} → {self.project_id}"


class MilestoneForecast(WorkspaceModel):
    """What the newest forecast of a scenario says of its milestones, small enough for a list.

    ``figures`` holds for each milestone ``key``, ``p10``, ``p50``, ``p80``,
    ``p90`` (moments) and ``chance`` (of its target, or null).
    """

    scenario = WallKey(Scenario, models.CASCADE, related_name="milestone_forecasts")
    revision = models.PositiveIntegerField()
    figures = models.JSONField(default=list)

    class Meta:
        constraints = [
            *walls("portfolio_milestoneforecast", "scenario"),
            models.UniqueConstraint(
                fields=["workspace", "scenario"], name="milestoneforecast_one_of_a_scenario"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scenario_id} r{self.revision}"


class Goal(WorkspaceModel):
    """A date to be kept: a project's finish or a milestone, the chance wanted, and whose it is.

    ``milestone`` is a task's key, the same in every scenario of the project;
    without it the goal is the project's finish.
    """

    project = WallKey(Project, models.CASCADE, related_name="goals")
    name = models.CharField(_("name"), max_length=200)
    milestone = models.CharField(_("milestone"), max_length=200, blank=True)
    by = WallClockField(_("by"))
    wanted = models.FloatField(
        _("chance wanted"),
        default=0.8,
        validators=[MinValueValidator(0.01), MaxValueValidator(0.99)],
    )
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["by", "name", "pk"]
        constraints = [
            *walls("portfolio_goal", "project"),
            models.CheckConstraint(
                condition=models.Q(wanted__gte=0.01, wanted__lte=0.99),
                name="goal_wanted_1_to_99_percent",
                violation_error_message=_("A chance to want lies between 1 % and 99 %."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the goal's page."""
        return reverse("portfolio:goal", args=[self.pk])


class GoalReading(WorkspaceModel):
    """What one forecast said of a goal: its chance that day. Together they are the trend."""

    goal = WallKey(Goal, models.CASCADE, related_name="readings")
    record = WallKey(ForecastRecord, models.CASCADE, related_name="+")
    by = WallClockField()
    chance = models.FloatField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            *walls("portfolio_goalreading", "goal", "record"),
            models.UniqueConstraint(
                fields=["workspace", "goal", "record", "by"], name="goalreading_once_a_forecast"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "goal", "-made_at"])]

    def __str__(self) -> str:
        return f"{self.goal_id}: {self.chance:.0%}"


class JointForecast(AskedOfJob):
    """Projects that wait for one another, drawn in the same futures; a job does it.

    ``result`` is what came of it, by project, with the heads of the plans that were drawn.
    """

    iterations = models.PositiveIntegerField(
        _("iterations"),
        default=10_000,
        validators=[MinValueValidator(100), MaxValueValidator(MAX_ITERATIONS)],
    )
    seed = models.BigIntegerField(_("seed"), default=1)

    class Meta(AskedOfJob.Meta):
        constraints = [
            *walls("portfolio_jointforecast"),
            models.UniqueConstraint(fields=["workspace", "job_id"], name="jointforecast_one_a_job"),
            models.CheckConstraint(
                condition=models.Q(iterations__gte=100, iterations__lte=MAX_ITERATIONS),
                name="jointforecast_iterations_within_limits",
                violation_error_message=_("Ask for 100 to 20,000 iterations."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"
