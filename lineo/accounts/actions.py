"""What can be done, and on what a rule can be laid: the words of the policy."""

from django.db import models
from django.utils.translation import gettext_lazy


class Action(models.TextChoices):
    """What can be done; each row of the role table names some of these."""

    READ = "read", gettext_lazy("Read plans and forecasts")
    EXPORT = "export", gettext_lazy("Export plans and forecasts")
    COMMENT = "comment", gettext_lazy("Write comments and updates")
    EDIT = "edit", gettext_lazy("Edit plans")
    SIMULATE = "simulate", gettext_lazy("Simulate and compare")
    BRANCH = "branch", gettext_lazy("Branch scenarios")
    PROMOTE = "promote", gettext_lazy("Promote scenarios")
    CREATE_PROJECT = "create_project", gettext_lazy("Create and import projects")
    ARCHIVE = "archive", gettext_lazy("Archive projects")
    DELETE = "delete", gettext_lazy("Delete projects and scenarios")
    MANAGE_PEOPLE = "manage_people", gettext_lazy("Invite people and set their roles")
    ADMINISTER = "administer", gettext_lazy("Use the admin and read the audit trail")
    OWN = "own", gettext_lazy("Make owners and delete the workspace")


class ScopeKind(models.TextChoices):
    """What a rule can be laid on, from the broadest to the most specific."""

    WORKSPACE = "workspace", gettext_lazy("Workspace")
    PROJECT = "project", gettext_lazy("Project")
    SCENARIO = "scenario", gettext_lazy("Scenario")
    TASK = "task", gettext_lazy("Task and what is below it")
