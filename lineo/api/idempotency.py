"""Idempotency-Key: who asks twice with one key has asked once.

The first answer is kept in the transaction that holds what was done, so one never stands without
the other; who asks at the same moment waits for it. An answer that is no success is not kept: what
was refused may be sent again. Where answers are kept is told by whoever stands above, with
:func:`keep_in`, since this room knows no tables.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from lineo.api.callers import caller_of
from lineo.api.errors import Fault, InvalidError, MalformedError

HEADER = "Idempotency-Key"
MAX_LENGTH = 100
REPLAYED = {"Idempotency-Replayed": "true"}
_KEPT_HEADERS = ("ETag", "Location")

PARAMETER = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="A text of your own. Asked again with it within 24 hours, the first answer comes"
    " back and nothing is done twice.",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: to which request, and how."""

    fingerprint: str
    status: int
    body: str
    headers: dict[str, str]


class Keeper(Protocol):
    """Where answers are kept."""

    def claim(self, caller: str, key: str, fingerprint: str) -> Answer | None:
        """Take the key for this request, or return what was answered under it before."""

    def keep(self, caller: str, key: str, answer: Answer) -> None:
        """Write down what was answered under a key that was taken."""


_keepers: list[Keeper] = []


def keep_in(keeper: Keeper) -> None:
    """Keep answers there from now on."""
    _keepers[:] = [keeper]


def once(request: Request, key: str, answer: Callable[[], Response]) -> Response:
    """Return what ``answer`` returns, or what it returned when it was asked with this key before.

    Raises
    ------
    InvalidError
        If the key stands for another request.
    """
    keeper, caller, fingerprint = _keepers[0], caller_of(request), _fingerprint(request)
    known = keeper.claim(caller, key, fingerprint)
    if known is not None:
        return _again(known, fingerprint)
    response = answer()
    keeper.keep(caller, key, _answer_of(response, fingerprint))
    return response


def key_of(request: Request) -> str | None:
    """Return the key that was sent, if any was.

    Raises
    ------
    MalformedError
        If what was sent is no key.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 1 <= len(key) <= MAX_LENGTH or any(not "!" <= character <= "~" for character in key):
        raise MalformedError(Fault(HEADER, _("must be 1 to 100 visible characters")))
    return key


def _fingerprint(request: Request) -> str:
    """Return what tells this request from others: method, address and body."""
    body: Any = request.data
    sent = body if isinstance(body, bytes) else json.dumps(body, sort_keys=True).encode()
    address = f"{request.method} {request.get_full_path()}\n".encode()
    return sha256(address + sent).hexdigest()


def _answer_of(response: Response, fingerprint: str) -> Answer:
    return Answer(
        fingerprint,
        response.status_code,
        json.dumps(response.data, cls=JSONEncoder),
        {name: response[name] for name in _KEPT_HEADERS if name in response},
    )


def _again(known: Answer, fingerprint: str) -> Response:
    if known.fingerprint != fingerprint:
        message = _("This key was used for another request. Take a new one for each.")
        raise InvalidError(Fault(HEADER, message))
    data: Any = json.loads(known.body)
    return Response(data, status=known.status, headers={**known.headers, **REPLAYED})
