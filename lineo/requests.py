"""One id per request, which its logs, its changes and its answer carry; and who sends it."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

request_id: ContextVar[str] = ContextVar("request_id", default="")
# Where a request that this process makes to itself names its id. No header is called so.
WITHIN = "lineo.request_id"


def new() -> str:
    """Return an id for a request that begins."""
    return uuid.uuid4().hex


def current() -> str:
    """Return the id of the request that is being answered, or that a job was asked for by."""
    return request_id.get()


@contextmanager
def continued(known: str) -> Iterator[None]:
    """Go on under the id of a request that was answered before, such as in its job."""
    token = request_id.set(known)
    try:
        yield
    finally:
        request_id.reset(token)


def address_of(request: HttpRequest) -> str:
    """Return the caller's address; the proxy's word for it counts where one is configured."""
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        forwarded = request.headers.get("X-Forwarded-For", "")
        return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def bearer_secret_of(request: HttpRequest) -> str | None:
    """Return what ``Authorization: Bearer …`` holds, in whatever case; None of no such header."""
    scheme, space, secret = str(request.META.get("HTTP_AUTHORIZATION", "")).partition(" ")
    return secret.strip() if space and scheme.lower() == "bearer" else None


class RequestIdMiddleware:
    """Give each request an id of our own making, and say it in ``X-Request-Id``.

    An id that a client sends is not taken over: it could carry anything into the logs. What
    the event stream asks within this process goes on under the stream's own id.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(request.META.get(WITHIN) or new())
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id.get()
            return response
        finally:
            request_id.reset(token)
