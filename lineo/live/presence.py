"""Who is here: which people look at a scenario now, and at which of its rows.

It stands in Redis alone and fades by itself; without Redis nobody is seen, and nothing else
is missing.
"""

import json
import time
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from redis import Redis

from lineo.activity import bell
from lineo.redis_line import Line

LIVES_SECONDS = 45
"""After so long without a sign of life a tab is not here any more."""

HERE = "here "
"""How a bell's message begins that says who is here, before the scenario."""

_line = Line("Nobody is seen to be here, and nobody to leave")


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
    if _line.ask(lambda line: _see(line, key, _field(person.pk, tab), seen)):
        bell.ring(workspace_id, f"{HERE}{scenario_id}")


def stay(workspace_id: UUID, scenario_id: UUID, tab: str, *, person_id: UUID) -> None:
    """Give a sign of life."""
    key, field = _key(workspace_id, scenario_id), _field(person_id, tab)
    known: Any = _line.ask(lambda line: line.hget(key, field))
    if known:
        seen = {**json.loads(known), "at": time.time()}
        _line.ask(lambda line: _see(line, key, field, seen))


def leave(workspace_id: UUID, scenario_id: UUID, tab: str, *, person_id: UUID) -> None:
    """Say that the tab is gone."""
    key, field = _key(workspace_id, scenario_id), _field(person_id, tab)
    if _line.ask(lambda line: line.hdel(key, field)) is not None:
        bell.ring(workspace_id, f"{HERE}{scenario_id}")


def people_at(workspace_id: UUID, scenario_id: UUID) -> list[dict[str, Any]]:
    """Return who looks at the scenario, one entry for each tab, by name."""
    known: Any = _line.ask(lambda line: line.hgetall(_key(workspace_id, scenario_id))) or {}
    return sorted(_living(known.items()), key=lambda seen: (seen["name"], seen["tab"]))


def _see(line: Redis, key: str, field: str, seen: dict[str, Any]) -> list[Any]:
    pipe = line.pipeline()
    pipe.hset(key, field, json.dumps(seen))
    pipe.expire(key, 2 * LIVES_SECONDS)
    return pipe.execute()


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


def _key(workspace_id: UUID, scenario_id: UUID) -> str:
    return f"lineo:here:{workspace_id}:{scenario_id}"
