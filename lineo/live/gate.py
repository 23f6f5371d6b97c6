"""Who may follow: asked of the API itself, so that sessions, tokens, roles and rules count alike.

The stream's process asks ``GET /api/v1/events/`` of its own Django, with the
cookies and the token of whoever wants to follow, at the beginning and again
and again. Whatever shuts the API to them shuts the stream.
"""

import io
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import close_old_connections
from django.http import HttpResponse

from lineo import requests
from lineo.accounts.models import Membership, User
from lineo.live.feed import Place

ADDRESS = "/api/v1/events/"
_HEADERS = {
    b"authorization": "HTTP_AUTHORIZATION",
    b"cookie": "HTTP_COOKIE",
    b"host": "HTTP_HOST",
    b"x-forwarded-proto": "HTTP_X_FORWARDED_PROTO",
    b"x-forwarded-for": "HTTP_X_FORWARDED_FOR",
    b"accept-language": "HTTP_ACCEPT_LANGUAGE",
}


@dataclass(frozen=True, slots=True)
class Pass:
    """Who follows what: the person of ``membership``, whose rights were read just now."""

    membership: Membership
    person: User
    place: Place
    number: int
    revision: int | None

    @property
    def rights(self) -> tuple[Any, ...]:
        """What must stay as it is for the stream to go on."""
        one = self.membership
        return one.pk, one.role, one.is_suspended, self.place


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the API answered instead, with its status and body."""

    status: int
    body: bytes


def admit(scope: dict[str, Any], query: dict[str, str]) -> Pass | Refusal:
    """Return what whoever sent ``scope`` may follow, by the rights of this moment."""
    close_old_connections()
    request = _request(scope, query)
    response = _handler().get_response(request)
    assert isinstance(response, HttpResponse)
    response.close()
    if response.status_code != 200:
        return Refusal(response.status_code, response.content)
    answer = json.loads(response.content)
    place = Place(_id(answer["project"]), _id(answer["scenario"]))
    # Whoever is answered is in a workspace.
    membership: Membership = request.membership  # type: ignore[attr-defined]
    return Pass(membership, membership.person, place, answer["latest"], answer["revision"])


_handlers: list[WSGIHandler] = []


def _handler() -> WSGIHandler:
    if not _handlers:
        _handlers.append(WSGIHandler())
    return _handlers[0]


def _request(scope: dict[str, Any], query: dict[str, str]) -> WSGIRequest:
    client = scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": ADDRESS,
        "QUERY_STRING": urlencode(query),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": client[0],
        "HTTP_ACCEPT": "application/json",
        requests.WITHIN: requests.current(),
        "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": scope.get("scheme", "http"),
    }
    for name, value in scope["headers"]:
        if name in _HEADERS:
            environ[_HEADERS[name]] = value.decode("latin-1")
    return WSGIRequest(environ)


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None
