"""Commitments over HTTP, and their chances."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY, page, page_of
from lineo.api.shapes import (
    FLAG,
    MOMENT,
    NUMBER,
    choice,
    listing,
    nullable,
    record,
    shape,
    text,
    whole,
)
from lineo.api.shapes import UUID as ID
from planning.api.history import person
from planning.api.plan_shapes import KEY, definition
from planning.api.views import PlanningView
from planning.api.words import explained, instant, moment
from planning.core.fields import read_moment
from simulations.ledger import reading, services
from simulations.ledger.calibration_api import urlpatterns as calibration_patterns
from simulations.ledger.models import Commitment
from simulations.ledger.selectors import Entry, Standing, commitments_for, commitments_of

_COUNT = whole(0, 2**31 - 1)
_PERSON = nullable(record({"id": ID, "name": text(300)}))
_DAY = {"type": "string", "format": "date"}

POINT = record(
    {
        "chance": NUMBER,
        "iterations": _COUNT,
        "scenario": ID,
        "revision": _COUNT,
        "forecast": ID,
        "is_given": FLAG,
        "made_at": MOMENT,
    },
    about="The chance by one stored forecast of the baseline.",
)

COMMITMENT = shape(
    "Commitment",
    record(
        {
            "id": ID,
            "url": text(200),
            "project": ID,
            "milestone": nullable(KEY),
            "milestone_name": text(500),
            "to_whom": text(200),
            "due": definition("moment"),
            "given_on": _DAY,
            "given_by": _PERSON,
            "note": text(5_000),
            "standing": choice(*Standing),
            "finished_at": definition("moment_or_null"),
            "chance_given": nullable(NUMBER),
            "chance_now": nullable(NUMBER),
            "points": listing(POINT, 1_000_000),
            "created_at": MOMENT,
            "withdrawn_at": nullable(MOMENT),
            "withdrawn_by": _PERSON,
            "withdrawn_because": text(5_000),
        },
        about="A date that somebody gave to someone; its chance is that of the baseline.",
    ),
)
COMMITMENTS = page_of("Commitment")
shape(
    "CommitmentNew",
    record(
        {
            "to_whom": text(200, least=1),
            "due": definition("moment"),
            "milestone": nullable(KEY),
            "note": text(5_000),
            "given_on": nullable(_DAY),
        },
        required=("to_whom", "due"),
        about="A `due` without a time means the last working minute of its day.",
    ),
)
shape("CommitmentWithdrawal", record({"reason": text(5_000, least=1)}))


def present(entry: Entry) -> dict[str, Any]:
    """Return a commitment as the API shows it."""
    row = entry.row
    return {
        "id": str(row.pk),
        "url": reverse("api:commitment", args=[row.pk]),
        "project": str(row.project_id),
        "milestone": row.milestone_key or None,
        "milestone_name": row.milestone_name,
        "to_whom": row.to_whom,
        "due": moment(row.due),
        "given_on": row.given_on.isoformat(),
        "given_by": person(row.given_by),
        "note": row.note,
        "standing": str(entry.standing),
        "finished_at": moment(entry.finished_at),
        "chance_given": entry.chance_given,
        "chance_now": entry.chance_now,
        "points": [
            {
                "chance": point.chance,
                "iterations": point.iterations,
                "scenario": str(point.record.scenario_id),
                "revision": point.record.revision,
                "forecast": str(point.record_id),
                "is_given": point.is_given,
                "made_at": instant(point.made_at),
            }
            for point in entry.points
        ],
        "created_at": instant(row.created_at),
        "withdrawn_at": instant(row.withdrawn_at),
        "withdrawn_by": person(row.withdrawn_by),
        "withdrawn_because": row.withdrawn_because,
    }


class LedgerView(PlanningView):
    """What the views of the ledger share."""

    tag = "commitments"

    def commitment(self, commitment_id: UUID) -> Commitment:
        return get_object_or_404(commitments_for(self.membership), pk=commitment_id)

    def answer(self, row: Commitment, status: int = 200) -> Response:
        return Response(present(reading.entry(row)), status=status)


class ProjectCommitments(LedgerView):
    """The dates that were given, the first due first."""

    @operation(
        "list_commitments",
        "List the commitments of a project",
        answers=COMMITMENTS,
        query=PAGE_QUERY,
    )
    def get(self, request: Request, project_id: UUID, *, query: dict[str, Any]) -> Response:
        project = self.project(project_id)
        entries: dict[UUID, Entry] = {}

        def attach(rows: list[Commitment]) -> None:
            entries.update((entry.row.pk, entry) for entry in reading.entries(project, rows))

        rows = commitments_of(project)
        return page(request, rows, lambda row: present(entries[row.pk]), query, attach=attach)

    @operation(
        "give_commitment",
        "Record a date that was given to someone",
        body="CommitmentNew",
        answers=COMMITMENT,
        status=201,
    )
    def post(self, request: Request, project_id: UUID, *, body: dict[str, Any]) -> Response:
        """Record it with its chance by the forecast that stands on the baseline."""
        with explained("due"):
            due = _due(body["due"])
        given_on = body.get("given_on")
        row = services.give_commitment(
            self.project(project_id),
            actor=self.actor,
            to_whom=body["to_whom"],
            due=due,
            milestone_key=body.get("milestone") or "",
            note=body.get("note", ""),
            given_on=date.fromisoformat(given_on) if given_on else None,
        )
        return self.answer(row, status=201)


class CommitmentDetail(LedgerView):
    """One commitment with the course of its chance."""

    @operation("read_commitment", "Read a commitment", answers=COMMITMENT)
    def get(self, request: Request, commitment_id: UUID) -> Response:
        return self.answer(self.commitment(commitment_id))


class CommitmentWithdraw(LedgerView):
    """A date is taken back."""

    @operation(
        "withdraw_commitment",
        "Withdraw a commitment",
        body="CommitmentWithdrawal",
        answers=COMMITMENT,
    )
    def post(self, request: Request, commitment_id: UUID, *, body: dict[str, Any]) -> Response:
        """Take the date back. It stays in the ledger, with the reason."""
        row = self.commitment(commitment_id)
        services.withdraw_commitment(row, actor=self.actor, reason=body["reason"])
        return self.answer(row)


def _due(words: str) -> date | datetime:
    found = read_moment(words)
    assert found is not None
    return found if "T" in words else found.date()


urlpatterns = [
    path(
        "projects/<uuid:project_id>/commitments/",
        ProjectCommitments.as_view(),
        name="commitments",
    ),
    path("commitments/<uuid:commitment_id>/", CommitmentDetail.as_view(), name="commitment"),
    path(
        "commitments/<uuid:commitment_id>/withdraw/",
        CommitmentWithdraw.as_view(),
        name="withdraw-commitment",
    ),
    *calibration_patterns,
]
