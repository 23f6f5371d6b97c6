"""Dependencies: what waits for what."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY, page, page_of
from lineo.api.preconditions import etag
from lineo.api.queries import Query
from lineo.api.shapes import UUID as ID
from lineo.api.shapes import VERSION, record, shape, text
from planning.api import reads
from planning.api.plan_shapes import KEY, fields_of, without_defaults
from planning.api.views import PlanningView, RowView
from planning.api.words import explained, units_of
from planning.columns import KeyNames, dependency_of
from planning.core.fields import read_fields
from planning.core.plan import Dependency as Link
from planning.core.plan import LinkType
from planning.core.words import DEPENDENCY_FIELDS, read_dependency
from planning.models import Dependency
from planning.services import tasks as services

_ENDS = {"from": KEY, "to": KEY}
_FIELDS = fields_of("dependency", **_ENDS)

DEPENDENCY = shape(
    "Dependency",
    record(
        {
            "id": ID,
            "url": text(200),
            "scenario": ID,
            "key": text(500, about="from|to|type"),
            "version": VERSION,
            **without_defaults(_FIELDS),
        },
        about="A link from predecessor to successor, both by key.",
    ),
)
DEPENDENCIES = page_of("Dependency")
shape("DependencyNew", record(_FIELDS, required=("from", "to")))
shape(
    "DependencyChange",
    record(without_defaults(fields_of("dependency", without=("from", "to"))), required=()),
)
_FILTERS = (
    Query("from", KEY, "Only links from the task of this key."),
    Query("to", KEY, "Only links to the task of this key."),
)


def value_of(row: Dependency) -> Link:
    """Return the link that a row holds."""
    ends = {row.predecessor_id: row.predecessor.key, row.successor_id: row.successor.key}
    return dependency_of(row, KeyNames(calendars={}, tasks=ends))


def present(row: Dependency) -> dict[str, Any]:
    """Return a dependency as the API shows it."""
    link, units = value_of(row), units_of(row.scenario)
    return {
        "id": str(row.pk),
        "url": reverse("api:dependency", args=[row.pk]),
        "scenario": str(row.scenario_id),
        "key": link.key,
        "version": row.version,
        "from": link.predecessor,
        "to": link.successor,
        "type": str(link.type),
        **{name: field.write(link, units) for name, field in DEPENDENCY_FIELDS.items()},
    }


class ScenarioDependencies(PlanningView):
    """The dependencies of a scenario."""

    tag = "dependencies"

    @operation(
        "list_dependencies",
        "List the dependencies of a scenario",
        answers=DEPENDENCIES,
        query=(*PAGE_QUERY, *_FILTERS),
    )
    def get(self, request: Request, scenario_id: UUID, *, query: dict[str, Any]) -> Response:
        rows = reads.dependencies_of(self.scenario(scenario_id), query)
        attach = reads.attach_ends("predecessor", "successor")
        return page(request, rows, present, query, attach=attach)

    @operation(
        "add_dependency",
        "Make a task wait for another",
        body="DependencyNew",
        answers=DEPENDENCY,
        status=201,
    )
    def post(self, request: Request, scenario_id: UUID, *, body: dict[str, Any]) -> Response:
        """Add a link. One that would close a circle is refused with the circle's names."""
        scenario = self.scenario(scenario_id)
        with explained():
            link = read_dependency(body, units_of(scenario))
        services.add_dependency(scenario, link, actor=self.actor)
        row = reads.dependency_of(scenario, link)
        return Response(present(row), status=201, headers=etag(row.version))


class DependencyDetail(RowView):
    """One dependency."""

    tag = "dependencies"
    collection = "dependencies"

    def rows(self) -> QuerySet[Dependency]:
        return reads.dependencies(self.membership)

    def answer(self, row: Dependency) -> Response:
        return Response(present(row), headers=etag(row.version))

    @operation("read_dependency", "Read a dependency", answers=DEPENDENCY)
    def get(self, request: Request, dependency_id: UUID) -> Response:
        return self.answer(self.row(dependency_id))

    @operation(
        "change_dependency",
        "Change a dependency",
        body="DependencyChange",
        answers=DEPENDENCY,
        guarded=True,
    )
    def patch(
        self, request: Request, dependency_id: UUID, *, body: dict[str, Any], seen: int | None
    ) -> Response:
        """Change type or lag. Another type makes another link, with an id of its own."""
        row = self.row(dependency_id)
        former = value_of(row)
        words = {name: body[name] for name in body if name != "type"}
        with explained():
            attributes = read_fields(words, DEPENDENCY_FIELDS, units_of(row.scenario))
        link = replace(former, type=LinkType(body.get("type", former.type)), **attributes)
        services.edit_dependency(
            row.scenario,
            former.key,
            link,
            actor=self.actor,
            expected=self.expected(former.key, seen),
        )
        return self.answer(reads.dependency_of(row.scenario, link))

    @operation("remove_dependency", "Take a dependency away", status=204, guarded=True)
    def delete(self, request: Request, dependency_id: UUID, *, seen: int | None) -> Response:
        row = self.row(dependency_id)
        key = value_of(row).key
        services.remove_dependency(
            row.scenario, key, actor=self.actor, expected=self.expected(key, seen)
        )
        return Response(status=204)
