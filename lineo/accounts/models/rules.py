"""A rule on top of the roles: one action allowed or denied, for a person or a role, on a scope."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lineo.accounts.actions import Action, ScopeKind
from lineo.accounts.models.base import WorkspaceModel
from lineo.accounts.models.people import Role, User
from lineo.accounts.walls import LENIENT_PERSON, LENIENT_WORKSPACE, RowSecurity, WorkspaceKey


class PolicyRule(WorkspaceModel):
    """Exactly one of ``person`` and ``role`` is its subject.

    What it is laid on stands in another room, so it is named by id alone: the
    project for a project, the scenario for a scenario, and for a task its
    project and its key, which is the same in every scenario: a rule on a
    subtree holds in branches too.
    """

    person = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="+")
    role = models.CharField(_("role"), max_length=16, choices=Role, blank=True)
    action = models.CharField(_("action"), max_length=20, choices=Action)
    allows = models.BooleanField(_("allows"))
    kind = models.CharField(_("on what"), max_length=10, choices=ScopeKind)
    subject_id = models.UUIDField()
    task_key = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("rule")
        constraints = [
            WorkspaceKey(name="accounts_policyrule_workspace_key"),
            # Read with a person's own memberships, before a workspace is chosen.
            RowSecurity(
                name="accounts_policyrule_row_security",
                using=f"workspace_id = {LENIENT_WORKSPACE}",
                visible="EXISTS (SELECT FROM accounts_membership m WHERE m.workspace_id ="
                f" accounts_policyrule.workspace_id AND m.person_id = {LENIENT_PERSON})",
            ),
            models.UniqueConstraint(
                fields=["workspace", "kind", "subject_id", "task_key", "action", "person", "role"],
                nulls_distinct=False,
                name="policyrule_once",
                violation_error_message=_("There is a rule on this already: delete it first."),
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=True) ^ models.Q(role=""),
                name="policyrule_for_a_person_or_a_role",
                violation_error_message=_("A rule is for a person or for a role."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind=ScopeKind.TASK) ^ models.Q(task_key=""),
                name="policyrule_task_has_its_key",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=ScopeKind.values), name="policyrule_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(action__in=Action.values), name="policyrule_action_known"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["", *Role.values]), name="policyrule_role_known"
            ),
        ]

    def __str__(self) -> str:
        verb = _("may") if self.allows else _("may not")
        subject = self.person or self.get_role_display()
        return f"{subject} {verb}: {self.get_action_display()}"
