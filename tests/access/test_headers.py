"""What a browser is told about every answer: what it may load, keep, send and show elsewhere."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from lineo.accounts.models import Role, User
from planning.models import Scenario
from tests.access.surface import admin_endpoints, endpoints
from tests.api.surface import nobodys, one_of_each
from tests.builders import PASSWORD, Team, join, make_baseline, make_team
from tests.operations.test_settings import SERVED, manage

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}
# What Mozilla's Observatory scores, but for what is asserted by itself below.
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ITS_OWN = "/api/v1/redoc/"
DOORS = (
    "/sign-in/", "/sign-up/", "/reset-password/", "/workspaces/", "/settings/", "/settings/2fa/",
    "/settings/email/", "/settings/password/", "/invitations/nothing/", "/no/such/page/",
)  # fmt: skip


@pytest.fixture
def scenario(team: Team) -> Scenario:
    return make_baseline(team, name="Foundry")


@pytest.fixture
def owner(team: Team) -> Client:
    """Somebody to whom every page opens, the admin's too."""
    User.objects.filter(pk=team.person.pk).update(is_staff=True)
    client = Client(raise_request_exception=False, headers={"Accept": "text/html"})
    client.force_login(User.objects.get(pk=team.person.pk))
    return client


def addresses(ids: dict[str, Any]) -> set[str]:
    by_kind = {key.partition(":")[0]: value for key, value in ids.items()}
    filled = {**nobodys(by_kind), **by_kind, **ids, "imports": by_kind["jobs"]}
    filled |= {"merge-forecasts": by_kind["jobs"]}
    lists = {f"/{each.route}" for each in admin_endpoints() if "<" not in each.route}
    return {each.at(filled) for each in endpoints()} | {one for one in lists if "(?P" not in one}


@pytest.fixture
def answers(owner: Client, team: Team, scenario: Scenario) -> Iterator[dict[tuple[str, str], Any]]:
    """Every answer to a GET of any address, and to a stranger at the doors."""
    found = {("owner", one): owner.get(one) for one in addresses(one_of_each(scenario, team))}
    stranger = Client(headers={"Accept": "text/html"})
    return found | {("stranger", one): stranger.get(one) for one in DOORS}


def policy_of(response: Any) -> set[str]:
    return {one.strip() for one in response["Content-Security-Policy"].split(";")}


def test_every_answer_says_what_a_browser_may_do_with_it(answers):
    kinds = {at: one.get("Content-Type", "") for at, one in answers.items()}
    pages = {at: answers[at] for at, kind in kinds.items() if kind.startswith("text/html")}
    loose = {
        at: policy_of(one) for at, one in pages.items()
        if policy_of(one) != POLICY and at[1] != ITS_OWN
    }  # fmt: skip
    without = {
        (at, name): one.get(name)
        for at, one in answers.items()
        for name, value in ALWAYS.items()
        if one.get(name) != value
    }

    assert len(pages) > 150
    assert {one.status_code for one in pages.values()} >= {200, 404, 405}
    assert loose == {}
    assert without == {}


def test_the_one_page_of_its_own_policy_allows_nothing_unsafe(owner):
    policy = policy_of(owner.get(ITS_OWN))

    assert not any("unsafe" in one for one in policy)
    assert {one for one in policy if one.startswith(("default-src", "script-src", "base-uri"))} == {
        "default-src 'none'", "script-src 'self'", "base-uri 'none'",
    }  # fmt: skip


def test_a_refusal_says_so_too(team):
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.force_login(join(team, Role.VIEWER))
    refused = {
        400: strict.get("/", headers={"host": "elsewhere.example"}),
        403: strict.post("/theme/", {"theme": "dark"}),
        405: strict.get("/theme/"),
    }

    assert "stood open for too long" in refused[403].text
    for status, response in refused.items():
        assert response.status_code == status
        assert policy_of(response) == POLICY
        assert {name: response.get(name) for name in ALWAYS} == ALWAYS


def test_so_does_a_page_that_broke(team, monkeypatch):
    broken = Client(raise_request_exception=False)
    broken.force_login(team.person)
    monkeypatch.setattr("lineo.notices.selectors.notices_for", lambda who: 1 / 0)

    response = broken.get("/notices/")

    assert response.status_code == 500
    assert policy_of(response) == POLICY
    assert {name: response.get(name) for name in ALWAYS} == ALWAYS


def test_cookies_are_for_this_site_and_for_no_script(client):
    person = make_team().person
    given = {
        **client.get("/sign-in/").cookies,
        **client.post("/sign-in/", {"login": person.email, "password": PASSWORD}).cookies,
        **client.post("/theme/", {"theme": "dark"}).cookies,
    }

    assert {"csrftoken", "sessionid", "theme"} <= set(given)
    for name, cookie in given.items():
        assert cookie["httponly"], name
        assert cookie["samesite"] in {"Lax", "Strict"}, name


def test_no_other_origin_reads_a_page_or_an_answer(owner):
    for address in ("/", "/sign-in/", "/api/v1/", "/api/v1/projects/"):
        response = owner.get(address, headers={"Origin": "https://elsewhere.example"})

        assert "Access-Control-Allow-Origin" not in response
        assert "Access-Control-Allow-Credentials" not in response


def test_a_public_site_is_reached_by_https_alone():
    hsts = ("SECONDS", "INCLUDE_SUBDOMAINS", "PRELOAD")
    asked = [f"SECURE_HSTS_{one}" for one in hsts]
    asked += ["SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"]
    program = f"""
from django.conf import settings
print(*(getattr(settings, name) for name in {asked}))
"""

    told = manage("shell", "--no-imports", "-c", program, **SERVED)

    assert told.stdout.split() == ["31536000", *["True"] * 5], told.stderr
