"""A worker: an RQ worker to the doorbell and to those who look at queues, its own man in the rest.

RQ would run what the message names, keep a work-horse alive as an orphan when
its worker is killed, and stop with Redis. Here a message only wakes; the table
says what comes next.
"""

import logging
import os
import select
import signal
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone
from redis.exceptions import RedisError
from rq.serializers import JSONSerializer
from rq.worker import Worker, WorkerStatus

from lineo.jobs import doorbell, horse, pace, services
from lineo.jobs.heart import LOST_CLAIM
from lineo.jobs.services import Claim
from lineo.redis_line import connect

logger = logging.getLogger(__name__)

_WITHOUT_BELL_SECONDS = 2.0


class JobWorker(Worker):
    """Takes jobs of its queues, one at a time, each in a work-horse."""

    _looked_at: datetime | None = None

    def __init__(self, queue_names: Sequence[str]) -> None:
        line = connect()
        queues = [doorbell.queue_named(name, connection=line) for name in queue_names]
        super().__init__(queues, connection=line, serializer=JSONSerializer, prepare_for_work=False)
        # Waits for a bell as long as a sweep; a hung server is noticed soon after.
        self._bell_line = connect(socket_timeout=pace.sweep_seconds() + 1)
        self.hostname, self.pid = socket.gethostname(), os.getpid()
        self._asked_to_stop = False
        self._is_waiting = False
        self._is_known_to_redis = False

    @property
    def connection_timeout(self) -> int:
        """No seconds more than our client's own, where RQ would wait for minutes."""
        return 0

    def work(self, *_: Any, **__: Any) -> bool:
        """Work until asked to stop; then hand back what is being done, and go."""
        self._install_signal_handlers()  # type: ignore[no-untyped-call]
        logger.info("Worker %s takes jobs of %s.", self.pid, ", ".join(self.queue_names()))
        while not self._asked_to_stop:
            self._do_all_that_waits()
            if not self._asked_to_stop:
                self._wait_for_bell()
        with suppress(RedisError):
            self.register_death()  # type: ignore[no-untyped-call]
        return True

    def request_stop(self, signum: int, frame: Any) -> None:
        """Break off at the next chance; a second signal changes nothing."""
        self._asked_to_stop = True
        if self._horse_pid:
            with suppress(ProcessLookupError):
                os.kill(self._horse_pid, signal.SIGTERM)
        elif self._is_waiting:
            raise InterruptedError

    def _do_all_that_waits(self) -> None:
        while not self._asked_to_stop:
            try:
                close_old_connections()
                self._looked_at = timezone.now()
                held = services.claim_next(self.queue_names())
            except DatabaseError as error:
                logger.warning("The database is away: %s", error)
                connections.close_all()
                time.sleep(min(_WITHOUT_BELL_SECONDS, pace.sweep_seconds()))
                return
            if held is None:
                return
            self._show(WorkerStatus.BUSY)
            self._do(held)

    def _do(self, held: Claim) -> None:
        self._horse_pid, pipe = horse.fork(held)
        if self._asked_to_stop:
            os.kill(self._horse_pid, signal.SIGTERM)
        try:
            status = self._watch(held, pipe)
        finally:
            os.close(pipe)
            self._horse_pid = 0
        code = os.waitstatus_to_exitcode(status)
        if code not in (0, LOST_CLAIM):
            logger.warning("The work-horse of job %s ended with %s.", held.job_id, code)
            self._hand_back(held, counts=not self._asked_to_stop)

    def _watch(self, held: Claim, pipe: int) -> int:
        """Wait for the horse, and kill it when it may not go on; return how it ended."""
        look_again, stop_by = time.monotonic() + pace.lease_seconds(), float("inf")
        while not select.select([pipe], [], [], pace.beat_seconds())[0]:
            now = time.monotonic()
            if self._asked_to_stop:
                stop_by = min(stop_by, now + 4 * pace.grace_seconds())
            if now > look_again:
                look_again = now + pace.lease_seconds()
                stop_by = stop_by if self._is_held(held) else now
            if now >= stop_by:
                os.kill(self._horse_pid, signal.SIGKILL)
        return os.waitpid(self._horse_pid, 0)[1]

    def _is_held(self, held: Claim) -> bool:
        """Say whether the job is still ours: a frozen horse does not notice that it is not."""
        try:
            return services.is_held(held)
        except DatabaseError:
            connections.close_all()
            return True

    def _hand_back(self, held: Claim, *, counts: bool) -> None:
        try:
            services.hand_back(held, counts=counts)
        except DatabaseError as error:
            logger.warning("Job %s waits for the sweeper: %s", held.job_id, error)
            connections.close_all()

    def _until_next(self) -> float:
        """Return how long to wait for a bell: a sweep, or until a back-off is over."""
        try:
            due = services.next_due(self.queue_names(), after=self._looked_at)
        except DatabaseError:
            connections.close_all()
            due = None
        if due is None:
            return pace.sweep_seconds()
        left = (due - timezone.now()).total_seconds()
        return min(max(left, 0.05), pace.sweep_seconds())

    def _rest(self) -> None:
        connections.close_all()  # an idle worker needs no connection

    def _wait_for_bell(self) -> None:
        seconds = self._until_next()
        self._rest()
        try:
            self._is_waiting = True
            if self._asked_to_stop:
                return
            self._show(WorkerStatus.IDLE)
            doorbell.wait(self.queues, connection=self._bell_line, seconds=seconds)
        except RedisError as error:
            if self._asked_to_stop:
                return  # the client says so of the interruption too
            logger.warning("No doorbell: %s", error)
            self._is_known_to_redis = False
            with suppress(InterruptedError):
                time.sleep(min(_WITHOUT_BELL_SECONDS, seconds))
        except InterruptedError:
            pass
        finally:
            self._is_waiting = False

    def _show(self, status: WorkerStatus) -> None:
        """Let those who look at queues see this worker; nothing hangs on it."""
        try:
            if not self._is_known_to_redis:
                self.register_birth()  # type: ignore[no-untyped-call]
                self._is_known_to_redis = True
            self.set_state(status)
            self.heartbeat()
        except ValueError:  # Redis knows us from before it was away
            self._is_known_to_redis = True
        except RedisError:
            self._is_known_to_redis = False
