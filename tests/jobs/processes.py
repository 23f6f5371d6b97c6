"""Real workers in processes of their own, on the test's database and queue."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psutil
from django.db import connection

PROGRAM = Path(__file__).with_name("program.py")
MANAGE = Path(__file__).resolve().parents[2] / "manage.py"

# The clocks of jobs, about twenty times as fast as in service.
PACE = {
    "LINEO_JOB_LEASE_MS": "1500",
    "LINEO_JOB_BEAT_MS": "100",
    "LINEO_JOB_SWEEP_MS": "400",
    "LINEO_JOB_RING_AGAIN_MS": "600",
    "LINEO_JOB_GRACE_MS": "500",
    "LINEO_JOB_BACKOFF_MS": "50",
}


class Processes:
    """Starts workers and supervisors, and leaves none behind."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._started: list[subprocess.Popen[bytes]] = []

    def worker(self, *, queue: str = "default", **environment: str) -> psutil.Process:
        return self._start("work", "--queue", queue, **environment)

    def supervisor(self, *, workers: int, **environment: str) -> psutil.Process:
        return self._start("supervise", str(workers), **environment)

    def resident(self, *, most_jobs: int = 1000, **environment: str) -> psutil.Process:
        return self._start("live", str(most_jobs), **environment)

    def live_supervisor(self, *, most_jobs: int = 1000, **environment: str) -> psutil.Process:
        return self._start("supervise-live", str(most_jobs), **environment)

    def site_worker(self, *, queue: str = "default", **environment: str) -> psutil.Process:
        """Start a worker that knows the jobs of the site; it compiles the engine first."""
        return self._start("work", "--queue", queue, program=MANAGE, **environment)

    def site_supervisor(self, *, workers: int = 1, **environment: str) -> psutil.Process:
        """Start a supervisor of such workers, that sweeps too."""
        counts = ("--workers", str(workers), "--live-workers", "0")
        return self._start("supervise", *counts, program=MANAGE, **environment)

    def end(self) -> None:
        for process in self._started:
            for one in [*_children(process.pid), process.pid]:
                _kill(one)
            process.wait()

    def _start(
        self, *arguments: str, program: Path = PROGRAM, **environment: str
    ) -> psutil.Process:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, program, *arguments],
                env={**os.environ, **PACE, "DATABASE_URL": database_url(), **environment},
                stdout=log,
                stderr=log,
            )
        self._started.append(process)
        return psutil.Process(process.pid)


def database_url() -> str:
    """Return the address of the test's own database, for the serving role."""
    at = connection.settings_dict
    return f"postgres://{at['USER']}@{quote(str(at['HOST']), safe='')}:{at['PORT']}/{at['NAME']}"


def wait_for(condition: Callable[[], object], *, seconds: float = 60) -> None:
    """Return once ``condition`` holds; fail loudly if it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"never came true: {condition}"
        time.sleep(0.03)


def horse_of(worker: psutil.Process) -> psutil.Process:
    """Return the process that does the worker's job."""
    wait_for(worker.children)
    return worker.children()[0]


def is_alive(process: psutil.Process) -> bool:
    """Return whether ``process`` still does something; a zombie does not."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _children(process_id: int) -> list[int]:
    try:
        return [child.pid for child in psutil.Process(process_id).children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _kill(process_id: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process_id, signal.SIGKILL)
