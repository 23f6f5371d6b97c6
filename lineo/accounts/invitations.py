"""Invitations: mailed by those who manage people, accepted once by whom they are for."""

import secrets
from datetime import timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from lineo.accounts import services
from lineo.accounts.actions import Action, ScopeKind
from lineo.accounts.bearers import digest_of
from lineo.accounts.happened import tell
from lineo.accounts.ids import uuid7
from lineo.accounts.models import Invitation, InvitationKey, Membership, Role, User
from lineo.accounts.places import Place
from lineo.accounts.policy import demand, scope_chain
from lineo.accounts.rule_services import let_into
from lineo.accounts.tenancy import workspace_context

DAYS = 14
MOST_OPEN = 200
SESSION_KEY = "invitation"


@transaction.atomic
def invite(
    *,
    email: str,
    role: Role,
    actor: Membership,
    address: str,
    project: Place | None = None,
) -> Invitation:
    """Mail an invitation; ``address`` is the link's beginning, to which its secret is added.

    Raises
    ------
    PermissionDenied
        If the actor manages no people, or would make an owner without being one.
    ValidationError
        If the address is invited or in the workspace already, or a guest has no project.
    """
    action = Action.OWN if role == Role.OWNER else Action.MANAGE_PEOPLE
    demand(actor, action, scopes=scope_chain(actor.workspace_id))
    invitation = Invitation(
        id=uuid7(),
        workspace_id=actor.workspace_id,
        email=email.strip().lower(),
        role=role,
        project_id=project.id if project else None,
        invited_by_id=actor.person_id,
        expires_at=timezone.now() + timedelta(days=DAYS),
    )
    if (role == Role.GUEST) != (project is not None):
        raise ValidationError(
            {"project": _("A guest is invited into one project, others are not.")}
        )
    _refuse_whoever_is_in(invitation)
    _forget_expired(invitation)
    invitation.full_clean(exclude=["workspace"])
    invitation.save(force_insert=True)
    secret = secrets.token_urlsafe(32)
    InvitationKey.objects.create(
        digest=digest_of(secret),
        invitation_id=invitation.pk,
        workspace_id=invitation.workspace_id,
        expires_at=invitation.expires_at,
    )
    tell(
        "invitation.sent", workspace=actor.workspace_id, actor=actor, subject=invitation, after=role
    )
    transaction.on_commit(lambda: _mail(invitation, actor, f"{address}{secret}/"))
    return invitation


@transaction.atomic
def revoke(invitation: Invitation, *, actor: Membership) -> None:
    """Let the link lead nowhere."""
    demand(actor, Action.MANAGE_PEOPLE, scopes=scope_chain(actor.workspace_id))
    InvitationKey.objects.filter(invitation_id=invitation.pk).delete()
    still_open = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    if still_open.update(revoked_at=timezone.now()):
        tell("invitation.revoked", workspace=actor.workspace_id, actor=actor, subject=invitation)


def invitations_for(actor: Membership) -> QuerySet[Invitation]:
    """Return the invitations that nobody has accepted or revoked, for those who manage people."""
    demand(actor, Action.MANAGE_PEOPLE, scopes=scope_chain(actor.workspace_id))
    rows = Invitation.objects.filter(accepted_at=None, revoked_at=None)
    return rows.select_related("invited_by")


def find(secret: str) -> Invitation | None:
    """Return the open invitation that the link's secret belongs to, with its workspace."""
    key = InvitationKey.objects.filter(
        digest=digest_of(secret), expires_at__gt=timezone.now()
    ).first()
    if key is None:
        return None
    with workspace_context(key.workspace_id):
        rows = Invitation.objects.select_related("workspace", "invited_by")
        found = rows.filter(pk=key.invitation_id).first()
    return found if found and found.is_open else None


def accept(secret: str, *, person: User) -> Membership:
    """Let ``person`` into the workspace; the link leads nowhere from now on.

    Raises
    ------
    ValidationError
        If the link was used or is over, or the invitation is for another address.
    """
    invitation = find(secret)
    if invitation is None:
        raise ValidationError(_("This invitation was used already, or is over."))
    if not _is_for(invitation, person):
        raise ValidationError(
            _("This invitation is for %(email)s. Sign in with that address.")
            % {"email": invitation.email}
        )
    with workspace_context(invitation.workspace_id, person):
        return _accept(invitation, secret, person)


def hold(request: HttpRequest, secret: str) -> None:
    """Remember in this session that somebody was invited, so that they may sign up."""
    request.session[SESSION_KEY] = secret


def held(request: HttpRequest) -> Invitation | None:
    """Return the invitation that this session remembers, if its link still leads in."""
    secret = request.session.get(SESSION_KEY)
    return find(secret) if secret else None


def is_held(request: HttpRequest) -> bool:
    """Return whether this session remembers an invitation."""
    return held(request) is not None


def _accept(invitation: Invitation, secret: str, person: User) -> Membership:
    # Whoever deletes the key accepts: one of two who click at once finds it gone.
    gone, _rows = InvitationKey.objects.filter(digest=digest_of(secret)).delete()
    if not gone:
        raise ValidationError(_("This invitation was used already, or is over."))
    role = Role(invitation.role)
    if Membership.objects.filter(person=person, workspace=invitation.workspace_id).exists():
        raise ValidationError(_("You are in this workspace already."))
    membership = services.join_as_invited(invitation.workspace, person=person, role=role)
    if invitation.project_id:
        host = Membership(workspace_id=invitation.workspace_id, role=Role.OWNER)
        host.person_id = person.pk
        let_into(Place(ScopeKind.PROJECT, invitation.project_id, ""), membership, actor=host)
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=timezone.now())
    tell("invitation.accepted", workspace=invitation.workspace_id, actor=person, subject=invitation)
    return membership


def _is_for(invitation: Invitation, person: User) -> bool:
    owned = EmailAddress.objects.filter(user=person, verified=True, email=invitation.email)
    return bool(owned.exists())


def _refuse_whoever_is_in(invitation: Invitation) -> None:
    members = Membership.objects.filter(workspace=invitation.workspace_id)
    if members.filter(person__email=invitation.email).exists():
        raise ValidationError({"email": _("This person is in the workspace already.")})
    if invitations_open(invitation.workspace_id) >= MOST_OPEN:
        raise ValidationError(_("Many invitations are open. Revoke some first."))


def invitations_open(workspace_id: UUID) -> int:
    """Return how many invitations still lead in."""
    rows = Invitation.objects.filter(accepted_at=None, revoked_at=None)
    return rows.filter(workspace=workspace_id, expires_at__gt=timezone.now()).count()


def _forget_expired(invitation: Invitation) -> None:
    """Close an invitation of the same address that is over, so that another can be sent."""
    over = Invitation.objects.filter(email=invitation.email, expires_at__lte=timezone.now())
    over.filter(accepted_at=None, revoked_at=None).update(revoked_at=timezone.now())


def _mail(invitation: Invitation, actor: Membership, link: str) -> None:
    words = {
        "workspace": actor.workspace.name,
        "inviter": str(actor.person),
        "role": invitation.get_role_display(),
        "link": link,
        "days": DAYS,
    }
    send_mail(
        subject=" ".join((_("%(inviter)s invites you to %(workspace)s") % words).split()),
        message=render_to_string("accounts/email/invitation.txt", words),
        from_email=None,
        recipient_list=[invitation.email],
    )
