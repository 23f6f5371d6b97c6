"""What is done to comments, one intention each."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lineo.accounts.happened import Subject as Fact
from lineo.accounts.happened import tell
from lineo.accounts.locking import locked
from lineo.accounts.models import User
from lineo.accounts.policy import Action
from lineo.talk import markdown
from lineo.talk.models import MOST_CHARACTERS, Comment, Mention, Mood, Reaction
from lineo.talk.subjects import Subject
from planning.access import demand_on
from planning.errors import LostRaceError
from planning.people import labels_of


@transaction.atomic
def add_comment(
    subject: Subject, *, author: User, body: str, parent: Comment | None = None
) -> Comment:
    """Say something of ``subject``, or in reply to ``parent``, and name whom it names."""
    subject.demand(author, Action.COMMENT)
    comment = Comment(
        **subject.columns,
        written_in=subject.scenario,
        parent=_thread_of(parent, subject),
        author=author,
        body=_text(body),
    )
    comment.full_clean()
    comment.save(force_insert=True)
    named = _name_people(comment, subject)
    _tell("added", comment, subject, author, after={"mentions": named} if named else None)
    return comment


@transaction.atomic
def edit_comment(
    comment: Comment, *, subject: Subject, actor: User, body: str, seen: int | None = None
) -> Comment:
    """Let the author say it differently; who is named anew is told."""
    row = _locked(comment, seen)
    _demand_authorship(row, subject, actor)
    row.body = _text(body)
    row.full_clean()
    if row.body != comment.body:
        row.edited_at = timezone.now()
        row.version += 1
        row.save(update_fields=["body", "edited_at", "version"])
        named = _name_people(row, subject)
        _tell("edited", row, subject, actor, after={"mentions": named} if named else None)
    return row


@transaction.atomic
def delete_comment(
    comment: Comment, *, subject: Subject, actor: User, seen: int | None = None
) -> None:
    """Take it back: its author may, and who administers the workspace."""
    row = _locked(comment, seen)
    if row.author_id != actor.pk:
        demand_on(None, actor, Action.ADMINISTER)
    else:
        subject.demand(actor, Action.COMMENT)
    row.body = ""
    row.deleted_at = timezone.now()
    row.version += 1
    row.save(update_fields=["body", "deleted_at", "version"])
    row.mentions.all().delete()
    row.reactions.all().delete()
    _tell("deleted", row, subject, actor)


@transaction.atomic
def react(comment: Comment, *, subject: Subject, actor: User, mood: str, is_on: bool) -> None:
    """Say without words what one makes of a comment, or take that back."""
    subject.demand(actor, Action.COMMENT)
    if mood not in Mood.values:
        raise ValidationError(_("Choose one of %(moods)s.") % {"moods": " ".join(Mood.values)})
    row = _locked(comment, None)
    rows = Reaction.objects.filter(comment=row, person=actor, mood=mood)
    if is_on == rows.exists():
        return
    if is_on:
        Reaction.objects.create(comment=row, person=actor, mood=mood)
    else:
        rows.delete()
    before, after = (None, mood) if is_on else (mood, None)
    _tell("reacted_to", row, subject, actor, before=before, after=after)


def _text(body: str) -> str:
    text = body.replace("\r\n", "\n").strip()
    if not text:
        raise ValidationError({"body": _("Write something first.")})
    if len(text) > MOST_CHARACTERS:
        raise ValidationError({"body": _("This is too long; a reference can hold a file.")})
    return text


def _thread_of(parent: Comment | None, subject: Subject) -> Comment | None:
    if parent is None:
        return None
    columns = subject.columns
    if any(getattr(parent, name) != value for name, value in columns.items()):
        raise ValidationError(_("A reply stands below a comment on the same thing."))
    return parent.parent or parent


def _locked(comment: Comment, seen: int | None) -> Comment:
    row = locked(Comment.objects.all(), comment.pk)
    if row.is_deleted:
        raise LostRaceError(_("This comment has been deleted meanwhile."), row=row)
    if seen is not None and row.version != seen:
        raise LostRaceError(_("This comment has been changed meanwhile."), row=row)
    return row


def _demand_authorship(comment: Comment, subject: Subject, actor: User) -> None:
    subject.demand(actor, Action.COMMENT)
    if comment.author_id != actor.pk:
        raise PermissionDenied(_("Only its author can change a comment."))


def _name_people(comment: Comment, subject: Subject) -> list[str]:
    """Write down whom the comment names; return the ids of those whom it did not name before."""
    people = subject.readers()
    labels = labels_of(people)
    written = markdown.named_in(comment.body, labels)
    named = {labels[label]: words for label, words in written.items()}
    before = dict(comment.mentions.values_list("person", "pk"))
    comment.mentions.exclude(person__in=named).delete()
    new = {person: words for person, words in named.items() if person not in before}
    Mention.objects.bulk_create(
        Mention(comment=comment, person_id=person, label=words) for person, words in new.items()
    )
    return sorted(map(str, new))


def _tell(deed: str, comment: Comment, subject: Subject, actor: User, **facts: Any) -> None:
    scenario = subject.scenario.pk if subject.scenario else None
    where = Fact("comment", comment.pk, subject.title, subject.project.pk, scenario)
    workspace = comment.workspace_id
    tell(f"comment.{deed}", workspace=workspace, actor=actor, subject=where, **facts)
