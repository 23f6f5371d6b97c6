"""What comments and references share over HTTP: they are about one thing, and stand below it."""

from typing import Any, ClassVar, NamedTuple, TypeVar
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY
from lineo.api.shapes import UUID as ID
from lineo.api.shapes import Schema, choice, nullable, record
from lineo.talk import subjects
from lineo.talk.models import About, SubjectKind
from lineo.talk.subjects import Subject
from planning.api.plan_shapes import KEY
from planning.api.views import PlanningView

ABOUT = record(
    {
        "kind": choice(*SubjectKind.values),
        "key": nullable(KEY),
        "scenario": nullable(ID),
        "update": nullable(ID),
        "promotion": nullable(ID),
    }
)
_IN_ADDRESSES = {
    SubjectKind.TASK: "task_id",
    SubjectKind.RISK: "row_id",
    SubjectKind.SCENARIO: "scenario_id",
    SubjectKind.UPDATE: "update_id",
    SubjectKind.PROMOTION: "promotion_id",
}


def present_about(row: About) -> dict[str, Any]:
    """Return what a row is about as the API shows it."""
    others = {name: getattr(row, f"{name}_id") for name in ("scenario", "update", "promotion")}
    shown = {name: str(pk) if pk else None for name, pk in others.items()}
    return {"kind": row.subject_kind, "key": row.subject_key or None, **shown}


class BelowSubject(PlanningView):
    """What stands below one thing of ``kind``, which the address names."""

    kind: ClassVar[SubjectKind]

    def subject(self, pk: UUID) -> Subject:
        rows = subjects.rows_for(self.membership, self.kind)
        return subjects.of_row(get_object_or_404(rows, pk=pk))

    def listed(self, request: Request, pk: UUID, query: dict[str, Any]) -> Response:
        raise NotImplementedError

    def added(self, pk: UUID, body: dict[str, Any]) -> Response:
        raise NotImplementedError


class OneAboutSubject(PlanningView):
    """One row by its own id, with what it is about."""

    def subject(self, row: About) -> Subject:
        try:
            return subjects.of_about(row, self.membership)
        except LookupError:
            raise Http404 from None


class Words(NamedTuple):
    """What an operation is called, by scripts and by people."""

    id: str
    summary: str


View = TypeVar("View", bound=BelowSubject)


def view_below(
    base: type[View],
    kind: SubjectKind,
    *,
    about: str,
    listing: Words,
    adding: Words,
    shapes: tuple[Schema, Schema, str],
) -> type[View]:
    """Return the view of what stands below things of one kind.

    ``shapes`` are those of a page, of one row, and the name of a new one's.
    """
    several, one, new = shapes
    parameter = _IN_ADDRESSES[kind]

    @operation(*listing, answers=several, query=PAGE_QUERY)
    def get(self: View, request: Request, *, query: dict[str, Any], **address: UUID) -> Response:
        return self.listed(request, address[parameter], query)

    @operation(*adding, body=new, answers=one, status=201)
    def post(self: View, request: Request, *, body: dict[str, Any], **address: UUID) -> Response:
        return self.added(address[parameter], body)

    name = f"{kind.title()}{base.__name__}"
    return type(name, (base,), {"__doc__": about, "kind": kind, "get": get, "post": post})
