"""Keeps workers alive, sweeps, and stops them all in order."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from redis.exceptions import RedisError

from lineo.jobs import chores, horse, pace, sweeper
from lineo.jobs.models import Queue

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
_STOP_SECONDS = 25.0

DEFAULT_COMMAND = (sys.executable, str(settings.BASE_DIR / "manage.py"), "work")


@dataclass
class Keeper:
    """One worker process that is started again whenever it ends."""

    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause_seconds: float = 0.0
    start_at: float = field(default_factory=time.monotonic)

    def look(self) -> None:
        """Start the worker if it does not run, less often if it keeps ending at once."""
        now = time.monotonic()
        if self.process and self.process.poll() is not None:
            is_short = now - self.started < 5
            self.pause_seconds = min(2 * self.pause_seconds + 1, _LONGEST_PAUSE_SECONDS)
            self.pause_seconds = self.pause_seconds if is_short else 0.0
            self.start_at = now + self.pause_seconds
            logger.warning("Worker %s ended; starting another.", self.process.pid)
            self.process = None
        if self.process is None and now >= self.start_at:
            self._start()

    def _start(self) -> None:
        supervisor_id = os.getpid()
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            preexec_fn=lambda: horse.die_with_parent(supervisor_id),  # noqa: PLW1509 - it starts no thread
            start_new_session=True,  # Ctrl-C is for the supervisor, who stops them in order
            env={"LINEO_STATEMENT_TIMEOUT_MS": "120000", **os.environ},
        )


class Supervisor:
    """Runs workers and the sweeper until told to stop."""

    def __init__(
        self, *, workers: int, live_workers: int = 1, command: tuple[str, ...] = DEFAULT_COMMAND
    ) -> None:
        queues = [Queue.DEFAULT] * workers + [Queue.LIVE] * live_workers
        self.keepers = [Keeper([*command, "--queue", queue.value]) for queue in queues]
        self._stopping = threading.Event()

    def run(self) -> None:
        """Supervise until SIGTERM or SIGINT, then stop everything within 30 s."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        next_sweep = next_chores = time.monotonic()
        try:
            while not self._stopping.is_set():
                for keeper in self.keepers:
                    keeper.look()
                if time.monotonic() >= next_sweep:
                    self._sweep()
                    next_sweep = time.monotonic() + pace.sweep_seconds()
                if time.monotonic() >= next_chores:
                    self._forget()
                    next_chores = time.monotonic() + chores.EACH_SECONDS
                self._stopping.wait(min(_LOOK_SECONDS, pace.sweep_seconds()))
        finally:
            self._stop_workers()

    def _stop(self, *_: Any) -> None:
        self._stopping.set()

    def _sweep(self) -> None:
        try:
            sweeper.sweep()
        except (DatabaseError, RedisError) as error:
            logger.warning("Not swept: %s", error)
        # A sweep tells every room what it found, and what listens there may raise anything. The log
        # has its traceback; ending would stop all workers for it, so the next sweep tries again.
        except Exception:
            logger.exception("Not swept.")
        finally:
            connections.close_all()

    def _forget(self) -> None:
        try:
            chores.forget_what_is_over()
        finally:
            connections.close_all()

    def _stop_workers(self) -> None:
        running = [keeper.process for keeper in self.keepers if keeper.process]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + _STOP_SECONDS
        for process in running:
            try:
                process.wait(max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
