"""Statements that take long are told in the log, under the request that asked, and counted.

PostgreSQL can log them too, but that is for its administrator to set.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings

from lineo.operations import metrics

logger = logging.getLogger(__name__)

_MOST_CHARACTERS = 2_000


def watch(*, connection: Any, **_signal: Any) -> None:
    """Time what a new connection carries, before whoever else looks at it."""
    if settings.SLOW_STATEMENT_MS and time_statement not in connection.execute_wrappers:
        # At the front, for those who look for a while take the last one away again.
        connection.execute_wrappers.insert(0, time_statement)


def time_statement(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Execute a statement; where that takes long, tell it without its values."""
    begun = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        took_ms = 1000 * (time.perf_counter() - begun)
        if took_ms > settings.SLOW_STATEMENT_MS:
            metrics.count_slow_statement()
            logger.warning("A statement took %.0f ms: %s", took_ms, str(sql)[:_MOST_CHARACTERS])
