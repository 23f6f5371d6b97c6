"""The audit trail and the order of events over HTTP."""

from datetime import date
from typing import Any
from uuid import UUID

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from lineo.accounts.happened import ActorKind
from lineo.accounts.models import Membership
from lineo.activity import trail
from lineo.activity.models import Event
from lineo.activity.sight import Sight
from lineo.activity.trail_files import present
from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY, page, page_of
from lineo.api.queries import Query
from lineo.api.shapes import FLAG, MOMENT, choice, listing, nullable, record, shape, text, whole
from lineo.api.shapes import UUID as ID
from lineo.api.views import ApiView

_ANY = {"description": "A word, or names with values; null where nothing is told."}
AUDIT_LINE = shape(
    "AuditLine",
    record(
        {
            "number": whole(1, 2**63 - 1, description="Its place in the workspace's one order."),
            "time": MOMENT,
            "action": text(60, about="The object and what was done, such as project.archived."),
            "actor": record(
                {
                    "kind": choice(*ActorKind.values),
                    "id": nullable(ID),
                    "name": text(254),
                    "token": nullable(
                        record({"id": ID, "name": text(120)}, about="With which of their tokens.")
                    ),
                }
            ),
            "object": record({"kind": text(40), "id": nullable(ID), "name": text(300)}),
            "project": nullable(ID),
            "scenario": nullable(ID),
            "before": _ANY,
            "after": _ANY,
            "edits": listing({"type": "object"}, 10**7),
            "request_id": nullable(text(64)),
            "withheld": {
                **FLAG,
                "description": "A rule hides from the caller what it was done to and what it"
                " changed: no name, values and edits are told.",
            },
        },
        about="One deed; it never changes.",
    ),
)
AUDIT_LINES = page_of("AuditLine")
_DAY = {"type": "string", "format": "date"}
_FILTER = (
    Query("actor", ID, "Only what this person or agent did."),
    Query("action", text(60, least=1), "Only this action, such as member.role_changed."),
    Query("object", ID, "Only what was done to this, or to what is in it."),
    Query(
        "search", text(200, least=1), "Only what has this in its name, action, token or request id."
    ),
    Query("since", _DAY, "Only from this day on."),
    Query("until", _DAY, "Only up to and with this day."),
)


class AuditTrail(ApiView):
    """Who did what to what, the newest first; for those who administer the workspace."""

    tag = "activity"

    @operation("list_audit", "List the audit trail", answers=AUDIT_LINES,
               query=(*PAGE_QUERY, *_FILTER))  # fmt: skip
    def get(self, request: Request, *, query: dict[str, Any]) -> Response:
        membership: Membership = request.membership  # type: ignore[attr-defined]
        rows, sight = trail.trail_for(membership, _asked(query)), Sight([membership])
        shown: dict[UUID, Any] = {}

        def attach(events: list[Event]) -> None:
            shown.update({line.event.pk: present(line) for line in trail.lines_of(events, sight)})

        return page(request, rows, lambda event: shown[event.pk], query, attach=attach)


def _asked(query: dict[str, Any]) -> trail.Asked:
    return trail.Asked(
        actor=_uuid(query["actor"]),
        action=query["action"] or "",
        subject=_uuid(query["object"]),
        text=query["search"] or "",
        since=_day(query["since"]),
        until=_day(query["until"]),
    )


def _uuid(value: str | None) -> UUID | None:
    return UUID(value) if value else None


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


urlpatterns = [path("audit/", AuditTrail.as_view(), name="audit")]
