"""ETag, If-Match and If-None-Match: nobody's change is lost, and nothing is sent twice.

The tag of a row that is read is ``"3-5f2c…"``: the version that a change must have seen, and a
digest of all that was shown. Dates are computed, so what is shown may change where the version
does not: If-Match looks at the version alone, If-None-Match at the whole.
"""

import re
from hashlib import sha256

from django.http import HttpResponse
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework.request import Request

from lineo.api.errors import Fault, MalformedError, PreconditionFailedError
from lineo.api.errors import PreconditionRequiredError as RequiredError

_VERSION = re.compile(r'"([0-9]{1,9})"')
_SEEN = re.compile(r"([0-9]{1,9})(?:-[0-9a-f]+)?")
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
    seen = _SEEN.fullmatch(match["value"])
    if match["weak"] or seen is None:
        raise PreconditionFailedError
    return int(seen[1])


def is_version(tag: str) -> bool:
    """Return whether a tag is a version alone, as :func:`etag` writes it."""
    return bool(_VERSION.fullmatch(tag))


def is_named(tag: str, if_none_match: str) -> bool:
    """Return whether ``If-None-Match`` names a tag, be it weak: a proxy that compresses says so."""
    return tag in {named.removeprefix("W/") for named in parse_etags(if_none_match)}


def spare_what_is_known(response: HttpResponse, if_none_match: str) -> None:
    """Give a rendered answer its tag, and empty it where the caller has it already."""
    version = _VERSION.fullmatch(response.get("ETag", '""'))
    digest = sha256(response.content).hexdigest()[:20]
    response["ETag"] = f'"{version[1]}-{digest}"' if version else f'"{digest}"'
    if is_named(response["ETag"], if_none_match):
        response.status_code, response.content = 304, b""
        del response["Content-Type"]
