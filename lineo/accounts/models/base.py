"""What every model within the walls is built on."""

from typing import Any
from uuid import UUID

from django.db import models

from lineo.accounts.ids import uuid7
from lineo.accounts.models.workspace import Workspace
from lineo.accounts.tenancy import current_workspace_id


class WallKey(models.ForeignKey[Any, Any]):
    """A foreign key within the workspace, kept by a composite key in the database.

    Django's own constraint would be checked past row-level security, so it is
    left out; list the field in ``walls(table, field)``.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["db_constraint"]
        return name, path, args, kwargs


class _WorkspaceField(models.ForeignKey[Workspace, Workspace]):
    """To the workspace whose context is open. Migrations know it as a plain foreign key."""

    def has_default(self) -> bool:
        """Say no: to those who read types, a default would make the workspace optional."""
        return False

    def get_default(self) -> UUID | None:
        return current_workspace_id()

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs


class WorkspaceModel(models.Model):
    """A row that belongs to a workspace, by default to the one whose context is open."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # The unique key of walls() begins with the workspace and serves as its index.
    workspace = _WorkspaceField(
        Workspace,
        models.CASCADE,
        related_name="+",
        default=current_workspace_id,
        editable=False,
        db_index=False,
    )

    class Meta:
        abstract = True
