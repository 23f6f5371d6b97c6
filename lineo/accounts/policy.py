"""The one policy: may this person do this to that?

A role gives a set of actions. Rules on top allow or deny one action for a
person or a role on a scope; the most specific scope wins, then deny. Owners
can't be denied. A token never reaches further than the person whom it acts
for. The scope chain comes in as values, so that policy knows neither projects
nor tasks.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from lineo.accounts.actions import Action, ScopeKind
from lineo.accounts.models import Membership, Role, TokenScope
from lineo.accounts.rules import rules_of
from lineo.accounts.scopes import Reach, Rule, Scope, TaskInProject, scope_chain

__all__ = [
    "ACTIONS_BY_ROLE",
    "ACTIONS_BY_TOKEN_SCOPE",
    "Action",
    "Reach",
    "Rule",
    "Scope",
    "ScopeKind",
    "TaskInProject",
    "demand",
    "demand_reach",
    "may",
    "reach_of",
    "reads_everything",
    "scope_chain",
    "verdicts_on",
]

_READS = frozenset({Action.READ, Action.EXPORT})
_WORKS = _READS | {
    Action.COMMENT,
    Action.EDIT,
    Action.SIMULATE,
    Action.BRANCH,
    Action.PROMOTE,
    Action.CREATE_PROJECT,
    Action.ARCHIVE,
}

# A guest has nothing by role: rules let a guest into one project.
ACTIONS_BY_ROLE: dict[Role, frozenset[Action]] = {
    Role.OWNER: frozenset(Action),
    Role.ADMIN: frozenset(Action) - {Action.OWN},
    Role.MEMBER: _WORKS,
    Role.VIEWER: _READS,
    Role.GUEST: frozenset(),
}

ACTIONS_BY_TOKEN_SCOPE: dict[TokenScope, frozenset[Action]] = {
    TokenScope.READ: _READS,
    TokenScope.COMMENT: frozenset({Action.COMMENT}),
    TokenScope.EDIT: frozenset({Action.EDIT, Action.BRANCH, Action.CREATE_PROJECT}),
    TokenScope.SIMULATE: frozenset({Action.SIMULATE}),
    TokenScope.PROMOTE: frozenset({Action.PROMOTE}),
    TokenScope.MANAGE: frozenset(
        {Action.ARCHIVE, Action.DELETE, Action.MANAGE_PEOPLE, Action.ADMINISTER, Action.OWN}
    ),
}


def may(
    membership: Membership | None,
    action: Action,
    *,
    scopes: Sequence[Scope],
    rules: Sequence[Rule] | None = None,
) -> bool:
    """Return whether the person of ``membership`` may do ``action`` there.

    Parameters
    ----------
    membership
        Who asks; ``None`` is a stranger.
    scopes
        The chain to the thing, broadest first, beginning with its workspace.
    rules
        What is laid on these scopes; rules on other scopes are passed over.
        By default those of the workspace, which are read once a request.
    """
    if membership is None or membership.is_suspended:
        return False
    if scopes[0] != Scope(ScopeKind.WORKSPACE, membership.workspace_id):
        return False
    if membership.reach is not None and not membership.reach.covers(action, scopes):
        return False
    role = Role(membership.role)
    if role is Role.OWNER:
        return True
    verdicts = verdicts_on(membership, action, rules_of(membership) if rules is None else rules)
    for scope in reversed(scopes):
        if scope in verdicts:
            return verdicts[scope]
    return action in ACTIONS_BY_ROLE[role]


def verdicts_on(
    membership: Membership, action: Action, rules: Iterable[Rule] | None = None
) -> dict[Scope, bool]:
    """Return what the rules say of this person doing that, by scope: one deny denies."""
    verdicts: dict[Scope, bool] = {}
    for rule in rules_of(membership) if rules is None else rules:
        if rule.action == action and rule.concerns(membership):
            verdicts[rule.scope] = verdicts.get(rule.scope, True) and rule.allows
    return verdicts


def reads_everything(membership: Membership) -> bool:
    """Return whether no rule keeps anything from being read by this person."""
    return all(verdicts_on(membership, Action.READ).values())


def demand(
    membership: Membership | None,
    action: Action,
    *,
    scopes: Sequence[Scope],
    rules: Sequence[Rule] | None = None,
) -> None:
    """Raise ``PermissionDenied`` with a sentence for the user unless they may."""
    if may(membership, action, scopes=scopes, rules=rules):
        return
    asked = {"action": action.label.lower()}
    if membership is not None and membership.reach is not None:
        raise PermissionDenied(_("This token is not for this: %(action)s.") % asked)
    raise PermissionDenied(
        _("Your role in this workspace doesn't let you do this: %(action)s.") % asked
    )


def demand_reach(membership: Membership, action: Action, *, project_id: UUID | None = None) -> None:
    """Raise ``PermissionDenied`` if a token asks that is not for this.

    For what people may always do with what is their own, and tokens may not.
    """
    scopes = scope_chain(membership.workspace_id, project_id=project_id)
    reach = membership.reach
    if reach is not None and not reach.covers(action, scopes):
        asked = {"action": action.label.lower()}
        raise PermissionDenied(_("This token is not for this: %(action)s.") % asked)


def reach_of(
    scopes: Iterable[str], project_id: object = None, until: datetime | None = None
) -> Reach:
    """Return what a token with these scopes lets its bearer do at most."""
    actions = (ACTIONS_BY_TOKEN_SCOPE[TokenScope(scope)] for scope in scopes)
    return Reach(frozenset().union(*actions), project_id, until)  # type: ignore[arg-type]
