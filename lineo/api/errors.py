"""One envelope for every answer that is no success.

``{"error": {"code", "message", "details": [{"field", "message"}], "request_id"}}``, whatever
went wrong and wherever: in a view, in Django before any view, or in a crash.
"""

import logging
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, connection, transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseServerError,
    JsonResponse,
    UnreadablePostError,
)
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from lineo.requests import request_id

logger = logging.getLogger(__name__)

PREFIX = "/api/"

CODES = {
    400: "malformed",
    401: "not_signed_in",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    412: "precondition_failed",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    428: "precondition_required",
    429: "too_many_requests",
    500: "server_error",
}
"""The word of each status; every error of one status has the same."""

# What a service says by the code of its ValidationError when the request itself was right.
_STATUS_OF_CODE = {
    "lost-race": 412,
    "touched": 409,
    "nothing-to-undo": 409,
    "nothing-to-redo": 409,
    "no-effect": 409,
}


class Fault(NamedTuple):
    """One thing that is wrong, and where in the body or the query it stands."""

    field: str
    message: str


class RefusedError(APIException):
    """An error that names each fault."""

    status_code = 422
    default_detail = gettext_lazy("This can't be done as it was sent.")

    def __init__(self, *faults: Fault, message: str = "") -> None:
        super().__init__(message or (faults[0].message if len(faults) == 1 else None))
        self.faults = faults

    @property
    def headers(self) -> dict[str, str]:
        """Return what the answer says besides its body."""
        return {}


class InvalidError(RefusedError):
    """The body was understood and makes no sense."""


class MalformedError(RefusedError):
    """The request can't be understood."""

    status_code = 400
    default_detail = gettext_lazy("This request can't be understood.")


class TooLargeError(RefusedError):
    """The body is larger than this address takes."""

    status_code = 413
    default_detail = gettext_lazy("The body is too large.")


class ConflictError(RefusedError):
    """It can't be done as things stand now."""

    status_code = 409
    default_detail = gettext_lazy("This can't be done as things stand now. Read it again.")


class PreconditionRequiredError(RefusedError):
    """A change without saying which version was seen."""

    status_code = 428
    default_detail = gettext_lazy(
        "Send If-Match with the ETag that you read, so that nobody's change is lost."
    )


class PreconditionFailedError(RefusedError):
    """Somebody else was faster."""

    status_code = 412
    default_detail = gettext_lazy("Somebody has changed this meanwhile. Read it again.")


class TooManyCallsError(RefusedError):
    """More calls than may be made in a minute."""

    status_code = 429
    default_detail = gettext_lazy("That is more often than is allowed. Wait a moment.")

    def __init__(self, wait_seconds: int) -> None:
        super().__init__()
        self.wait_seconds = wait_seconds

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.wait_seconds)}


class UnderWayError(ConflictError):
    """The same request is being answered right now."""

    default_detail = gettext_lazy("This very request is still being answered. Ask again soon.")

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": "1"}


def envelope(status: int, message: str, faults: Iterable[Fault] = ()) -> dict[str, Any]:
    """Return the body of an error.

    A 404 carries its request id in the header alone, so that what is missing
    and what is someone else's answer the same bytes.
    """
    return {
        "error": {
            "code": CODES.get(status, "error"),
            "message": message,
            "details": [fault._asdict() for fault in faults],
            "request_id": None if status == 404 else request_id.get() or None,
        }
    }


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer what a view raised; None leaves an unexpected error to Django, which logs it."""
    response = _response(error)
    if response is not None and connection.in_atomic_block:
        # The middleware sees an answer, not an exception: undo what the view wrote.
        transaction.set_rollback(True)
    return response


def _response(error: Exception) -> Response | None:
    match error:
        case Http404():
            return _answer(404, _("There is nothing here."))
        case PermissionDenied():
            return _answer(403, str(error) or _("You may not do this."))
        case ValidationError():
            return _invalid(error)
        case IntegrityError():
            logger.warning("A constraint refused a write: %s", error)
            return _answer(409, _("Somebody did the same at the same moment. Read it again."))
        case DataError():
            return _answer(422, _("A value is out of range."))
        case UnreadablePostError():
            return _answer(400, _("The body broke off, or came too slowly."))
        case RefusedError():
            return _answer(error.status_code, str(error.detail), error.faults, error.headers)
        case APIException():
            return _framework(error)
    return None


def _framework(error: APIException) -> Response:
    """Answer an error of the REST framework's own, with its headers."""
    if error.status_code == 404:
        return _answer(404, _("There is nothing here."))
    response = _answer(error.status_code, str(error.detail))
    if challenge := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = challenge
    return response


def _invalid(error: ValidationError) -> Response:
    status = _STATUS_OF_CODE.get(getattr(error, "code", None) or "", 422)
    cause = error.__cause__
    if path := getattr(cause, "path", ""):
        faults = [Fault(path, getattr(cause, "message", str(cause)))]
    else:
        faults = list(faults_of(error))
    return _answer(status, " ".join(error.messages), faults)


def faults_of(error: ValidationError) -> Iterable[Fault]:
    """Return what a model or a service found wrong, by field."""
    if not hasattr(error, "error_dict"):
        return [Fault("", message) for message in error.messages]
    return [
        Fault("" if field == NON_FIELD_ERRORS else field, message)
        for field, messages in error.message_dict.items()
        for message in messages
    ]


def _answer(
    status: int,
    message: str,
    faults: Iterable[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    return Response(envelope(status, message, faults), status=status, headers=headers)


# --- What Django answers by itself, before or after any view ---------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django refuses to read."""
    if request.path_info.startswith(PREFIX):
        return _page(400, _("This request can't be understood."))
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what is refused outside the API's own views."""
    if request.path_info.startswith(PREFIX):
        return _page(403, _("You may not do this."))
    return defaults.permission_denied(request, exception)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was sent without its token, such as from a page that stood open long."""
    return permission_denied(request, PermissionDenied(reason))


def taken(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer whoever did the same as somebody else at the same moment, or clicked twice."""
    logger.warning("A constraint refused a write: %s", exception)
    page = HttpResponse(render_to_string("409.html"), status=409)
    # A page that waits for a part of itself is read anew instead, with what stands there now.
    page["HX-Refresh"] = "true"
    return page


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    if request.path_info.startswith(PREFIX):
        return _page(404, _("There is nothing here."))
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a crash, with the id under which it was logged."""
    if request.path_info.startswith(PREFIX):
        return _page(500, _("Something went wrong here. Tell us the request id."))
    page = render_to_string("500.html", {"request_id": request_id.get()})
    return HttpResponseServerError(page)


def _page(status: int, message: str) -> HttpResponse:
    return JsonResponse(envelope(status, message), status=status)
