"""Reads the one order of events for those who follow it, as they may see.

What a follower is told is little: that something happened, where, by whom. What it
did they read at the usual addresses, where the policy decides again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import JSONField, Max, Q
from django.db.models.expressions import RawSQL

from lineo.accounts.happened import ActorKind
from lineo.accounts.models import Membership
from lineo.accounts.policy import Action, ScopeKind, may, scope_chain, verdicts_on
from lineo.activity.models import Change, Event, Source

MOST_EVENTS = 200
"""How many events are read at once."""

# Which tasks a change touched; of a large one (an import) it says nothing.
_TASKS = """
    CASE WHEN jsonb_array_length(edits) <= 200 THEN (
        SELECT jsonb_agg(DISTINCT e->>'key') FROM jsonb_array_elements(edits) e
        WHERE e->>'kind' IN ('task', 'estimate', 'progress')
    ) END
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a follower looks: one scenario of a project, a project, or all that they may see."""

    project_id: UUID | None = None
    scenario_id: UUID | None = None

    def condition(self) -> Q:
        """Return which events belong there."""
        if self.scenario_id:
            # What happens to its project concerns it, what happens to its siblings does not.
            beside = Q(scenario_id=None, project_id=self.project_id)
            return Q(scenario_id=self.scenario_id) | beside
        return Q(project_id=self.project_id) if self.project_id else Q()

    def holds(self, event: Event) -> bool:
        """Return whether ``event`` belongs there."""
        if self.scenario_id and event.scenario_id != self.scenario_id:
            return event.scenario_id is None and event.project_id == self.project_id
        return not self.project_id or event.project_id == self.project_id


def latest_number() -> int:
    """Return the number of the last event in the workspace whose context is open."""
    return Event.objects.aggregate(last=Max("sequence"))["last"] or 0


def events_after(number: int, place: Place | None = None) -> list[Event]:
    """Return the next events of the open workspace in their order, at most ``MOST_EVENTS``."""
    rows = Event.objects.filter((place or Place()).condition(), sequence__gt=number)
    return list(rows.select_related("actor").order_by("sequence")[:MOST_EVENTS])


def may_see(membership: Membership, event: Event) -> bool:
    """Return whether the person may know of ``event``.

    What happens in a project is for those who may read there; the rest, such as
    sign-ins and roles, for those who administer the workspace.
    """
    workspace_id = membership.workspace_id
    if event.project_id is None:
        return may(membership, Action.ADMINISTER, scopes=scope_chain(workspace_id))
    scopes = scope_chain(workspace_id, project_id=event.project_id, scenario_id=event.scenario_id)
    return may(membership, Action.READ, scopes=scopes)


def may_see_tasks(membership: Membership) -> bool:
    """Return whether the person may know which tasks are touched: no rule hides one from them."""
    verdicts = verdicts_on(membership, Action.READ)
    return all(allowed or scope.kind != ScopeKind.TASK for scope, allowed in verdicts.items())


def told_to(membership: Membership, words: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return ``words`` of events without what rules hide from this person."""
    if may_see_tasks(membership):
        return list(words)
    return [{**one, "tasks": []} for one in words]


def told(events: Sequence[Event]) -> list[dict[str, Any]]:
    """Return ``events`` as followers get them, with one query for what their changes touched."""
    ids = [event.pk for event in events if event.source == Source.CHANGE]
    touched = _touched(ids) if ids else {}
    return [_told(event, *touched.get(event.pk, (None, []))) for event in events]


def _touched(ids: Iterable[UUID]) -> dict[UUID, tuple[int, list[str]]]:
    tasks = RawSQL(_TASKS, [], JSONField())  # noqa: S611 - no text of anybody's is in it
    rows = Change.objects.filter(pk__in=ids).annotate(tasks=tasks)
    return {pk: (at, tasks or []) for pk, at, tasks in rows.values_list("pk", "revision", "tasks")}


def _told(event: Event, revision: int | None, tasks: list[str]) -> dict[str, Any]:
    actor = event.actor
    kind = ActorKind.AGENT if getattr(actor, "is_agent", False) else ActorKind.PERSON
    return {
        "number": event.sequence,
        "time": event.created_at,
        "action": event.action,
        "actor": {
            "kind": str(kind if actor else ActorKind.SYSTEM),
            "id": str(actor.pk) if actor else None,
            "name": str(actor) if actor else "",
        },
        "object": {
            "kind": event.subject_kind,
            "id": str(event.subject_id) if event.subject_id else None,
        },
        "project": str(event.project_id) if event.project_id else None,
        "scenario": str(event.scenario_id) if event.scenario_id else None,
        "revision": revision,
        "tasks": tasks,
    }
