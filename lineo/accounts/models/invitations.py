"""Invitations into a workspace, by e-mail, once."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models.base import WorkspaceModel
from lineo.accounts.models.people import Role, User
from lineo.accounts.walls import walls


class Invitation(WorkspaceModel):
    """Who is invited as what; the link's secret is mailed and kept nowhere.

    A guest is invited into one place, which stands in another room and is
    named as rules name it.
    """

    email = models.EmailField(_("e-mail"), max_length=254)
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.MEMBER)
    project_id = models.UUIDField(null=True, blank=True)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("invitation")
        constraints = [
            *walls("accounts_invitation"),
            models.UniqueConstraint(
                fields=["workspace", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_open_once",
                violation_error_message=_("This address is invited already."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="invitation_role_known"
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        """Whether its link still leads in."""
        over = self.accepted_at or self.revoked_at
        return over is None and self.expires_at > timezone.now()


class InvitationKey(models.Model):
    """The digest by which a link is found, before any workspace is known: no content."""

    digest = models.CharField(max_length=64, primary_key=True)
    invitation_id = models.UUIDField(unique=True)
    workspace_id = models.UUIDField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("invitation key")

    def __str__(self) -> str:
        return f"{self.digest[:8]}…"
