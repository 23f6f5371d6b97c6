"""Labels over HTTP: those of a project, and each by its own id."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY, page, page_of
from lineo.api.preconditions import etag
from lineo.api.shapes import UUID as ID
from lineo.api.shapes import VERSION, choice, record, shape, text
from planning.api.views import PlanningView
from planning.models import Label
from planning.models.scenario import Colour
from planning.work import labels

_FIELDS = {"name": text(40, least=1), "colour": choice(*Colour.values)}
LABEL = shape(
    "Label",
    record(
        {
            "id": ID,
            "url": text(200),
            "project": ID,
            "name": text(40),
            "colour": choice(*Colour.values),
            "version": VERSION,
        },
        about="A word that groups tasks of a project. It is made by using it.",
    ),
)
LABELS = page_of("Label")
shape("LabelChange", {**record(_FIELDS, required=()), "minProperties": 1})


def present(row: Label) -> dict[str, Any]:
    """Return a label as the API shows it."""
    return {
        "id": str(row.pk),
        "url": reverse("api:label", args=[row.pk]),
        "project": str(row.project_id),
        "name": row.name,
        "colour": row.colour,
        "version": row.version,
    }


class ProjectLabels(PlanningView):
    """The labels of a project; they are made by using them."""

    tag = "work"

    @operation("list_labels", "List a project's labels", answers=LABELS, query=PAGE_QUERY)
    def get(self, request: Request, project_id: UUID, *, query: dict[str, Any]) -> Response:
        return page(request, labels.labels_of(self.project(project_id)), present, query)


class LabelDetail(PlanningView):
    """One label."""

    tag = "work"

    def label(self, pk: UUID) -> Label:
        return get_object_or_404(labels.labels_for(self.membership), pk=pk)

    @operation("read_label", "Read a label", answers=LABEL)
    def get(self, request: Request, label_id: UUID) -> Response:
        row = self.label(label_id)
        return Response(present(row), headers=etag(row.version))

    @operation(
        "change_label",
        "Rename a label, or give it another colour",
        body="LabelChange",
        answers=LABEL,
        guarded=True,
    )
    def patch(
        self, request: Request, label_id: UUID, *, body: dict[str, Any], seen: int | None
    ) -> Response:
        """Change it wherever it stands: its tasks keep it."""
        row = labels.change_label(self.label(label_id), actor=self.actor, seen=seen, **body)
        return Response(present(row), headers=etag(row.version))

    @operation("delete_label", "Delete a label", status=204, guarded=True)
    def delete(self, request: Request, label_id: UUID, *, seen: int | None) -> Response:
        """Delete it; its tasks stay, without it."""
        labels.delete_label(self.label(label_id), actor=self.actor, seen=seen)
        return Response(status=204)
