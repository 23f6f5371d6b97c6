"""The admin: staff only, a workspace chosen first, and nothing of another."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry

from lineo.accounts.models import Role, Workspace
from lineo.accounts.tenancy import workspace_context
from lineo.activity.models import AuditEntry
from tests.access.walls import GLOBAL_TABLES
from tests.accounts.builders import join, make_person, make_workspace, membership_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client):
    person = make_person("Ada", is_staff=True)
    client.force_login(person)
    return person


@pytest.fixture
def bridge(ada):
    return make_workspace("Bridge", owner=ada)


def test_staff_see_the_workspace_that_they_are_in(client, bridge):
    page = client.get("/admin/")

    assert page.status_code == 200
    assert "Bridge" in page.text


def test_staff_in_several_choose_first(client, ada, bridge):
    make_workspace("Tunnel", owner=ada)

    assert client.get("/admin/").url == "/workspaces/?next=%2Fadmin%2F"


def test_after_choosing_only_that_workspace_is_seen(client, ada, bridge):
    tunnel = make_workspace("Tunnel", owner=ada)
    join(tunnel, make_person("Zoe"))
    client.post("/workspaces/bridge/enter/")

    people = client.get("/admin/accounts/user/").text
    workspaces = client.get("/admin/accounts/workspace/").text

    assert "zoe" not in people
    assert "tunnel" not in workspaces


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER, Role.GUEST])
def test_staff_without_the_right_role_are_refused(client, ada, role):
    join(make_workspace("Bridge"), ada, role)

    assert client.get("/admin/").status_code == 302


def test_an_owner_who_is_no_staff_is_refused(client):
    person = make_person()
    make_workspace(owner=person)
    client.force_login(person)

    assert client.get("/admin/").status_code == 302


def test_a_stranger_signs_in_where_everyone_does(client):
    assert "/sign-in/" in client.get("/admin/", follow=True).redirect_chain[-1][0]


def test_nothing_that_stands_outside_the_walls_is_in_the_admin():
    tables = {model._meta.db_table for model in admin.site._registry}

    assert "planning_task" in tables
    # Its own page shows the people of the workspace alone.
    assert tables & GLOBAL_TABLES.keys() == {"accounts_user"}


@pytest.mark.parametrize(
    "page",
    ["account/emailaddress/", "mfa/authenticator/", "usersessions/usersession/"],
)
def test_the_tables_of_packages_have_no_page(client, bridge, page):
    assert client.get(f"/admin/{page}").status_code == 404


@pytest.mark.parametrize(
    "page",
    [
        "accounts/workspace/",
        "accounts/user/",
        "accounts/membership/",
        "jobs/job/",
        "jobs/jobdetail/",
    ],
)
def test_every_list_opens(client, bridge, page):
    assert client.get(f"/admin/{page}").status_code == 200


def test_a_membership_is_read_only_but_for_its_actions(client, ada, bridge):
    bo = make_person("Bo")
    row = join(bridge, bo)

    assert "_save" not in client.get(f"/admin/accounts/membership/{row.pk}/change/").text
    client.post("/admin/accounts/membership/", {"action": "suspend", "_selected_action": [row.pk]})

    assert membership_of(bridge, bo).is_suspended


def test_suspending_the_last_owner_is_refused_with_a_sentence(client, ada, bridge):
    row = membership_of(bridge, ada)

    answer = client.post(
        "/admin/accounts/membership/",
        {"action": "suspend", "_selected_action": [row.pk]},
        follow=True,
    )

    assert "needs an owner" in answer.text
    assert not membership_of(bridge, ada).is_suspended


def test_the_admin_keeps_no_log_outside_the_walls(client, bridge):
    answer = client.post(
        f"/admin/accounts/workspace/{bridge.pk}/change/", {"name": "Viaduct", "slug": "viaduct"}
    )

    assert answer.status_code == 302
    assert not LogEntry.objects.exists()


def test_a_workspace_that_the_admin_renames_is_told_in_the_trail(client, ada, bridge):
    client.post(f"/admin/accounts/workspace/{bridge.pk}/change/", {"name": "Viaduct"})

    with workspace_context(bridge, ada):
        told = AuditEntry.objects.get(action="workspace.renamed")
        renamed = Workspace.objects.get(pk=bridge.pk)
    assert (told.before, told.after, told.actor) == ("Bridge", "Viaduct", ada)
    assert (renamed.name, renamed.slug) == ("Viaduct", "bridge")


def test_a_foreign_row_is_not_found(client, bridge):
    tunnel = make_workspace("Tunnel")

    answer = client.get(f"/admin/accounts/workspace/{tunnel.pk}/change/")

    assert answer.status_code == 302
    assert answer.url == "/admin/"
