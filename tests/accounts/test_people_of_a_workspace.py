"""Let in, change role, suspend: always with an owner left, and told to whoever listens."""

import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from lineo.accounts import services
from lineo.accounts.happened import happened
from lineo.accounts.models import Membership, Role
from lineo.accounts.tenancy import workspace_context
from tests.accounts.builders import join, make_person, make_workspace, membership_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return make_person("Ada")


@pytest.fixture
def bridge(ada):
    workspace = make_workspace("Bridge", owner=ada)
    with workspace_context(workspace, ada):
        yield workspace


def test_a_workspace_begins_with_its_owner(ada, bridge):
    assert membership_of(bridge, ada).role == Role.OWNER


def test_two_workspaces_of_one_name_get_different_short_names(ada, bridge):
    other = services.create_workspace("Bridge", owner=ada)

    assert bridge.slug == "bridge"
    assert other.slug.startswith("bridge-")


def test_an_admin_lets_a_member_in(bridge):
    admin = join(bridge, make_person(), Role.ADMIN)

    added = services.add_member(bridge, person=make_person("Bo"), role=Role.MEMBER, actor=admin)

    assert added.role == Role.MEMBER


def test_an_admin_makes_no_owners(bridge):
    admin = join(bridge, make_person(), Role.ADMIN)

    with pytest.raises(PermissionDenied):
        services.change_role(admin, role=Role.OWNER, actor=admin)


def test_a_member_lets_no_one_in(bridge):
    member = join(bridge, make_person())

    with pytest.raises(PermissionDenied):
        services.add_member(bridge, person=make_person(), role=Role.VIEWER, actor=member)


def test_the_last_owner_stays_owner(ada, bridge):
    owner = membership_of(bridge, ada)

    with pytest.raises(ValidationError, match="needs an owner"):
        services.change_role(owner, role=Role.MEMBER, actor=owner)
    with pytest.raises(ValidationError, match="needs an owner"):
        services.suspend(owner, actor=owner)


def test_a_second_owner_lets_the_first_go(ada, bridge):
    owner, second = membership_of(bridge, ada), join(bridge, make_person(), Role.OWNER)

    services.change_role(owner, role=Role.VIEWER, actor=second)

    assert membership_of(bridge, ada).role == Role.VIEWER


def test_a_person_is_in_a_workspace_once(ada, bridge):
    owner = membership_of(bridge, ada)

    with pytest.raises(ValidationError, match="in the workspace already"):
        services.add_member(bridge, person=ada, role=Role.MEMBER, actor=owner)


def test_a_suspended_person_is_let_in_again_as_what_they_were(ada, bridge):
    owner, bo = membership_of(bridge, ada), join(bridge, make_person("Bo"), Role.VIEWER)

    services.suspend(bo, actor=owner)
    services.reinstate(bo, actor=owner)

    bo.refresh_from_db()
    assert (bo.role, bo.is_suspended) == (Role.VIEWER, False)


def test_a_role_change_is_told(ada, bridge):
    owner, bo = membership_of(bridge, ada), join(bridge, make_person("Bo"))
    heard = []

    def listen(sender, fact, **_):
        heard.append((fact.action, fact.subject.id, fact.before, fact.after, fact.actor))

    happened.connect(listen)
    services.change_role(bo, role=Role.ADMIN, actor=owner)

    assert heard == [("member.role_changed", bo.pk, "member", "admin", ada)]


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_demote_each_other_at_once_leave_one():
    ada, bo = make_person("Ada"), make_person("Bo")
    bridge = make_workspace(owner=ada)
    first, second = membership_of(bridge, ada), join(bridge, bo, Role.OWNER)

    def demote(actor: Membership, other: Membership) -> None:
        try:
            with workspace_context(bridge, actor.person_id):
                services.change_role(other, role=Role.MEMBER, actor=actor)
        except ValidationError:
            pass
        finally:
            connection.close()

    threads = [
        threading.Thread(target=demote, args=pair) for pair in [(first, second), (second, first)]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with workspace_context(bridge):
        assert Membership.objects.filter(role=Role.OWNER).count() == 1
