"""Files from strangers: sniffed, measured, renamed, and kept where settings say."""

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Sum
from django.http import Http404
from django.utils.translation import gettext as _

from lineo.accounts.ids import uuid7
from lineo.accounts.tenancy import current_workspace_id
from lineo.attachments import clean_name, saved_as
from lineo.talk.models import Reference

MOST_BYTES = 25 * 1024 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
TYPES = {
    "application/pdf": ("pdf",),
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    f"{_OFFICE}wordprocessingml.document": ("docx",),
    f"{_OFFICE}spreadsheetml.sheet": ("xlsx",),
    f"{_OFFICE}presentationml.presentation": ("pptx",),
    f"{_OPEN}text": ("odt",),
    f"{_OPEN}spreadsheet": ("ods",),
    f"{_OPEN}presentation": ("odp",),
    "text/plain": ("txt", "md", "csv", "log"),
}
"""What is taken: the type that the content shows, and the endings that fit it."""

_SNIFFED_BYTES = 8192
_ADVISORY = 0x6C696E65


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that lies in the storage."""

    stored_as: str
    file_name: str
    file_type: str
    file_bytes: int
    file_sha256: str


def keep(name: str, content: IO[bytes]) -> Kept:
    """Put a file into the storage, if it is of a kind and size that is taken.

    Raises
    ------
    ValidationError
        If it is too large, empty, of another kind than its name says, or the
        workspace has no room for it.
    """
    size = _size_of(content)
    name = clean_name(name)
    kind = sniffed(name, content)
    _check_room(size)
    digest = _sha256(content)
    stored = default_storage.save(f"{current_workspace_id()}/{uuid7()}", File(content))
    return Kept(stored, name, kind, size, digest)


def content_of(reference: Reference) -> bytes:
    """Return a reference's file; it is small enough to be read at once."""
    try:
        with default_storage.open(str(reference.stored_as.name)) as kept:
            content: bytes = kept.read()
    except FileNotFoundError:
        raise Http404(_("There is nothing here.")) from None
    return content


def headers_of(reference: Reference) -> dict[str, str]:
    """Return what makes a browser save a file and never show it as a page of this site."""
    return {
        **saved_as(reference.file_name),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }


def forget(*, instance: Reference, **_sent: Any) -> None:
    """Remove a reference's file from the storage once its row is gone for good.

    Rows also go with what they are about, such as a deleted scenario.
    """
    if instance.stored_as:
        transaction.on_commit(partial(default_storage.delete, str(instance.stored_as.name)))


def sniffed(name: str, content: IO[bytes]) -> str:
    """Return the type that the content shows; the name must not say another.

    Raises
    ------
    ValidationError
        If it is of no type that is taken.
    """
    content.seek(0)
    head = content.read(_SNIFFED_BYTES)
    found = filetype.guess(head)
    kind = found.mime if found else _plain_text(content)
    content.seek(0)
    ending = name.rpartition(".")[2].lower()
    if kind not in TYPES:
        endings = ", ".join(ending for endings in TYPES.values() for ending in endings)
        raise ValidationError(
            _("Files of this kind are not taken. These are: %(endings)s.") % {"endings": endings}
        )
    if ending not in TYPES[kind]:
        raise ValidationError(
            _("This file’s name ends in “%(ending)s”, but it holds something else (%(kind)s).")
            % {"ending": ending[:20], "kind": kind}
        )
    return kind


def room() -> tuple[int, int]:
    """Return how many bytes the files of the workspace take, and how many they may."""
    rows = Reference.objects.filter(workspace=current_workspace_id(), kind="file")
    taken = rows.aggregate(taken=Sum("file_bytes"))["taken"] or 0
    return taken, settings.FILE_QUOTA_MB * 1024 * 1024


def _size_of(content: IO[bytes]) -> int:
    content.seek(0, 2)
    size = content.tell()
    if size > MOST_BYTES:
        raise ValidationError(_("A file may have 25 MB at most; link to a larger one."))
    if not size:
        raise ValidationError(_("This file is empty."))
    return size


def _sha256(content: IO[bytes]) -> str:
    digest = hashlib.sha256()
    content.seek(0)
    while chunk := content.read(1024 * 1024):
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()


def _check_room(size: int) -> None:
    # Two uploads at once would each find room for itself alone.
    with connection.cursor() as cursor:
        workspace = current_workspace_id()
        key = (workspace.int if workspace else 0) & 0x7FFFFFFF
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_ADVISORY, key])
    taken, most = room()
    if taken + size > most:
        raise ValidationError(
            _("The files of this workspace take %(taken)d of %(most)d MB; delete some first.")
            % {"taken": taken // 1024**2, "most": most // 1024**2}
        )


def _plain_text(content: IO[bytes]) -> str:
    content.seek(0)
    try:
        text = content.read().decode("utf-8")
    except UnicodeDecodeError:
        return ""
    is_text = not any(ord(one) < 32 and one not in "\t\n\r\f" for one in text)
    return "text/plain" if is_text else ""
