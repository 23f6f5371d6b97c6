from django.urls import path

from lineo.accounts.api.auth import Renewal, SignIn, SignOut
from lineo.accounts.api.invitations import InvitationDetail, Invitations
from lineo.accounts.api.me import Me
from lineo.accounts.api.members import Agents, MemberDetail, Members
from lineo.accounts.api.rules import RuleDetail, Rules
from lineo.accounts.api.tokens import TokenDetail, TokenRotation, Tokens

urlpatterns = [
    path("auth/token/", SignIn.as_view(), name="sign-in"),
    path("auth/token/refresh/", Renewal.as_view(), name="refresh-token"),
    path("auth/logout/", SignOut.as_view(), name="sign-out"),
    path("users/me/", Me.as_view(), name="me"),
    path("members/", Members.as_view(), name="members"),
    path("members/<uuid:member_id>/", MemberDetail.as_view(), name="member"),
    path("agents/", Agents.as_view(), name="agents"),
    path("invitations/", Invitations.as_view(), name="invitations"),
    path("invitations/<uuid:invitation_id>/", InvitationDetail.as_view(), name="invitation"),
    path("rules/", Rules.as_view(), name="rules"),
    path("rules/<uuid:rule_id>/", RuleDetail.as_view(), name="rule"),
    path("tokens/", Tokens.as_view(), name="tokens"),
    path("tokens/<uuid:token_id>/", TokenDetail.as_view(), name="token"),
    path("tokens/<uuid:token_id>/rotate/", TokenRotation.as_view(), name="rotate-token"),
]
