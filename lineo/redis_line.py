"""Redis carries what may be late or lost, so nobody waits for it long, and never again at once."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django_rq.connection_utils import get_redis_connection
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

_QUIET_SECONDS = 5.0
Answer = TypeVar("Answer")


def connect(**options: object) -> Redis:
    """Return a client that gives up after half a second and never tries twice."""
    described = settings.RQ_QUEUES["default"]  # every queue is on one server
    options = {**described["REDIS_CLIENT_KWARGS"], **options}
    return get_redis_connection({**described, "REDIS_CLIENT_KWARGS": options})


class Line:
    """A line that a process keeps open; after a failure nobody uses it for a while.

    ``without`` is what the log says then: what becomes of that which it would have carried.
    """

    def __init__(self, without: str) -> None:
        self.without = without
        self._redis: Redis | None = None
        self._quiet_until = 0.0

    def ask(self, question: Callable[[Redis], Answer]) -> Answer | None:
        """Return the answer, or None while nobody answers; never raises."""
        if time.monotonic() < self._quiet_until:
            return None
        line = self._redis or connect()
        try:
            answer = question(line)
        except (RedisError, OSError) as error:
            logger.warning("%s: %s", self.without, error)
            self._redis = None
            self._quiet_until = time.monotonic() + _QUIET_SECONDS
            return None
        self._redis = line
        return answer
