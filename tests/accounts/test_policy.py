"""Role × action, and rules on top of it."""

import pytest
from django.core.exceptions import PermissionDenied

from lineo.accounts.ids import uuid7
from lineo.accounts.models import Membership, Role
from lineo.accounts.policy import (
    Action,
    Rule,
    Scope,
    ScopeKind,
    TaskInProject,
    demand,
    may,
    scope_chain,
)

WORKSPACE, PROJECT, SCENARIO = (uuid7() for _ in range(3))
PHASE, TASK = TaskInProject(PROJECT, "Phase"), TaskInProject(PROJECT, "Task")
CHAIN = scope_chain(
    WORKSPACE, project_id=PROJECT, scenario_id=SCENARIO, task_keys=["Phase", "Task"]
)


def member(role: Role = Role.MEMBER, **fields) -> Membership:
    return Membership(workspace_id=WORKSPACE, person_id=uuid7(), role=role, **fields)


def allow(membership: Membership, kind: ScopeKind, key, action=Action.EDIT) -> Rule:
    return Rule(Scope(kind, key), action, allows=True, person_id=membership.person_id)


def deny(membership: Membership, kind: ScopeKind, key, action=Action.EDIT) -> Rule:
    return Rule(Scope(kind, key), action, allows=False, person_id=membership.person_id)


@pytest.mark.parametrize(
    ("role", "action", "expected"),
    [
        (Role.OWNER, Action.OWN, True),
        (Role.ADMIN, Action.OWN, False),
        (Role.ADMIN, Action.MANAGE_PEOPLE, True),
        (Role.MEMBER, Action.MANAGE_PEOPLE, False),
        (Role.MEMBER, Action.PROMOTE, True),
        (Role.VIEWER, Action.EDIT, False),
        (Role.VIEWER, Action.READ, True),
        (Role.GUEST, Action.READ, False),
    ],
)
def test_a_role_gives_its_actions(role, action, expected):
    assert may(member(role), action, scopes=CHAIN) is expected


def test_a_stranger_may_nothing():
    assert not may(None, Action.READ, scopes=CHAIN)


def test_a_suspended_owner_may_nothing():
    assert not may(member(Role.OWNER, is_suspended=True), Action.READ, scopes=CHAIN)


def test_an_owner_of_another_workspace_may_nothing():
    assert not may(member(Role.OWNER), Action.READ, scopes=scope_chain(uuid7()))


def test_a_rule_lets_a_guest_into_one_project():
    guest = member(Role.GUEST)
    rules = [allow(guest, ScopeKind.PROJECT, PROJECT, Action.READ)]

    assert may(guest, Action.READ, scopes=CHAIN, rules=rules)
    assert not may(
        guest, Action.READ, scopes=scope_chain(WORKSPACE, project_id=uuid7()), rules=rules
    )


def test_the_most_specific_scope_wins_over_deny():
    ada = member()
    rules = [
        deny(ada, ScopeKind.PROJECT, PROJECT),
        allow(ada, ScopeKind.TASK, PHASE),
    ]

    assert may(ada, Action.EDIT, scopes=CHAIN, rules=rules)


def test_the_inner_task_wins_over_its_parent():
    ada = member()
    rules = [allow(ada, ScopeKind.TASK, PHASE), deny(ada, ScopeKind.TASK, TASK)]

    assert not may(ada, Action.EDIT, scopes=CHAIN, rules=rules)


def test_on_one_scope_deny_wins():
    ada = member()
    for_her_role = Rule(
        Scope(ScopeKind.PROJECT, PROJECT), Action.EDIT, allows=False, role=Role.MEMBER
    )
    rules = [allow(ada, ScopeKind.PROJECT, PROJECT), for_her_role]

    assert not may(ada, Action.EDIT, scopes=CHAIN, rules=rules)


def test_an_owner_cannot_be_denied():
    owner = member(Role.OWNER)
    rules = [deny(owner, ScopeKind.TASK, TASK)]

    assert may(owner, Action.EDIT, scopes=CHAIN, rules=rules)


def test_a_rule_on_another_action_or_person_says_nothing():
    ada = member()
    rules = [
        deny(ada, ScopeKind.PROJECT, PROJECT, Action.PROMOTE),
        deny(member(), ScopeKind.PROJECT, PROJECT),
    ]

    assert may(ada, Action.EDIT, scopes=CHAIN, rules=rules)


def test_a_refusal_names_the_action():
    with pytest.raises(PermissionDenied, match="edit plans"):
        demand(member(Role.VIEWER), Action.EDIT, scopes=CHAIN)
