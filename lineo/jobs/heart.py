"""The heartbeat of a running job, in a thread with a connection of its own.

The function's own transaction is seen by no one until it ends, so lease,
progress and cancel requests travel beside it.
"""

import logging
import os
import threading
import time
from typing import Any, Self

import psycopg
from django.db import connection

from lineo.jobs import pace
from lineo.jobs.handle import JobHandle
from lineo.jobs.models import Failure
from lineo.jobs.services import Claim
from lineo.jobs.whole import PARTS_SHARE

logger = logging.getLogger(__name__)

# Exit codes of a work-horse that its worker understands.
LOST_CLAIM = 40

_BEAT = """
UPDATE jobs_job SET
    heartbeat_at = clock_timestamp(),
    lease_until = clock_timestamp() + make_interval(secs => %(lease)s),
    progress = %(progress)s,
    stage = %(stage)s
WHERE id = %(id)s AND attempt = %(attempt)s AND state = 'running' AND NOT waits_for_parts
RETURNING is_cancel_requested
"""

# A whole is as far as its parts; it holds no lease, and its last sign of life is theirs.
_BEAT_FOR_WHOLE = """
UPDATE jobs_job AS whole SET
    heartbeat_at = clock_timestamp(),
    progress = %(share)s * (
        SELECT avg(CASE state WHEN 'done' THEN 1 ELSE part.progress END)
        FROM jobs_job AS part
        WHERE part.parent_id = whole.id AND part.created_at >= whole.started_at
    )
WHERE id = %(parent)s AND state = 'running' AND waits_for_parts
    AND EXISTS (SELECT 1 FROM jobs_job WHERE id = %(id)s AND created_at >= whole.started_at)
"""

_END = """
UPDATE jobs_job SET state = %(state)s, failure = %(failure)s, stage = '',
    lease_until = NULL, finished_at = clock_timestamp()
WHERE id = %(id)s AND attempt = %(attempt)s AND state = 'running' AND NOT waits_for_parts
"""


class Heart:
    """Beats while its block runs. Only for a work-horse: it may end the process.

    A function that does not break off within the grace time is ended with its
    process; its transaction goes with it.
    """

    def __init__(self, held: Claim, handle: JobHandle) -> None:
        self.held = held
        self.handle = handle
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat_on, name="heart", daemon=True)
        self._line: psycopg.Connection[Any] | None = None
        self._breaking_since: float | None = None
        self._parent = os.getppid()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(timeout=5)
        if self._line is not None:
            self._line.close()

    def _beat_on(self) -> None:
        while not self._ended.wait(pace.beat_seconds()):
            try:
                self._beat()
            except psycopg.Error as error:
                logger.warning("A heartbeat of job %s was missed: %s", self.held.job_id, error)
                self._line = None

    def _beat(self) -> None:
        if os.getppid() != self._parent:
            os._exit(LOST_CLAIM)  # the worker is gone, and there may be no signal to say so
        row = self._execute(
            _BEAT,
            lease=pace.lease_seconds(),
            progress=self.handle.fraction,
            stage=self.handle.stage[:80],
        ).fetchone()
        if row is None:
            if not (self._ended.is_set() or self.handle.is_ending):
                os._exit(LOST_CLAIM)
            return
        self.handle.is_cancelled = row[0]
        if self.held.parent_id is not None:
            self._execute(_BEAT_FOR_WHOLE, parent=self.held.parent_id, share=PARTS_SHARE)
        self._end_what_does_not_break_off()

    def _end_what_does_not_break_off(self) -> None:
        handle = self.handle
        is_late = time.monotonic() > handle.deadline
        if not (handle.is_cancelled or is_late):
            return
        self._breaking_since = self._breaking_since or time.monotonic()
        if time.monotonic() - self._breaking_since < pace.grace_seconds():
            return
        ended = {"state": "cancelled", "failure": ""}
        if not handle.is_cancelled:
            ended = {"state": "failed", "failure": Failure.TIME.value}
        self._execute(_END, **ended)
        os._exit(LOST_CLAIM)

    def _execute(self, query: str, **values: Any) -> psycopg.Cursor[Any]:
        if self._line is None:
            self._line = self._connect()
        known = {"id": self.held.job_id, "attempt": self.held.attempt}
        return self._line.execute(query, {**known, **values})

    def _connect(self) -> psycopg.Connection[Any]:
        options = connection.get_connection_params()
        keys = ("dbname", "user", "password", "host", "port", "options", "connect_timeout")
        line = psycopg.connect(
            **{key: options[key] for key in keys if key in options}, autocommit=True
        )
        # This connection is no one else's, so the setting may last as long as it.
        line.execute("SELECT set_config('app.workspace', %s, false)", [str(self.held.workspace_id)])
        return line
