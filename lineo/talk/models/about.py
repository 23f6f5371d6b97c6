"""What a comment or a reference is about."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import WallKey, WorkspaceModel
from planning.models import Project, Promotion, Scenario, Update

SUBJECT_KEYS = ("project", "scenario", "update", "promotion")
"""The foreign keys of :class:`About`, for ``walls()``."""


class SubjectKind(models.TextChoices):
    """What can be talked about, and what references can back."""

    TASK = "task", _("Task")
    RISK = "risk", _("Risk")
    SCENARIO = "scenario", _("Scenario")
    UPDATE = "update", _("Update")
    PROMOTION = "promotion", _("Decision")


class About(WorkspaceModel):
    """A row about one thing of a project.

    A task or a risk is named by its key, so that what is said of it is read in
    every scenario of the project and outlives branching, merging and
    promotion. What concerns one scenario alone is about that scenario, and
    goes with it.
    """

    project = WallKey(Project, models.CASCADE, related_name="+")
    subject_kind = models.CharField(max_length=12, choices=SubjectKind)
    subject_key = models.CharField(max_length=200, blank=True)
    scenario = WallKey(Scenario, models.CASCADE, null=True, blank=True, related_name="+")
    update = WallKey(Update, models.CASCADE, null=True, blank=True, related_name="+")
    promotion = WallKey(Promotion, models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True


def one_subject(name: str) -> models.CheckConstraint:
    """Return the constraint that a row is about one thing."""
    keyed = models.Q(subject_kind__in=["task", "risk"]) & ~models.Q(subject_key="")
    rule = keyed & models.Q(scenario=None, update=None, promotion=None)
    for kind in ("scenario", "update", "promotion"):
        others = {other: None for other in ("scenario", "update", "promotion") if other != kind}
        rule |= models.Q(subject_kind=kind, subject_key="", **others) & ~models.Q(**{kind: None})
    return models.CheckConstraint(condition=rule, name=name)
