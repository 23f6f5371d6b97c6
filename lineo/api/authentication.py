"""Who asks: today the session of the browser, later tokens beside it."""

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class SignedInSession(SessionAuthentication):
    """The browser's session. A stranger is answered 401, not 403: they may sign in."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class InWorkspace(BasePermission):
    """Lets in whoever is in a workspace; the walls around it stand already."""

    message = _("You are in no workspace yet. Ask somebody to invite you.")

    def has_permission(self, request: Request, view: object) -> bool:
        return getattr(request, "membership", None) is not None
