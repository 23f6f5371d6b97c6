"""A person in several workspaces, in one, in none, and suspended."""

import pytest
from django.urls import reverse

from lineo.accounts.models import Membership
from lineo.accounts.tenancy import workspace_context
from tests.accounts.builders import join, make_person, make_workspace

pytestmark = pytest.mark.django_db

URL = "/workspaces/"


@pytest.fixture
def ada(client):
    person = make_person("Ada")
    client.force_login(person)
    return person


def enter(client, slug: str, **data):
    return client.post(reverse("accounts:enter-workspace", args=[slug]), data)


def test_the_page_lists_ones_own_workspaces(client, ada):
    make_workspace("Bridge", owner=ada)
    make_workspace("Tunnel")

    page = client.get(URL).text

    assert "Bridge" in page
    assert "Tunnel" not in page


def test_entering_one_makes_it_the_one_of_the_session(client, ada):
    make_workspace("Bridge", owner=ada)
    tunnel = make_workspace("Tunnel", owner=ada)

    response = enter(client, "tunnel", next=URL)

    assert response.url == URL
    assert client.get(URL).wsgi_request.workspace == tunnel


def test_a_foreign_workspace_and_a_missing_one_are_the_same_404(client, ada):
    make_workspace("Bridge", owner=ada)
    make_workspace("Tunnel")

    foreign, missing = enter(client, "tunnel"), enter(client, "nothing")

    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content


def test_entering_is_no_link(client, ada):
    make_workspace("Bridge", owner=ada)

    assert client.get(reverse("accounts:enter-workspace", args=["bridge"])).status_code == 405


def test_who_is_in_none_is_told_what_to_do(client, ada):
    assert "in no workspace yet" in client.get(URL).text


def test_who_is_in_none_is_sent_to_the_page_that_says_so(client, ada):
    assert client.get("/admin/").url == URL


def test_a_suspended_person_is_out_at_the_next_request(client, ada):
    bridge = make_workspace("Bridge")
    membership = join(bridge, ada)
    assert client.get(URL).wsgi_request.workspace == bridge

    with workspace_context(bridge):
        Membership.objects.filter(pk=membership.pk).update(is_suspended=True)

    assert client.get(URL).wsgi_request.workspace is None


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get(URL).url.startswith("/sign-in/")
