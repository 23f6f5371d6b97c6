"""A workspace: the tenant."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lineo.accounts.ids import uuid7
from lineo.accounts.walls import LENIENT_PERSON, LENIENT_WORKSPACE, RowSecurity


class Workspace(models.Model):
    """The tenant: people, roles, projects. Nothing crosses its wall."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name"), max_length=63, db_index=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="workspace_slug_unique"),
            RowSecurity(
                name="accounts_workspace_row_security",
                using=f"id = {LENIENT_WORKSPACE}",
                visible="EXISTS (SELECT FROM accounts_membership m WHERE"
                f" m.workspace_id = accounts_workspace.id AND m.person_id = {LENIENT_PERSON})",
            ),
        ]

    def __str__(self) -> str:
        return self.name
