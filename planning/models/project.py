"""A project: one undertaking and its scenarios."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import WallKey, WorkspaceModel
from lineo.accounts.walls import walls
from planning.models.fields import refuse_unfit_name, refuse_unknown_zone


class ProjectType(models.TextChoices):
    """What kind of undertaking it is."""

    SOFTWARE = "software", _("Software")
    CONSTRUCTION = "construction", _("Construction")
    ENGINEERING = "engineering", _("Engineering")
    RESEARCH = "research", _("Research")
    EVENT = "event", _("Event")
    OTHER = "other", _("Other")


class ProjectStatus(models.TextChoices):
    """How far it has come."""

    PLANNING = "planning", _("Planning")
    ACTIVE = "active", _("Active")
    ON_HOLD = "on_hold", _("On hold")
    FINISHED = "finished", _("Finished")
    CANCELLED = "cancelled", _("Cancelled")


class Project(WorkspaceModel):
    """One undertaking: a name, a time zone, a status and its scenarios.

    ``code`` begins the short ids that people say (``FOUND-42``), and
    ``next_number`` hands them out: a number is never given twice, so a task's
    short id is the same in every scenario of the project.
    """

    name = models.CharField(_("name"), max_length=200)
    code = models.CharField(
        _("code"),
        max_length=10,
        validators=[
            RegexValidator(
                r"^[A-Z][A-Z0-9]{1,9}$",
                _("A code is 2 to 10 capital letters and digits, a letter first."),
            )
        ],
    )
    description = models.TextField(_("description"), blank=True)
    type = models.CharField(
        _("type"), max_length=20, choices=ProjectType.choices, default=ProjectType.OTHER
    )
    status = models.CharField(
        _("status"), max_length=20, choices=ProjectStatus.choices, default=ProjectStatus.PLANNING
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    next_number = models.PositiveIntegerField(default=1, editable=False)
    # What other projects and the portfolio see of it; the baseline where nothing is chosen.
    shown_scenario = WallKey(
        "planning.Scenario",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = [Lower("name"), "pk"]
        constraints = [
            *walls("planning_project", "shown_scenario"),
            models.UniqueConstraint(
                fields=["workspace", "code"],
                name="project_code_unique_in_workspace",
                violation_error_message=_("Another project of this workspace has this code."),
            ),
            models.CheckConstraint(
                condition=models.Q(type__in=ProjectType.values), name="project_type_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=ProjectStatus.values), name="project_status_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        refuse_unfit_name(self.name)
        refuse_unknown_zone(self.time_zone)

    def get_absolute_url(self) -> str:
        """Return the project's page."""
        return reverse("planning:project", args=[self.pk])

    @property
    def is_archived(self) -> bool:
        """Whether the project is read-only."""
        return self.archived_at is not None
