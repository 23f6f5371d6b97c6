"""The policy asked of one task: rules may speak of it, or of a summary that it stands under."""

from collections.abc import Iterable
from uuid import UUID

from lineo.accounts.models import Membership, User
from lineo.accounts.policy import Action, demand, may, scope_chain
from lineo.accounts.scopes import Scope
from lineo.accounts.selectors import membership_for
from planning.access import demand_on, task_verdicts
from planning.models import Task


def demand_on_task(task: Task, actor: User | None, action: Action) -> None:
    """Raise ``PermissionDenied`` unless ``actor`` may do this to the task."""
    membership = membership_for(actor) if actor else None
    if membership is None or not task_verdicts(membership, action, task.scenario.project_id):
        demand_on(task.scenario, actor, action)
        return
    demand(membership, action, scopes=_scopes(task, _chain(task)))


def may_read_task(task: Task, memberships: Iterable[Membership]) -> list[Membership]:
    """Return those who may read the task, of people who may read its scenario."""
    found, chain = [], None
    for one in memberships:
        if task_verdicts(one, Action.READ, task.scenario.project_id):
            chain = chain or _chain(task)
            if not may(one, Action.READ, scopes=_scopes(task, chain)):
                continue
        found.append(one)
    return found


def _scopes(task: Task, keys: list[str]) -> tuple[Scope, ...]:
    scenario = task.scenario
    return scope_chain(
        scenario.workspace_id,
        project_id=scenario.project_id,
        scenario_id=scenario.pk,
        task_keys=keys,
    )


def _chain(task: Task) -> list[str]:
    """Return the keys from the outermost summary down to the task."""
    rows = Task.objects.filter(scenario=task.scenario_id).values_list("pk", "key", "parent_id")
    by_id: dict[UUID, tuple[str, UUID | None]] = {pk: (key, parent) for pk, key, parent in rows}
    keys: list[str] = []
    at: UUID | None = task.pk
    while at is not None:
        key, at = by_id[at]
        keys.append(key)
    return keys[::-1]
