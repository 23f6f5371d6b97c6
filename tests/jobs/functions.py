"""Job functions for the tests. A worker of the tests registers them; see program.py."""

import os
import resource
import signal
import time
from pathlib import Path
from typing import Any

import psutil
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat

from lineo.accounts.models import Workspace
from lineo.accounts.tenancy import current_workspace_id
from lineo.jobs.handle import JobHandle, JobRefusedError
from lineo.jobs.registry import Parts, job
from tests.call_depths import most_faults


@job("test.echo")
def echo(handle: JobHandle, **payload: Any) -> dict[str, Any]:
    return payload


@job("test.deep")
def deep(handle: JobHandle) -> int:
    """Return the page faults of a loop of calls, at the worst depth."""
    return most_faults()


@job("test.names")
def names(handle: JobHandle) -> list[str]:
    return list(Workspace.objects.values_list("name", flat=True))


@job("test.mark")
def mark(handle: JobHandle, *, diary: str = "", steps: int = 1, step_seconds: float = 0.02) -> int:
    """Write a cross behind the workspace's name: an effect that shows when it happens twice."""
    workspace = Workspace.objects.filter(pk=current_workspace_id())
    _write(diary, f"begin {handle.attempt} {os.getpid()}")
    for step in range(steps):
        time.sleep(step_seconds)
        handle.progress(step / steps, "Counting")
    workspace.update(name=Concat("name", Value("+")))
    _write(diary, f"end {handle.attempt} {os.getpid()}")
    return steps


@job("test.split")
def split(handle: JobHandle, *, diary: str, parts: int, **part: Any) -> Any:
    """Do it in parts, unless the diary says that these have ended."""
    _write(diary, f"whole {handle.attempt} {os.getpid()}")
    if Path(diary).read_text().count("end") < parts:
        return Parts("test.mark", [{"diary": diary, **part} for _ in range(parts)])
    Workspace.objects.filter(pk=current_workspace_id()).update(name=Concat("name", Value("!")))
    return {"parts": parts}


@job("test.refuse")
def refuse(handle: JobHandle) -> None:
    raise JobRefusedError("This plan has no tasks.")


@job("test.crash")
def crash(handle: JobHandle) -> None:
    Workspace.objects.update(name="half done")
    raise ZeroDivisionError("secret detail")


@job("test.poison")
def poison(handle: JobHandle, *, diary: str) -> None:
    _write(diary, f"begin {handle.attempt} {os.getpid()}")
    os.kill(os.getpid(), signal.SIGKILL)


@job("test.hungry")
def hungry(handle: JobHandle) -> int:
    return len(bytearray(1 << 40))


@job("test.reads-too-much")
def reads_too_much(handle: JobHandle) -> int:
    """Ask PostgreSQL for more than there is room for; libpq has an error of its own for that."""
    room = psutil.Process().memory_info().vms + (32 << 20)
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    with connection.cursor() as cursor:
        cursor.execute("SELECT repeat('x', %s)", [128 << 20])
        return len(cursor.fetchone()[0])


@job("test.breaks-its-database")
def breaks_its_database(handle: JobHandle) -> str:
    """Meet a fault within PostgreSQL at the first attempt."""
    if handle.attempt == 1:
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'broken' USING ERRCODE = 'XX000'; END $$")
    return "done"


@job("test.deaf", timeout_seconds=0.4)
def deaf(handle: JobHandle) -> None:
    """Take for ever and never listen."""
    while True:
        time.sleep(0.01)


@job("test.slow", timeout_seconds=0.4)
def slow(handle: JobHandle) -> None:
    """Take for ever, and listen."""
    while True:
        time.sleep(0.01)
        handle.check()


@job("test.deaf-for-long")
def deaf_for_long(handle: JobHandle) -> None:
    deaf(handle)


def _write(diary: str, line: str) -> None:
    if diary:
        with Path(diary).open("a") as lines:
            lines.write(line + "\n")
