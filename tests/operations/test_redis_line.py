"""Lines to Redis, which carry what may be late or lost."""

from typing import Any

import pytest
from redis import Redis

from lineo import redis_line


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    now = {"seconds": 1000.0}
    monkeypatch.setattr(redis_line.time, "monotonic", lambda: now["seconds"])
    return now


def test_nobody_waits_again_at_once_for_a_redis_that_failed(
    clock: dict[str, float], redis_at: Any, servers: Any
) -> None:
    there = redis_at(servers.redis_url)
    line = redis_line.Line("Nothing is heard")
    asked = []

    def ping(redis: Redis) -> Any:
        asked.append(redis)
        return redis.ping()

    redis_at("redis://127.0.0.1:1/0")
    assert [line.ask(ping), line.ask(ping)] == [None, None]
    redis_at(there)
    assert (line.ask(ping), len(asked)) == (None, 1)

    clock["seconds"] += 6
    assert (line.ask(ping), len(asked)) == (True, 2)
