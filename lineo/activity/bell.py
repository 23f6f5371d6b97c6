"""Says over Redis that something new is recorded in a workspace; may be late or lost.

The message is empty but for its channel: what happened is in PostgreSQL, and
who listens reads on from the number that they have seen.
"""

import logging
import time
from uuid import UUID

from redis import Redis
from redis.exceptions import RedisError

from lineo.jobs.doorbell import connect

logger = logging.getLogger(__name__)

CHANNEL = "lineo:events:"
_QUIET_SECONDS = 5.0


class _Bell:
    """After a failure no one waits for Redis for a while."""

    def __init__(self) -> None:
        self.line: Redis | None = None
        self.quiet_until = 0.0

    def ring(self, channel: str, message: str) -> bool:
        if time.monotonic() < self.quiet_until:
            return False
        self.line = self.line or connect()
        try:
            self.line.publish(channel, message)
        except (RedisError, OSError) as error:
            logger.warning("No live events; pages will ask by themselves: %s", error)
            self.quiet_until = time.monotonic() + _QUIET_SECONDS
            return False
        return True


_bell = _Bell()


def channel_of(workspace_id: UUID) -> str:
    """Return the channel on which a workspace's bell rings."""
    return f"{CHANNEL}{workspace_id}"


def ring(workspace_id: UUID, message: str = "") -> bool:
    """Say that something happened there; never raises. Returns whether anyone could hear it."""
    return _bell.ring(channel_of(workspace_id), message)
