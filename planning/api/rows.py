"""Calendars, risks, drivers and correlations: rows of a plan that are alike to the caller."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.accounts.models import Membership
from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY, page, page_of
from lineo.api.preconditions import etag
from lineo.api.shapes import UUID as ID
from lineo.api.shapes import VERSION, Schema, record, shape, text
from planning.api.plan_shapes import KEY, NEW_KEY, fields_of, without_defaults
from planning.api.views import PlanningView, RowView
from planning.api.words import explained, units_of
from planning.core import words
from planning.models import Scenario
from planning.services import plans as services

Rows = Callable[[Membership], QuerySet[Any]]


def _with_its_key(entity: Any) -> Q:
    return Q(key=entity.key)


@dataclass(frozen=True)
class Kind:
    """One kind of row: its words, its rows and its names.

    ``identity`` is the field of the plan file that is the key, and stays as it
    was made: a name where people choose it, a pair of tasks, else an id.
    ``where`` finds the row of a value among the rows of its scenario.
    """

    noun: str
    title: str
    core: words.RowKind
    rows: Rows
    value_of: Callable[[Any], Any]
    required: tuple[str, ...]
    identity: str = "id"
    instead: tuple[tuple[str, Schema], ...] = ()
    where: Callable[[Any], Q] = _with_its_key

    @property
    def plural(self) -> str:
        return self.core.collection

    def fields(self, *, without: tuple[str, ...] = ()) -> dict[str, Schema]:
        """Return the fields of the plan file, but the id."""
        instead = {name: schema for name, schema in self.instead if name not in without}
        return fields_of(self.noun, without=("id", *without), **instead)

    def present(self, row: Any) -> dict[str, Any]:
        """Return the row as the API shows it."""
        written = self.core.write(self.value_of(row), units_of(row.scenario))
        written.pop("id", None)
        return {
            "id": str(row.pk),
            "url": reverse(f"api:{self.noun}", args=[row.pk]),
            "scenario": str(row.scenario_id),
            "key": row.key,
            "version": row.version,
            **written,
        }

    def publish(self) -> None:
        """Name the shapes of what is sent and answered."""
        identity = {"key": NEW_KEY} if self.identity == "id" else {}
        key = {**KEY, "maxLength": 500}
        about = {"id": ID, "url": text(200), "scenario": ID, "key": key, "version": VERSION}
        shape(self.title, record({**about, **without_defaults(self.fields())}))
        page_of(self.title)
        new = {**identity, **self.fields()}
        shape(f"{self.title}New", record(new, required=self.required))
        changed = without_defaults(self.fields(without=(self.identity,)))
        shape(f"{self.title}Change", record(changed, required=()))


def views_of(kind: Kind) -> tuple[type[PlanningView], type[RowView]]:
    """Return the view of a scenario's rows of one kind, and the view of one row."""
    kind.publish()
    one, many, noun = {"$ref": f"#/components/schemas/{kind.title}"}, kind.plural, kind.noun
    page_shape = {"$ref": f"#/components/schemas/{kind.title}Page"}

    class Collection(PlanningView):
        tag = many

        @operation(
            f"list_{many}", f"List the {many} of a scenario", answers=page_shape, query=PAGE_QUERY
        )
        def get(self, request: Request, scenario_id: UUID, *, query: dict[str, Any]) -> Response:
            scenario = self.scenario(scenario_id)
            rows = kind.rows(self.membership).filter(scenario=scenario)
            return page(request, rows, kind.present, query)

        @operation(f"add_{noun}", f"Add a {noun}", body=f"{kind.title}New", answers=one, status=201)
        def post(self, request: Request, scenario_id: UUID, *, body: dict[str, Any]) -> Response:
            scenario = self.scenario(scenario_id)
            entity = _read(kind, _with_identity(kind, body), scenario)
            services.add_entity(scenario, entity, actor=self.actor)
            row = kind.rows(self.membership).get(kind.where(entity), scenario=scenario)
            return Response(kind.present(row), status=201, headers=etag(row.version))

    class Detail(RowView):
        tag = many
        collection = many

        def rows(self) -> QuerySet[Any]:
            return kind.rows(self.membership)

        def answer(self, row: Any) -> Response:
            return Response(kind.present(row), headers=etag(row.version))

        @operation(f"read_{noun}", f"Read a {noun}", answers=one)
        def get(self, request: Request, row_id: UUID) -> Response:
            return self.answer(self.row(row_id))

        @operation(
            f"change_{noun}",
            f"Change a {noun}",
            body=f"{kind.title}Change",
            answers=one,
            guarded=True,
        )
        def patch(
            self, request: Request, row_id: UUID, *, body: dict[str, Any], seen: int | None
        ) -> Response:
            """Change what is given; a list or a week that is given replaces the former one."""
            row = self.row(row_id)
            units = units_of(row.scenario)
            services.edit_entity(
                row.scenario,
                type(kind.value_of(row)),
                row.key,
                actor=self.actor,
                change=lambda now: kind.core.read({**kind.core.write(now, units), **body}, units),
                expected=self.expected(row.key, seen),
            )
            return self.answer(self.row(row_id))

        @operation(f"delete_{noun}", f"Delete a {noun}", status=204, guarded=True)
        def delete(self, request: Request, row_id: UUID, *, seen: int | None) -> Response:
            row = self.row(row_id)
            services.delete_entity(
                row.scenario,
                type(kind.value_of(row)),
                row.key,
                actor=self.actor,
                expected=self.expected(row.key, seen),
            )
            return Response(status=204)

    Collection.__name__, Detail.__name__ = f"Scenario{kind.title}s", kind.title
    Collection.__doc__ = f"The {many} of a scenario."
    Detail.__doc__ = f"One {noun}."
    return Collection, Detail


def _with_identity(kind: Kind, body: dict[str, Any]) -> dict[str, Any]:
    if kind.identity != "id":
        return body
    key = body.get("key") or services.new_key(kind.noun)
    return {**{name: body[name] for name in body if name != "key"}, "id": key}


def _read(kind: Kind, given: dict[str, Any], scenario: Scenario) -> Any:
    with explained():
        return kind.core.read(given, units_of(scenario))
