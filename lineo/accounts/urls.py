from django.urls import path

from lineo.accounts.entrance_urls import SIGN_IN
from lineo.accounts.views import entering, members, own, rules, tokens

app_name = "accounts"

# Where allauth serves a page, its address stands in entrance_urls; these names are ours.
urlpatterns = [
    path("sign-in/", SIGN_IN, name="sign-in"),
    path("sign-out/", entering.sign_out, name="sign-out"),
    path("workspaces/", entering.choose_workspace, name="choose-workspace"),
    path("workspaces/create/", entering.create_workspace, name="create-workspace"),
    path("workspaces/<slug:slug>/enter/", entering.enter_workspace, name="enter-workspace"),
    path("invitations/<str:secret>/", entering.invitation, name="invitation"),
    path("invitations/<str:secret>/accept/", entering.accept_invitation, name="accept-invitation"),
    path("settings/", own.profile, name="profile"),
    path("settings/sessions/", own.session_list, name="sessions"),
    path("settings/sessions/end-others/", own.end_other_sessions, name="end-other-sessions"),
    path("settings/sessions/<int:pk>/end/", own.end_session, name="end-session"),
    path("settings/tokens/", tokens.own_tokens, name="tokens"),
    path("settings/tokens/create/", tokens.create_token, name="create-token"),
    path("tokens/<uuid:pk>/rotate/", tokens.rotate_token, name="rotate-token"),
    path("tokens/<uuid:pk>/revoke/", tokens.revoke_token, name="revoke-token"),
    path("people/", members.members, name="members"),
    path("people/rename/", members.rename, name="rename-workspace"),
    path("people/invite/", members.invite, name="invite"),
    path(
        "people/invitations/<uuid:pk>/revoke/", members.revoke_invitation, name="revoke-invitation"
    ),
    path("people/agents/", tokens.agents, name="agents"),
    path("people/agents/create/", tokens.create_agent, name="create-agent"),
    path("people/rules/", rules.rules, name="rules"),
    path("people/rules/add/", rules.add_rule, name="add-rule"),
    path("people/rules/<uuid:pk>/delete/", rules.delete_rule, name="delete-rule"),
    path("members/<uuid:pk>/role/", members.change_role, name="change-role"),
    path("members/<uuid:pk>/suspend/", members.suspend, name="suspend"),
    path("members/<uuid:pk>/reinstate/", members.reinstate, name="reinstate"),
    path("members/<uuid:pk>/remove/", members.remove, name="remove"),
    path("members/<uuid:pk>/tokens/create/", tokens.create_agent_token, name="create-agent-token"),
]
