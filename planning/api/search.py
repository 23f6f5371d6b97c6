"""One address that finds everything, as the palette does."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from lineo.api.operations import operation
from lineo.api.queries import Query
from lineo.api.shapes import UUID as ID
from lineo.api.shapes import choice, listing, record, shape, text
from planning import search
from planning.api.views import PlanningView

KINDS = ("task", "project", "scenario", "update", "comment", "reference", "person")
FOUND = shape(
    "Found",
    record(
        {
            "results": listing(
                record(
                    {
                        "kind": choice(*KINDS),
                        "title": text(500),
                        "detail": text(1000),
                        "page": text(400, about="Where people read it."),
                    }
                ),
                100,
            )
        },
        about="What was found, the best of each kind first; not every match.",
    ),
)


class Search(PlanningView):
    """Find tasks, scenarios, projects, updates, comments, references and people."""

    tag = "search"

    @operation(
        "search",
        "Search",
        answers=FOUND,
        query=(
            Query("q", text(200), "Words, part of a name, a number, also with a typing error."),
            Query("scenario", ID, "Look in this scenario first, instead of its baseline."),
        ),
    )
    def get(self, request: Request, *, query: dict[str, Any]) -> Response:
        opened = None
        if query["scenario"]:
            opened = self.scenario(query["scenario"]).pk
        hits = search.find(self.membership, query["q"] or "", opened=opened)
        return Response(
            {
                "results": [
                    {"kind": hit.code, "title": hit.title, "detail": hit.detail, "page": hit.url}
                    for hit in hits
                ]
            }
        )
