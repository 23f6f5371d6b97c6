"""Who is signed in, and where they are."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import clear_login
from allauth.account.signals import user_logged_in
from allauth.usersessions.models import UserSession
from django.dispatch import receiver

from lineo.accounts import limits, passes, selectors
from lineo.accounts.happened import tell
from lineo.accounts.middleware import SESSION_KEY
from lineo.accounts.models import User, Workspace
from lineo.accounts.requests import PersonRequest, VisitorRequest
from lineo.accounts.tenancy import workspace_context


@receiver(user_logged_in, dispatch_uid="accounts.land")
def land(sender: Any, request: VisitorRequest, user: User, **_: Any) -> None:
    """Put whoever signed in into their workspace, and tell it."""
    limits.forget_tries(user.email)
    with workspace_context(None, user):
        memberships = selectors.memberships_of(user)
        if len(memberships) == 1:
            request.session[SESSION_KEY] = str(memberships[0].workspace_id)
        landed = memberships[0].workspace_id if memberships else None
        tell("person.signed_in", workspace=landed, actor=user)


def sign_out(request: VisitorRequest) -> None:
    """End the session, or a sign-in that waits for its second step."""
    if request.user.is_authenticated:
        tell("person.signed_out", workspace=request.workspace, actor=request.user)
    clear_login(request)
    get_adapter().logout(request)


def enter_workspace(request: VisitorRequest, workspace: Workspace) -> None:
    """Make ``workspace`` the one of this session."""
    request.session[SESSION_KEY] = str(workspace.pk)


def sessions_of(request: PersonRequest) -> list[UserSession]:
    """Return the person's sessions that are still there, this one first, then the newest."""
    rows = UserSession.objects.purge_and_list(request.user)
    here = request.session.session_key
    return sorted(rows, key=lambda row: (row.session_key != here, -row.created_at.timestamp()))


def end_sessions(request: PersonRequest, *, pk: int | None = None) -> int:
    """End one other session of the person, or all but this one; return how many.

    With all others end the sign-ins of clients that have no browser.
    """
    ended = 0
    for row in sessions_of(request):
        is_here = row.session_key == request.session.session_key
        if not is_here and pk in (None, row.pk):
            row.end()
            ended += 1
    if (pk is None and passes.end_all(request.user)) or ended:
        tell("person.sessions_ended", workspace=request.workspace, actor=request.user, after=ended)
    return ended
