"""The work-horse: a forked process that does one job and ends, bounded and guarded."""

import ctypes
import os
import random
import resource
import signal
import sys
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connections

from lineo.jobs import entry
from lineo.jobs.heart import Heart
from lineo.jobs.services import Claim

_PR_SET_PDEATHSIG = 1
_BROKE_OFF = 41


def die_with_parent(parent_id: int) -> None:
    """End this process when ``parent_id`` ends, however that ends. Linux only.

    Elsewhere the heart notices at its next beat.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_id:  # it ended before we asked
        os._exit(_BROKE_OFF)


def fork(held: Claim) -> tuple[int, int]:
    """Start a work-horse for ``held``.

    Returns
    -------
    tuple of int
        Its process id, and a pipe that reaches its end when the process does.
    """
    connections.close_all()  # two processes must not talk on one line
    parent_id = os.getpid()
    ours, theirs = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    horse_id = os.fork()
    if horse_id:
        os.close(theirs)
        return horse_id, ours
    os.close(ours)
    _live(held, parent_id)
    os._exit(0)


def _live(held: Claim, parent_id: int) -> None:
    code = _BROKE_OFF
    try:
        os.setpgrp()  # Ctrl-C in a terminal is for the supervisor
        die_with_parent(parent_id)
        random.seed()
        os.nice(settings.JOB_NICE)
        bound_memory()
        code = _work(held)
    except BaseException:  # noqa: BLE001 - said on stderr, then the process ends
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def bound_memory() -> None:
    """Let this process take no more than one job may, beyond what it has mapped by now."""
    if settings.JOB_MEMORY_MB:
        limit = _mapped_bytes() + (settings.JOB_MEMORY_MB << 20)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _mapped_bytes() -> int:
    """Return what the worker maps already: libraries, and a stack for each of many cores."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:  # no Linux
        return 4 << 30
    return pages * resource.getpagesize()


def _work(held: Claim) -> int:
    handle = entry.handle_of(held)

    def stop(*_: object) -> None:
        handle.is_stopped = True

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, stop)
    try:
        with Heart(held, handle):
            entry.run(held, handle)
    except DatabaseError:
        return _BROKE_OFF
    finally:
        connections.close_all()
    return 0
