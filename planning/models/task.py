"""A task: an activity, milestone or summary of one scenario."""

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import WallKey, WorkspaceModel
from lineo.accounts.walls import walls
from planning import veil
from planning.core.plan import ConstraintType, TaskKind
from planning.models.calendar import Calendar
from planning.models.driver import Driver
from planning.models.fields import WallClockField
from planning.models.scenario import Scenario

CONSTRAINT_CHOICES = [
    (ConstraintType.ASAP, _("As soon as possible")),
    (ConstraintType.ALAP, _("As late as possible")),
    (ConstraintType.SNET, _("Start no earlier than")),
    (ConstraintType.SNLT, _("Start no later than")),
    (ConstraintType.FNET, _("Finish no earlier than")),
    (ConstraintType.FNLT, _("Finish no later than")),
    (ConstraintType.MSO, _("Must start on")),
    (ConstraintType.MFO, _("Must finish on")),
]
KIND_CHOICES = [
    (TaskKind.TASK, _("Task")),
    (TaskKind.MILESTONE, _("Milestone")),
    (TaskKind.SUMMARY, _("Summary")),
    (TaskKind.EFFORT, _("Level of effort")),
]


class RiskLevelName(models.TextChoices):
    """The default ranges of a scenario."""

    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


class TaskStatus(models.TextChoices):
    """Derived from progress, never stored."""

    NOT_STARTED = "not_started", _("Not started")
    IN_PROGRESS = "in_progress", _("In progress")
    FINISHED = "finished", _("Finished")


class Task(WorkspaceModel):
    """One activity of one scenario.

    Three groups of columns: what people state, what was promised, and the
    dates computed at the last commit, which pages read and nobody edits.
    ``estimate`` is held in the words of the plan file. ``position`` orders
    the table; gaps are left so that a move touches one row.
    """

    scenario = WallKey(Scenario, models.CASCADE, related_name="tasks")
    key = models.CharField(max_length=200, editable=False)
    number = models.PositiveIntegerField(editable=False)
    name = models.CharField(_("name"), max_length=500)
    parent = WallKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    position = models.BigIntegerField(editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=KIND_CHOICES, default=TaskKind.TASK)
    duration_minutes = models.PositiveIntegerField(_("duration"), default=480)
    elapsed = models.BooleanField(_("elapsed time"), default=False)
    estimate = models.JSONField(_("estimate"), null=True, blank=True)
    risk_level = models.CharField(
        _("risk level"), max_length=10, choices=RiskLevelName.choices, blank=True
    )
    existence = models.FloatField(_("probability that it is done at all"), default=1.0)
    calendar = WallKey(Calendar, models.SET_NULL, null=True, blank=True, related_name="tasks")
    constraint_type = models.CharField(
        _("constraint"), max_length=4, choices=CONSTRAINT_CHOICES, blank=True
    )
    constraint_date = WallClockField(_("constraint date"), null=True, blank=True)
    constraint2_type = models.CharField(
        _("second constraint"), max_length=4, choices=CONSTRAINT_CHOICES, blank=True
    )
    constraint2_date = WallClockField(_("second constraint date"), null=True, blank=True)
    deadline = WallClockField(_("deadline"), null=True, blank=True)
    target = WallClockField(_("target"), null=True, blank=True)
    manual_start = WallClockField(_("manual start"), null=True, blank=True)
    manual_finish = WallClockField(_("manual finish"), null=True, blank=True)
    percent_complete = models.FloatField(_("per cent complete"), default=0.0)
    actual_start = WallClockField(_("actual start"), null=True, blank=True)
    actual_finish = WallClockField(_("actual finish"), null=True, blank=True)
    remaining_minutes = models.PositiveIntegerField(_("remaining duration"), null=True, blank=True)
    suspended = WallClockField(_("suspended"), null=True, blank=True)
    resumed = WallClockField(_("resumed"), null=True, blank=True)
    driver = WallKey(Driver, models.SET_NULL, null=True, blank=True, related_name="tasks")
    options = models.JSONField(default=dict, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    promised_start = WallClockField(null=True, blank=True, editable=False)
    promised_finish = WallClockField(null=True, blank=True, editable=False)

    start = WallClockField(null=True, editable=False)
    finish = WallClockField(null=True, editable=False)
    early_start = WallClockField(null=True, editable=False)
    early_finish = WallClockField(null=True, editable=False)
    late_start = WallClockField(null=True, editable=False)
    late_finish = WallClockField(null=True, editable=False)
    total_float_minutes = models.IntegerField(null=True, editable=False)
    free_float_minutes = models.IntegerField(null=True, editable=False)
    is_critical = models.BooleanField(default=False, editable=False)
    on_longest_path = models.BooleanField(default=False, editable=False)
    network_start = WallClockField(null=True, editable=False)
    network_finish = WallClockField(null=True, editable=False)
    driven_by = models.JSONField(default=list, editable=False)
    limited_by = models.JSONField(default=list, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            *walls("planning_task", "scenario", "parent", "calendar", "driver"),
            models.UniqueConstraint(
                fields=["workspace", "scenario", "key"], name="task_key_unique_in_scenario"
            ),
            models.UniqueConstraint(
                fields=["workspace", "scenario", "number"], name="task_number_unique_in_scenario"
            ),
            models.UniqueConstraint(
                fields=["workspace", "scenario", "position"],
                name="task_position_unique_in_scenario",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in TaskKind]),
                name="task_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(percent_complete__gte=0, percent_complete__lte=100),
                name="task_percent_complete_0_to_100",
                violation_error_message=_("Per cent complete lies between 0 and 100."),
            ),
            models.CheckConstraint(
                condition=models.Q(existence__gte=0, existence__lte=1),
                name="task_existence_0_to_1",
                violation_error_message=_("A probability lies between 0 and 1."),
            ),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")),
                name="task_not_its_own_parent",
                violation_error_message=_("A task can't be its own summary."),
            ),
            models.CheckConstraint(
                condition=models.Q(actual_finish__isnull=True)
                | models.Q(actual_start__isnull=True)
                | models.Q(actual_finish__gte=models.F("actual_start")),
                name="task_actual_finish_after_start",
                violation_error_message=_("A task can't have finished before it started."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> "Task":
        """Read a row, bare where rules hide it from whoever asks."""
        row: Task = veil.bare(super().from_db(*args, **kwargs))
        return row

    def get_absolute_url(self) -> str:
        """Return the workbench, at this task."""
        return reverse("planning:task", args=[self.pk])

    @property
    def status(self) -> TaskStatus:
        """How far the task has come, as its schedule takes it."""
        if self.actual_finish is not None:
            return TaskStatus.FINISHED
        if self.scenario.has_begun(self):
            return TaskStatus.IN_PROGRESS
        return TaskStatus.NOT_STARTED

    @property
    def short_id(self) -> str:
        """Return the id that people say, such as ``FOUND-42``."""
        return f"{self.scenario.project.code}-{self.number}"
