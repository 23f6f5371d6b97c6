"""Who is signed in, and where they are."""

from django.conf import settings
from django.contrib.auth import authenticate, login, logout

from lineo.accounts import limits, selectors
from lineo.accounts.happened import tell
from lineo.accounts.middleware import SESSION_KEY
from lineo.accounts.models import Workspace
from lineo.accounts.requests import VisitorRequest
from lineo.accounts.tenancy import workspace_context


class WrongPasswordError(Exception):
    """The address and the password don't fit together, or there is no such account."""


class TooManyTriesError(Exception):
    """The password was not looked at."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(wait_seconds)
        self.wait_seconds = wait_seconds


def sign_in(request: VisitorRequest, *, email: str, password: str) -> None:
    """Begin a session if the password is right.

    An unknown account costs one hash too, and gives the same answer.

    Raises
    ------
    TooManyTriesError
        Before anything is hashed.
    WrongPasswordError
        Whatever else is wrong.
    """
    email = email.strip().lower()
    wait_seconds = limits.count_try(email, address=_address_of(request))
    if wait_seconds:
        raise TooManyTriesError(wait_seconds)
    person = authenticate(request, username=email, password=password)
    if person is None:
        raise WrongPasswordError
    limits.forget_tries(email)
    login(request, person)
    with workspace_context(None, person):
        memberships = selectors.memberships_of(person)
        if len(memberships) == 1:
            request.session[SESSION_KEY] = str(memberships[0].workspace_id)
        landed = memberships[0].workspace_id if memberships else None
        tell("person.signed_in", workspace=landed, actor=person)


def sign_out(request: VisitorRequest) -> None:
    """End the session, and tell whoever listens if someone was signed in."""
    if request.user.is_authenticated:
        tell("person.signed_out", workspace=request.workspace, actor=request.user)
    logout(request)


def enter_workspace(request: VisitorRequest, workspace: Workspace) -> None:
    """Make ``workspace`` the one of this session."""
    request.session[SESSION_KEY] = str(workspace.pk)


def _address_of(request: VisitorRequest) -> str:
    """Return the caller's address; the proxy's word for it counts where one is configured."""
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        forwarded = request.headers.get("X-Forwarded-For", "")
        return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
