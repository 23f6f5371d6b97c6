"""Who asks: the bearer of a token, or the session of the browser.

``WorkspaceMiddleware`` has found out already, and stands around the view with
the walls of the workspace.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from lineo.requests import bearer_secret_of


class BearerToken(BaseAuthentication):
    """``Authorization: Bearer …``. Without a place in its workspace a token opens nothing."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        if bearer_secret_of(request) is None:
            return None
        bearer = getattr(request, "bearer", None)
        if bearer is None or getattr(request, "membership", None) is None:
            raise AuthenticationFailed(_("This token opens nothing: it is unknown or over."))
        return bearer.person, bearer

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Lineo"'


class SignedInSession(SessionAuthentication):
    """The browser's session. A stranger is answered 401, not 403: they may sign in."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class InWorkspace(BasePermission):
    """Lets in whoever is in a workspace; the walls around it stand already."""

    message = _("You are in no workspace yet. Ask somebody to invite you.")

    def has_permission(self, request: Request, view: object) -> bool:
        return getattr(request, "membership", None) is not None
