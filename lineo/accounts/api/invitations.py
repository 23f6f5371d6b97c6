"""Invitations over HTTP."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.accounts import invitations as services
from lineo.accounts.actions import Action, ScopeKind
from lineo.accounts.api.views import PeopleView
from lineo.accounts.models import Invitation, Role
from lineo.accounts.places import atlas
from lineo.accounts.views.members import invitation_address
from lineo.api.errors import Fault, InvalidError
from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY, page, page_of
from lineo.api.shapes import FLAG, MOMENT, choice, nullable, record, shape, text
from lineo.api.shapes import UUID as ID

_ROLE = choice(*Role.values)
_EMAIL = {**text(254, least=3), "format": "email"}
INVITATION = shape(
    "Invitation",
    record(
        {
            "id": ID,
            "url": text(200),
            "email": text(254),
            "role": _ROLE,
            "project": nullable(ID),
            "is_open": FLAG,
            "created_at": MOMENT,
            "expires_at": MOMENT,
        },
        about="Somebody who may join by the link in their mail, once.",
    ),
)
INVITATIONS = page_of("Invitation")
shape(
    "InvitationNew",
    record({"email": _EMAIL, "role": _ROLE, "project": nullable(ID)}, required=("email", "role")),
)


def present(row: Invitation) -> dict[str, Any]:
    """Return an invitation as the API shows it."""
    return {
        "id": str(row.pk),
        "url": reverse("api:invitation", args=[row.pk]),
        "email": row.email,
        "role": row.role,
        "project": str(row.project_id) if row.project_id else None,
        "is_open": row.is_open,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
    }


class Invitations(PeopleView):
    """Who is invited, for those who manage people."""

    tag = "people"

    @operation("list_invitations", "List invitations", answers=INVITATIONS, query=PAGE_QUERY)
    def get(self, request: Request, *, query: dict[str, Any]) -> Response:
        return page(request, services.invitations_for(self.membership), present, query)

    @operation("invite", "Invite somebody", body="InvitationNew", answers=INVITATION, status=201)
    def post(self, request: Request, *, body: dict[str, Any]) -> Response:
        """Mail a link that lets somebody in, once. A guest is invited into one project."""
        project = None
        if body.get("project"):
            project = atlas().find(self.membership, ScopeKind.PROJECT, UUID(body["project"]))
            if project is None:
                raise InvalidError(Fault("project", _("There is no such project.")))
        made = services.invite(
            email=body["email"],
            role=Role(body["role"]),
            project=project,
            actor=self.membership,
            address=invitation_address(request),
        )
        return Response(present(made), status=201)


class InvitationDetail(PeopleView):
    """One invitation."""

    tag = "people"

    def invitation(self, invitation_id: UUID) -> Invitation:
        if not self.may(Action.MANAGE_PEOPLE):
            raise Http404
        rows: QuerySet[Invitation] = services.invitations_for(self.membership)
        return get_object_or_404(rows, pk=invitation_id)

    @operation("read_invitation", "Read an invitation", answers=INVITATION)
    def get(self, request: Request, invitation_id: UUID) -> Response:
        return Response(present(self.invitation(invitation_id)))

    @operation("revoke_invitation", "Take an invitation back", status=204)
    def delete(self, request: Request, invitation_id: UUID) -> Response:
        services.revoke(self.invitation(invitation_id), actor=self.membership)
        return Response(status=204)
