"""The tenancy context: what it opens, how it nests, and that nothing is seen without it."""

import pytest
from django.db import ProgrammingError, connection, transaction

from lineo.accounts.models import Membership, Role, Workspace
from lineo.accounts.tenancy import (
    as_owner,
    current_person_id,
    current_workspace_id,
    step_into,
    workspace_context,
)
from tests.accounts.builders import join, make_person, make_workspace

pytestmark = pytest.mark.django_db


def setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [name])
        return cursor.fetchone()[0] or ""


def test_without_a_context_nothing_is_seen():
    make_workspace()

    assert Workspace.objects.count() == 0
    assert Membership.objects.count() == 0


def test_within_a_context_only_its_workspace_is_seen():
    bridge, _tunnel = make_workspace("Bridge"), make_workspace("Tunnel")

    with workspace_context(bridge):
        assert list(Workspace.objects.all()) == [bridge]


def test_a_person_alone_sees_their_own_memberships_and_those_workspaces():
    ada = make_person("Ada")
    bridge, tunnel, _other = make_workspace(owner=ada), make_workspace(), make_workspace()
    join(tunnel, ada)

    with workspace_context(None, ada):
        assert set(Workspace.objects.all()) == {bridge, tunnel}
        assert {row.person_id for row in Membership.objects.all()} == {ada.pk}


def test_what_a_person_sees_of_themselves_they_cannot_change():
    ada = make_person("Ada")
    make_workspace(owner=ada)

    with workspace_context(None, ada):
        assert Membership.objects.update(role=Role.VIEWER) == 0


def test_a_nested_context_is_left_to_the_outer_one_when_its_savepoint_is_released():
    bridge, tunnel = make_workspace("Bridge"), make_workspace("Tunnel")

    with workspace_context(bridge):
        with workspace_context(tunnel):
            assert list(Workspace.objects.all()) == [tunnel]
        assert list(Workspace.objects.all()) == [bridge]
        assert current_workspace_id() == bridge.pk

    assert Workspace.objects.count() == 0


def test_a_nested_context_that_fails_leaves_the_outer_one_as_it_was():
    bridge, tunnel = make_workspace("Bridge"), make_workspace("Tunnel")

    with workspace_context(bridge):
        with pytest.raises(ValueError, match="no"), workspace_context(tunnel):
            raise ValueError("no")

        assert list(Workspace.objects.all()) == [bridge]


def test_a_nested_context_that_is_rolled_back_leaves_the_outer_one_as_it_was():
    bridge, tunnel = make_workspace("Bridge"), make_workspace("Tunnel")

    with workspace_context(bridge):
        with workspace_context(tunnel):
            transaction.set_rollback(True)

        assert list(Workspace.objects.all()) == [bridge]


def test_stepping_into_a_workspace_lasts_as_long_as_the_context_around_it():
    ada = make_person("Ada")
    bridge = make_workspace(owner=ada)

    with workspace_context(None, ada):
        step_into(bridge)
        assert (current_workspace_id(), current_person_id()) == (bridge.pk, ada.pk)
        assert Membership.objects.update(role=Role.OWNER) == 1

    assert (current_workspace_id(), setting("app.workspace")) == (None, "")


def test_a_person_is_known_inside_and_forgotten_outside():
    ada = make_person("Ada")
    bridge = make_workspace(owner=ada)

    with workspace_context(bridge, ada):
        assert current_person_id() == ada.pk
        assert setting("app.person") == str(ada.pk)

    assert current_person_id() is None
    assert setting("app.person") == ""


def test_a_row_of_another_workspace_cannot_be_written():
    bridge, tunnel = make_workspace("Bridge"), make_workspace("Tunnel")

    refused = pytest.raises(ProgrammingError, match="row-level security")
    with workspace_context(bridge), refused, transaction.atomic():
        Membership.objects.create(workspace=tunnel, person=make_person())


@pytest.mark.django_db(transaction=True)
def test_on_commit_hooks_run_outside_the_context():
    bridge = make_workspace()
    seen = []

    with workspace_context(bridge):
        transaction.on_commit(
            lambda: seen.append((current_workspace_id(), setting("app.workspace")))
        )

    assert seen == [(None, "")]


@pytest.mark.django_db(transaction=True)
def test_the_context_leaves_nothing_on_the_connection():
    bridge = make_workspace()

    with workspace_context(bridge):
        pass

    assert setting("app.workspace") == ""
    assert Workspace.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_owner_sees_every_workspace_and_gives_the_connection_back():
    make_workspace("Bridge")
    make_workspace("Tunnel")

    with as_owner():
        seen = Workspace.objects.count()

    assert seen == 2
    assert connection.settings_dict["USER"] == "lineo_app"
    assert Workspace.objects.count() == 0


def test_the_owner_is_refused_within_a_transaction():
    refused = pytest.raises(transaction.TransactionManagementError, match="leave the transaction")
    with refused, as_owner():
        pass
