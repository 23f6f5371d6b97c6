"""Tokens: with what scripts and agents ask, instead of a browser's session."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models.base import WallKey, WorkspaceModel
from lineo.accounts.models.people import Membership, User
from lineo.accounts.walls import walls


class TokenScope(models.TextChoices):
    """What a token is for; policy says which actions that is."""

    READ = "read", _("Read and export")
    COMMENT = "comment", _("Write comments and updates")
    EDIT = "edit", _("Edit plans, branch scenarios, create projects")
    SIMULATE = "simulate", _("Simulate and compare")
    PROMOTE = "promote", _("Promote scenarios")
    MANAGE = "manage", _("Manage people, archive and delete")


class Token(WorkspaceModel):
    """What people see of a token: its secret is shown once and kept nowhere.

    It acts as the person of ``membership`` and never does more than they may;
    an agent is such a person, without a password.
    """

    membership = WallKey(Membership, models.CASCADE, related_name="tokens")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    scopes: Any = ArrayField(models.CharField(max_length=16, choices=TokenScope))
    project_id = models.UUIDField(null=True, blank=True)
    hint = models.CharField(max_length=16)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    rotated_at = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(null=True, editable=False)
    # Told by its key; see lineo.accounts.tokens.attach_use.
    last_used_at: datetime | None = None

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("token")
        constraints = [
            *walls("accounts_token", "membership"),
            models.CheckConstraint(
                condition=models.Q(scopes__len__gt=0, scopes__contained_by=TokenScope.values),
                name="token_scopes_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_live(self) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and self.expires_at > timezone.now()


class TokenKey(models.Model):
    """The digest by which a token is found, before any workspace is known: no content.

    It stands outside the walls, and vanishes when its token is revoked.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    token_id = models.UUIDField(unique=True)
    workspace_id = models.UUIDField()
    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    scopes: Any = ArrayField(models.CharField(max_length=16))
    project_id = models.UUIDField(null=True)
    expires_at = models.DateTimeField(db_index=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("token key")

    def __str__(self) -> str:
        return f"{self.digest[:8]}…"
