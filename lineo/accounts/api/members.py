"""The people and agents of a workspace over HTTP."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.accounts import services, tokens
from lineo.accounts.actions import Action
from lineo.accounts.api.views import PERSON, PeopleView, person
from lineo.accounts.models import Membership, Role
from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY, page, page_of
from lineo.api.queries import Query
from lineo.api.shapes import FLAG, MOMENT, choice, nullable, record, shape, text
from lineo.api.shapes import UUID as ID

_ROLE = choice(*Role.values)
MEMBER = shape(
    "Member",
    record(
        {
            "id": ID,
            "url": text(200),
            "person": PERSON,
            "email": nullable(text(254, about="Shown to those who manage people.")),
            "role": _ROLE,
            "is_suspended": FLAG,
            "created_at": MOMENT,
        },
        about="A person or an agent in the workspace.",
    ),
)
MEMBERS = page_of("Member")
shape("MemberChange", record({"role": _ROLE, "is_suspended": FLAG}, required=()))
shape("AgentNew", record({"name": text(120, least=1), "role": _ROLE}))


class MemberView(PeopleView):
    """Members as whoever asks may see them."""

    tag = "people"

    def present(self, row: Membership) -> dict[str, Any]:
        shows_email = self.may(Action.MANAGE_PEOPLE) or row.pk == self.membership.pk
        return {
            "id": str(row.pk),
            "url": reverse("api:member", args=[row.pk]),
            "person": person(row.person),
            "email": row.person.email if shows_email else None,
            "role": row.role,
            "is_suspended": row.is_suspended,
            "created_at": row.created_at,
        }


class Members(MemberView):
    """Everybody in the workspace, by name."""

    @operation(
        "list_members",
        "List the people of the workspace",
        answers=MEMBERS,
        query=(*PAGE_QUERY, Query("agents", FLAG, "Only agents, or only people.")),
    )
    def get(self, request: Request, *, query: dict[str, Any]) -> Response:
        rows: QuerySet[Membership] = Membership.objects.select_related("person").filter(
            workspace=self.membership.workspace_id
        )
        if not self.may(Action.READ):
            rows = rows.filter(pk=self.membership.pk)
        if query["agents"] is not None:
            rows = rows.filter(person__is_agent=query["agents"])
        return page(request, rows.order_by("person__name", "pk"), self.present, query)


class MemberDetail(MemberView):
    """One member."""

    @operation("read_member", "Read a member", answers=MEMBER)
    def get(self, request: Request, member_id: UUID) -> Response:
        return Response(self.present(self.member(member_id)))

    @operation("change_member", "Change a role, suspend", body="MemberChange", answers=MEMBER)
    def patch(self, request: Request, member_id: UUID, *, body: dict[str, Any]) -> Response:
        """Give another role, shut out, or let in again. Somebody always stays owner."""
        member = self.member(member_id)
        if "role" in body:
            services.change_role(member, role=Role(body["role"]), actor=self.membership)
        if "is_suspended" in body:
            act = services.suspend if body["is_suspended"] else services.reinstate
            act(member, actor=self.membership)
        return Response(self.present(self.member(member_id)))

    @operation("remove_member", "Let a member go", status=204)
    def delete(self, request: Request, member_id: UUID) -> Response:
        """Take a person or an agent out of the workspace; their name stays on what they did."""
        services.remove(self.member(member_id), actor=self.membership)
        return Response(status=204)


class Agents(MemberView):
    """Agents: members who act by tokens alone."""

    @operation("create_agent", "Let an agent in", body="AgentNew", answers=MEMBER, status=201)
    def post(self, request: Request, *, body: dict[str, Any]) -> Response:
        """Make an agent; then make it a token."""
        made = tokens.create_agent(
            name=body["name"], role=Role(body["role"]), actor=self.membership
        )
        return Response(self.present(made), status=201)
