"""Whom a workspace knows: its members, and whoever its rows name though they left long ago."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import ForeignKey

from lineo.accounts.models import Invitation, Membership, User
from lineo.activity.models import AuditEntry


def people_of(workspace: UUID) -> set[UUID]:
    """Return the members, whoever a row of the workspace names, and who accepted to come."""
    found: set[UUID] = set()
    for model, field in _names():
        rows = model._base_manager.filter(workspace_id=workspace)
        found.update(rows.exclude(**{field: None}).values_list(field, flat=True).distinct())
    entries = AuditEntry.objects.filter(workspace_id=workspace, subject_kind="person")
    found.update(filter(None, entries.values_list("subject_id", flat=True)))
    came = Invitation.objects.filter(workspace_id=workspace, accepted_at__isnull=False)
    invited = User.objects.filter(email__in=came.values("email"))
    return found.union(invited.values_list("pk", flat=True))


def known_nowhere(people: set[UUID]) -> list[User]:
    """Return those of the people whom no workspace knows any more and who don't run the site."""
    left = set(people)
    for model, field in _names():
        if not left:
            break
        rows = model._base_manager.filter(**{f"{field}__in": left})
        left.difference_update(rows.values_list(field, flat=True).distinct())
    return list(User.objects.filter(pk__in=left, is_staff=False))


def _names() -> Iterator[tuple[Any, str]]:
    """Yield each model of a workspace with each of its fields that names a person.

    Memberships come first: they tell of most people.
    """
    models = sorted(apps.get_models(), key=lambda model: model is not Membership)
    for model in models:
        fields = model._meta.concrete_fields
        if any(field.name == "workspace" for field in fields):
            for field in fields:
                if isinstance(field, ForeignKey) and field.related_model is User:
                    yield model, field.attname
