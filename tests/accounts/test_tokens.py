"""Tokens: what they open, how far, and when no more."""

import logging
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.test import Client
from django.utils import timezone

from lineo.accounts import services, tokens
from lineo.accounts.bearers import digest_of
from lineo.accounts.happened import ActorKind
from lineo.accounts.models import Membership, Role, Token, TokenKey, TokenScope, User
from lineo.accounts.policy import ACTIONS_BY_TOKEN_SCOPE, Action
from lineo.accounts.tenancy import workspace_context
from lineo.activity.models import AuditEntry, Change
from lineo.jobs.models import Job
from simulations.services import start_simulation
from tests.builders import Team, join, make_baseline, make_team

pytestmark = pytest.mark.django_db

EVERYTHING = TokenScope.values


@pytest.fixture
def team():
    team = make_team(role=Role.OWNER)
    with team.context():
        yield team


def mint(team: Team, *, holder: Membership | None = None, scopes=EVERYTHING, days=30, **more):
    return tokens.create_token(
        holder or team.membership,
        name="A script",
        scopes=scopes,
        days=days,
        actor=team.membership,
        **more,
    )


def ask(secret: str, path: str = "/api/v1/projects/", method: str = "GET", **more):
    headers = {"Authorization": f"Bearer {secret}"}
    return Client().generic(method, path, headers=headers, **more)


def is_refused(secret: str) -> bool:
    """Ask within a savepoint of its own, which a refusal rolls back."""
    with transaction.atomic():
        answer = ask(secret)
        transaction.set_rollback(True)
    return answer.status_code == 401


def post(secret: str, path: str, body: str = "{}"):
    return ask(secret, path, "POST", data=body, content_type="application/json")


def test_a_token_acts_as_its_person(team):
    make_baseline(team, name="Foundry")

    answer = ask(mint(team).secret)

    assert answer.status_code == 200
    assert [each["name"] for each in answer.json()["results"]] == ["Foundry"]


def test_it_is_in_the_workspace_that_it_was_made_in(team):
    other = make_team("Elsewhere", email="x@example.org")
    with workspace_context(other.workspace, team.person):
        Membership.objects.create(person=team.person, role=Role.OWNER)
        theirs = Membership.objects.get(person=team.person, workspace=other.workspace)
        minted = tokens.create_token(theirs, name="There", scopes=EVERYTHING, days=1, actor=theirs)

    assert ask(minted.secret, "/api/v1/users/me/").json()["workspace"]["name"] == "Elsewhere"
    assert ask(mint(team).secret, "/api/v1/users/me/").json()["workspace"]["name"] == "Atelier"


def test_the_secret_is_kept_nowhere(team):
    minted = mint(team)

    assert minted.secret.startswith("lineo_")
    assert TokenKey.objects.get(token_id=minted.token.pk).digest == digest_of(minted.secret)
    kept = [*Token.objects.values_list(), *TokenKey.objects.values_list()]
    assert minted.secret.removeprefix("lineo_") not in str(kept)
    assert minted.secret.startswith(minted.token.hint)


@pytest.mark.parametrize(
    "secret",
    ["", "lineo_", "lineo_nonsense", "x", "lineo_" + "y" * 10_000, "lineo_\0", "lineo_\udcff é"],
)
def test_what_is_no_token_opens_nothing(team, secret):
    answer = Client().generic("GET", "/api/v1/projects/", HTTP_AUTHORIZATION=f"Bearer {secret}")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_bad_token_is_not_saved_by_a_good_session(team):
    client = Client()
    client.force_login(team.person)

    assert client.get("/api/v1/projects/").status_code == 200
    bad = {"Authorization": "Bearer lineo_nonsense"}
    assert client.get("/api/v1/projects/", headers=bad).status_code == 401


def test_a_token_opens_no_page(team):
    answer = ask(mint(team).secret, "/")

    assert answer.status_code == 302
    assert "sign-in" in answer.url


def test_an_expired_token_opens_nothing(team):
    minted = mint(team)
    past = timezone.now() - timedelta(seconds=1)
    TokenKey.objects.filter(token_id=minted.token.pk).update(expires_at=past)

    assert is_refused(minted.secret)


def test_a_revoked_token_is_refused_at_the_next_request(team):
    minted = mint(team)
    assert ask(minted.secret).status_code == 200

    tokens.revoke_token(minted.token, actor=team.membership)

    assert is_refused(minted.secret)


def test_a_rotated_token_has_one_secret_only(team):
    minted = mint(team)

    again = tokens.rotate_token(minted.token, actor=team.membership)

    assert is_refused(minted.secret)
    assert ask(again.secret).status_code == 200
    assert TokenKey.objects.filter(token_id=minted.token.pk).count() == 1


def test_a_token_that_is_over_is_not_rotated(team):
    minted = mint(team)
    tokens.revoke_token(minted.token, actor=team.membership)

    with pytest.raises(ValidationError, match="over"):
        tokens.rotate_token(minted.token, actor=team.membership)


@pytest.mark.parametrize("fate", ["suspend", "remove", "inactive"])
def test_who_is_out_is_refused_at_the_next_request_with_their_token(team, fate):
    member = Membership.objects.select_related("person").get(person=join(team))
    minted = tokens.create_token(member, name="x", scopes=EVERYTHING, days=1, actor=member)
    assert ask(minted.secret).status_code == 200

    if fate == "inactive":
        User.objects.filter(pk=member.person_id).update(is_active=False)
    else:
        getattr(services, fate)(member, actor=team.membership)

    assert is_refused(minted.secret)


def test_a_lowered_role_holds_at_the_next_request(team):
    member = Membership.objects.select_related("person").get(person=join(team))
    minted = tokens.create_token(member, name="x", scopes=EVERYTHING, days=1, actor=member)
    body = '{"name": "Bridge", "start": "2026-01-05"}'
    assert post(minted.secret, "/api/v1/projects/", body).status_code == 201

    services.change_role(member, role=Role.VIEWER, actor=team.membership)

    body = '{"name": "Tunnel", "start": "2026-01-05"}'
    assert post(minted.secret, "/api/v1/projects/", body).status_code == 403


def test_scopes_limit_what_even_an_owner_does(team):
    scenario = make_baseline(team)
    reader = mint(team, scopes=["read"]).secret

    assert ask(reader, f"/api/v1/scenarios/{scenario.pk}/plan/").status_code == 200
    refused = post(reader, "/api/v1/projects/", '{"name": "B", "start": "2026-01-05"}')
    assert refused.status_code == 403
    assert "This token is not for this" in refused.json()["error"]["message"]


def test_every_action_belongs_to_a_scope():
    assert frozenset().union(*ACTIONS_BY_TOKEN_SCOPE.values()) == frozenset(Action)


def test_a_token_of_one_project_sees_no_other(team):
    ours, other = make_baseline(team, name="Foundry"), make_baseline(team, name="Bridge")
    secret = mint(team, project_id=ours.project_id).secret

    assert [each["name"] for each in ask(secret).json()["results"]] == ["Foundry"]
    assert ask(secret, f"/api/v1/scenarios/{ours.pk}/").status_code == 200
    assert ask(secret, f"/api/v1/scenarios/{other.pk}/").status_code == 404
    body = '{"name": "B", "start": "2026-01-05"}'
    assert post(secret, "/api/v1/projects/", body).status_code == 403


def test_a_token_makes_no_token_that_could_do_more(team):
    reader = mint(team, scopes=["read"]).secret

    more = post(reader, "/api/v1/tokens/", '{"name": "more", "scopes": ["edit"]}')
    same = post(reader, "/api/v1/tokens/", '{"name": "same", "scopes": ["read"]}')

    assert more.status_code == 403
    assert same.status_code == 201
    assert ask(same.json()["secret"]).status_code == 200


def test_a_token_of_one_project_makes_none_of_all(team):
    project = make_baseline(team).project_id
    secret = mint(team, project_id=project).secret

    assert post(secret, "/api/v1/tokens/", '{"name": "x", "scopes": ["read"]}').status_code == 403


def test_people_make_no_tokens_for_other_people(team):
    other = Membership.objects.get(person=join(team))

    with pytest.raises(PermissionDenied):
        mint(team, holder=other)


def test_an_agent_is_an_actor_with_a_name(team):
    agent = tokens.create_agent(name="Nightly planner", role=Role.MEMBER, actor=team.membership)
    secret = mint(team, holder=agent).secret

    made = post(secret, "/api/v1/projects/", '{"name": "B", "start": "2026-01-05"}')

    me = ask(secret, "/api/v1/users/me/").json()
    assert made.status_code == 201
    assert (me["name"], me["is_agent"], me["role"]) == ("Nightly planner", True, "member")
    baseline = made.json()["baseline"]["scenario"]
    task = post(secret, f"/api/v1/scenarios/{baseline}/tasks/", '{"name": "Dig"}')
    assert task.status_code == 201
    changes = ask(secret, f"/api/v1/scenarios/{baseline}/changes/").json()["results"]
    assert changes[0]["actor"]["name"] == "Nightly planner"
    with team.context():
        assert Change.objects.first().actor_kind == ActorKind.AGENT


def test_tokens_made_rotated_and_revoked_are_recorded_without_their_secret(team):
    minted = mint(team)
    again = tokens.rotate_token(minted.token, actor=team.membership)
    tokens.revoke_token(minted.token, actor=team.membership)

    entries = AuditEntry.objects.filter(action__startswith="token.").order_by("created_at")

    assert [entry.action for entry in entries] == [
        "token.created",
        "token.rotated",
        "token.revoked",
    ]
    kept = str(list(entries.values()))
    assert minted.secret not in kept
    assert again.secret not in kept


def test_an_agent_signs_in_nowhere(team):
    agent = tokens.create_agent(name="Robot", role=Role.MEMBER, actor=team.membership)

    assert not agent.person.has_usable_password()


def test_a_member_lets_no_agent_in(team):
    member = Membership.objects.select_related("workspace").get(person=join(team))

    with pytest.raises(PermissionDenied):
        tokens.create_agent(name="Robot", role=Role.VIEWER, actor=member)


def test_no_admin_mints_for_an_agent_that_owns(team):
    agent = tokens.create_agent(name="Robot", role=Role.OWNER, actor=team.membership)
    admin = Membership.objects.get(person=join(team, Role.ADMIN))

    with pytest.raises(PermissionDenied):
        tokens.create_token(agent, name="x", scopes=["manage"], days=1, actor=admin)


def test_use_is_noted_once_a_minute(team):
    minted = mint(team)
    keys = TokenKey.objects.filter(token_id=minted.token.pk)

    ask(minted.secret)
    first = keys.get().last_used_at
    ask(minted.secret)
    assert keys.get().last_used_at == first

    keys.update(last_used_at=first - timedelta(minutes=2))
    ask(minted.secret)
    assert keys.get().last_used_at > first - timedelta(minutes=1)


def test_no_secret_is_ever_logged(team, caplog):
    caplog.set_level(logging.DEBUG)
    minted = mint(team)

    ask(minted.secret)
    ask(minted.secret, "/api/v1/tasks/nonsense/")
    made = post(minted.secret, "/api/v1/tokens/", '{"name": "b", "scopes": ["read"]}').json()
    with transaction.atomic():
        post(minted.secret, "/api/v1/projects/", "nonsense")
        transaction.set_rollback(True)
    assert is_refused(minted.secret + "x")

    assert caplog.text
    for secret in (minted.secret, made["secret"]):
        assert secret.removeprefix("lineo_") not in caplog.text


def test_a_token_needs_no_csrf_and_a_session_does(team):
    make_baseline(team)
    body = {"data": '{"name": "B", "start": "2026-01-05"}', "content_type": "application/json"}
    client = Client(enforce_csrf_checks=True)
    bearer = {"Authorization": f"Bearer {mint(team).secret}"}

    assert client.post("/api/v1/projects/", headers=bearer, **body).status_code == 201
    client.force_login(team.person)
    assert client.post("/api/v1/projects/", **body).status_code == 403


def test_a_crash_undoes_what_a_token_wrote(team, monkeypatch):
    secret = mint(team).secret

    def crash(*_args, **_kwargs):
        raise RuntimeError("Something broke.")

    monkeypatch.setattr("lineo.accounts.tokens._write_key", crash)
    client = Client(raise_request_exception=False)
    answer = client.post(
        "/api/v1/tokens/",
        '{"name": "lost", "scopes": ["read"]}',
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )

    assert answer.status_code == 500
    assert not Token.objects.filter(name="lost").exists()


def test_a_token_for_reading_changes_nothing_of_its_person(team):
    make_baseline(team)
    join(team, role=Role.OWNER)
    strong = mint(team)
    weak = mint(team, scopes=[TokenScope.READ]).secret
    member = f"/api/v1/members/{team.membership.pk}/"
    name = '{"name": "Mallory"}'

    refused = [
        ask(weak, member, "DELETE"),
        ask(weak, f"/api/v1/tokens/{strong.token.pk}/", "DELETE"),
        ask(weak, "/api/v1/users/me/", "PATCH", data=name, content_type="application/json"),
    ]

    assert [answer.status_code for answer in refused] == [403] * 3
    assert Membership.objects.filter(pk=team.membership.pk).exists()
    assert not is_refused(strong.secret)
    assert ask(strong.secret, member, "DELETE").status_code == 204


def test_a_token_can_end_itself(team):
    weak = mint(team, scopes=[TokenScope.READ])

    assert ask(weak.secret, f"/api/v1/tokens/{weak.token.pk}/", "DELETE").status_code == 204
    assert is_refused(weak.secret)


def test_a_token_makes_and_renews_none_that_outlives_it(team):
    lasting = mint(team, days=60)
    short = mint(team, days=2)

    made = post(short.secret, "/api/v1/tokens/", '{"name": "x", "scopes": ["read"], "days": 30}')
    renewed = post(short.secret, f"/api/v1/tokens/{lasting.token.pk}/rotate/")

    assert made.status_code == 201
    assert Token.objects.get(name="x").expires_at == short.token.expires_at
    assert renewed.status_code == 403
    assert not is_refused(lasting.secret)


def test_a_token_for_reading_watches_nothing_and_cancels_no_job(team):
    scenario = make_baseline(team)
    start_simulation(scenario, actor=team.person, iterations=100)
    job = Job.objects.get(function="simulate")
    weak = mint(team, scopes=[TokenScope.READ]).secret
    watch = '{"day": "2026-06-01", "threshold": 0.7}'

    refused = [
        post(weak, f"/api/v1/jobs/{job.pk}/cancel/"),
        post(weak, f"/api/v1/projects/{scenario.project_id}/watches/", watch),
        ask(weak, "/api/v1/notices/settings/", "PATCH", data='{"digest": "off"}',
            content_type="application/json"),
    ]  # fmt: skip

    assert [answer.status_code for answer in refused] == [403] * 3
    job.refresh_from_db()
    assert not job.is_cancel_requested
