"""What comments and references share over HTTP: they are about one thing, and stand below it."""

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from rest_framework.request import Request
from rest_framework.response import Response

from lineo.accounts.models import User
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


class Place(NamedTuple):
    """Where things of one kind stand: in addresses, and in a sentence."""

    parameter: str
    noun: str


PLACES = {
    SubjectKind.TASK: Place("task_id", "a task"),
    SubjectKind.RISK: Place("row_id", "a risk"),
    SubjectKind.SCENARIO: Place("scenario_id", "a scenario"),
    SubjectKind.UPDATE: Place("update_id", "an update"),
    SubjectKind.PROMOTION: Place("promotion_id", "a decision"),
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


class Delete(Protocol):
    """A service that deletes a row which is about something."""

    def __call__(self, row: Any, /, *, subject: Subject, actor: User, seen: int | None) -> None: ...


class OneAboutSubject(PlanningView):
    """One row by its own id, with what it is about."""

    def deleted(self, row: About, service: Delete, seen: int | None) -> Response:
        service(row, subject=self.subject(row), actor=self.actor, seen=seen)
        return Response(status=204)

    def subject(self, row: About) -> Subject:
        try:
            return subjects.of_about(row, self.membership)
        except LookupError:
            raise Http404 from None


class Words(NamedTuple):
    """What an operation is called, by scripts and by people; each with a gap for the kind."""

    id: str
    summary: str

    def of(self, kind: SubjectKind) -> "Words":
        return Words(self.id.format(kind=kind), self.summary.format(noun=PLACES[kind].noun))


View = TypeVar("View", bound=BelowSubject)


def paths_below(
    base: type[View],
    name: str,
    *,
    about: str,
    listing: Words,
    adding: Words,
    shapes: tuple[Schema, Schema, str],
) -> list[URLPattern]:
    """Return the addresses of what stands below things of each kind.

    ``shapes`` are those of a page, of one row, and the name of a new one's.
    """
    several, one, new = shapes
    found = []
    for kind, (parameter, noun) in PLACES.items():
        view = _view_below(
            base,
            kind,
            about=about.format(noun=noun),
            listing=operation(*listing.of(kind), answers=several, query=PAGE_QUERY),
            adding=operation(*adding.of(kind), body=new, answers=one, status=201),
        )
        route = f"{kind}s/<uuid:{parameter}>/{name}/"
        found.append(path(route, view.as_view(), name=f"{kind}-{name}"))
    return found


def _view_below(
    base: type[View],
    kind: SubjectKind,
    *,
    about: str,
    listing: Callable[[Any], Any],
    adding: Callable[[Any], Any],
) -> type[View]:
    parameter = PLACES[kind].parameter

    @listing
    def get(self: View, request: Request, *, query: dict[str, Any], **address: UUID) -> Response:
        return self.listed(request, address[parameter], query)

    @adding
    def post(self: View, request: Request, *, body: dict[str, Any], **address: UUID) -> Response:
        return self.added(address[parameter], body)

    name = f"{kind.title()}{base.__name__}"
    return type(name, (base,), {"__doc__": about, "kind": kind, "get": get, "post": post})
