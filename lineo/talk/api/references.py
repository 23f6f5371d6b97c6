"""References over HTTP; a file is sent in base64, and comes back as bytes."""

import binascii
from base64 import b64decode
from io import BytesIO
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.api.errors import Fault, InvalidError
from lineo.api.operations import operation
from lineo.api.paging import page, page_of
from lineo.api.preconditions import etag
from lineo.api.shapes import MOMENT, VERSION, choice, listing, nullable, record, shape, text, whole
from lineo.api.shapes import UUID as ID
from lineo.talk.api.about import (
    ABOUT,
    BelowSubject,
    OneAboutSubject,
    Words,
    paths_below,
    present_about,
)
from lineo.talk.api.comments import PERSON
from lineo.talk.models import MOST_CHARACTERS, Credibility, Reference, ReferenceKind
from lineo.talk.models.references import MOST_TAGS
from lineo.talk.references import files, selectors, services
from lineo.talk.references.files import MOST_BYTES
from planning.api.history import person
from planning.api.words import instant

_IN_BASE64 = MOST_BYTES * 4 // 3 + 8
_TITLE = text(200, least=1)
_CREDIBILITY = choice("", *Credibility.values)
_TAGS = {**listing(text(40, least=1), MOST_TAGS), "uniqueItems": True}
_BODY = text(MOST_CHARACTERS)
_URL = text(2000, about="An address that begins with http:// or https://")

REFERENCE = shape(
    "Reference",
    record(
        {
            "id": ID,
            "url": text(200),
            "project": ID,
            "about": ABOUT,
            "kind": choice(*ReferenceKind.values),
            "title": text(200),
            "source": text(200),
            "credibility": _CREDIBILITY,
            "tags": listing(text(40), MOST_TAGS),
            "link": nullable(text(2000)),
            "body": _BODY,
            "file": nullable(
                record(
                    {
                        "url": text(200),
                        "name": text(150),
                        "type": text(100),
                        "bytes": whole(0, MOST_BYTES),
                        "sha256": text(64),
                    }
                )
            ),
            "author": PERSON,
            "version": VERSION,
            "created_at": MOMENT,
        },
        about="A link, a file or a note that backs an estimate or a decision.",
    ),
)
REFERENCES = page_of("Reference")
_FIELDS = {
    "title": _TITLE,
    "source": text(200),
    "credibility": _CREDIBILITY,
    "tags": _TAGS,
    "link": _URL,
    "body": _BODY,
}
shape(
    "ReferenceNew",
    record(
        {
            **_FIELDS,
            "file": record(
                {"name": text(255, least=1), "content": text(_IN_BASE64, about="Base64")}
            ),
        },
        required=(),
        about="One of `link`, `file` and `body` says what it is.",
    ),
)
shape("ReferenceChange", {**record(_FIELDS, required=()), "minProperties": 1})


def present(row: Reference) -> dict[str, Any]:
    """Return a reference as the API shows it."""
    return {
        "id": str(row.pk),
        "url": reverse("api:reference", args=[row.pk]),
        "project": str(row.project_id),
        "about": present_about(row),
        "kind": row.kind,
        "title": row.title,
        "source": row.source,
        "credibility": row.credibility,
        "tags": row.tags,
        "link": row.url or None,
        "body": row.body,
        "file": _file(row) if row.stored_as else None,
        "author": person(row.author),
        "version": row.version,
        "created_at": instant(row.created_at),
    }


def _file(row: Reference) -> dict[str, Any]:
    return {
        "url": reverse("api:reference-file", args=[row.pk]),
        "name": row.file_name,
        "type": row.file_type,
        "bytes": row.file_bytes,
        "sha256": row.file_sha256,
    }


class References(BelowSubject):
    """What backs one thing, the oldest first."""

    tag = "references"
    max_body_bytes = _IN_BASE64 + 64 * 1024

    def listed(self, request: Request, pk: UUID, query: dict[str, Any]) -> Response:
        return page(request, selectors.references_of(self.subject(pk)), present, query)

    def added(self, pk: UUID, body: dict[str, Any]) -> Response:
        subject = self.subject(pk)
        upload = _upload(body.get("file"))
        row = services.add_reference(subject, author=self.actor, upload=upload, **_given(body))
        return Response(present(row), status=201, headers=etag(row.version))


def _upload(file: dict[str, str] | None) -> tuple[str, BytesIO] | None:
    if file is None:
        return None
    try:
        return file["name"], BytesIO(b64decode(file["content"], validate=True))
    except (binascii.Error, ValueError):
        raise InvalidError(Fault("file.content", _("This is no base64."))) from None


def _given(body: dict[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in body.items() if name != "file"}
    if "link" in given:
        given["url"] = given.pop("link")
    return given


class _OneReference(OneAboutSubject):
    """One reference, with what it backs."""

    tag = "references"

    def reference(self, pk: UUID) -> Reference:
        return get_object_or_404(selectors.references_for(self.membership), pk=pk)


class ReferenceDetail(_OneReference):
    """One reference."""

    @operation("read_reference", "Read a reference", answers=REFERENCE)
    def get(self, request: Request, reference_id: UUID) -> Response:
        row = self.reference(reference_id)
        return Response(present(row), headers=etag(row.version))

    @operation(
        "change_reference",
        "Change a reference",
        body="ReferenceChange",
        answers=REFERENCE,
        guarded=True,
    )
    def patch(
        self, request: Request, reference_id: UUID, *, body: dict[str, Any], seen: int | None
    ) -> Response:
        """Change what is said of it; a file stays the same file."""
        row = self.reference(reference_id)
        changed = services.change_reference(
            row, subject=self.subject(row), actor=self.actor, seen=seen, **_given(body)
        )
        return Response(present(changed), headers=etag(changed.version))

    @operation("delete_reference", "Delete a reference", status=204, guarded=True)
    def delete(self, request: Request, reference_id: UUID, *, seen: int | None) -> Response:
        """Take it away, with its file."""
        row = self.reference(reference_id)
        return self.deleted(row, services.delete_reference, seen)


class ReferenceFile(_OneReference):
    """The file of one reference."""

    @operation(
        "read_reference_file",
        "Download a reference's file",
        answers={"type": "string", "format": "binary"},
        status=(200, "application/octet-stream"),
    )
    def get(self, request: Request, reference_id: UUID) -> Response:
        """Return the bytes, always as an attachment."""
        row = self.reference(reference_id)
        if not row.stored_as:
            raise Http404
        content = files.content_of(row)
        request.accepted_renderer = BytesRenderer()
        request.accepted_media_type = BytesRenderer.media_type
        return Response(content, headers=files.headers_of(row))


class BytesRenderer(BaseRenderer):
    """Bytes as they are."""

    media_type = "application/octet-stream"
    format = "bytes"
    charset = None
    render_style = "binary"

    def render(self, data: Any, *_: Any) -> bytes:
        return bytes(data)


urlpatterns = [
    *paths_below(
        References,
        "references",
        about="What backs {noun}, the oldest first.",
        listing=Words("list_{kind}_references", "List what backs {noun}"),
        adding=Words("add_{kind}_reference", "Back {noun} with a reference"),
        shapes=(REFERENCES, REFERENCE, "ReferenceNew"),
    ),
    path("references/<uuid:reference_id>/", ReferenceDetail.as_view(), name="reference"),
    path("references/<uuid:reference_id>/file/", ReferenceFile.as_view(), name="reference-file"),
]
