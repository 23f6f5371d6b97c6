"""Each request within the walls of one workspace, in one transaction."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from psycopg.errors import ForeignKeyViolation

from lineo.accounts import bearers, selectors
from lineo.accounts.asker import asked_by
from lineo.accounts.locking import GoneError
from lineo.accounts.models import Membership, User
from lineo.accounts.requests import VisitorRequest
from lineo.accounts.tenancy import step_into, workspace_context

logger = logging.getLogger(__name__)

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
    to switch between. A request with a token, which only the API takes, is in
    the token's workspace and leaves the browser's session unread. Whoever signs in
    for tokens is nobody yet.
    """

    def __init__(self, get_response: Callable[[Any], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: VisitorRequest) -> HttpResponse:
        request.membership = request.workspace = None
        request.memberships = []
        request.bearer = None
        if bearers.is_at_the_door(request):
            return self.get_response(request)
        request.bearer = bearers.bearer_of(request)
        person = _person_of(request)
        if person is None:
            return self.get_response(request)
        with _told_what_is_gone(), workspace_context(None, person):
            request.memberships = selectors.memberships_of(person)
            request.membership = chosen = _chosen(request)
            if chosen:
                request.workspace = chosen.workspace
                step_into(chosen.workspace)
            with asked_by(chosen):
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
        if _person_of(request) is not None:
            transaction.set_rollback(True)

    def _respond(self, request: VisitorRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code >= 500:
            transaction.set_rollback(True)
        return response


@contextmanager
def _told_what_is_gone() -> Iterator[None]:
    """Answer 404 where the row that a new one belongs to was deleted before both were committed."""
    try:
        yield
    except IntegrityError as error:
        if not isinstance(error.__cause__, ForeignKeyViolation):
            raise
        # Nobody deletes that often at the same moment: should it recur, look for a mistake.
        logger.exception("A request ended with a key to a row that is not there.")
        raise GoneError from error


def _person_of(request: VisitorRequest) -> User | None:
    """Return who asks: by the token if one was sent, else by the session."""
    if bearers.is_sent(request):
        return request.bearer.person if request.bearer else None
    user: User | AnonymousUser = request.user
    return user if isinstance(user, User) and user.is_authenticated else None


def _chosen(request: VisitorRequest) -> Membership | None:
    if request.bearer is None:
        return selectors.chosen_membership(request.memberships, request.session.get(SESSION_KEY))
    return bearers.membership_of(request.bearer, request.memberships)
