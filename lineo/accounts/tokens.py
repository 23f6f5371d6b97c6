"""Tokens and agents: made, rotated, revoked. A secret is returned once and kept nowhere."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from lineo.accounts import bearers
from lineo.accounts.asker import asker
from lineo.accounts.happened import tell
from lineo.accounts.ids import uuid7
from lineo.accounts.locking import locked
from lineo.accounts.models import Membership, Role, Token, TokenKey, TokenScope, User
from lineo.accounts.policy import Action, demand, reach_of, scope_chain
from lineo.accounts.services import add_member

MOST_DAYS = 366
MOST_TOKENS = 50
AGENT_DOMAIN = "agents.invalid"


@dataclass(frozen=True, slots=True)
class Minted:
    """A token and its secret, which nobody can show again."""

    token: Token
    secret: str


class InUse(NamedTuple):
    """The token with which somebody asks, under the name of the moment; empty without one."""

    id: UUID | None = None
    name: str = ""


def token_in_use(person_id: UUID | None) -> InUse:
    """Return the token with which this person asks in the present request."""
    who = asker()
    if who is None or who.token_id is None or who.person_id != person_id:
        return InUse()
    if who.token_name is None:
        names = Token.objects.filter(pk=who.token_id).values_list("name", flat=True)
        who.token_name = names.first() or ""
    return InUse(who.token_id, who.token_name)


@transaction.atomic
def create_token(
    holder: Membership,
    *,
    name: str,
    scopes: Iterable[str],
    days: int,
    actor: Membership,
    project_id: UUID | None = None,
) -> Minted:
    """Make a token that acts as the person of ``holder``: one's own, or an agent's.

    One that a token asks for ends with it at the latest.

    Raises
    ------
    PermissionDenied
        For somebody else's token, or one that reaches further than the token
        with which it is asked for.
    ValidationError
        If a word is unknown, or there are too many already.
    """
    _demand_power_over(holder, actor)
    token = Token(
        id=uuid7(),
        workspace_id=holder.workspace_id,
        membership=holder,
        created_by_id=actor.person_id,
        name=name.strip(),
        scopes=sorted(set(scopes)),
        project_id=project_id,
        expires_at=_last_moment(actor, timezone.now() + timedelta(days=_days(days))),
    )
    _refuse_more_reach(token, actor)
    if Token.objects.filter(membership=holder, revoked_at=None).count() >= MOST_TOKENS:
        raise ValidationError(_("These are many tokens. Revoke one first."))
    secret = _new_secret(token)
    token.full_clean(exclude=["workspace"])
    token.save(force_insert=True)
    _write_key(token, secret, holder)
    _tell("created", token, actor=actor)
    return Minted(token, secret)


@transaction.atomic
def rotate_token(token: Token, *, actor: Membership) -> Minted:
    """Give the token another secret; the former one opens nothing from now on."""
    locked = _locked(token)
    _demand_power_over(locked.membership, actor)
    if not locked.is_live:
        raise ValidationError(_("This token is over. Make a new one."))
    _refuse_more_reach(locked, actor)
    if locked.expires_at > _last_moment(actor, locked.expires_at):
        raise PermissionDenied(_("A token renews no token that outlives it."))
    TokenKey.objects.filter(token_id=locked.pk).delete()
    secret = _new_secret(locked)
    locked.rotated_at = timezone.now()
    locked.save(update_fields=["hint", "rotated_at"])
    _write_key(locked, secret, locked.membership)
    _tell("rotated", locked, actor=actor)
    return Minted(locked, secret)


@transaction.atomic
def revoke_token(token: Token, *, actor: Membership) -> None:
    """Let the token open nothing any more; it stays in the list as what it was."""
    locked = _locked(token)
    if locked.membership.person_id != actor.person_id:
        demand(actor, Action.MANAGE_PEOPLE, scopes=scope_chain(actor.workspace_id))
    elif _reaches_further(locked, actor):
        raise PermissionDenied(_("A token revokes no token that could do more than itself."))
    if locked.revoked_at is not None:
        return
    TokenKey.objects.filter(token_id=locked.pk).delete()
    locked.revoked_at = timezone.now()
    locked.save(update_fields=["revoked_at"])
    _tell("revoked", locked, actor=actor)


@transaction.atomic
def create_agent(*, name: str, role: Role, actor: Membership) -> Membership:
    """Let an agent in: somebody with a name who acts by tokens alone."""
    demand(actor, Action.MANAGE_PEOPLE, scopes=scope_chain(actor.workspace_id))
    number = uuid7()
    agent = User(id=number, email=f"{number}@{AGENT_DOMAIN}", name=name.strip(), is_agent=True)
    agent.set_unusable_password()
    if not agent.name:
        raise ValidationError({"name": _("An agent needs a name.")})
    agent.full_clean(exclude=["password"])
    agent.save(force_insert=True)
    return add_member(actor.workspace, person=agent, role=role, actor=actor)


def tokens_for(actor: Membership) -> list[Token]:
    """Return one's own tokens, the newest first, each with ``last_used_at``."""
    return _with_use(Token.objects.filter(membership=actor))


def agent_tokens_for(actor: Membership) -> list[Token]:
    """Return the tokens of the workspace's agents, for those who manage people."""
    demand(actor, Action.MANAGE_PEOPLE, scopes=scope_chain(actor.workspace_id))
    return _with_use(Token.objects.filter(membership__person__is_agent=True))


def attach_use(rows: list[Token]) -> None:
    """Give each token the moment of its last use as ``last_used_at``, in one query."""
    keys = TokenKey.objects.filter(token_id__in=[token.pk for token in rows])
    used = dict(keys.values_list("token_id", "last_used_at"))
    for token in rows:
        token.last_used_at = used.get(token.pk)


def _with_use(rows: QuerySet[Token]) -> list[Token]:
    found = list(rows.select_related("membership__person"))
    attach_use(found)
    return found


def _demand_power_over(holder: Membership, actor: Membership) -> None:
    """Let people make tokens for themselves, and those who manage people for agents."""
    if holder.is_suspended:
        raise ValidationError(_("Who is suspended has no tokens."))
    if holder.person_id == actor.person_id:
        return
    if not holder.person.is_agent:
        raise PermissionDenied(_("People make their own tokens."))
    action = Action.OWN if holder.role == Role.OWNER else Action.MANAGE_PEOPLE
    demand(actor, action, scopes=scope_chain(actor.workspace_id))


def _refuse_more_reach(token: Token, actor: Membership) -> None:
    """A token makes no token that could do more than itself."""
    unknown = set(token.scopes) - set(TokenScope.values)
    if unknown or not token.scopes:
        raise ValidationError({"scopes": _("Choose what the token is for.")})
    if _reaches_further(token, actor):
        raise PermissionDenied(_("A token makes no token that could do more than itself."))


def _reaches_further(token: Token, actor: Membership) -> bool:
    """Return whether a token asks, and ``token`` could do more than it."""
    mine, wanted = actor.reach, reach_of(token.scopes, token.project_id)
    if mine is None:
        return False
    return not wanted.actions <= mine.actions or mine.project_id not in (None, wanted.project_id)


def _last_moment(actor: Membership, wanted: datetime) -> datetime:
    """Return ``wanted``, or when the token ends that asks, whichever comes first."""
    until = actor.reach.until if actor.reach else None
    return min(wanted, until) if until else wanted


def _days(days: int) -> int:
    if not 1 <= days <= MOST_DAYS:
        raise ValidationError(
            {"days": _("A token lasts from 1 to %(most)s days.") % {"most": MOST_DAYS}}
        )
    return days


def _locked(token: Token) -> Token:
    return locked(Token.objects.select_related("membership__person"), token.pk)


def _new_secret(token: Token) -> str:
    secret = bearers.SECRET_PREFIX + secrets.token_urlsafe(32)
    token.hint = secret[: len(bearers.SECRET_PREFIX) + 4]
    return secret


def _tell(deed: str, token: Token, *, actor: Membership) -> None:
    facts = {"holder": str(token.membership.person), "scopes": token.scopes}
    tell(f"token.{deed}", workspace=token.workspace_id, actor=actor, subject=token, after=facts)


def _write_key(token: Token, secret: str, holder: Membership) -> None:
    TokenKey.objects.create(
        digest=bearers.digest_of(secret),
        token_id=token.pk,
        workspace_id=holder.workspace_id,
        person_id=holder.person_id,
        scopes=token.scopes,
        project_id=token.project_id,
        expires_at=token.expires_at,
    )
