"""A scenario: a whole, editable version of the plan."""

from typing import Any
from uuid import UUID

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lineo.accounts.ids import uuid7
from lineo.accounts.models import User, WallKey, WorkspaceModel
from lineo.accounts.walls import walls
from planning.core.plan import LagCalendar, Progress, Rules, TotalFloat, has_begun
from planning.models.fields import WallClockField, refuse_unfit_name
from planning.models.project import Project

HEAVY = ("forecast", "forecast_finishes")
"""Columns that can hold megabytes. A join reads them again with each row: it has to leave them."""


class ScenarioManager(models.Manager["Scenario"]):
    """Scenarios without their heavy columns, which pages rarely need."""

    def get_queryset(self) -> models.QuerySet["Scenario"]:
        return super().get_queryset().defer(*HEAVY)


class Colour(models.TextChoices):
    """By what a scenario is told from the others in charts and lists."""

    BLUE = "blue", _("Blue")
    ORANGE = "orange", _("Orange")
    TEAL = "teal", _("Teal")
    PINK = "pink", _("Pink")
    YELLOW = "yellow", _("Yellow")
    VIOLET = "violet", _("Violet")
    GREEN = "green", _("Green")
    GREY = "grey", _("Grey")


def default_risk_levels() -> dict[str, list[float]]:
    """Return the factors of plan-format for low, medium and high."""
    return {"low": [0.9, 1, 1.15], "medium": [0.85, 1, 1.4], "high": [0.8, 1, 1.8]}


class Scenario(WorkspaceModel):
    """A whole plan: tasks, links, calendars, risks, drivers and settings.

    Four groups of columns: what it is, the plan settings (``project`` block
    of the plan file), the dates computed at the last commit, and the forecast
    that the last simulation left. A forecast names the revision it describes;
    where that is not ``revision``, it is out of date.
    """

    project = WallKey(Project, models.CASCADE, related_name="scenarios")
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    colour = models.CharField(_("colour"), max_length=16, blank=True, choices=Colour)
    is_baseline = models.BooleanField(default=False, editable=False)
    source = WallKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="branches", editable=False
    )
    source_revision = models.PositiveIntegerField(null=True, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    head = models.UUIDField(default=uuid7, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", editable=False
    )
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    cost = models.DecimalField(_("cost"), max_digits=16, decimal_places=2, null=True, blank=True)

    plan_name = models.CharField(max_length=200, blank=True)
    start = WallClockField(_("start"))
    target = WallClockField(_("target"), null=True, blank=True)
    must_finish_by = WallClockField(_("must finish by"), null=True, blank=True)
    data_date = WallClockField(_("data date"), null=True, blank=True)
    calendar_key = models.CharField(_("project calendar"), max_length=200, default="standard")
    minutes_per_day = models.PositiveIntegerField(_("minutes per day"), default=480)
    minutes_per_week = models.PositiveIntegerField(_("minutes per week"), default=2400)
    critical_float_limit_minutes = models.IntegerField(_("critical float limit"), default=0)
    total_float = models.CharField(
        _("total float"),
        max_length=10,
        choices=[(value, value) for value in TotalFloat],
        default=TotalFloat.FINISH,
    )
    lag_calendar = models.CharField(
        _("lag calendar"),
        max_length=12,
        choices=[(value, value) for value in LagCalendar],
        default=LagCalendar.SUCCESSOR,
    )
    rules = models.CharField(
        _("scheduling rules"),
        max_length=12,
        choices=[(value, value) for value in Rules],
        default=Rules.LINEO,
    )
    risk_levels = models.JSONField(_("risk levels"), default=default_risk_levels)
    options = models.JSONField(default=dict, blank=True, editable=False)

    scheduled_start = WallClockField(null=True, editable=False)
    scheduled_finish = WallClockField(null=True, editable=False)

    forecast_revision = models.PositiveIntegerField(null=True, editable=False)
    forecast_at = models.DateTimeField(null=True, editable=False)
    forecast_iterations = models.PositiveIntegerField(null=True, editable=False)
    forecast_seed = models.BigIntegerField(null=True, editable=False)
    forecast_engine_version = models.CharField(max_length=20, blank=True, editable=False)
    forecast_plan_hash = models.CharField(max_length=64, blank=True, editable=False)
    forecast_data_date = WallClockField(null=True, editable=False)
    forecast_p50 = WallClockField(null=True, editable=False)
    forecast_p80 = WallClockField(null=True, editable=False)
    forecast_p_target = models.FloatField(null=True, editable=False)
    forecast_p_planned = models.FloatField(null=True, editable=False)
    forecast_reason = models.CharField(max_length=300, blank=True, editable=False)
    forecast = models.JSONField(null=True, editable=False)
    forecast_finishes = models.BinaryField(null=True, editable=False)

    # Who looks at it, and how, where that was read with it (see planning.selectors.view_of).
    looked_at: tuple[UUID, Any] | None = None

    objects = ScenarioManager()

    class Meta:
        ordering = ["-is_baseline", "created_at", "pk"]
        constraints = [
            *walls("planning_scenario", "project", "source"),
            models.UniqueConstraint(
                fields=["workspace", "project"],
                condition=models.Q(is_baseline=True),
                name="scenario_one_baseline_a_project",
                violation_error_message=_("This project already has a baseline."),
            ),
            models.UniqueConstraint(
                fields=["workspace", "project", "name"],
                name="scenario_name_unique_in_project",
                violation_error_message=_("This project already has a scenario of that name."),
            ),
            models.CheckConstraint(
                condition=~models.Q(is_baseline=True, archived_at__isnull=False),
                name="scenario_baseline_not_archived",
                violation_error_message=_("The baseline can't be archived."),
            ),
            models.CheckConstraint(
                condition=models.Q(minutes_per_day__gte=1, minutes_per_day__lte=1440)
                & models.Q(minutes_per_week__gte=1, minutes_per_week__lte=10080),
                name="scenario_minutes_per_day_and_week",
                violation_error_message=_(
                    "A day has 1 to 1,440 working minutes and a week 1 to 10,080."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        refuse_unfit_name(self.name)

    def get_absolute_url(self) -> str:
        """Return the scenario's workbench."""
        return reverse("planning:scenario", args=[self.pk])

    def has_begun(self, work: Progress) -> bool:
        """Return whether work on a task has begun, as the schedule takes it."""
        return has_begun(work, rules=self.rules, data_date=self.data_date)

    @property
    def is_archived(self) -> bool:
        """Whether the scenario is read-only."""
        return self.archived_at is not None

    @property
    def has_forecast(self) -> bool:
        """Whether a simulation has left a forecast here."""
        return self.forecast_revision is not None

    @property
    def why_no_forecast(self) -> str:
        """Why the last simulation found nothing to show, in the reader's language, if it did."""
        return gettext(self.forecast_reason) if self.forecast_reason else ""

    @property
    def forecast_is_current(self) -> bool:
        """Whether the forecast describes the plan as it stands."""
        return self.forecast_revision == self.revision
