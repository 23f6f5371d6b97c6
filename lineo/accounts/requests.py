"""What a request knows once ``WorkspaceMiddleware`` has seen it."""

from lineo.accounts.bearers import Bearer
from lineo.accounts.models import Membership, User, Workspace
from lineo.htmx import HtmxHttpRequest


class VisitorRequest(HtmxHttpRequest):
    """A request of anyone; without a workspace, ``membership`` and ``workspace`` are ``None``."""

    membership: Membership | None
    workspace: Workspace | None
    memberships: list[Membership]
    bearer: Bearer | None


class PersonRequest(VisitorRequest):
    """A request of someone who is signed in: behind ``login_required``."""

    user: User
