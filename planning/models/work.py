"""Facts of the work beside the plan: who does it, how urgent, what it is called by, and when.

No date depends on them, so they are no part of the plan: naming who does a task
makes no revision and puts no forecast out of date. They belong to the project and
the task's key, for it is the same work in every scenario.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import User, WallKey, WorkspaceModel
from lineo.accounts.walls import walls
from planning.models.project import Project
from planning.models.scenario import Colour


class Priority(models.IntegerChoices):
    """How urgent work is; the higher the sooner."""

    NONE = 0, _("None")
    LOW = 1, _("Low")
    MEDIUM = 2, _("Medium")
    HIGH = 3, _("High")
    URGENT = 4, _("Urgent")


class Cycle(WorkspaceModel):
    """A time box of a project, such as a sprint or a quarter."""

    project = WallKey(Project, models.CASCADE, related_name="cycles")
    name = models.CharField(_("name"), max_length=80)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["first_day", "name", "pk"]
        constraints = [
            *walls("planning_cycle", "project"),
            models.UniqueConstraint(
                fields=["workspace", "project", "name"],
                name="cycle_name_unique_in_project",
                violation_error_message=_("This project already has a cycle of that name."),
            ),
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")),
                name="cycle_ends_after_it_begins",
                violation_error_message=_("A cycle can't end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Label(WorkspaceModel):
    """A word that groups tasks of a project, with a colour to know it by."""

    project = WallKey(Project, models.CASCADE, related_name="labels")
    name = models.CharField(_("name"), max_length=40)
    colour = models.CharField(
        _("colour"), max_length=16, choices=Colour.choices, default=Colour.GREY
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            *walls("planning_label", "project"),
            models.UniqueConstraint(
                fields=["workspace", "project", "name"],
                name="label_name_unique_in_project",
                violation_error_message=_("This project already has a label of that name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TaskWork(WorkspaceModel):
    """Priority and cycle of one piece of work, and the version of all that is said of it."""

    project = WallKey(Project, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, default=Priority.NONE
    )
    cycle = WallKey(Cycle, models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            *walls("planning_taskwork", "project", "cycle"),
            models.UniqueConstraint(
                fields=["workspace", "project", "key"], name="taskwork_once_a_key"
            ),
            models.CheckConstraint(
                condition=models.Q(priority__in=Priority.values), name="taskwork_priority_known"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class TaskAssignee(WorkspaceModel):
    """A person who does a piece of work."""

    project = WallKey(Project, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    person = models.ForeignKey(User, models.CASCADE, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            *walls("planning_taskassignee", "project"),
            models.UniqueConstraint(
                fields=["workspace", "project", "key", "person"], name="taskassignee_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.person_id}"


class TaskLabel(WorkspaceModel):
    """A label on a piece of work."""

    project = WallKey(Project, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    label = WallKey(Label, models.CASCADE, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            *walls("planning_tasklabel", "project", "label"),
            models.UniqueConstraint(
                fields=["workspace", "project", "key", "label"], name="tasklabel_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.label_id}"


class RelationKind(models.TextChoices):
    """How two tasks belong together without one waiting for the other."""

    RELATED = "related", _("Related to")
    DUPLICATES = "duplicates", _("Duplicates")


class TaskRelation(WorkspaceModel):
    """Two pieces of work that belong together; it moves no date."""

    project = WallKey(Project, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    other_key = models.CharField(max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=RelationKind)

    class Meta:
        ordering = ["pk"]
        constraints = [
            *walls("planning_taskrelation", "project"),
            models.UniqueConstraint(
                fields=["workspace", "project", "key", "other_key"],
                name="taskrelation_once",
                violation_error_message=_("These two tasks are linked so already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(key=models.F("other_key")),
                name="taskrelation_of_two",
                violation_error_message=_("A task can't be linked to itself."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=RelationKind.values), name="taskrelation_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.kind} {self.other_key}"
