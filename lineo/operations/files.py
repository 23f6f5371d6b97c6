"""What the people of a workspace uploaded, whichever table speaks of it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.files.storage import Storage, default_storage
from django.db.models import FileField


def files_of(workspace: UUID) -> Iterator[tuple[Storage, str]]:
    """Yield each uploaded file of the workspace with the storage that keeps it."""
    for model in apps.get_models():
        names = {field.name for field in model._meta.get_fields()}
        if "workspace" not in names:
            continue
        for field in model._meta.get_fields():
            if isinstance(field, FileField):
                yield from _names(model, field, workspace)


def left_in_folder(workspace: UUID) -> Iterator[tuple[Storage, str]]:
    """Yield what lies in the workspace's folder, also where no row speaks of it any more.

    An upload whose request broke off after the file was kept leaves one.
    """
    try:
        _folders, names = default_storage.listdir(str(workspace))
    except FileNotFoundError:
        return
    for name in names:
        yield default_storage, f"{workspace}/{name}"


def _names(model: Any, field: FileField, workspace: UUID) -> Iterator[tuple[Storage, str]]:
    rows = model._base_manager.filter(workspace_id=workspace).exclude(**{field.name: ""})
    for name in rows.values_list(field.name, flat=True):
        if name:
            yield field.storage, name
