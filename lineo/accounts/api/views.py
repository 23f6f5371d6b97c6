"""What the views of people share."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from lineo.accounts.models import Membership, User
from lineo.accounts.policy import Action, may, scope_chain
from lineo.api.shapes import FLAG, record, text
from lineo.api.shapes import UUID as ID
from lineo.api.views import ApiView

PERSON = record({"id": ID, "name": text(300), "is_agent": FLAG})


def person(user: User) -> dict[str, Any]:
    """Return a person as others of their workspace see them."""
    return {"id": str(user.pk), "name": str(user), "is_agent": user.is_agent}


class PeopleView(ApiView):
    """A resource of the workspace's people."""

    @property
    def membership(self) -> Membership:
        return self.request.membership  # type: ignore[attr-defined,no-any-return]

    def member(self, member_id: UUID) -> Membership:
        """Return that member, to whoever may read the workspace or is it."""
        rows = Membership.objects.filter(workspace=self.membership.workspace_id)
        found: Membership = get_object_or_404(rows.select_related("person"), pk=member_id)
        if found.pk != self.membership.pk and not self.may(Action.READ):
            raise Http404
        return found

    def may(self, action: Action) -> bool:
        scopes = scope_chain(self.membership.workspace_id)
        return may(self.membership, action, scopes=scopes)
