"""Planning's questions to the one policy."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _

from lineo.accounts.models import Membership, User
from lineo.accounts.policy import (
    Action,
    Scope,
    ScopeKind,
    TaskInProject,
    demand,
    may,
    scope_chain,
    verdicts_on,
)
from lineo.accounts.selectors import membership_for
from planning.core.edits import Edit, EditKind
from planning.core.plan import Impact, Plan, Risk
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
    if isinstance(subject, Scenario) and membership and action != Action.READ:
        _refuse_unless_known(subject, membership)


def _refuse_unless_known(scenario: Scenario, membership: Membership) -> None:
    """Raise where a rule hides the scenario: nobody copies or changes what they may not read.

    The rules alone are asked, for a token may be made to write and not to read.
    """
    if scenario.pk in denied_scenarios(membership, Action.READ):
        raise PermissionDenied(_("This scenario is hidden from you."))


def may_on(subject: Subject, membership: Membership | None, action: Action) -> bool:
    """Return whether the person of ``membership`` may."""
    return membership is not None and may(membership, action, scopes=_scopes(subject, membership))


def may_on_parts(scenario: Scenario, membership: Membership | None, action: Action) -> bool:
    """Return whether the person may do this to the plan, or by a rule to a subtree of it."""
    if may_on(scenario, membership, action):
        return True
    if membership is None or not may_on(scenario, membership, Action.READ):
        return False
    rules = task_verdicts(membership, action, scenario.project_id)
    return any(
        allowed and may(membership, action, scopes=_scopes(scenario, membership, [key]))
        for key, allowed in rules.items()
    )


def demand_on_parts(scenario: Scenario, actor: User | None, action: Action) -> None:
    """Raise ``PermissionDenied`` unless ``actor`` may do this to some of the plan."""
    if actor is None:
        return
    membership = membership_for(actor)
    if not may_on_parts(scenario, membership, action):
        demand(membership, action, scopes=_scopes(scenario, membership))


def demand_edits(
    scenario: Scenario,
    actor: User | None,
    action: Action,
    edits: Iterable[Edit],
    plans: tuple[Plan, Plan],
) -> None:
    """Raise ``PermissionDenied`` if one of ``edits`` touches what rules keep ``actor`` from.

    ``plans`` are those before and after: a task may neither leave nor enter a
    subtree that its mover may not edit. What touches no task asks about the
    whole plan.
    """
    if actor is None:
        return
    membership = membership_for(actor)
    asked = {Action.READ, Action.EDIT, action}
    if membership and not any(task_verdicts(membership, one, scenario.project_id) for one in asked):
        return
    touched = [(plan, TouchedTasks(plan)) for plan in plans]
    for edit in edits:
        chains = [
            chain_to(plan, key)
            for plan, tasks in touched
            for key in tasks.of(edit)
            if plan.has_task(key)
        ]
        for one in asked if chains else (action,):
            for chain in chains or [[]]:
                demand(membership, one, scopes=_scopes(scenario, membership, chain))


def task_verdicts(membership: Membership, action: Action, project_id: UUID) -> dict[str, bool]:
    """Return what rules say of single tasks of a project, by task key."""
    return {
        scope.id.key: allowed
        for scope, allowed in verdicts_on(membership, action).items()
        if isinstance(scope.id, TaskInProject) and scope.id.project_id == project_id
    }


def projects_apart(membership: Membership, action: Action) -> dict[UUID, bool]:
    """Return of the projects that rules or a token name whether the person may, by id."""
    ids = set(_named(membership, action, ScopeKind.PROJECT))
    if membership.reach is not None and membership.reach.project_id is not None:
        ids.add(membership.reach.project_id)
    workspace_id = membership.workspace_id
    return {
        pk: may(membership, action, scopes=scope_chain(workspace_id, project_id=pk)) for pk in ids
    }


def reads_all(membership: Membership) -> bool:
    """Return whether the person may read every project and scenario of the workspace."""
    if not may_on(None, membership, Action.READ):
        return False
    named = (ScopeKind.PROJECT, ScopeKind.SCENARIO)
    return not any(scope.kind in named for scope in verdicts_on(membership, Action.READ))


def with_scenario_rules(wanted: Q, membership: Membership, action: Action) -> Q:
    """Return ``wanted`` of scenarios, but for those that rules name: these stand for themselves."""
    named = _named(membership, action, ScopeKind.SCENARIO)
    reach = membership.reach
    if denied := denied_scenarios(membership, action):
        wanted &= ~Q(pk__in=denied)
    allowed_ids = [pk for pk, allowed in named.items() if allowed]
    if not allowed_ids or membership.is_suspended or (reach and action not in reach.actions):
        return wanted
    wanted |= Q(pk__in=allowed_ids, workspace=membership.workspace_id)
    return wanted & Q(project=reach.project_id) if reach and reach.project_id else wanted


def denied_scenarios(membership: Membership, action: Action) -> list[UUID]:
    """Return the ids of scenarios that rules keep somebody from, also of those that are gone."""
    named = _named(membership, action, ScopeKind.SCENARIO)
    return [pk for pk, allowed in named.items() if not allowed]


def _named(membership: Membership, action: Action, kind: ScopeKind) -> dict[UUID, bool]:
    """Return what rules say of single projects or scenarios, by id."""
    return {
        scope.id: allowed
        for scope, allowed in verdicts_on(membership, action).items()
        if scope.kind == kind and isinstance(scope.id, UUID)
    }


def chain_to(plan: Plan, key: str) -> list[str]:
    """Return the keys from the outermost summary down to the task."""
    keys: list[str] = []
    at: str | None = key
    while at is not None and plan.has_task(at):
        keys.append(at)
        at = plan.task(at).parent
    return keys[::-1]


class TouchedTasks:
    """Which tasks an edit is about, as far as one plan knows."""

    def __init__(self, plan: Plan) -> None:
        self._ends = {link.key: (link.predecessor, link.successor) for link in plan.dependencies}
        self._risks = {risk.key: {each.task for each in _impacts(risk)} for risk in plan.risks}
        self._drivers = {driver.key: driver.tasks for driver in plan.drivers}
        self._pairs = {pair.key: (pair.first, pair.second) for pair in plan.correlations}

    def of(self, edit: Edit) -> Iterable[str]:
        """Return the keys of those tasks."""
        match edit.kind:
            case EditKind.TASK | EditKind.ESTIMATE | EditKind.PROGRESS:
                return (edit.key,)
            case EditKind.DEPENDENCY:
                return self._ends.get(edit.key, ())
            case EditKind.RISK:
                return self._risks.get(edit.key, ())
            case EditKind.DRIVER:
                return self._drivers.get(edit.key, ())
            case EditKind.CORRELATION:
                return self._pairs.get(edit.key, ())
        return ()


def _impacts(risk: Risk) -> Iterable[Impact]:
    return (*risk.impacts, *(risk.after.impacts if risk.after else ()))


def _scopes(
    subject: Subject, membership: Membership | None, task_keys: Iterable[str] = ()
) -> tuple[Scope, ...]:
    if isinstance(subject, Scenario):
        return scope_chain(
            subject.workspace_id,
            project_id=subject.project_id,
            scenario_id=subject.pk,
            task_keys=list(task_keys),
        )
    if isinstance(subject, Project):
        return scope_chain(subject.workspace_id, project_id=subject.pk)
    return scope_chain(membership.workspace_id) if membership else ()
