"""ETag and If-Match: nobody's change is lost to somebody else's."""

import re

from django.utils.translation import gettext as _
from rest_framework.request import Request

from lineo.api.errors import Fault, MalformedError, PreconditionFailedError
from lineo.api.errors import PreconditionRequiredError as RequiredError

_TAG = re.compile(r'(?P<weak>W/)?"(?P<value>[\x21\x23-\x7e]*)"')


def etag(version: int) -> dict[str, str]:
    """Return the header that names a version."""
    return {"ETag": f'"{version}"'}


def version_seen(request: Request) -> int | None:
    """Return the version that ``If-Match`` names, or None for ``*``.

    Raises
    ------
    PreconditionRequiredError
        If the header is missing (428).
    MalformedError
        If it is no entity tag.
    PreconditionFailedError
        If it is one that was never given out, so that it can't match.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise RequiredError
    if header == "*":
        return None
    match = _TAG.fullmatch(header)
    if match is None:
        message = _('Write one ETag, in its quotes: If-Match: "3".')
        raise MalformedError(Fault("If-Match", message))
    if match["weak"] or not re.fullmatch(r"[0-9]{1,9}", match["value"]):
        raise PreconditionFailedError
    return int(match["value"])
