"""Signing in at a provider of OpenID Connect, named by the environment, and back again."""

import html
import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from lineo.accounts.models import User
from tests.accounts.builders import make_person, make_person_with_password, make_workspace
from tests.accounts.provider import CLIENT, SECRET, Provider, running_provider

pytestmark = pytest.mark.django_db

SETTINGS = Path(__file__).parents[2] / "lineo" / "settings.py"
BEGIN, BACK = "/sign-in/sso/", "/sign-in/sso/back/"
ADA = {
    "sub": "ada-1",
    "email": "ada@example.org",
    "email_verified": True,
    "name": "Ada Lovelace",
}


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Provider]:
    with running_provider() as provider:
        provider.claims = dict(ADA)
        name_in_the_environment(provider.issuer, monkeypatch, settings)
        yield provider


def name_in_the_environment(issuer: str, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Set the variables that name the provider, and read the settings file with them."""
    monkeypatch.setenv("LINEO_OIDC_ISSUER", issuer)
    monkeypatch.setenv("LINEO_OIDC_NAME", "The Guild")
    monkeypatch.setenv("LINEO_OIDC_CLIENT_ID", CLIENT)
    monkeypatch.setenv("LINEO_OIDC_CLIENT_SECRET", SECRET)
    read = runpy.run_path(str(SETTINGS))
    for name in ("OIDC_NAME", "OIDC_ISSUER", "SOCIALACCOUNT_PROVIDERS"):
        setattr(settings, name, read[name])


def way_back(client: Client) -> str:
    """Begin at our page, go on by its link, and return where the provider sends the browser."""
    hop = client.post(BEGIN)
    assert hop.status_code == 200
    link = re.search(r'href="(http[^"]+/authorize[^"]*)"', hop.text)
    assert link, hop.text
    answer = requests.get(html.unescape(link[1]), allow_redirects=False, timeout=10)
    return answer.headers["Location"].removeprefix("http://testserver")


def sign_in(client: Client) -> Any:
    return client.get(way_back(client))


def who(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_the_page_of_signing_in_offers_the_provider(client, provider):
    page = client.get("/sign-in/")

    assert "The Guild" in page.text
    assert f'action="{BEGIN}' in page.text


def test_on_the_way_is_a_page_of_ours_whose_link_leads_there(client, provider):
    hop = client.post(BEGIN)

    assert "On to The Guild" in hop.text
    assert "form-action 'self'" in hop["Content-Security-Policy"]
    assert f'href="{provider.issuer}/authorize?' in hop.text


def test_somebody_new_has_an_account_by_their_name(client, provider):
    answer = sign_in(client)

    ada = User.objects.get(email="ada@example.org")
    assert answer.status_code == 302
    assert who(client) == str(ada.pk)
    assert ada.name == "Ada Lovelace"
    assert not ada.has_usable_password()
    assert EmailAddress.objects.get(user=ada).verified
    assert SocialAccount.objects.get(user=ada).uid == "ada-1"
    assert not SocialToken.objects.exists()
    assert "/token" in provider.asked


def test_who_comes_again_is_the_same_person_also_under_another_address(provider):
    sign_in(Client())
    provider.claims["email"] = "countess@example.org"
    again = Client()
    sign_in(again)

    assert User.objects.count() == 1
    assert who(again) == str(User.objects.get().pk)


def test_a_confirmed_address_leads_into_the_account_that_is_there(client, provider):
    ada = make_person_with_password(email="ada@example.org")
    bridge = make_workspace(owner=ada)

    sign_in(client)

    assert who(client) == str(ada.pk)
    assert client.session["workspace"] == str(bridge.pk)


def test_an_unconfirmed_address_leads_into_nobodys_account(client, provider):
    ada = make_person_with_password(email="ada@example.org")
    provider.claims["email_verified"] = False

    sign_in(client)

    assert who(client) is None
    assert not SocialAccount.objects.filter(user=ada).exists()


def test_an_account_whose_own_address_was_never_confirmed_is_not_taken_over_silently(
    client, provider
):
    make_person(email="ada@example.org", password="a squatter's password")

    answer = sign_in(client)

    assert answer.status_code in {200, 302}
    assert who(client) is None or not User.objects.get(pk=who(client)).check_password(
        "a squatter's password"
    )


def test_someone_inactive_stays_outside(client, provider):
    make_person_with_password(email="ada@example.org", is_active=False)

    assert sign_in(client).url == "/sign-in/inactive/"
    assert who(client) is None


@pytest.mark.parametrize(
    "claims", [{"aud": "another"}, {"iss": "https://evil.example"}, {"exp": 1}]
)
def test_an_id_token_for_others_or_that_is_over_is_refused(client, provider, claims):
    provider.id_claims = claims

    answer = sign_in(client)

    assert who(client) is None
    assert "text/html" in answer["Content-Type"]
    assert answer.status_code < 500


def test_an_id_token_that_somebody_else_signed_is_refused(client, provider):
    provider.signs_with = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    answer = sign_in(client)

    assert who(client) is None
    assert answer.status_code < 500


def test_a_way_back_that_was_not_begun_here_or_is_gone_twice_leads_nowhere(client, provider):
    address = way_back(client)

    assert who_after(Client(), address) is None
    assert who_after(client, address.replace("state=", "state=x")) is None
    client.get(address)
    again = Client()
    assert who_after(again, address) is None


def who_after(client: Client, address: str) -> str | None:
    assert client.get(address).status_code < 500
    return who(client)


def test_who_declines_there_is_told_here(client, provider):
    state = re.search(r"state=([^&]+)", way_back(client))
    assert state

    answer = client.get(BACK, {"error": "access_denied", "state": state[1]}, follow=True)

    assert answer.status_code == 200
    assert who(client) is None


def test_a_provider_that_is_away_is_one_sentence(client, monkeypatch, settings):
    with running_provider() as gone:
        issuer = gone.issuer
    name_in_the_environment(issuer, monkeypatch, settings)

    answer = client.post(BEGIN)

    assert answer.status_code == 503
    assert "The Guild" in answer.text


def test_a_provider_that_goes_away_on_the_way_is_one_sentence(client, monkeypatch, settings):
    with running_provider() as gone:
        name_in_the_environment(gone.issuer, monkeypatch, settings)
        address = way_back(client)

    answer = client.get(address)

    assert answer.status_code == 503
    assert "The Guild" in answer.text
    assert who(client) is None


def test_without_a_provider_there_is_none(client):
    assert BEGIN not in client.get("/sign-in/").text
    assert client.post(BEGIN).status_code == client.get(BACK).status_code == 404
