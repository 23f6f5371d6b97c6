"""Planning's questions to the one policy."""

from lineo.accounts.models import Membership, User
from lineo.accounts.policy import Action, demand, may, scope_chain
from lineo.accounts.selectors import membership_for
from planning.models import Project, Scenario

Subject = Project | Scenario | None


def demand_on(subject: Subject, actor: User | None, action: Action) -> None:
    """Raise ``PermissionDenied`` unless ``actor`` may; the system (None) may all.

    ``subject`` None asks about the workspace whose context is open.
    """
    if actor is None:
        return
    membership = membership_for(actor)
    demand(membership, action, scopes=_scopes(subject, membership))


def may_on(subject: Subject, membership: Membership | None, action: Action) -> bool:
    """Return whether the person of ``membership`` may."""
    return membership is not None and may(membership, action, scopes=_scopes(subject, membership))


def _scopes(subject: Subject, membership: Membership | None) -> tuple:  # type: ignore[type-arg]
    if isinstance(subject, Scenario):
        return scope_chain(
            subject.workspace_id, project_id=subject.project_id, scenario_id=subject.pk
        )
    if isinstance(subject, Project):
        return scope_chain(subject.workspace_id, project_id=subject.pk)
    return scope_chain(membership.workspace_id) if membership else ()
