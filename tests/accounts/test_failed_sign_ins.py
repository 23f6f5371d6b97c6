"""A sign-in that fails stands in the trail of the account's workspaces, and nowhere else."""

import pytest
from django.test import Client

from lineo.accounts.models import FailedSignIn
from lineo.accounts.tenancy import workspace_context
from lineo.activity.models import AuditEntry
from lineo.jobs.sweeper import sweep
from tests.accounts.builders import PASSWORD, join, make_person_with_password, make_workspace

pytestmark = pytest.mark.django_db

DOOR = "/api/v1/auth/token/"


@pytest.fixture
def ada():
    return make_person_with_password(email="ada@example.org")


@pytest.fixture
def bridge(ada):
    return make_workspace("Bridge", owner=ada)


def on_the_page(email, password="wrong"):
    return Client().post("/sign-in/", {"login": email, "password": password})


def over_http(email, password="wrong"):
    body = {"email": email, "password": password}
    return Client().post(DOOR, body, content_type="application/json")


def told_in(workspace):
    """Return what the trail of a workspace says of failed sign-ins, once they were told."""
    sweep()
    with workspace_context(workspace, None):
        rows = AuditEntry.objects.filter(action="person.sign_in_failed")
        return [(row.subject_name, row.after, row.actor, bool(row.request_id)) for row in rows]


@pytest.mark.parametrize("sign_in", [on_the_page, over_http])
def test_a_wrong_password_is_told_to_each_workspace_of_the_account(ada, bridge, sign_in):
    tunnel, elsewhere = make_workspace("Tunnel"), make_workspace("Elsewhere")
    join(tunnel, ada)

    assert sign_in("Ada@example.org").status_code == 422

    assert told_in(bridge) == told_in(tunnel) == [(str(ada), "password", None, True)]
    assert told_in(elsewhere) == []


@pytest.mark.parametrize("sign_in", [on_the_page, over_http])
def test_a_right_password_is_no_failure(ada, bridge, sign_in):
    assert sign_in(ada.email, PASSWORD).status_code < 400

    assert told_in(bridge) == []


@pytest.mark.parametrize("sign_in", [on_the_page, over_http])
def test_what_is_written_is_the_same_where_there_is_no_such_account(ada, bridge, sign_in):
    for email in (ada.email, "nobody@example.org"):
        assert sign_in(email).status_code == 422

    assert [row.person for row in FailedSignIn.objects.order_by("pk")] == [ada, None]
    assert len(told_in(bridge)) == 1
    assert not FailedSignIn.objects.exists()
