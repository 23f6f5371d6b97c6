"""Who is here: which people look at a scenario now, and at which of its rows.

It stands in Redis alone and fades by itself; without Redis nobody is seen, and nothing else
is missing.
"""

import json
import logging
import time
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from redis import Redis
from redis.exceptions import RedisError

from lineo.activity import bell
from lineo.jobs.doorbell import connect

logger = logging.getLogger(__name__)

LIVES_SECONDS = 45
"""After so long without a sign of life a tab is not here any more."""

HERE = "here "
"""How a bell's message begins that says who is here, before the scenario."""

_line: list[Redis] = []


def enter(
    workspace_id: UUID, scenario_id: UUID, tab: str, *, person: Any, row: str | None = None
) -> None:
    """Say that a person looks at the scenario in one tab of their browser, at ``row``."""
    seen = {
        "person": str(person.pk),
        "name": str(person),
        "row": row,
        "at": time.time(),
    }
    key = _key(workspace_id, scenario_id)
    try:
        pipe = _redis().pipeline()
        pipe.hset(key, _field(person.pk, tab), json.dumps(seen))
        pipe.expire(key, 2 * LIVES_SECONDS)
        pipe.execute()
    except (RedisError, OSError) as error:
        logger.warning("Nobody is seen to be here: %s", error)
        return
    bell.ring(workspace_id, f"{HERE}{scenario_id}")


def stay(workspace_id: UUID, scenario_id: UUID, tab: str, *, person_id: UUID) -> None:
    """Give a sign of life."""
    key, field = _key(workspace_id, scenario_id), _field(person_id, tab)
    try:
        known = _redis().hget(key, field)
        if known:
            seen = {**json.loads(known), "at": time.time()}
            _redis().hset(key, field, json.dumps(seen))
            _redis().expire(key, 2 * LIVES_SECONDS)
    except (RedisError, OSError, ValueError) as error:
        logger.warning("Nobody is seen to be here: %s", error)


def leave(workspace_id: UUID, scenario_id: UUID, tab: str, *, person_id: UUID) -> None:
    """Say that the tab is gone."""
    try:
        _redis().hdel(_key(workspace_id, scenario_id), _field(person_id, tab))
    except (RedisError, OSError) as error:
        logger.warning("Nobody is seen to leave: %s", error)
        return
    bell.ring(workspace_id, f"{HERE}{scenario_id}")


def people_at(workspace_id: UUID, scenario_id: UUID) -> list[dict[str, Any]]:
    """Return who looks at the scenario, one entry for each tab, by name."""
    try:
        known: Any = _redis().hgetall(_key(workspace_id, scenario_id))
    except (RedisError, OSError):
        return []
    return sorted(_living(known.items()), key=lambda seen: (seen["name"], seen["tab"]))


def _living(known: Iterable[tuple[bytes, bytes]]) -> Iterable[dict[str, Any]]:
    since = time.time() - LIVES_SECONDS
    for field, words in known:
        seen = json.loads(words)
        if seen["at"] >= since:
            yield {
                "tab": field.decode().rpartition(" ")[2],
                "person": seen["person"],
                "name": seen["name"],
                "row": seen["row"],
            }


def _field(person_id: UUID, tab: str) -> str:
    """Return where a tab stands: beside its person, for all are told what tabs are called."""
    return f"{person_id} {tab}"


def _redis() -> Redis:
    if not _line:
        _line.append(connect())
    return _line[0]


def _key(workspace_id: UUID, scenario_id: UUID) -> str:
    return f"lineo:here:{workspace_id}:{scenario_id}"
