"""Signing in without a browser: what the pair of tokens opens, and when no more."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import jwt
import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from lineo.accounts import limits, passes
from lineo.accounts.happened import happened
from lineo.accounts.limits import TRIES_PER_ACCOUNT
from lineo.accounts.models import Membership
from lineo.accounts.tenancy import workspace_context
from tests.accounts.builders import (
    PASSWORD,
    join,
    make_person,
    make_person_with_password,
    make_workspace,
)

pytestmark = pytest.mark.django_db

DOOR = "/api/v1/auth/"


def post(path: str, body: Any, client: Client | None = None, **headers: str) -> Any:
    sender = client or Client()
    return sender.post(DOOR + path, body, content_type="application/json", headers=headers)


def sign_in(person: Any, password: str = PASSWORD, **more: Any) -> Any:
    return post("token/", {"email": person.email, "password": password, **more})


def renew(refresh: str) -> Any:
    return post("token/refresh/", {"refresh": refresh})


def status_with(access: str) -> int:
    """Ask within a savepoint of its own, which a refusal rolls back."""
    with transaction.atomic():
        headers = {"Authorization": f"Bearer {access}"}
        answer = Client().get("/api/v1/users/me/", headers=headers)
        transaction.set_rollback(True)
    return answer.status_code


@pytest.fixture
def ada() -> Any:
    ada = make_person_with_password()
    make_workspace(owner=ada)
    return ada


@pytest.fixture
def pair(ada: Any) -> dict[str, Any]:
    return sign_in(ada).json()


def test_the_pair_opens_the_api_of_the_workspace(ada, pair):
    answer = (
        Client()
        .get("/api/v1/users/me/", headers={"Authorization": f"Bearer {pair['access']}"})
        .json()
    )

    assert answer["email"] == ada.email
    assert answer["workspace"] == pair["workspace"]
    assert answer["role"] == "owner"
    assert answer["scopes"] is None


def test_access_lasts_a_quarter_of_an_hour_and_refresh_a_week(pair):
    access, refresh = [
        jwt.decode(pair[name], options={"verify_signature": False})
        for name in ("access", "refresh")
    ]

    assert access["exp"] - access["iat"] == 15 * 60
    assert refresh["exp"] - refresh["iat"] == 7 * 24 * 3600


def test_an_access_token_that_is_over_opens_nothing(pair):
    token = AccessToken(pair["access"])
    token.set_exp(from_time=timezone.now() - timedelta(minutes=16))

    assert status_with(str(token)) == 401


def test_only_our_own_signature_and_the_right_kind_open_anything(pair):
    claims = jwt.decode(pair["access"], options={"verify_signature": False})
    key = settings.SECRET_KEY.ljust(64, "0")

    assert status_with(pair["access"]) == 200
    assert status_with(jwt.encode(claims, key, "HS256")) == 401
    assert status_with(jwt.encode(claims, "", "none")) == 401
    assert status_with(pair["refresh"]) == 401
    assert status_with("a.b.c") == status_with("\xff" * 40) == status_with("a" * 5000) == 401
    assert renew(pair["access"]).status_code == 422


def test_a_refresh_token_is_good_once(pair):
    second = renew(pair["refresh"])

    assert second.status_code == 200
    assert status_with(second.json()["access"]) == 200
    assert renew(pair["refresh"]).status_code == 422
    assert renew(second.json()["refresh"]).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_many_who_renew_at_once_one_does(ada):
    refresh = sign_in(ada).json()["refresh"]

    def attempt(_: int) -> int:
        try:
            return renew(refresh).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(attempt, range(6))) == [200] + [422] * 5


def test_who_signs_out_renews_nothing(pair):
    assert post("logout/", {"refresh": pair["refresh"]}).status_code == 204
    assert post("logout/", {"refresh": pair["refresh"]}).status_code == 204
    assert renew(pair["refresh"]).status_code == 422


def test_signing_out_ends_all_that_came_from_the_sign_in_and_nothing_else(ada, pair):
    other = sign_in(ada).json()
    second = renew(pair["refresh"]).json()
    assert status_with(pair["access"]) == status_with(second["access"]) == 200

    assert post("logout/", {"refresh": second["refresh"]}).status_code == 204

    assert status_with(pair["access"]) == status_with(second["access"]) == 401
    assert renew(second["refresh"]).status_code == 422
    assert status_with(other["access"]) == 200
    assert renew(other["refresh"]).status_code == 200


def test_a_token_that_names_no_sign_in_is_worth_nothing(ada, pair):
    """Not even where no sign-in of its person is left, so that none is like any."""
    access, refresh = AccessToken(pair["access"]), RefreshToken(pair["refresh"])
    for token in (access, refresh):
        del token[passes.SIGN_IN]
    OutstandingToken.objects.all().delete()

    assert status_with(str(access)) == 401
    assert renew(str(refresh)).status_code == 422
    assert post("logout/", {"refresh": str(refresh)}).status_code == 204


def test_a_sign_in_lasts_as_long_as_it_is_renewed(pair):
    nearly_over = timezone.now() + timedelta(minutes=1)
    OutstandingToken.objects.update(expires_at=nearly_over)
    second = renew(pair["refresh"]).json()

    OutstandingToken.objects.filter(expires_at=nearly_over).delete()

    assert status_with(second["access"]) == 200


def test_whoever_ends_all_other_sessions_ends_these_too(ada, pair):
    client = Client()
    client.force_login(ada)

    client.post("/settings/sessions/end-others/")

    assert status_with(pair["access"]) == 401
    assert client.get("/settings/sessions/").status_code == 200


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_may_be_written_in_any_case_and_outranks_the_session(ada, pair, scheme):
    client = Client()
    client.force_login(ada)

    def status(secret: str) -> int:
        headers = {"Authorization": f"{scheme} {secret}"}
        return client.get("/api/v1/users/me/", headers=headers).status_code

    assert (status(pair["access"]), status("nonsense")) == (200, 401)


def test_signing_in_and_out_is_told(ada):
    told = []

    def listen(sender: Any, fact: Any, **_: Any) -> None:
        told.append((fact.action, fact.actor))

    happened.connect(listen)
    try:
        post("logout/", {"refresh": sign_in(ada).json()["refresh"]})
    finally:
        happened.disconnect(listen)

    assert told == [("person.signed_in", ada), ("person.signed_out", ada)]


@pytest.mark.parametrize("deed", ["suspended", "removed", "inactive", "another password"])
def test_the_next_request_is_refused(deed):
    person, workspace = make_person_with_password(), make_workspace()
    member = join(workspace, person)
    pair = sign_in(person).json()
    assert status_with(pair["access"]) == 200

    with workspace_context(workspace, None):
        rows = Membership.objects.filter(pk=member.pk)
        if deed == "suspended":
            rows.update(is_suspended=True)
        elif deed == "removed":
            rows.delete()
    if deed == "inactive":
        person.is_active = False
    elif deed == "another password":
        person.set_password("another horse battery")
    person.save()

    assert status_with(pair["access"]) == 401
    assert renew(pair["refresh"]).status_code == 422


def said(answer: Any) -> dict[str, Any]:
    return {**answer.json()["error"], "request_id": None}


def test_no_answer_tells_which_accounts_there_are(ada):
    inactive = make_person_with_password("Bob", is_active=False)
    unconfirmed = make_person("Cy", password=PASSWORD)
    wrong = sign_in(ada, "wrong")
    unknown = post("token/", {"email": "who@example.org", "password": "wrong"})

    assert wrong.status_code == unknown.status_code == 422
    assert said(wrong) == said(unknown) == said(sign_in(inactive)) == said(sign_in(unconfirmed))
    assert dict(wrong.headers).keys() == dict(unknown.headers).keys()


def test_tries_are_counted_as_on_the_page_also_for_whoever_is_signed_in(ada):
    signed_in = Client()
    signed_in.force_login(ada)
    body = {"email": ada.email, "password": "wrong"}
    tries = [post("token/", body, client=signed_in) for _ in range(TRIES_PER_ACCOUNT)]
    page = Client().post("/sign-in/", {"login": ada.email, "password": PASSWORD})

    assert {each.status_code for each in tries} == {422}
    assert page.status_code == 429
    refused = sign_in(ada)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 15 * 60


def test_a_second_step_is_asked_for_and_each_code_counts_once(ada):
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(ada, secret)
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))

    missing, wrong = sign_in(ada), sign_in(ada, code="000000")
    assert missing.status_code == wrong.status_code == 422
    assert said(missing)["details"][0]["field"] == said(wrong)["details"][0]["field"] == "code"
    assert sign_in(ada, "wrong", code=code).json()["error"]["details"][0]["field"] == ""
    assert sign_in(ada, code=code).status_code == 200
    assert sign_in(ada, code=code).status_code == 422


def test_no_code_fits_a_secret_that_was_kept_under_another_key(ada, settings):
    TOTP.activate(ada, "JBSWY3DPEHPK3PXP")
    settings.SECRET_KEY = "the site has another key by now"

    assert sign_in(ada, code="123456").status_code == 422


def test_codes_are_counted(ada):
    TOTP.activate(ada, "JBSWY3DPEHPK3PXP")

    for _ in range(TRIES_PER_ACCOUNT):
        assert sign_in(ada, code="000000").status_code == 422
        limits.forget_tries(ada.email)

    assert sign_in(ada, code="000000").status_code == 429


def test_of_several_workspaces_one_is_named(ada):
    other = make_workspace("Tower", owner=ada)

    unnamed, foreign = sign_in(ada), sign_in(ada, workspace=make_workspace("Theirs").slug)

    assert unnamed.status_code == foreign.status_code == 422
    assert other.slug in said(unnamed)["message"]
    assert said(unnamed) == said(foreign)
    assert sign_in(ada, workspace=other.slug).json()["workspace"]["id"] == str(other.pk)


def test_who_is_in_no_workspace_is_told():
    assert "no workspace" in said(sign_in(make_person_with_password()))["message"]


def test_nothing_is_kept_by_which_a_token_could_be_had_again(ada, pair):
    body = {"email": ada.email, "password": PASSWORD}
    first = post("token/", body, **{"Idempotency-Key": "a"}).json()

    assert post("token/", body, **{"Idempotency-Key": "a"}).json()["access"] != first["access"]
    assert set(OutstandingToken.objects.values_list("token", flat=True)) == {""}


def test_what_is_over_is_forgotten(pair):
    passes.forget_what_is_over()
    assert OutstandingToken.objects.count() == 1

    OutstandingToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    passes.forget_what_is_over()
    assert OutstandingToken.objects.count() == 0
