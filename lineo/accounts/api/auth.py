"""Signing in without a browser: a pair of short-lived tokens, another pair, and out again.

No session is read here and no transaction stands around: what is counted stays counted.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from lineo.accounts import passes, selectors
from lineo.accounts.models import Membership, User
from lineo.accounts.passes import Pair
from lineo.accounts.proving import Refusal, prove
from lineo.accounts.tenancy import workspace_context
from lineo.api.authentication import SignedInSession
from lineo.api.errors import Fault, TooManyCallsError, envelope
from lineo.api.operations import operation
from lineo.api.shapes import MOMENT, record, shape, text
from lineo.api.shapes import UUID as ID
from lineo.api.views import ApiView

_JWT = text(4096, least=1)
PAIR = shape(
    "TokenPair",
    record(
        {
            "access": {**_JWT, "description": "Send it as `Authorization: Bearer …`."},
            "access_expires_at": MOMENT,
            "refresh": {**_JWT, "description": "Good once, for another pair."},
            "refresh_expires_at": MOMENT,
            "workspace": record({"id": ID, "name": text(120), "slug": text(63)}),
        },
        about="Two tokens, kept nowhere but with whoever asked.",
    ),
)
shape(
    "SignIn",
    record(
        {
            "email": text(254, least=1),
            "password": text(1000, least=1),
            "code": text(32, about="Of the second step, or a recovery code."),
            "workspace": text(63, about="The short name of one's workspace, if there are several."),
        },
        required=("email", "password"),
    ),
)
shape("RefreshToken", record({"refresh": _JWT}))


class _AtTheDoor(ApiView):
    """Open to everyone. A browser's cookie opens nothing here, and still needs its CSRF token."""

    tag = "auth"
    authentication_classes = (SignedInSession,)
    permission_classes = (AllowAny,)

    def handle_exception(self, exc: Exception) -> Response:
        """Take nothing back: what was counted stays counted."""
        with transaction.atomic():
            return super().handle_exception(exc)


class SignIn(_AtTheDoor):
    """The first pair of tokens."""

    @operation("sign_in", "Sign in for tokens", body="SignIn", answers=PAIR, keeps_answer=False)
    def post(self, request: Request, *, body: dict[str, Any]) -> Response:
        """Answer a pair of tokens for an e-mail address, its password and a code, if one is set up.

        What is wrong is answered 422, too many tries 429; an unknown address is answered
        as a wrong password is.
        """
        person = prove(
            request._request,
            email=body["email"],
            password=body["password"],
            code=body.get("code", ""),
        )
        if isinstance(person, Refusal):
            return _refused(person)
        place = _place_of(person, body.get("workspace", ""))
        if isinstance(place, Refusal):
            return _refused(place)
        return Response(_present(passes.issue(place, person)))


class Renewal(_AtTheDoor):
    """Another pair of tokens."""

    @operation(
        "refresh_token", "Renew tokens", body="RefreshToken", answers=PAIR, keeps_answer=False
    )
    def post(self, request: Request, *, body: dict[str, Any]) -> Response:
        """Answer another pair; the refresh token that was sent is spent by it."""
        pair = passes.renew(body["refresh"])
        if pair is None:
            message = _("This token opens nothing: it is unknown, spent or over. Sign in again.")
            return _refused(Refusal("refresh", message))
        return Response(_present(pair))


class SignOut(_AtTheDoor):
    """The end of a sign-in."""

    @operation("sign_out", "Sign out", body="RefreshToken", status=204, keeps_answer=False)
    def post(self, request: Request, *, body: dict[str, Any]) -> Response:
        """End the sign-in: no token that came from it opens anything any more."""
        passes.give_back(body["refresh"])
        return Response(status=204)


def _place_of(person: User, slug: str) -> Membership | Refusal:
    with workspace_context(None, person):
        found = selectors.memberships_of(person)
    if not found:
        return Refusal(message=_("You are in no workspace yet. Ask somebody to invite you."))
    if not slug and len(found) == 1:
        return found[0]
    slugs = ", ".join(each.workspace.slug for each in found)
    message = _("Name one of your workspaces: %(slugs)s.") % {"slugs": slugs}
    return selectors.membership_in(found, slug) or Refusal("workspace", message)


def _refused(refusal: Refusal) -> Response:
    """Answer without raising, which would take back what was counted."""
    if refusal.wait_seconds:
        error = TooManyCallsError(refusal.wait_seconds)
        return Response(envelope(429, str(error.detail)), status=429, headers=error.headers)
    faults = [Fault(refusal.field, refusal.message)]
    return Response(envelope(422, refusal.message, faults), status=422)


def _present(pair: Pair) -> dict[str, Any]:
    workspace = pair.workspace
    return {
        "access": pair.access,
        "access_expires_at": pair.access_until,
        "refresh": pair.refresh,
        "refresh_expires_at": pair.refresh_until,
        "workspace": {
            "id": str(workspace.pk),
            "name": workspace.name,
            "slug": workspace.slug,
        },
    }
