"""Tokens over HTTP: a secret is answered once, when it is made."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.accounts import places, tokens
from lineo.accounts.actions import Action, ScopeKind
from lineo.accounts.api.views import PERSON, PeopleView, person
from lineo.accounts.models import Token, TokenScope
from lineo.api.errors import Fault, InvalidError
from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY, page, page_of
from lineo.api.queries import Query
from lineo.api.shapes import FLAG, MOMENT, choice, nullable, record, shape, text, whole
from lineo.api.shapes import UUID as ID

_SCOPES = {
    "type": "array",
    "items": choice(*TokenScope.values),
    "minItems": 1,
    "maxItems": len(TokenScope),
}
_FIELDS = {
    "id": ID,
    "url": text(200),
    "name": text(120),
    "holder": PERSON,
    "scopes": _SCOPES,
    "project": nullable(ID),
    "hint": text(16, about="How its secret begins."),
    "is_live": FLAG,
    "created_at": MOMENT,
    "rotated_at": nullable(MOMENT),
    "expires_at": MOMENT,
    "revoked_at": nullable(MOMENT),
    "last_used_at": nullable(MOMENT),
}
TOKEN = shape("Token", record(_FIELDS, about="A token; its secret is shown when it is made."))
TOKENS = page_of("Token")
MINTED = shape("TokenWithSecret", record({**_FIELDS, "secret": text(100)}))
shape(
    "TokenNew",
    record(
        {
            "name": text(120, least=1),
            "scopes": _SCOPES,
            "days": whole(1, tokens.MOST_DAYS, description="How many days it lasts."),
            "project": nullable(ID),
            "agent": nullable({**ID, "description": "The member id of an agent; else oneself."}),
        },
        required=("name", "scopes"),
    ),
)
DEFAULT_DAYS = 90


def present(row: Token) -> dict[str, Any]:
    """Return a token as the API shows it."""
    return {
        "id": str(row.pk),
        "url": reverse("api:token", args=[row.pk]),
        "name": row.name,
        "holder": person(row.membership.person),
        "scopes": sorted(row.scopes),
        "project": str(row.project_id) if row.project_id else None,
        "hint": row.hint,
        "is_live": row.is_live,
        "created_at": row.created_at,
        "rotated_at": row.rotated_at,
        "expires_at": row.expires_at,
        "revoked_at": row.revoked_at,
        "last_used_at": row.last_used_at,
    }


class TokenView(PeopleView):
    """One's own tokens, and for those who manage people everybody's."""

    tag = "tokens"

    def rows(self) -> QuerySet[Token]:
        rows = Token.objects.select_related("membership__person")
        if not self.may(Action.MANAGE_PEOPLE):
            rows = rows.filter(membership=self.membership)
        return rows

    def token(self, token_id: UUID) -> Token:
        found: Token = get_object_or_404(self.rows(), pk=token_id)
        tokens.attach_use([found])
        return found


class Tokens(TokenView):
    """The tokens, the newest first."""

    @operation(
        "list_tokens",
        "List tokens",
        answers=TOKENS,
        query=(*PAGE_QUERY, Query("agents", FLAG, "Only those of agents, or only people's.")),
    )
    def get(self, request: Request, *, query: dict[str, Any]) -> Response:
        wanted = query["agents"]
        kind = Q() if wanted is None else Q(membership__person__is_agent=wanted)
        return page(request, self.rows().filter(kind), present, query, attach=tokens.attach_use)

    @operation("create_token", "Make a token", body="TokenNew", answers=MINTED, status=201)
    def post(self, request: Request, *, body: dict[str, Any]) -> Response:
        """Make a token for oneself or an agent. Its secret is in this answer and nowhere else."""
        holder = self.member(UUID(body["agent"])) if body.get("agent") else self.membership
        project_id = UUID(body["project"]) if body.get("project") else None
        if project_id and not places.atlas().find(self.membership, ScopeKind.PROJECT, project_id):
            raise InvalidError(Fault("project", _("There is no such project.")))
        minted = tokens.create_token(
            holder,
            name=body["name"],
            scopes=body["scopes"],
            days=body.get("days", DEFAULT_DAYS),
            project_id=project_id,
            actor=self.membership,
        )
        return Response({**present(minted.token), "secret": minted.secret}, status=201)


class TokenDetail(TokenView):
    """One token."""

    @operation("read_token", "Read a token", answers=TOKEN)
    def get(self, request: Request, token_id: UUID) -> Response:
        return Response(present(self.token(token_id)))

    @operation("revoke_token", "Revoke a token", status=204)
    def delete(self, request: Request, token_id: UUID) -> Response:
        """Let the token open nothing any more."""
        tokens.revoke_token(self.token(token_id), actor=self.membership)
        return Response(status=204)


class TokenRotation(TokenView):
    """Another secret for a token."""

    @operation("rotate_token", "Rotate a token", answers=MINTED)
    def post(self, request: Request, token_id: UUID) -> Response:
        """Answer a new secret; the former one opens nothing from now on."""
        minted = tokens.rotate_token(self.token(token_id), actor=self.membership)
        return Response({**present(minted.token), "secret": minted.secret})
