"""Comments as a page shows them: threads, each with its replies and its marks."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString

from lineo.accounts.models import User
from lineo.talk import selectors
from lineo.talk.markdown import render
from lineo.talk.models import Comment, Mood
from lineo.talk.subjects import Subject


@dataclass(frozen=True, slots=True)
class Mark:
    """One kind of reaction to one comment."""

    mood: str
    label: str
    people: str
    count: int
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One comment, with the replies below it."""

    row: Comment
    html: SafeString
    marks: list[Mark]
    other_marks: list[tuple[str, str]]
    is_mine: bool
    may_delete: bool
    written_in: str
    replies: "list[Shown]" = field(default_factory=list)


def threads_on(subject: Subject, who: selectors.Who, *, may_administer: bool) -> list[Shown]:
    """Return the threads on something; what is deleted shows only where replies stand below."""
    rows = list(selectors.comments_on(subject))
    readable = selectors.scenarios_named(who, rows)
    me = who.person_id if who else None
    replies: dict[UUID, list[Shown]] = defaultdict(list)
    firsts: list[Shown] = []
    for row in rows:
        is_elsewhere = row.written_in_id in readable and (
            subject.scenario is None or row.written_in_id != subject.scenario.pk
        )
        one = Shown(
            row=row,
            html=html_of(row),
            marks=marks_of(row, me),
            other_marks=_others(row, me),
            is_mine=row.author_id == me,
            may_delete=row.author_id == me or may_administer,
            written_in=row.written_in.name if is_elsewhere and row.written_in else "",
        )
        if row.parent_id is None:
            firsts.append(one)
        elif not row.is_deleted:
            replies[row.parent_id].append(one)
    for first in firsts:
        first.replies.extend(replies[first.row.pk])
    return [first for first in firsts if first.replies or not first.row.is_deleted]


def html_of(comment: Comment) -> SafeString:
    """Return a comment's words as HTML; its marks must have been fetched."""
    return render(comment.body, [one["label"] for one in comment.named])  # type: ignore[attr-defined]


def marks_of(comment: Comment, me: UUID | None) -> list[Mark]:
    """Return what people made of a comment, in the order of the choices."""
    by_mood: dict[str, list[User]] = defaultdict(list)
    for reaction in comment.reactions.all():
        by_mood[reaction.mood].append(reaction.person)
    return [
        Mark(mood, str(label), _names(by_mood[mood]), len(by_mood[mood]), _has(by_mood[mood], me))
        for mood, label in Mood.choices
        if by_mood[mood]
    ]


def _others(comment: Comment, me: UUID | None) -> list[tuple[str, str]]:
    mine = {one.mood for one in comment.reactions.all() if one.person_id == me}
    return [(mood, str(label)) for mood, label in Mood.choices if mood not in mine]


def _has(people: Iterable[Any], me: UUID | None) -> bool:
    return any(person.pk == me for person in people)


def _names(people: Iterable[User]) -> str:
    return ", ".join(str(person) for person in people)
