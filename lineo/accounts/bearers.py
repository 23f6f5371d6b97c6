"""Who asks with ``Authorization: Bearer``: a token's secret, found by its digest, or a signed pass.

Only the API takes bearers. What doesn't open anything, for whatever reason,
looks like no bearer at all and is answered 401.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from lineo.accounts import passes
from lineo.accounts.models import Membership, TokenKey, User
from lineo.accounts.policy import reach_of
from lineo.accounts.scopes import Reach
from lineo.requests import bearer_secret_of

PATHS = "/api/"
DOOR = "/api/v1/auth/"
SECRET_PREFIX = "lineo_"  # noqa: S105 - by which scanners know a secret of Lineo
MOST_CHARACTERS = 4096
USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Somebody who asks for themselves within one workspace, as far as ``reach`` goes."""

    person: User
    workspace_id: UUID
    reach: Reach | None = None
    token_id: UUID | None = None
    scopes: list[str] | None = None


def is_at_the_door(request: HttpRequest) -> bool:
    """Return whether this is a sign-in for tokens, which asks for nobody yet."""
    return request.path_info.startswith(DOOR)


def is_sent(request: HttpRequest) -> bool:
    """Return whether the request wants to be judged by a token and nothing else."""
    return request.path_info.startswith(PATHS) and bearer_secret_of(request) is not None


def bearer_of(request: HttpRequest) -> Bearer | None:
    """Return who sent the token, None where there is none or it opens nothing."""
    secret = bearer_secret_of(request) if is_sent(request) else ""
    if not secret or len(secret) > MOST_CHARACTERS:
        return None
    return _by_token(secret) if secret.startswith(SECRET_PREFIX) else _by_pass(secret)


def membership_of(bearer: Bearer, memberships: list[Membership]) -> Membership | None:
    """Return what the bearer is in the token's workspace, with the token's limits."""
    for membership in memberships:
        if membership.workspace_id == bearer.workspace_id:
            membership.reach, membership.token_id = bearer.reach, bearer.token_id
            return membership
    return None


def digest_of(secret: str) -> str:
    """Return under what a secret is kept: it has 256 random bits, so nothing slower is needed."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _by_token(secret: str) -> Bearer | None:
    keys = TokenKey.objects.select_related("person")
    now = timezone.now()
    key = keys.filter(digest=digest_of(secret), expires_at__gt=now, person__is_active=True).first()
    if key is None:
        return None
    _note_use(key)
    reach = reach_of(key.scopes, key.project_id, key.expires_at)
    return Bearer(key.person, key.workspace_id, reach, key.token_id, sorted(key.scopes))


def _by_pass(secret: str) -> Bearer | None:
    found = passes.owner_of(secret)
    return Bearer(*found) if found else None


def _note_use(key: TokenKey) -> None:
    """Write down when a token was used, once a minute at most."""
    now = timezone.now()
    if key.last_used_at is None or key.last_used_at <= now - USED_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USED_EVERY)
        TokenKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
