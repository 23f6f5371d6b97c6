"""How often somebody may call: exactly, also when many calls come at once.

A window of one minute begins with its first call. One script counts and asks the time in Redis,
so that of any number of parallel calls exactly as many pass as may.
"""

from dataclasses import dataclass

from django.conf import settings
from rest_framework.request import Request

from lineo.api.callers import caller_of
from lineo.api.errors import TooManyCallsError
from lineo.redis_line import Line

WINDOW_SECONDS = 60
_COUNT = """
local calls = redis.call('INCR', KEYS[1])
if calls == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {calls, redis.call('PTTL', KEYS[1])}
"""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many calls may be made in this window, how many are left, when the next begins."""

    limit: int
    left: int
    seconds: int
    is_passed: bool

    @property
    def headers(self) -> dict[str, str]:
        """Return what every answer says of it."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.left),
            "X-RateLimit-Reset": str(self.seconds),
        }


# A limit protects the others from one who calls too often. With Redis away all the others would
# be refused to keep out that one, so calls pass.
_line = Line("Calls of the API are not counted for a while")


def count_call(request: Request) -> Allowance | None:
    """Count this call; return None where nothing is counted: no limit is set, or Redis is away."""
    limit = settings.API_CALLS_PER_MINUTE
    counted = _count(f"lineo:calls:{caller_of(request)}") if limit else None
    if counted is None:
        return None
    calls, milliseconds = counted
    return Allowance(
        limit=limit,
        left=max(limit - calls, 0),
        seconds=max(-(-milliseconds // 1000), 1),
        is_passed=calls > limit,
    )


def _count(key: str) -> tuple[int, int] | None:
    """Count a call; return the calls of this window and the milliseconds it has left."""
    return _line.ask(
        lambda line: line.register_script(_COUNT)(keys=[key], args=[WINDOW_SECONDS * 1000])
    )


def refuse_what_passes(allowance: Allowance | None) -> None:
    """Raise if the call was one too many.

    Raises
    ------
    TooManyCallsError
        With the seconds until the next window begins.
    """
    if allowance is not None and allowance.is_passed:
        raise TooManyCallsError(allowance.seconds)
