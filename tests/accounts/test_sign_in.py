"""Signing in: the right way, the wrong ways, and how often a wrong way may be tried."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import Client
from django.urls import reverse

from lineo.accounts.happened import happened
from lineo.accounts.limits import TRIES_PER_ACCOUNT
from tests.accounts.builders import PASSWORD, make_person, make_person_with_password, make_workspace

pytestmark = pytest.mark.django_db

URL = "/sign-in/"


@pytest.fixture
def hashes(monkeypatch):
    """Every password that reaches the hasher."""
    seen = []
    encode, verify = Argon2PasswordHasher.encode, Argon2PasswordHasher.verify
    monkeypatch.setattr(
        Argon2PasswordHasher, "encode", lambda *a: (seen.append(a[1]), encode(*a))[1]
    )
    monkeypatch.setattr(
        Argon2PasswordHasher, "verify", lambda *a: (seen.append(a[1]), verify(*a))[1]
    )
    return seen


def post(client, email: str, password: str = PASSWORD, **extra):
    return client.post(URL, {"login": email, "password": password, **extra})


def page_without(response, email: str) -> str:
    """The page but for what was typed and the form's own token, which always differs."""
    return re.sub('value="[^"]{64}"', "", response.text).replace(email, "")


def test_the_right_password_signs_in_and_lands_in_the_workspace(client):
    ada = make_person_with_password()
    bridge = make_workspace(owner=ada)

    response = post(client, ada.email)

    assert response.status_code == 302
    assert client.session["workspace"] == str(bridge.pk)


def test_the_case_of_the_address_does_not_matter(client):
    ada = make_person_with_password(email="ada@example.org")

    assert post(client, "Ada@Example.org").status_code == 302
    assert client.session["_auth_user_id"] == str(ada.pk)


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(client):
    ada = make_person_with_password()

    wrong, unknown = post(client, ada.email, "wrong"), post(client, "who@example.org", "wrong")

    assert wrong.status_code == unknown.status_code == 422
    assert "fit together" in wrong.text
    assert page_without(wrong, ada.email) == page_without(unknown, "who@example.org")


def test_a_wrong_password_and_an_unknown_account_cost_one_hash_each(client, hashes):
    ada = make_person_with_password()
    hashes.clear()

    post(client, ada.email, "wrong")
    post(client, "who@example.org", "wrong")

    assert hashes == ["wrong", "wrong"]


def test_someone_inactive_stays_outside(client):
    ada = make_person_with_password(is_active=False)

    assert post(client, ada.email).url == "/sign-in/inactive/"
    assert "_auth_user_id" not in client.session
    assert post(client, ada.email, "wrong").status_code == 422


@pytest.mark.parametrize("known", [True, False])
def test_after_ten_wrong_tries_nothing_reaches_the_hasher(client, hashes, known):
    email = make_person_with_password().email if known else "who@example.org"
    hashes.clear()

    answers = [post(client, email, "wrong") for _ in range(TRIES_PER_ACCOUNT + 3)]

    assert len(hashes) == TRIES_PER_ACCOUNT
    assert [a.status_code for a in answers] == [422] * TRIES_PER_ACCOUNT + [429] * 3
    assert 0 < int(answers[-1]["Retry-After"]) <= 15 * 60


def test_even_the_right_password_waits_then(client):
    ada = make_person_with_password()
    for _ in range(TRIES_PER_ACCOUNT):
        post(client, ada.email, "wrong")

    assert post(client, ada.email).status_code == 429


def test_the_right_password_begins_the_count_anew(client):
    ada = make_person_with_password()
    for _ in range(TRIES_PER_ACCOUNT - 1):
        post(client, ada.email, "wrong")
    post(client, ada.email)
    client.logout()

    assert post(client, ada.email, "wrong").status_code == 422


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_moment_are_counted_exactly(hashes):
    email = make_person_with_password().email
    hashes.clear()

    def attempt(_: int) -> int:
        try:
            return post(Client(), email, "wrong").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(attempt, range(24)))

    assert codes.count(422) == len(hashes) == TRIES_PER_ACCOUNT


@pytest.mark.parametrize("email", ["", "nobody", "a\0b@example.org", "x" * 300 + "@example.org"])
def test_an_impossible_address_is_a_mistake_in_the_form(client, email):
    assert post(client, email).status_code == 422


def test_one_lands_where_one_wanted_to_go(client):
    ada = make_person_with_password()
    make_workspace(owner=ada)

    assert post(client, ada.email, next="/workspaces/").url == "/workspaces/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "javascript:1"])
def test_next_stays_on_this_host(client, elsewhere):
    assert post(client, make_person_with_password().email, next=elsewhere).url == "/"


def test_a_form_without_its_token_is_refused():
    client = Client(enforce_csrf_checks=True)

    assert post(client, make_person_with_password().email).status_code == 403


def test_signing_in_is_told(client):
    ada = make_person_with_password()
    bridge, heard = make_workspace(owner=ada), []

    def listen(sender, fact, **_):
        heard.append((fact.action, fact.actor, fact.workspace_id))

    happened.connect(listen)
    post(client, ada.email)

    assert heard == [("person.signed_in", ada, bridge.pk)]


def test_signing_out_ends_the_session(client):
    ada = make_person()
    make_workspace(owner=ada)
    client.force_login(ada)

    response = client.post(reverse("accounts:sign-out"))

    assert response.url == URL
    assert "_auth_user_id" not in client.session


def test_signing_out_is_no_link(client):
    assert client.get(reverse("accounts:sign-out")).status_code == 405


def test_who_is_signed_in_needs_no_form(client):
    ada = make_person()
    make_workspace(owner=ada)
    client.force_login(ada)

    assert client.get(URL).status_code == 302
