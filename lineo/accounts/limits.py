"""How often a wrong password, or a wrong code, may be tried, and how often mail is sent.

A try is counted before the password is hashed, in one statement of
PostgreSQL: exactly ``TRIES_PER_ACCOUNT`` reach the hasher, also when they
come all at once, and whether or not Redis is there. Counters stand under a
keyed hash, outside the walls.
"""

from dataclasses import dataclass

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from lineo.accounts.models import SignInTries

TRIES_PER_ACCOUNT = 10
TRIES_PER_ADDRESS = 100
WINDOW_SECONDS = 15 * 60

_COUNT = """
INSERT INTO accounts_signintries AS t (key, tries, until)
VALUES (%(key)s, 1, clock_timestamp() + make_interval(secs => %(window)s))
ON CONFLICT (key) DO UPDATE SET
    tries = CASE WHEN t.until <= clock_timestamp() THEN 1 ELSE t.tries + 1 END,
    until = CASE WHEN t.until <= clock_timestamp() THEN excluded.until ELSE t.until END
RETURNING tries, ceil(extract(epoch FROM until - clock_timestamp()))::int
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries within a window, for each value of what is counted."""

    kind: str
    tries: int
    window_seconds: int = WINDOW_SECONDS


ACCOUNT = Limit("account", TRIES_PER_ACCOUNT)
ADDRESS = Limit("address", TRIES_PER_ADDRESS)
CODE = Limit("code", TRIES_PER_ACCOUNT)
SIGN_UP = Limit("sign-up", 20, 60 * 60)
RESET = Limit("reset", 5, 60 * 60)
MAIL = Limit("mail", 20, 60 * 60)


def count(limit: Limit, value: str) -> int:
    """Count one try; return 0 if it may go on, else the seconds to wait."""
    return _count(_key(limit.kind, value), limit=limit.tries, window=limit.window_seconds)


def count_try(email: str, *, address: str) -> int:
    """Count one try of a password; return 0 if it may go on, else the seconds to wait."""
    return max(count(ACCOUNT, email), count(ADDRESS, address))


def forget(limit: Limit, value: str) -> None:
    """Begin anew for a value that turned out to be right."""
    SignInTries.objects.filter(key=_key(limit.kind, value)).delete()


def forget_tries(email: str) -> None:
    """Begin anew for an account whose password was right."""
    forget(ACCOUNT, email)


def claim_code(person_id: object, code: str) -> bool:
    """Return whether this one-time code was not used by this person a moment ago."""
    return not count(Limit("used-code", 1, 5 * 60), f"{person_id}:{code}")


def forget_old_tries() -> None:
    """Delete counters whose window is over."""
    SignInTries.objects.filter(until__lt=timezone.now()).delete()


def _count(key: str, *, limit: int, window: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"key": key, "window": window})
        tries, seconds = cursor.fetchone()
    return max(seconds, 1) if tries > limit else 0


def _key(kind: str, value: str) -> str:
    return salted_hmac(
        f"lineo.sign-in.{kind}", value.strip().lower(), algorithm="sha256"
    ).hexdigest()
