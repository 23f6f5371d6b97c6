"""What is done to references, one intention each."""

from dataclasses import asdict
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lineo.accounts.happened import Subject as Fact
from lineo.accounts.happened import tell
from lineo.accounts.locking import locked
from lineo.accounts.models import User
from lineo.accounts.policy import Action
from lineo.talk.models import MOST_CHARACTERS, Reference, ReferenceKind
from lineo.talk.models.references import MOST_TAGS
from lineo.talk.references import files
from lineo.talk.subjects import Subject
from planning.access import demand_on
from planning.errors import LostRaceError

CHANGEABLE = ("title", "source", "credibility", "tags", "url", "body")


@transaction.atomic
def add_reference(
    subject: Subject,
    *,
    author: User,
    title: str = "",
    upload: tuple[str, IO[bytes]] | None = None,
    **fields: Any,
) -> Reference:
    """Back ``subject`` with a file, a link or a note, by what is given.

    ``upload`` is a file's name and content. Without a title the file's name or
    the address is one.

    Raises
    ------
    ValidationError
        If the file is not taken, or nothing is given.
    """
    subject.demand(author, Action.COMMENT)
    row = Reference(**subject.columns, author=author, title=title.strip(), **_cleaned(fields))
    if upload is not None and row.url:
        raise ValidationError(_("Give a file or an address, not both."))
    row.kind = _kind_of(row, has_file=upload is not None)
    if upload is not None:
        for name, value in asdict(files.keep(*upload)).items():
            setattr(row, name, value)
    row.title = row.title or (row.file_name or row.url or row.body.splitlines()[0])[:200]
    row.full_clean()
    row.save(force_insert=True)
    _tell("added", row, subject, author)
    return row


@transaction.atomic
def change_reference(
    reference: Reference, *, subject: Subject, actor: User, seen: int | None = None, **fields: Any
) -> Reference:
    """Say it better: title, source, credibility, tags, address or note. A file stays as it is."""
    row = _locked(reference, seen)
    _demand_authorship(row, subject, actor)
    for name, value in _cleaned(fields).items():
        setattr(row, name, value)
    if row.kind != _kind_of(row, has_file=bool(row.stored_as)):
        raise ValidationError(_("A link keeps its address, and a note its text."))
    row.version += 1
    row.full_clean()
    row.save()
    _tell("edited", row, subject, actor, after=fields)
    return row


@transaction.atomic
def delete_reference(
    reference: Reference, *, subject: Subject, actor: User, seen: int | None = None
) -> None:
    """Take it away, with its file: its author may, and who administers the workspace."""
    row = _locked(reference, seen)
    _demand_authorship(row, subject, actor)
    _tell("deleted", row, subject, actor)
    row.delete()


def _cleaned(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"A reference has no {', '.join(sorted(unknown))}.")
    cleaned: dict[str, Any] = {
        name: value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
        for name, value in fields.items()
    }
    if "tags" in cleaned:
        cleaned["tags"] = tags_of(cleaned["tags"])
    if len(cleaned.get("body", "")) > MOST_CHARACTERS:
        raise ValidationError({"body": _("This note is too long; a file holds more.")})
    return cleaned


def tags_of(words: list[str]) -> list[str]:
    """Return the tags each once, without blanks around them."""
    found = list(dict.fromkeys(word for one in words if (word := " ".join(one.split()))))
    if len(found) > MOST_TAGS:
        raise ValidationError({"tags": _("Twelve tags are the most.")})
    return found


def _kind_of(row: Reference, *, has_file: bool) -> ReferenceKind:
    if has_file:
        return ReferenceKind.FILE
    if row.url:
        return ReferenceKind.LINK
    if row.body:
        return ReferenceKind.NOTE
    raise ValidationError(_("Give an address, a file or a note."))


def _locked(reference: Reference, seen: int | None) -> Reference:
    row = locked(Reference.objects.all(), reference.pk)
    if seen is not None and row.version != seen:
        raise LostRaceError(_("This reference has been changed meanwhile."), row=row)
    return row


def _demand_authorship(row: Reference, subject: Subject, actor: User) -> None:
    if row.author_id == actor.pk:
        subject.demand(actor, Action.COMMENT)
    else:
        demand_on(None, actor, Action.ADMINISTER)


def _tell(
    deed: str, row: Reference, subject: Subject, actor: User, *, after: dict[str, Any] | None = None
) -> None:
    scenario = subject.scenario.pk if subject.scenario else None
    where = Fact("reference", row.pk, row.title, subject.project.pk, scenario)
    tell(f"reference.{deed}", workspace=row.workspace_id, actor=actor, subject=where, after=after)
