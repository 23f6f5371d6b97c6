"""What is done to workspaces and their people, one intention each."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.translation import gettext as _

from lineo.accounts.happened import Subject, tell
from lineo.accounts.locking import locked
from lineo.accounts.models import Membership, PolicyRule, Role, TokenKey, User, Workspace
from lineo.accounts.policy import Action, demand, demand_reach, scope_chain
from lineo.accounts.tenancy import workspace_context


def create_workspace(name: str, *, owner: User) -> Workspace:
    """Make a workspace whose first member is ``owner``. Its short name comes from ``name``."""
    slug = slugify(name)[:50] or "workspace"
    try:
        return _create_workspace(name, slug=slug, owner=owner)
    except IntegrityError:
        slug = f"{slug}-{get_random_string(6).lower()}"
        return _create_workspace(name, slug=slug, owner=owner)


@transaction.atomic
def add_member(workspace: Workspace, *, person: User, role: Role, actor: Membership) -> Membership:
    """Let ``person`` in as ``role``."""
    _demand_power_over(actor, role)
    membership = Membership(workspace=workspace, person=person, role=role)
    membership.full_clean()
    membership.save(force_insert=True)
    _tell("added", membership, actor=actor, before=None, after=role)
    return membership


def join_as_invited(workspace: Workspace, *, person: User, role: Role) -> Membership:
    """Let in whoever accepts an invitation: whoever sent it had the power to."""
    membership = Membership(workspace=workspace, person=person, role=role)
    membership.full_clean()
    membership.save(force_insert=True)
    _tell("added", membership, actor=membership, before=None, after=role)
    return membership


@transaction.atomic
def rename_workspace(workspace: Workspace, *, name: str, actor: Membership) -> None:
    """Give the workspace another name; its address stays."""
    demand(actor, Action.MANAGE_PEOPLE, scopes=scope_chain(actor.workspace_id))
    row = locked(Workspace.objects.all(), workspace.pk)
    before, row.name = row.name, name.strip()
    row.full_clean()
    row.save(update_fields=["name"])
    tell(
        "workspace.renamed",
        workspace=row,
        actor=actor,
        subject=row,
        before=before,
        after=row.name,
    )


@transaction.atomic
def change_role(membership: Membership, *, role: Role, actor: Membership) -> None:
    """Give the person of ``membership`` another role; the last owner stays owner."""
    current = _locked(membership)
    before = Role(current.role)
    _demand_power_over(actor, before, role)
    if before == role:
        return
    if role != Role.OWNER:
        _keep_an_owner(current)
    current.role = role
    current.save(update_fields=["role"])
    _tell("role_changed", current, actor=actor, before=before, after=role)


@transaction.atomic
def suspend(membership: Membership, *, actor: Membership) -> None:
    """Shut the person out; their name stays on what they did."""
    current = _locked(membership)
    _demand_power_over(actor, Role(current.role))
    if current.is_suspended:
        return
    _keep_an_owner(current)
    current.is_suspended = True
    current.save(update_fields=["is_suspended"])
    _tell("suspended", current, actor=actor, before=current.role, after="suspended")


@transaction.atomic
def remove(membership: Membership, *, actor: Membership) -> None:
    """Let the person go, with their tokens and rules; their name stays on what they did.

    Everybody may leave; the last owner may not, and a token only if it manages people.
    """
    current = _locked(membership)
    demand_reach(actor, Action.MANAGE_PEOPLE)
    if current.person_id != actor.person_id:
        _demand_power_over(actor, Role(current.role))
    _keep_an_owner(current)
    before = current.role
    TokenKey.objects.filter(person=current.person_id, workspace_id=current.workspace_id).delete()
    PolicyRule.objects.filter(person=current.person_id, workspace_id=current.workspace_id).delete()
    _tell("removed", current, actor=actor, before=before, after=None)
    current.delete()


@transaction.atomic
def reinstate(membership: Membership, *, actor: Membership) -> None:
    """Let a suspended person in again, as what they were."""
    current = _locked(membership)
    _demand_power_over(actor, Role(current.role))
    if not current.is_suspended:
        return
    current.is_suspended = False
    current.save(update_fields=["is_suspended"])
    _tell("reinstated", current, actor=actor, before="suspended", after=current.role)


def _create_workspace(name: str, *, slug: str, owner: User) -> Workspace:
    workspace = Workspace(name=name, slug=slug)
    # A new row must be visible to come back from INSERT: the context comes first.
    with workspace_context(workspace, owner):
        workspace.save(force_insert=True)
        membership = Membership(workspace=workspace, person=owner, role=Role.OWNER)
        membership.save(force_insert=True)
        tell("workspace.created", workspace=workspace, actor=owner, subject=workspace)
    return workspace


def _locked(membership: Membership) -> Membership:
    # All owners are locked in one order: two owners who demote each other at once
    # would else leave none.
    rows = Membership.objects.select_for_update().order_by("pk")
    members = rows.filter(workspace_id=membership.workspace_id)
    found = next((row for row in members if row.pk == membership.pk), None)
    if found is None:
        raise ValidationError(_("This person is in the workspace no more."))
    return found


def _keep_an_owner(leaving: Membership) -> None:
    owners = Membership.objects.filter(
        workspace_id=leaving.workspace_id, role=Role.OWNER, is_suspended=False
    )
    if leaving.role == Role.OWNER and not owners.exclude(pk=leaving.pk).exists():
        raise ValidationError(_("A workspace needs an owner. Make someone else owner first."))


def _demand_power_over(actor: Membership, *roles: Role) -> None:
    action = Action.OWN if Role.OWNER in roles else Action.MANAGE_PEOPLE
    demand(actor, action, scopes=scope_chain(actor.workspace_id))


def _tell(
    deed: str, membership: Membership, *, actor: Membership, before: str | None, after: str | None
) -> None:
    tell(
        f"member.{deed}",
        workspace=membership.workspace_id,
        actor=actor,
        subject=Subject("membership", membership.pk, str(membership.person)),
        before=before,
        after=str(after) if after else None,
    )
