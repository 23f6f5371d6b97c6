"""Invitations: mailed, followed with or without an account, accepted once."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from lineo.accounts import invitations, services
from lineo.accounts.models import InvitationKey, Membership, Role
from lineo.accounts.tenancy import workspace_context
from tests.accounts.builders import (
    PASSWORD,
    join,
    make_person_with_password,
    make_workspace,
    membership_of,
)
from tests.builders import make_baseline, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return make_person_with_password("Ada")


@pytest.fixture
def bridge(ada):
    return make_workspace("Bridge", owner=ada)


@pytest.fixture
def inside(ada, bridge):
    client = Client()
    client.force_login(ada)
    return client


@pytest.fixture
def invite(inside, mailoutbox, django_capture_on_commit_callbacks):
    def send(email="bo@example.org", role="member", **more) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            answer = inside.post("/people/invite/", {"email": email, "role": role, **more})
        assert answer.status_code == 302, answer.text
        return re.search(r"https?://[^/\s]+(/\S+)", mailoutbox[-1].body)[1]

    return send


def signed_in(email="bo@example.org"):
    person, client = make_person_with_password("Bo", email=email), Client()
    client.force_login(person)
    return person, client


def test_an_invitation_lets_in_whom_it_is_for(bridge, invite):
    link = invite(role="viewer")
    bo, client = signed_in()

    assert "Join Bridge" in client.get(link).text
    assert client.post(f"{link}accept/").url == "/"

    assert membership_of(bridge, bo).role == Role.VIEWER


def test_its_link_works_once(bridge, invite):
    link = invite()
    _, client = signed_in()
    client.post(f"{link}accept/")

    assert client.get(link).status_code == 404
    assert client.post(f"{link}accept/").status_code == 422


def test_somebody_without_an_account_makes_one_and_joins(
    bridge, invite, settings, mailoutbox, client
):
    settings.SIGN_UP_IS_OPEN = False
    link = invite()
    client.get(link)
    new = {"name": "Bo", "email": "bo@example.org", "password1": PASSWORD}
    assert client.post(f"/sign-up/?next={link}", new).url == "/confirm-email/"
    confirm = re.search(r"https?://[^/\s]+(/confirm\S+)", mailoutbox[-1].body)[1]
    client.post(confirm)
    client.post("/sign-in/", {"login": new["email"], "password": PASSWORD})

    assert client.post(f"{link}accept/").status_code == 302
    with workspace_context(bridge):
        assert Membership.objects.get(person__email="bo@example.org").role == Role.MEMBER


def test_it_is_for_one_address(bridge, invite):
    link = invite()
    _, eve = signed_in("eve@example.org")

    answer = eve.post(f"{link}accept/")

    assert answer.status_code == 422
    assert "bo@example.org" in answer.text


def test_an_expired_one_leads_nowhere(bridge, invite):
    link = invite()
    InvitationKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    _, client = signed_in()

    assert client.get(link).status_code == 404
    assert client.post(f"{link}accept/").status_code == 422


def test_one_that_was_taken_back_leads_nowhere(bridge, ada, inside, invite):
    link = invite()
    with workspace_context(bridge, ada):
        pk = invitations.invitations_for(membership_of(bridge, ada)).get().pk
    inside.post(f"/people/invitations/{pk}/revoke/")

    assert Client().get(link).status_code == 404


def test_its_secret_is_kept_nowhere(bridge, invite):
    secret = invite().rstrip("/").rpartition("/")[2]

    assert secret not in str(list(InvitationKey.objects.values()))


def test_a_guest_is_invited_into_one_project(mailoutbox, django_capture_on_commit_callbacks):
    team = make_team(role=Role.OWNER)
    with team.context():
        ours, _other = make_baseline(team, name="Foundry"), make_baseline(team, name="Tunnel")
    owner = Client()
    owner.force_login(team.person)
    body = {"email": "bo@example.org", "role": "guest"}
    assert owner.post("/people/invite/", body).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        owner.post("/people/invite/", {**body, "project": f"project:{ours.project_id}"})
    link = re.search(r"https?://[^/\s]+(/\S+)", mailoutbox[-1].body)[1]
    _, client = signed_in()

    client.post(f"{link}accept/")

    names = [each["name"] for each in client.get("/api/v1/projects/").json()["results"]]
    assert names == ["Foundry"]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER])
def test_others_invite_nobody(bridge, role):
    bo, client = signed_in()
    join(bridge, bo, role)

    answer = client.post("/people/invite/", {"email": "x@example.org", "role": "member"})

    assert answer.status_code == 403
    assert "Invite somebody" not in client.get("/people/").text


def test_an_admin_invites_no_owner(bridge):
    bo, client = signed_in()
    join(bridge, bo, Role.ADMIN)

    answer = client.post("/people/invite/", {"email": "x@example.org", "role": "owner"})

    assert answer.status_code == 403


def test_whoever_is_in_is_not_invited(inside, bridge, ada):
    answer = inside.post("/people/invite/", {"email": ada.email, "role": "member"})

    assert answer.status_code == 422
    assert "already" in answer.text


# --- The people's page -----------------------------------------------------------------------


def test_an_owner_sets_roles_suspends_and_removes(inside, bridge):
    bo, client = signed_in()
    pk = join(bridge, bo).pk

    inside.post(f"/members/{pk}/role/", {"role": "viewer"})
    assert membership_of(bridge, bo).role == Role.VIEWER
    inside.post(f"/members/{pk}/suspend/")
    assert client.get("/").url.startswith("/workspaces/")
    inside.post(f"/members/{pk}/reinstate/")
    assert client.get("/").status_code == 200
    inside.post(f"/members/{pk}/remove/")
    assert client.get("/").url.startswith("/workspaces/")


def test_the_last_owner_is_told_why_they_stay(inside, bridge, ada):
    pk = membership_of(bridge, ada).pk

    answer = inside.post(f"/members/{pk}/remove/")

    assert answer.status_code == 422
    assert "needs an owner" in answer.text


def test_everybody_may_leave(bridge):
    bo, client = signed_in()
    pk = join(bridge, bo, Role.VIEWER).pk

    assert client.post(f"/members/{pk}/remove/").status_code == 302
    assert client.get("/").url.startswith("/workspaces/")


@pytest.mark.parametrize("deed", ["role", "suspend", "reinstate", "remove"])
def test_members_of_elsewhere_are_not_there(inside, deed):
    other = make_team("Elsewhere")

    answer = inside.post(f"/members/{other.membership.pk}/{deed}/", {"role": "viewer"})

    assert answer.status_code == 404


def test_a_workspace_is_made_and_renamed(inside):
    inside.post("/workspaces/create/", {"name": "Tunnel"})
    assert "Tunnel" in inside.get("/people/").text
    inside.post("/people/rename/", {"name": "Metro"})

    assert "Metro" in inside.get("/people/").text


def test_a_token_is_shown_once(inside):
    body = {"name": "A script", "scopes": ["read"], "days": "30"}

    made = inside.post("/settings/tokens/create/", body)

    secret = re.search(r"lineo_[\w-]{43}", made.text)[0]
    assert made["Cache-Control"]
    assert secret not in inside.get("/settings/tokens/").text
    bearer = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/users/me/", headers=bearer).status_code == 200


def test_an_agent_gets_its_token_on_the_page(inside, bridge):
    inside.post("/people/agents/create/", {"name": "Planner", "role": "member"})
    with workspace_context(bridge):
        agent = Membership.objects.get(person__is_agent=True)
    body = {"name": "Nightly", "scopes": ["read", "edit"], "days": "30"}

    made = inside.post(f"/members/{agent.pk}/tokens/create/", body)

    secret = re.search(r"lineo_[\w-]{43}", made.text)[0]
    me = Client().get("/api/v1/users/me/", headers={"Authorization": f"Bearer {secret}"})
    assert me.json()["name"] == "Planner"


def test_a_rule_is_laid_and_lifted_on_its_page():
    team = make_team(role=Role.OWNER)
    with team.context():
        ours = make_baseline(team, name="Foundry")
    client = Client()
    client.force_login(team.person)
    body = {
        "allows": "0",
        "action": "read",
        "subject": "role:viewer",
        "place": f"project:{ours.project_id}",
        "task": "",
    }

    assert client.post("/people/rules/add/", body).status_code == 302
    page = client.get("/people/rules/").text
    assert "may not" in page
    pk = re.search(r"/people/rules/([\w-]{36})/delete/", page)[1]
    assert client.post("/people/rules/add/", body).status_code == 422
    client.post(f"/people/rules/{pk}/delete/")
    assert "No rules yet" in client.get("/people/rules/").text


def test_accepting_twice_at_once_lets_in_once(bridge, invite):
    secret = invite().rstrip("/").rpartition("/")[2]
    bo, _ = signed_in()
    invitations.accept(secret, person=bo)

    with pytest.raises(ValidationError, match="used already"):
        invitations.accept(secret, person=bo)


def test_who_was_removed_can_be_invited_again(inside, bridge, ada, invite):
    bo, client = signed_in()
    member = join(bridge, bo)
    with workspace_context(bridge, ada):
        services.remove(member, actor=membership_of(bridge, ada))

    assert client.post(f"{invite()}accept/").status_code == 302
