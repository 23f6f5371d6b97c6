"""What the pages of a workspace's people share."""

from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from lineo.accounts.actions import Action
from lineo.accounts.models import Membership
from lineo.accounts.policy import may, scope_chain
from lineo.accounts.requests import PersonRequest


def own_membership(request: PersonRequest) -> Membership:
    """Return what the person is in the chosen workspace; the middleware saw to it."""
    if request.membership is None:
        raise Http404
    return request.membership


def manager(request: PersonRequest) -> Membership:
    """Return the membership of somebody who manages people.

    Raises
    ------
    PermissionDenied
        If they don't.
    """
    membership = own_membership(request)
    if not may_manage(membership):
        raise PermissionDenied(_("Only owners and admins see this page."))
    return membership


def manager_or_404(request: PersonRequest) -> Membership:
    """Return the membership of somebody who manages people; to others the row is not there."""
    membership = own_membership(request)
    if not may_manage(membership):
        raise Http404
    return membership


def may_manage(membership: Membership) -> bool:
    """Return whether the person invites others and sets their roles."""
    return may(membership, Action.MANAGE_PEOPLE, scopes=scope_chain(membership.workspace_id))


def member_or_404(request: PersonRequest, pk: UUID) -> Membership:
    """Return that member of the chosen workspace."""
    own = own_membership(request)
    rows = Membership.objects.filter(workspace=own.workspace_id)
    if not may(own, Action.READ, scopes=scope_chain(own.workspace_id)):
        rows = rows.filter(pk=own.pk)
    return get_object_or_404(rows.select_related("person"), pk=pk)


def sentence(error: ValidationError) -> str:
    """Return what to tell the person."""
    return " ".join(error.messages)
