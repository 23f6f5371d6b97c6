"""A worker that does its jobs itself: for many small ones that people wait for.

A work-horse would have to be forked, to open a connection and to read the plan
again for each. Here the process keeps what it has read, and pays for it with
bounds of its own: it takes no more memory than a work-horse may, and goes after
so many jobs or so much growth, for its supervisor to start a fresh one. Claim,
lease and fencing are those of every worker.
"""

import gc
import logging
import os
import resource
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connections

from lineo.jobs import entry, horse
from lineo.jobs.handle import JobHandle
from lineo.jobs.heart import Heart
from lineo.jobs.services import Claim
from lineo.jobs.worker import JobWorker

logger = logging.getLogger(__name__)

MOST_JOBS = 5_000
MOST_GROWTH_BYTES = 512 << 20


class ResidentWorker(JobWorker):
    """Does the jobs of its queues in its own process, until it has grown old."""

    def __init__(
        self,
        queue_names: Sequence[str],
        *,
        most_jobs: int = MOST_JOBS,
        most_growth_bytes: int = MOST_GROWTH_BYTES,
    ) -> None:
        super().__init__(queue_names)
        self._most_jobs, self._most_bytes = most_jobs, most_growth_bytes + _resident_bytes()
        self._jobs_done = 0
        self._handle: JobHandle | None = None

    def work(self, *arguments: Any, **options: Any) -> bool:
        """Work until asked to stop, or old."""
        gc.freeze()  # what was loaded by now stays, and need not be looked through again
        horse.bound_memory()
        return super().work(*arguments, **options)

    def request_stop(self, signum: int, frame: Any) -> None:
        """Break off at the next chance."""
        if self._handle is not None:
            self._handle.is_stopped = True
        super().request_stop(signum, frame)

    def _do(self, held: Claim) -> None:
        self._handle = entry.handle_of(held)
        self._handle.is_stopped = self._asked_to_stop
        try:
            with Heart(held, self._handle):
                entry.run(held, self._handle)
        except DatabaseError as error:
            logger.warning("Job %s waits for the sweeper: %s", held.job_id, error)
            connections.close_all()
        finally:
            self._handle = None
        self._jobs_done += 1
        if self._jobs_done >= self._most_jobs or _resident_bytes() > self._most_bytes:
            logger.info("Worker %s has done %s jobs and goes.", self.pid, self._jobs_done)
            self._asked_to_stop = True

    def _rest(self) -> None:
        """Keep the connection: the next job is someone's who waits."""


def _resident_bytes() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:  # no Linux: the most it ever took, in kilobytes or bytes
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return pages * os.sysconf("SC_PAGE_SIZE")
