"""Updates: narrative notes, append-only."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY, page, page_of
from lineo.api.queries import Query
from lineo.api.shapes import MOMENT, nullable, record, shape, text
from lineo.api.shapes import UUID as ID
from planning import selectors
from planning.api import reads
from planning.api.history import person
from planning.api.plan_shapes import KEY, definition
from planning.api.views import PlanningView
from planning.api.words import instant, moment
from planning.models import Update
from planning.services import updates as services

_BODY = text(50_000, least=1)
_TITLE = text(200)

UPDATE = shape(
    "Update",
    record(
        {
            "id": ID,
            "url": text(200),
            "project": ID,
            "scenario": nullable(ID),
            "task": nullable(KEY),
            "author": nullable(record({"id": ID, "name": text(300)})),
            "title": _TITLE,
            "body": text(50_000),
            "p50": definition("moment_or_null"),
            "p80": definition("moment_or_null"),
            "p_target": nullable({"type": "number"}),
            "created_at": MOMENT,
        },
        about="A note, pinned to the forecast of its moment, whose figures it keeps.",
    ),
)
UPDATES = page_of("Update")
shape(
    "UpdateNew",
    record(
        {"body": _BODY, "title": _TITLE, "scenario": nullable(ID), "task": nullable(KEY)},
        required=("body",),
    ),
)


def present(row: Update) -> dict[str, Any]:
    """Return an update as the API shows it."""
    return {
        "id": str(row.pk),
        "url": reverse("api:update", args=[row.pk]),
        "project": str(row.project_id),
        "scenario": str(row.scenario_id) if row.scenario_id else None,
        "task": row.task_key or None,
        "author": person(row.author),
        "title": row.title,
        "body": row.body,
        "p50": moment(row.p50),
        "p80": moment(row.p80),
        "p_target": row.chance,
        "created_at": instant(row.created_at),
    }


class ProjectUpdates(PlanningView):
    """The notes on a project, its scenarios and tasks, the newest first."""

    tag = "updates"

    @operation(
        "list_updates",
        "List the updates of a project",
        answers=UPDATES,
        query=(
            *PAGE_QUERY,
            Query("scenario", ID, "Only notes on this scenario."),
            Query("task", KEY, "Only notes on the task of this key."),
        ),
    )
    def get(self, request: Request, project_id: UUID, *, query: dict[str, Any]) -> Response:
        rows = reads.updates_of(self.project(project_id), query)
        return page(request, rows, present, query)

    @operation("post_update", "Write an update", body="UpdateNew", answers=UPDATE, status=201)
    def post(self, request: Request, project_id: UUID, *, body: dict[str, Any]) -> Response:
        """Write a note. It stays as it is: there is no changing and no deleting."""
        project = self.project(project_id)
        scenario = None
        if body.get("scenario"):
            scenario = get_object_or_404(selectors.scenarios_of(project), pk=body["scenario"])
        row = services.post_update(
            project,
            author=self.actor,
            body=body["body"],
            title=body.get("title", ""),
            scenario=scenario,
            task_key=body.get("task") or "",
        )
        return Response(present(row), status=201)


class UpdateDetail(PlanningView):
    """One note."""

    tag = "updates"

    @operation("read_update", "Read an update", answers=UPDATE)
    def get(self, request: Request, update_id: UUID) -> Response:
        return Response(present(get_object_or_404(reads.updates(self.membership), pk=update_id)))
