"""Comments over HTTP: below what they are about, and each by its own id."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.api.operations import operation
from lineo.api.paging import page, page_of
from lineo.api.preconditions import etag
from lineo.api.shapes import FLAG, MOMENT, VERSION, choice, listing, nullable, record, shape, text
from lineo.api.shapes import UUID as ID
from lineo.talk import selectors, services, threads
from lineo.talk.api.about import (
    ABOUT,
    BelowSubject,
    OneAboutSubject,
    Words,
    paths_below,
    present_about,
)
from lineo.talk.models import MOST_CHARACTERS, Comment, Mood
from planning.api.history import person
from planning.api.words import instant

PERSON = nullable(record({"id": ID, "name": text(300)}))
_BODY = text(MOST_CHARACTERS, least=1, about="Markdown; @ and a name or an address names a person")

COMMENT = shape(
    "Comment",
    record(
        {
            "id": ID,
            "url": text(200),
            "project": ID,
            "about": ABOUT,
            "written_in": nullable(ID),
            "parent": nullable(ID),
            "author": PERSON,
            "body": text(MOST_CHARACTERS),
            "html": text(200_000, about="The body as it is shown: cleaned HTML."),
            "mentions": listing(ID, 500),
            "reactions": listing(record({"reaction": choice(*Mood.values), "person": ID}), 10_000),
            "version": VERSION,
            "created_at": MOMENT,
            "edited_at": nullable(MOMENT),
        },
        about="Something said of a task, a risk, a scenario, an update or a decision. On a task"
        " or a risk it is read in every scenario of the project; `written_in` tells where it"
        " was written.",
    ),
)
COMMENTS = page_of("Comment")
shape("CommentNew", record({"body": _BODY}))
shape("CommentChange", record({"body": _BODY}))
shape(
    "ReactionNew",
    record(
        {"reaction": choice(*Mood.values), "on": {**FLAG, "default": True}},
        required=("reaction",),
        about="`on` false takes it back.",
    ),
)


def present(row: Comment) -> dict[str, Any]:
    """Return a comment as the API shows it; its marks must have been fetched."""
    return {
        "id": str(row.pk),
        "url": reverse("api:comment", args=[row.pk]),
        "project": str(row.project_id),
        "about": present_about(row),
        "written_in": _id(row.written_in_id),
        "parent": _id(row.parent_id),
        "author": person(row.author),
        "body": row.body,
        "html": str(threads.html_of(row)),
        "mentions": [one["person"] for one in row.named],  # type: ignore[attr-defined]
        "reactions": [
            {"reaction": one.mood, "person": str(one.person_id)} for one in row.reactions.all()
        ],
        "version": row.version,
        "created_at": instant(row.created_at),
        "edited_at": instant(row.edited_at),
    }


def _id(value: UUID | None) -> str | None:
    return str(value) if value else None


class Comments(BelowSubject):
    """What is said of one thing, the oldest first."""

    tag = "comments"

    def listed(self, request: Request, pk: UUID, query: dict[str, Any]) -> Response:
        rows = selectors.comments_on(self.subject(pk)).filter(deleted_at=None)
        return page(request, rows, present, query)

    def added(self, pk: UUID, body: dict[str, Any]) -> Response:
        made = services.add_comment(self.subject(pk), author=self.actor, body=body["body"])
        row = selectors.with_marks(Comment.objects.select_related("author")).get(pk=made.pk)
        return Response(present(row), status=201, headers=etag(row.version))


class _OneComment(OneAboutSubject):
    """One comment, with what it is about."""

    tag = "comments"

    def comment(self, pk: UUID) -> Comment:
        rows = selectors.with_marks(selectors.comments_for(self.membership))
        return get_object_or_404(rows, pk=pk)

    def answer(self, pk: UUID, status: int = 200) -> Response:
        row = self.comment(pk)
        return Response(present(row), status=status, headers=etag(row.version))


class CommentDetail(_OneComment):
    """One comment."""

    @operation("read_comment", "Read a comment", answers=COMMENT)
    def get(self, request: Request, comment_id: UUID) -> Response:
        return self.answer(comment_id)

    @operation(
        "edit_comment", "Edit a comment", body="CommentChange", answers=COMMENT, guarded=True
    )
    def patch(
        self, request: Request, comment_id: UUID, *, body: dict[str, Any], seen: int | None
    ) -> Response:
        """Say it differently; only its author may."""
        row = self.comment(comment_id)
        services.edit_comment(
            row, subject=self.subject(row), actor=self.actor, body=body["body"], seen=seen
        )
        return self.answer(comment_id)

    @operation("delete_comment", "Delete a comment", status=204, guarded=True)
    def delete(self, request: Request, comment_id: UUID, *, seen: int | None) -> Response:
        """Take it back: its author may, and who administers the workspace."""
        row = self.comment(comment_id)
        return self.deleted(row, services.delete_comment, seen)


class CommentReplies(_OneComment):
    """Replies to one comment."""

    @operation("reply", "Reply to a comment", body="CommentNew", answers=COMMENT, status=201)
    def post(self, request: Request, comment_id: UUID, *, body: dict[str, Any]) -> Response:
        """Answer a comment; a reply to a reply stands in the same thread."""
        row = self.comment(comment_id)
        made = services.add_comment(
            self.subject(row), author=self.actor, body=body["body"], parent=row
        )
        return self.answer(made.pk, status=201)


class CommentReact(_OneComment):
    """Reactions to one comment."""

    @operation("react", "React to a comment", body="ReactionNew", answers=COMMENT)
    def post(self, request: Request, comment_id: UUID, *, body: dict[str, Any]) -> Response:
        """Set or take back one reaction of one's own; done twice it changes nothing."""
        row = self.comment(comment_id)
        services.react(
            row,
            subject=self.subject(row),
            actor=self.actor,
            mood=body["reaction"],
            is_on=body.get("on", True),
        )
        return self.answer(comment_id)


urlpatterns = [
    *paths_below(
        Comments,
        "comments",
        about="What is said of {noun}, the oldest first.",
        listing=Words("list_{kind}_comments", "List the comments on {noun}"),
        adding=Words("comment_on_{kind}", "Comment on {noun}"),
        shapes=(COMMENTS, COMMENT, "CommentNew"),
    ),
    path("comments/<uuid:comment_id>/", CommentDetail.as_view(), name="comment"),
    path("comments/<uuid:comment_id>/replies/", CommentReplies.as_view(), name="comment-replies"),
    path("comments/<uuid:comment_id>/react/", CommentReact.as_view(), name="comment-react"),
]
