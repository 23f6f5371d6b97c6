"""History: what was done to a scenario, undone and done again."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.activity.models import Change
from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY, page, page_of
from lineo.api.shapes import FLAG, MOMENT, listing, nullable, record, shape, text, whole
from lineo.api.shapes import UUID as ID
from planning.api import reads
from planning.api.views import PlanningView
from planning.api.words import instant
from planning.change_veil import seen_changes
from planning.services import history as services

_PERSON = nullable(record({"id": ID, "name": text(300)}))
_FIELDS = {
    "id": ID,
    "url": text(200),
    "scenario": ID,
    "revision": whole(0, 2**31 - 1),
    "actor": _PERSON,
    "intention": text(40, about="A short word that stays the same, such as edit-task."),
    "summary": text(300),
    "undoes": nullable(ID),
    "is_undo": FLAG,
    "created_at": MOMENT,
    "request_id": text(64),
}
EDIT = record(
    {
        "kind": text(20),
        "key": text(1500),
        "what": text(20),
        "field": nullable(text(200)),
        "from": {},
        "to": {},
    },
    about="One difference in the words of the plan file, with its value before and after.",
)
CHANGE = shape("Change", record(_FIELDS, about="One committed intention of one actor."))
CHANGES = page_of("Change")
CHANGE_WITH_EDITS = shape(
    "ChangeWithEdits", record({**_FIELDS, "edits": listing(EDIT, 10_000_000)})
)

shape("Restoration", record({"revision": whole(0, 2**31 - 1)}, required=("revision",)))


def person(row: Any) -> dict[str, str] | None:
    """Return who it was, by name."""
    return None if row is None else {"id": str(row.pk), "name": str(row)}


def present(row: Change) -> dict[str, Any]:
    """Return a change as the API shows it, without what it did."""
    return {
        "id": str(row.pk),
        "url": reverse("api:change", args=[row.pk]),
        "scenario": str(row.subject_id),
        "revision": row.revision,
        "actor": person(row.actor),
        "intention": row.intention,
        "summary": row.summary,
        "undoes": str(row.undoes) if row.undoes else None,
        "is_undo": row.is_undo,
        "created_at": instant(row.created_at),
        "request_id": row.request_id,
    }


def present_with_edits(row: Change) -> dict[str, Any]:
    """Return a change with what it did."""
    (seen,) = seen_changes([row])
    return {**present(seen), "edits": seen.edits}


class ScenarioChanges(PlanningView):
    """The history of a scenario, the newest change first."""

    tag = "changes"

    @operation("list_changes", "List the changes of a scenario", answers=CHANGES, query=PAGE_QUERY)
    def get(self, request: Request, scenario_id: UUID, *, query: dict[str, Any]) -> Response:
        rows = reads.changes_of(self.scenario(scenario_id))
        return page(request, rows, present, query, attach=seen_changes)


class ChangeDetail(PlanningView):
    """One change and what it did."""

    tag = "changes"

    @operation("read_change", "Read a change", answers=CHANGE_WITH_EDITS)
    def get(self, request: Request, change_id: UUID) -> Response:
        row = get_object_or_404(reads.changes(self.membership), pk=change_id)
        return Response(present_with_edits(row))


class ScenarioUndo(PlanningView):
    """One step back."""

    tag = "changes"

    @operation("undo", "Undo your last change", answers=CHANGE_WITH_EDITS)
    def post(self, request: Request, scenario_id: UUID) -> Response:
        """Take back your last change that still stands: a new change, which can be redone.

        Refused with 409 where there is none, or where somebody has touched the same field since.
        """
        change = services.undo(self.scenario(scenario_id), actor=self.actor)
        return Response(present_with_edits(change))


class ScenarioRedo(PlanningView):
    """One step forward again."""

    tag = "changes"

    @operation("redo", "Redo what you undid", answers=CHANGE_WITH_EDITS)
    def post(self, request: Request, scenario_id: UUID) -> Response:
        """Do again what your last undo took back."""
        change = services.redo(self.scenario(scenario_id), actor=self.actor)
        return Response(present_with_edits(change))


class ScenarioMoment(PlanningView):
    """Back to an earlier moment."""

    tag = "changes"

    @operation(
        "restore_moment",
        "Restore an earlier revision",
        body="Restoration",
        answers=CHANGE_WITH_EDITS,
        guarded=True,
    )
    def post(
        self, request: Request, scenario_id: UUID, *, body: dict[str, Any], seen: int | None
    ) -> Response:
        """Make the plan what it was at that revision: one new change, which can be undone.

        Merges of later are offered anew. No moment before the last promotion comes back: what was
        promised is taken back with `restore-baseline/` only.
        """
        found = self.scenario(scenario_id)
        seen = found.revision if seen is None else seen
        change = services.restore(found, body["revision"], actor=self.actor, seen=seen)
        return Response(present_with_edits(change))
