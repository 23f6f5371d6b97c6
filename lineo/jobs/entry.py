"""From a claim to its end: find the function, run it within the walls, say how it ended."""

import errno
import logging
import re
import traceback
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from lineo import requests, tracing
from lineo.accounts.locking import GoneError
from lineo.accounts.tenancy import workspace_context
from lineo.jobs import parts, registry, services
from lineo.jobs.handle import (
    CancelledError,
    JobHandle,
    JobRefusedError,
    OutOfTimeError,
    StoppedError,
)
from lineo.jobs.models import Failure, JobDetail, Queue
from lineo.jobs.registry import Parts, Registered
from lineo.jobs.services import Claim, LostClaimError
from lineo.stack import with_room

logger = logging.getLogger(__name__)

_ALWAYS_TELL = (JobRefusedError, ValidationError, GoneError)
_NO_MEMORY = re.compile(r"out of memory|cannot allocate memory", re.IGNORECASE)


def perform(job_id: str) -> None:
    """Do one job if it still waits. The only function that a message may name."""
    held = services.claim(UUID(job_id))
    if held:
        run(held, handle_of(held))


def run_waiting() -> int:
    """Do all that waits, here and now; return how many jobs. For tests and small commands."""
    registry.discover()
    done = 0
    while held := services.claim_next(Queue.values):
        run(held, handle_of(held))
        done += 1
    return done


def handle_of(held: Claim) -> JobHandle:
    """Return a handle for ``held`` with the time that its function may take."""
    function = registry.find(held.function)
    seconds = function.timeout_seconds if function else 0.0
    return JobHandle(
        held.job_id, attempt=held.attempt, timeout_seconds=seconds, fraction=held.progress
    )


def run(held: Claim, handle: JobHandle) -> None:
    """Run the function of ``held`` and write its end, whatever that is.

    Raises
    ------
    OperationalError, InterfaceError
        If even that can't be written, because the database is away.
    """
    with requests.continued(held.request_id), tracing.job_span(held):
        with_room(lambda: _run(held, handle))


def _run(held: Claim, handle: JobHandle) -> None:
    function = registry.find(held.function)
    if function is None:
        services.fail(held, failure=Failure.UNKNOWN)
        return
    try:
        _run_within_walls(function, held, handle)
    except LostClaimError:
        logger.warning("Job %s was given to someone else; attempt undone.", held.job_id)
    except CancelledError:
        services.give_up(held)
    except OutOfTimeError:
        services.fail(held, failure=Failure.TIME)
    except StoppedError:
        services.hand_back(held, counts=False)
    except Exception as error:  # noqa: BLE001 - whatever it is, the job ends with it
        if _is_of_the_database(error):
            logger.warning("Job %s lost its database: %s", held.job_id, error)
            connection.close()
            services.hand_back(held, counts=True)
        else:
            _fail(function, held, error)


def _run_within_walls(function: Registered, held: Claim, handle: JobHandle) -> None:
    with workspace_context(held.workspace_id, held.person_id):
        try:
            payload = JobDetail.objects.values_list("payload", flat=True).get(pk=held.job_id)
            result = function.call(handle, **payload)
            handle.check()
        finally:
            handle.is_ending = True
        if isinstance(result, Parts):
            parts.split(held, result)
        else:
            services.finish(held, result=result)


def _fail(function: Registered, held: Claim, error: Exception) -> None:
    if _is_out_of_memory(error):
        services.fail(held, failure=Failure.MEMORY)
        return
    if isinstance(error, (*_ALWAYS_TELL, *function.tells)):
        services.fail(held, failure=Failure.REFUSED, error=_sentence(error))
        return
    logger.error("Job %s (%s) failed.", held.job_id, held.function, exc_info=error)
    trace = "".join(traceback.format_exception(error, limit=-20))
    services.fail(held, failure=Failure.ERROR, trace=trace)


def _is_of_the_database(error: Exception) -> bool:
    """Whether PostgreSQL is away, or broke within itself (class XX), such as on a file's limit."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    state = getattr(error.__cause__, "sqlstate", None) or ""
    return isinstance(error, DatabaseError) and state.startswith("XX")


def _is_out_of_memory(error: BaseException | None) -> bool:
    """Whether memory ran out, which what is written in C tells in ways of its own.

    libpq has words for it and no code. Whoever handles a MemoryError may fail with another error.
    """
    if error is None:
        return False
    if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
        return True
    if isinstance(error, DatabaseError | ImportError) and _NO_MEMORY.search(str(error)):
        return True
    return _is_out_of_memory(error.__cause__ or error.__context__)


def _sentence(error: Exception) -> str:
    return " ".join(getattr(error, "messages", None) or [str(error)])
