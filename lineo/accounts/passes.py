"""Passes: pairs of short-lived signed tokens (JWT), for clients that have no browser.

An access token opens the API of one workspace for some minutes. A refresh token buys another pair,
once: it is spent by that. Both carry a mark of the person's password, so neither outlives it, and
the number of the sign-in that they came from, which signing out ends with all that came from it.
Whether the person is still in the workspace is looked at with each request.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token
from rest_framework_simplejwt.utils import datetime_from_epoch

from lineo.accounts import selectors
from lineo.accounts.happened import tell
from lineo.accounts.models import Membership, User, Workspace
from lineo.accounts.tenancy import workspace_context

PERSON, WORKSPACE, MARK, SIGN_IN = "person", "workspace", "mark", "sign_in"


@dataclass(frozen=True, slots=True)
class Pair:
    """What a client is handed: kept nowhere but with it."""

    access: str
    access_until: datetime
    refresh: str
    refresh_until: datetime
    workspace: Workspace


def owner_of(access: str) -> tuple[User, UUID] | None:
    """Return whose access token this is and for which workspace; None where it opens nothing."""
    token = _read(AccessToken, access)
    person = _person_of(token) if token else None
    return (person, UUID(token[WORKSPACE])) if token and person else None


@transaction.atomic
def issue(membership: Membership, person: User) -> Pair:
    """Hand out the first pair to a person who has proved who they are."""
    pair = _pair(membership, person)
    tell("person.signed_in", workspace=membership.workspace_id, actor=person)
    return pair


@transaction.atomic
def renew(refresh: str) -> Pair | None:
    """Return another pair and spend this token; None where it is worth nothing."""
    token = _read(RefreshToken, refresh)
    person = _person_of(token) if token else None
    if token is None or person is None:
        return None
    with workspace_context(None, person):
        found = selectors.memberships_of(person)
    here = [each for each in found if str(each.workspace_id) == token[WORKSPACE]]
    if not here or not _spend(token):
        return None
    pair = _pair(here[0], person, sign_in=token[SIGN_IN])
    OutstandingToken.objects.filter(jti=token[SIGN_IN]).update(expires_at=pair.refresh_until)
    return pair


@transaction.atomic
def give_back(refresh: str) -> None:
    """Sign out: end the sign-in of the token. One that is worth nothing already is left alone."""
    token = _read(RefreshToken, refresh)
    person = _person_of(token) if token else None
    if token and person and OutstandingToken.objects.filter(jti=token[SIGN_IN]).delete()[0]:
        tell("person.signed_out", workspace=UUID(token[WORKSPACE]), actor=person)


def end_all(person: User) -> bool:
    """End every sign-in of the person's, and return whether there was one."""
    return OutstandingToken.objects.filter(user=person).delete()[0] > 0


def forget_what_is_over() -> None:
    """Delete what was remembered of refresh tokens that are over by themselves."""
    OutstandingToken.objects.filter(expires_at__lt=timezone.now()).delete()


def _pair(membership: Membership, person: User, *, sign_in: str = "") -> Pair:
    refresh = RefreshToken()
    # Whatever comes from one sign-in bears the number of its first token.
    refresh[SIGN_IN] = sign_in or refresh["jti"]
    refresh[PERSON] = str(person.pk)
    refresh[WORKSPACE] = str(membership.workspace_id)
    refresh[MARK] = person.get_session_auth_hash()
    access, until = refresh.access_token, datetime_from_epoch(refresh["exp"])
    # Its number is enough to know it again: the token itself stays with the client.
    OutstandingToken.objects.create(
        user=person, jti=refresh["jti"], token="", created_at=timezone.now(), expires_at=until
    )
    access_until = datetime_from_epoch(access["exp"])
    return Pair(str(access), access_until, str(refresh), until, membership.workspace)


def _spend(token: Token) -> bool:
    """Return whether this was the first to spend the token, also among many at one moment."""
    known = OutstandingToken.objects.filter(jti=token["jti"]).first()
    return known is not None and BlacklistedToken.objects.get_or_create(token=known)[1]


def _read(kind: Any, text: str) -> Token | None:
    """Return the token if it is ours, of that kind, neither over nor spent."""
    try:
        token: Token = kind(text)
    except TokenError:
        return None
    return token


def _person_of(token: Token) -> User | None:
    people = User.objects.filter(pk=token[PERSON], is_active=True)
    # One without a number is of no sign-in: None would ask for people who have none.
    person = people.filter(outstandingtoken__jti=token.get(SIGN_IN, "")).first()
    is_theirs = person and constant_time_compare(token[MARK], person.get_session_auth_hash())
    return person if is_theirs else None
