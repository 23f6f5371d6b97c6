"""People, workspaces, who is what in which, and with what they ask."""

from lineo.accounts.models.base import WallKey, WorkspaceModel
from lineo.accounts.models.invitations import Invitation, InvitationKey
from lineo.accounts.models.people import (
    FailedSignIn,
    Membership,
    Role,
    SignInTries,
    User,
    UserManager,
)
from lineo.accounts.models.rules import PolicyRule
from lineo.accounts.models.tokens import Token, TokenKey, TokenScope
from lineo.accounts.models.workspace import Workspace

__all__ = [
    "FailedSignIn",
    "Invitation",
    "InvitationKey",
    "Membership",
    "PolicyRule",
    "Role",
    "SignInTries",
    "Token",
    "TokenKey",
    "TokenScope",
    "User",
    "UserManager",
    "WallKey",
    "Workspace",
    "WorkspaceModel",
]
