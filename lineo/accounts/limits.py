"""How often a wrong password may be tried.

A try is counted before the password is hashed, in one statement of
PostgreSQL: exactly ``TRIES_PER_ACCOUNT`` reach the hasher, also when they
come all at once. Counters stand under a keyed hash, outside the walls.
"""

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


def count_try(email: str, *, address: str) -> int:
    """Count one try; return 0 if it may go on, else the seconds to wait."""
    waits = [
        _count(_key("account", email), limit=TRIES_PER_ACCOUNT),
        _count(_key("address", address), limit=TRIES_PER_ADDRESS),
    ]
    return max(waits)


def forget_tries(email: str) -> None:
    """Begin anew for an account whose password was right."""
    SignInTries.objects.filter(key=_key("account", email)).delete()


def forget_old_tries() -> None:
    """Delete counters whose window is over."""
    SignInTries.objects.filter(until__lt=timezone.now()).delete()


def _count(key: str, *, limit: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"key": key, "window": WINDOW_SECONDS})
        tries, seconds = cursor.fetchone()
    return max(seconds, 1) if tries > limit else 0


def _key(kind: str, value: str) -> str:
    return salted_hmac(
        f"lineo.sign-in.{kind}", value.strip().lower(), algorithm="sha256"
    ).hexdigest()
