"""Each request within the walls of one workspace, in one transaction."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, tzinfo
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from psycopg.errors import ForeignKeyViolation, UniqueViolation

from lineo.accounts import bearers, selectors
from lineo.accounts.asker import asked_by
from lineo.accounts.locking import GoneError
from lineo.accounts.models import Membership, User
from lineo.accounts.requests import VisitorRequest
from lineo.accounts.tenancy import current_workspace_id, step_into, workspace_context
from lineo.accounts.vouching import is_vouched_for
from lineo.api import errors

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
    to switch between, and reads times by the person's own clock. A request with a
    token, which only the API takes, is in the token's workspace and leaves the
    browser's session unread. Whoever signs in for tokens is nobody yet.
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
        person_id, workspace_id = _claim_of(request)
        if person_id is None:
            return self.get_response(request)
        within = workspace_context(workspace_id, person_id, is_apart=True)
        with _told_what_is_gone(), within:
            memberships = selectors.memberships_by_id(person_id)
            if _is_who_they_say(request, memberships):
                with timezone.override(_zone_of(_person_of(request))):
                    return self._answer(request, memberships)
        return self.get_response(request)

    def _answer(self, request: VisitorRequest, memberships: list[Membership]) -> HttpResponse:
        request.memberships = memberships
        request.membership = chosen = _chosen(request)
        request.workspace = chosen.workspace if chosen else None
        if current_workspace_id() != (chosen.workspace_id if chosen else None):
            step_into(request.workspace)
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

    def process_exception(
        self, request: VisitorRequest, exception: Exception
    ) -> HttpResponse | None:
        """Undo what the view wrote, also when its exception becomes a page with status 404.

        What the database refuses because somebody was faster, such as by a second click, is no
        fault of ours: the page says so, as the API does.
        """
        if _person_of(request) is not None:
            transaction.set_rollback(True)
        if isinstance(exception, IntegrityError) and isinstance(
            exception.__cause__, UniqueViolation
        ):
            return errors.taken(request, exception)
        return None

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


def _claim_of(request: VisitorRequest) -> tuple[UUID | None, UUID | None]:
    """Return the ids of the person and of the workspace that a token or the session names.

    A workspace that is named and not theirs opens nothing: it is left before anything of it is
    read.
    """
    if bearers.is_sent(request):
        bearer = request.bearer
        return (bearer.person.pk, bearer.workspace_id) if bearer else (None, None)
    return _id_in(request, auth.SESSION_KEY), _id_in(request, SESSION_KEY)


def _id_in(request: VisitorRequest, key: str) -> UUID | None:
    try:
        return UUID(str(request.session.get(key, "")))
    except ValueError:
        return None


def _is_who_they_say(request: VisitorRequest, memberships: list[Membership]) -> bool:
    """Whether whom the claim names asks indeed; one who came with memberships is not read again.

    Where the session doesn't vouch for them as they stand now, Django decides, and ends it.
    """
    if request.bearer is not None:
        return True
    person = memberships[0].person if memberships else None
    if person is not None and is_vouched_for(request, person):
        request.user = person
    return request.user.is_authenticated


def _zone_of(person: User | None) -> tzinfo:
    """Return by which clock the person reads times, and which day is today for them."""
    try:
        return ZoneInfo(person.time_zone) if person else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


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
