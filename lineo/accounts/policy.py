"""The one policy: may this person do this to that?

A role gives a set of actions. Rules on top allow or deny one action for a
person or a role on a scope; the most specific scope wins, then deny. Owners
can't be denied. The scope chain comes in as values, so that policy knows
neither projects nor tasks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lineo.accounts.models import Membership, Role


class Action(models.TextChoices):
    """What can be done; each row of the role table names some of these."""

    READ = "read", gettext_lazy("Read plans and forecasts")
    EXPORT = "export", gettext_lazy("Export plans and forecasts")
    COMMENT = "comment", gettext_lazy("Write comments and updates")
    EDIT = "edit", gettext_lazy("Edit plans")
    SIMULATE = "simulate", gettext_lazy("Simulate and compare")
    BRANCH = "branch", gettext_lazy("Branch scenarios")
    PROMOTE = "promote", gettext_lazy("Promote scenarios")
    CREATE_PROJECT = "create_project", gettext_lazy("Create and import projects")
    ARCHIVE = "archive", gettext_lazy("Archive projects")
    DELETE = "delete", gettext_lazy("Delete projects and scenarios")
    MANAGE_PEOPLE = "manage_people", gettext_lazy("Invite people and set their roles")
    ADMINISTER = "administer", gettext_lazy("Use the admin and read the audit trail")
    OWN = "own", gettext_lazy("Make owners and delete the workspace")


class ScopeKind(models.TextChoices):
    """What a rule can be laid on, from the broadest to the most specific."""

    WORKSPACE = "workspace", gettext_lazy("Workspace")
    PROJECT = "project", gettext_lazy("Project")
    SCENARIO = "scenario", gettext_lazy("Scenario")
    TASK = "task", gettext_lazy("Task and what is below it")


class Scope(NamedTuple):
    """One link of a chain: what kind of thing, and which."""

    kind: ScopeKind
    id: UUID


@dataclass(frozen=True, slots=True)
class Rule:
    """Allow or deny one action on a scope and all below, for a person or a role."""

    scope: Scope
    action: Action
    allows: bool
    person_id: UUID | None = None
    role: Role | None = None

    def concerns(self, membership: Membership, action: Action) -> bool:
        """Return whether this rule speaks of that person doing that."""
        is_subject = self.person_id == membership.person_id or (
            self.role is not None and self.role == membership.role
        )
        return is_subject and self.action == action


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


def scope_chain(
    workspace_id: UUID,
    *,
    project_id: UUID | None = None,
    scenario_id: UUID | None = None,
    task_ids: Sequence[UUID] = (),
) -> tuple[Scope, ...]:
    """Return the chain from the workspace to the task, whose parents come outermost first."""
    chain = [Scope(ScopeKind.WORKSPACE, workspace_id)]
    if project_id:
        chain.append(Scope(ScopeKind.PROJECT, project_id))
    if scenario_id:
        chain.append(Scope(ScopeKind.SCENARIO, scenario_id))
    chain += [Scope(ScopeKind.TASK, task_id) for task_id in task_ids]
    return tuple(chain)


def may(
    membership: Membership | None,
    action: Action,
    *,
    scopes: Sequence[Scope],
    rules: Sequence[Rule] = (),
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
    """
    if membership is None or membership.is_suspended:
        return False
    if scopes[0] != Scope(ScopeKind.WORKSPACE, membership.workspace_id):
        return False
    role = Role(membership.role)
    if role is Role.OWNER:
        return True
    for scope in reversed(scopes):
        verdicts = [
            rule.allows
            for rule in rules
            if rule.scope == scope and rule.concerns(membership, action)
        ]
        if verdicts:
            return all(verdicts)
    return action in ACTIONS_BY_ROLE[role]


def demand(
    membership: Membership | None,
    action: Action,
    *,
    scopes: Sequence[Scope],
    rules: Sequence[Rule] = (),
) -> None:
    """Raise ``PermissionDenied`` with a sentence for the user unless they may."""
    if not may(membership, action, scopes=scopes, rules=rules):
        raise PermissionDenied(
            _("Your role in this workspace doesn't let you do this: %(action)s.")
            % {"action": action.label.lower()}
        )
