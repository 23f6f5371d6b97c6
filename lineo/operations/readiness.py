"""Can this site do its work? What PostgreSQL, Redis, the migrations and the workers say.

Without PostgreSQL or with migrations missing nothing can be served. Without Redis or workers
pages go on, and simulations wait: that is degraded, not dead.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis.exceptions import RedisError
from rq.worker import Worker

from lineo.redis_line import connect

logger = logging.getLogger(__name__)


class Status(StrEnum):
    """How a part, or the whole, is."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


@dataclass(frozen=True)
class Readiness:
    """What each part said."""

    postgresql: Status
    migrations: Status
    redis: Status
    workers: int | None

    @property
    def status(self) -> Status:
        """The whole: down where nothing can be served, degraded where work must wait."""
        if Status.DOWN in (self.postgresql, self.migrations):
            return Status.DOWN
        return Status.OK if self.redis == Status.OK and self.workers else Status.DEGRADED

    @property
    def services(self) -> dict[str, str | int | None]:
        """Each part by name; the workers are unknown (None) while Redis is away."""
        return {
            "postgresql": self.postgresql.value,
            "migrations": self.migrations.value,
            "redis": self.redis.value,
            "workers": self.workers,
        }


def look() -> Readiness:
    """Ask every part, each with the short time-outs that pages have."""
    postgresql, migrations = _database()
    redis, workers = _queue()
    return Readiness(postgresql, migrations, redis, workers)


def _database() -> tuple[Status, Status]:
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        missing = not _is_migrated()
    except DatabaseError as error:
        logger.warning("Not ready, PostgreSQL is away: %s", error)
        connection.close()
        return Status.DOWN, Status.DOWN
    return Status.OK, Status.DOWN if missing else Status.OK


_migrated: set[str] = set()


def _is_migrated() -> bool:
    """Return whether every migration of this code is there; once true, it stays true."""
    name = str(connection.settings_dict["NAME"])
    if name not in _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.add(name)
    return True


def _queue() -> tuple[Status, int | None]:
    try:
        line = connect()
        try:
            return Status.OK, Worker.count(connection=line)
        finally:
            line.close()
    except (RedisError, OSError):
        return Status.DOWN, None


class ReadinessMiddleware:
    """Answer ``/readyz`` before host name, session and workspace are looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != "/readyz":
            return self.get_response(request)
        found = look()
        body = {"status": found.status.value, **found.services}
        return JsonResponse(
            body,
            status=503 if found.status == Status.DOWN else 200,
            headers={"Cache-Control": "no-store"},
        )
