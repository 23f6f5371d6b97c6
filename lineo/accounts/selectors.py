"""What is read of people and workspaces."""

from uuid import UUID

from django.db.models import QuerySet

from lineo.accounts.asker import asker
from lineo.accounts.models import Membership, User
from lineo.accounts.rules import with_rules
from lineo.accounts.tenancy import current_workspace_id
from lineo.composed import Composed


def memberships_of(person: User) -> list[Membership]:
    """Return the memberships that ``person`` may use, with their workspaces, by name.

    Needs no more than the person's own context.
    """
    return memberships_by_id(person.pk)


def memberships_by_id(person_id: UUID) -> list[Membership]:
    """Return the memberships that whoever has this id may use, with their person, too."""
    return _memberships.rows(person_id)


@Composed
def _memberships(person: UUID) -> QuerySet[Membership]:
    rows = Membership.objects.filter(person=person, is_suspended=False)
    found = with_rules(rows).select_related("workspace", "person")
    return found.order_by("workspace__name", "workspace_id")


def chosen_membership(memberships: list[Membership], workspace_id: str | None) -> Membership | None:
    """Return the membership of the workspace chosen before, else the first one."""
    try:
        wanted = UUID(workspace_id or "")
    except ValueError:
        wanted = None
    for membership in memberships:
        if membership.workspace_id == wanted:
            return membership
    return memberships[0] if memberships else None


def membership_in(memberships: list[Membership], slug: str) -> Membership | None:
    """Return the one whose workspace has that short name, if the person is in it."""
    return next((one for one in memberships if one.workspace.slug == slug), None)


def membership_for(person: User) -> Membership | None:
    """Return what ``person`` is in the workspace whose context is open, unless suspended.

    Within a request of theirs it is what the request began with, its token's limits too.
    """
    asking = asker()
    if asking and (asking.person_id, asking.workspace_id) == (person.pk, current_workspace_id()):
        return asking
    rows = Membership.objects.filter(workspace=current_workspace_id(), is_suspended=False)
    return with_rules(rows).select_related("workspace").filter(person=person).first()
