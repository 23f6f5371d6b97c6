"""Redis as a doorbell: it says that something waits, and may be late or lost.

What waits is in PostgreSQL. A bell carries an id and nothing else.
"""

from typing import Any
from uuid import UUID

import django_rq
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import NoSuchJobError
from rq.job import Job as Bell
from rq.serializers import JSONSerializer
from rq.worker import Worker

from lineo.redis_line import Line, connect

ENTRY = "lineo.jobs.entry.perform"
_BELL_LIVES_SECONDS = 3600
_line = Line("No doorbell; the sweeper will find what waits")


def queue_named(name: str, *, connection: Redis) -> Queue:
    """Return the queue of that name; its messages are JSON, never pickles."""
    return django_rq.get_queue(name, connection=connection)


def ring(job_id: UUID, *, queue: str) -> bool:
    """Say that a job waits; never raises. Returns whether anyone could hear it."""
    bell = _line.ask(
        lambda line: queue_named(queue, connection=line).enqueue_call(
            ENTRY,
            args=(str(job_id),),
            job_id=str(job_id),
            description=f"job {job_id}",
            result_ttl=0,
            ttl=_BELL_LIVES_SECONDS,
        )
    )
    return bell is not None


def listeners(queue: str) -> int:
    """Return how many workers hear the bells of a queue; 0 while nobody can tell."""
    try:
        line = connect()
        try:
            return Worker.count(connection=line, queue=queue_named(queue, connection=line))
        finally:
            line.close()
    except (RedisError, OSError):
        return 0


def wait(queues: list[Queue], *, connection: Redis, seconds: float) -> None:
    """Return when a bell rings on one of ``queues``, at the latest after ``seconds``.

    The message is thrown away unread: which job comes next is the table's to
    say, so a forged message can do no more than wake a worker.

    Raises
    ------
    RedisError
        If Redis is away or hangs.
    """
    rung: Any = connection.blpop([queue.key for queue in queues], timeout=seconds)
    if rung is None:
        return
    try:
        bell = Bell.fetch(rung[1].decode(), connection=connection, serializer=JSONSerializer)
        bell.delete(remove_from_queue=False)
    except NoSuchJobError:
        pass
