"""Labels of a project: made by using them, renamed and deleted by hand."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from lineo.accounts.happened import Subject, tell
from lineo.accounts.locking import locked
from lineo.accounts.models import User
from lineo.accounts.policy import Action
from planning import selectors, veil
from planning.access import demand_on
from planning.errors import LostRaceError
from planning.models import Label, Project, TaskLabel
from planning.models.scenario import Colour


def labels_for(who: selectors.Who) -> QuerySet[Label]:
    """Return the labels of the projects that a person may read."""
    return Label.objects.filter(project__in=selectors.projects_for(who)).select_related("project")


def labels_of(project: Project) -> QuerySet[Label]:
    """Return a project's labels, by name."""
    return Label.objects.filter(project=project)


def counts_of(project: Project) -> Mapping[UUID, int]:
    """Return how many tasks have each label, but for those that are hidden from whoever asks."""
    hidden = veil.hidden().by_project.get(project.pk, frozenset())
    rows = TaskLabel.objects.filter(project=project).exclude(key__in=hidden).order_by()
    return dict(rows.values_list("label").annotate(count=Count("pk")))


def label_named(project: Project, name: str) -> Label:
    """Return the label of that name, made where there is none."""
    name = _one_line(name)
    known = _called(project, name).first()
    if known is not None:
        return known
    colours = [colour for colour in Colour.values if colour != Colour.GREY]
    number = Label.objects.filter(project=project).count()
    row = Label(project=project, name=name, colour=colours[number % len(colours)])
    row.full_clean()
    row.save(force_insert=True)
    return row


@transaction.atomic
def change_label(
    label: Label,
    *,
    actor: User,
    seen: int | None = None,
    name: str | None = None,
    colour: str | None = None,
) -> Label:
    """Call a label something else, or give it another colour; its tasks keep it.

    Raises
    ------
    ValidationError
        If another label of the project is called so, however it is written.
    LostRaceError
        If it was changed since version ``seen``.
    """
    demand_on(label.project, actor, Action.EDIT)
    row = _locked(label, seen)
    before = _words(row)
    row.name = row.name if name is None else _one_line(name)
    row.colour = colour or row.colour
    if _called(row.project, row.name).exclude(pk=row.pk).exists():
        message = _("This project already has a label of that name.")
        raise ValidationError({"name": message})
    row.full_clean()
    if _words(row) != before:
        row.version += 1
        row.save()
        _tell("edited", row, actor, before=before, after=_words(row))
    return row


@transaction.atomic
def delete_label(label: Label, *, actor: User, seen: int | None = None) -> None:
    """Delete a label; its tasks stay, without it."""
    demand_on(label.project, actor, Action.EDIT)
    row = _locked(label, seen)
    _tell("deleted", row, actor, before=_words(row))
    row.delete()


def _called(project: Project, name: str) -> QuerySet[Label]:
    return Label.objects.filter(project=project, name__iexact=name)


def _one_line(name: str) -> str:
    return " ".join(name.split())


def _locked(label: Label, seen: int | None) -> Label:
    row = locked(Label.objects.select_related("project"), label.pk)
    if seen is not None and row.version != seen:
        raise LostRaceError(_("Somebody has changed this meanwhile."), row=row)
    return row


def _words(label: Label) -> dict[str, str]:
    return {"name": label.name, "colour": label.colour}


def _tell(deed: str, label: Label, actor: User, **facts: Any) -> None:
    subject = Subject("label", label.pk, label.name, label.project_id)
    workspace = label.workspace_id
    tell(f"label.{deed}", workspace=workspace, actor=actor, subject=subject, **facts)
