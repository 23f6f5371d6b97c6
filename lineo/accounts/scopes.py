"""Where a rule holds: scopes, their chains, and the rules and limits laid on them, as values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from lineo.accounts.actions import Action, ScopeKind


class TaskInProject(NamedTuple):
    """A task by its key, which is the same in every scenario of its project."""

    project_id: UUID
    key: str


class Scope(NamedTuple):
    """One link of a chain: what kind of thing, and which."""

    kind: ScopeKind
    id: UUID | TaskInProject


class Subject(Protocol):
    """Who is in a workspace as what."""

    role: str

    @property
    def person_id(self) -> UUID: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """Allow or deny one action on a scope and all below, for a person or a role."""

    scope: Scope
    action: Action
    allows: bool
    person_id: UUID | None = None
    role: str | None = None

    def concerns(self, subject: Subject) -> bool:
        """Return whether this rule speaks of that person."""
        return self.person_id == subject.person_id or (
            self.role is not None and self.role == subject.role
        )


@dataclass(frozen=True, slots=True)
class Reach:
    """What a token lets its bearer do at most, within which project alone, and until when."""

    actions: frozenset[Action]
    project_id: UUID | None = None
    until: datetime | None = None

    def covers(self, action: Action, scopes: Sequence[Scope]) -> bool:
        """Return whether the token is for ``action`` there."""
        if action not in self.actions:
            return False
        return self.project_id is None or Scope(ScopeKind.PROJECT, self.project_id) in scopes


def scope_chain(
    workspace_id: UUID,
    *,
    project_id: UUID | None = None,
    scenario_id: UUID | None = None,
    task_keys: Sequence[str] = (),
) -> tuple[Scope, ...]:
    """Return the chain from the workspace to the task, whose parents come outermost first."""
    chain = [Scope(ScopeKind.WORKSPACE, workspace_id)]
    if project_id:
        chain.append(Scope(ScopeKind.PROJECT, project_id))
        if scenario_id:
            chain.append(Scope(ScopeKind.SCENARIO, scenario_id))
        chain += [Scope(ScopeKind.TASK, TaskInProject(project_id, key)) for key in task_keys]
    return tuple(chain)
