"""The policy beside a slow reference that spells the sentence out, rule by rule."""

from hypothesis import given
from hypothesis import strategies as st

from lineo.accounts.ids import uuid7
from lineo.accounts.models import Membership, Role
from lineo.accounts.policy import (
    ACTIONS_BY_ROLE,
    Action,
    Reach,
    Rule,
    Scope,
    ScopeKind,
    TaskInProject,
    may,
    scope_chain,
)

WORKSPACE, ELSEWHERE, ADA, BO = (uuid7() for _ in range(4))
PROJECTS = [uuid7(), uuid7()]
SCENARIOS = [uuid7(), uuid7()]
KEYS = ["A", "B", "C"]

SCOPES = [
    Scope(ScopeKind.WORKSPACE, WORKSPACE),
    *(Scope(ScopeKind.PROJECT, pk) for pk in PROJECTS),
    *(Scope(ScopeKind.SCENARIO, pk) for pk in SCENARIOS),
    *(Scope(ScopeKind.TASK, TaskInProject(pk, key)) for pk in PROJECTS for key in KEYS),
]

rules = st.lists(
    st.one_of(
        st.builds(
            Rule,
            scope=st.sampled_from(SCOPES),
            action=st.sampled_from([Action.READ, Action.EDIT]),
            allows=st.booleans(),
            person_id=st.sampled_from([ADA, BO]),
        ),
        st.builds(
            Rule,
            scope=st.sampled_from(SCOPES),
            action=st.sampled_from([Action.READ, Action.EDIT]),
            allows=st.booleans(),
            role=st.sampled_from(Role.values),
        ),
    ),
    max_size=8,
)
chains = st.builds(
    scope_chain,
    st.sampled_from([WORKSPACE, WORKSPACE, WORKSPACE, ELSEWHERE]),
    project_id=st.none() | st.sampled_from(PROJECTS),
    scenario_id=st.none() | st.sampled_from(SCENARIOS),
    task_keys=st.lists(st.sampled_from(KEYS), unique=True),
)
reaches = st.none() | st.builds(
    Reach,
    actions=st.frozensets(st.sampled_from([Action.READ, Action.EDIT])),
    project_id=st.none() | st.sampled_from(PROJECTS),
)


def slowly(membership, action, scopes, rules) -> bool:
    """The sentence of the policy, one clause a line."""
    if membership.is_suspended or scopes[0].id != membership.workspace_id:
        return False
    reach = membership.reach
    if reach and action not in reach.actions:
        return False
    if reach and reach.project_id and reach.project_id not in [scope.id for scope in scopes]:
        return False
    if membership.role == "owner":
        return True
    answer = action in ACTIONS_BY_ROLE[Role(membership.role)]
    for scope in scopes:  # from the broadest to the most specific, each overruling the last
        mine = [
            rule
            for rule in rules
            if rule.scope == scope
            and rule.action == action
            and (rule.person_id == membership.person_id or rule.role == membership.role)
        ]
        if any(not rule.allows for rule in mine):
            answer = False
        elif mine:
            answer = True
    return answer


@given(
    role=st.sampled_from(Role.values),
    suspended=st.booleans(),
    reach=reaches,
    action=st.sampled_from([Action.READ, Action.EDIT]),
    scopes=chains,
    rules=rules,
)
def test_the_policy_says_what_its_sentence_says(role, suspended, reach, action, scopes, rules):
    ada = Membership(workspace_id=WORKSPACE, person_id=ADA, role=role, is_suspended=suspended)
    ada.reach = reach

    assert may(ada, action, scopes=scopes, rules=rules) == slowly(ada, action, scopes, rules)


@given(action=st.sampled_from(Action), scopes=chains, rules=rules)
def test_owners_cant_be_denied(action, scopes, rules):
    ada = Membership(workspace_id=WORKSPACE, person_id=ADA, role=Role.OWNER)

    assert may(ada, action, scopes=scopes, rules=rules) == (scopes[0].id == WORKSPACE)
