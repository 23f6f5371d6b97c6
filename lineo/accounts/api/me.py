"""Who asks."""

from typing import Any, cast

from rest_framework.request import Request
from rest_framework.response import Response

from lineo.accounts import people
from lineo.accounts.actions import Action
from lineo.accounts.api.views import PeopleView
from lineo.accounts.models import Role, TokenScope, User
from lineo.accounts.policy import demand_reach
from lineo.accounts.requests import PersonRequest
from lineo.api.operations import operation
from lineo.api.shapes import FLAG, choice, listing, nullable, record, shape, text
from lineo.api.shapes import UUID as ID

ME = shape(
    "Me",
    record(
        {
            "id": ID,
            "email": text(254),
            "name": text(120),
            "time_zone": text(64),
            "language": text(16),
            "is_agent": FLAG,
            "workspace": record({"id": ID, "name": text(120), "slug": text(63)}),
            "role": choice(*Role.values),
            "scopes": nullable(listing(choice(*TokenScope.values))),
            "project": nullable(ID),
        },
        about="Who asks, where, and with what limits of a token, where one was sent.",
    ),
)
shape(
    "MeChange",
    record(
        {
            "name": text(120),
            "time_zone": {**text(64), "description": "The name of a time zone."},
        },
        required=(),
    ),
)


class Me(PeopleView):
    """The person, or the agent, whom this request is for."""

    tag = "people"

    @operation("read_me", "Read who asks", answers=ME)
    def get(self, request: Request) -> Response:
        return Response(self.present())

    @operation("change_me", "Change one's own name or time zone", body="MeChange", answers=ME)
    def patch(self, request: Request, *, body: dict[str, Any]) -> Response:
        demand_reach(self.membership, Action.MANAGE_PEOPLE)
        people.change_person(cast(User, request.user), **body)
        return Response(self.present())

    def present(self) -> dict[str, Any]:
        asked = cast(PersonRequest, self.request)
        user, membership, bearer = asked.user, self.membership, asked.bearer
        workspace = membership.workspace
        return {
            "id": str(user.pk),
            "email": user.email,
            "name": user.name,
            "time_zone": user.time_zone,
            "language": user.locale,
            "is_agent": user.is_agent,
            "workspace": {
                "id": str(workspace.pk),
                "name": workspace.name,
                "slug": workspace.slug,
            },
            "role": membership.role,
            "scopes": bearer.scopes if bearer else None,
            "project": membership.reach and membership.reach.project_id,
        }
