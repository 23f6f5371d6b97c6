"""Each request within the walls of one workspace, in one transaction."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from lineo.accounts import selectors
from lineo.accounts.requests import VisitorRequest
from lineo.accounts.tenancy import step_into, workspace_context

SESSION_KEY = "workspace"

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def outside_workspace(view: View) -> View:
    """Mark ``view`` as usable by a person who is in no workspace."""
    view.needs_no_workspace = True  # type: ignore[attr-defined]
    return view


class WorkspaceMiddleware:
    """Stand last in MIDDLEWARE: the context holds the view and its rendering, no more.

    A signed-in request has ``request.membership`` and ``request.workspace``,
    both ``None`` for a person without a workspace, and ``request.memberships``
    to switch between.
    """

    def __init__(self, get_response: Callable[[Any], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: VisitorRequest) -> HttpResponse:
        request.membership = request.workspace = None
        request.memberships = []
        if not request.user.is_authenticated:
            return self.get_response(request)
        with workspace_context(None, request.user):
            memberships = selectors.memberships_of(request.user)
            chosen = selectors.chosen_membership(memberships, request.session.get(SESSION_KEY))
            request.memberships = memberships
            if chosen:
                request.membership = chosen
                request.workspace = chosen.workspace
                step_into(chosen.workspace)
            return self._respond(request)

    def process_view(
        self, request: VisitorRequest, view: Callable[..., HttpResponseBase], *_: Any
    ) -> HttpResponse | None:
        """Send a person who is in no workspace to the page that says so."""
        if not request.user.is_authenticated or request.workspace:
            return None
        if getattr(view, "needs_no_workspace", False):
            return None
        return redirect("accounts:choose-workspace")

    def process_exception(self, request: VisitorRequest, exception: Exception) -> None:
        """Undo what the view wrote, also when its exception becomes a page with status 404."""
        if request.user.is_authenticated:
            transaction.set_rollback(True)

    def _respond(self, request: VisitorRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code >= 500:
            transaction.set_rollback(True)
        return response
