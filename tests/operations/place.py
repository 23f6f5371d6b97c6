"""A site with servers of its own that can be killed, frozen and started again."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import requests

from lineo.embedded.folders import APP, BACKUP, OWNER, Folders, folders, make_private
from lineo.embedded.postgres import Postgres
from lineo.embedded.valkey import Valkey

ROOT = Path(__file__).resolve().parents[2]
MANAGE = str(ROOT / "manage.py")


class Place:
    """PostgreSQL, Valkey, gunicorn and supervised workers in one folder."""

    def __init__(self, folder: Path, *, pace: Mapping[str, str], workers: int = 2) -> None:
        self.folder = folder
        self.folders: Folders = folders(folder)
        self.workers = workers
        make_private(self.folders.data)
        make_private(self.folders.sockets)
        # Durable, as in service: what is committed must outlast a crash.
        self.postgres = Postgres(self.folders, throwaway=False)
        # A bell only: what it holds may be gone at any time, so nothing is kept on disk.
        self.valkey = Valkey(self.folders, throwaway=True)
        self.port = _free_port()
        self.environment = {
            **pace,
            "DATABASE_URL": self.folders.database_url(APP),
            "DATABASE_OWNER_URL": self.folders.database_url(OWNER),
            "DATABASE_BACKUP_URL": self.folders.database_url(BACKUP),
            "REDIS_URL": self.folders.redis_url,
            "LINEO_DATA": str(folder),
            "LINEO_SECRET_KEY": secrets.token_urlsafe(50),
            "LINEO_ALLOWED_HOSTS": "127.0.0.1,localhost",
            "LINEO_HTTPS": "0",
            "LINEO_LOG_LEVEL": "WARNING",
        }
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def url(self) -> str:
        """The address of the site."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the servers and make the tables."""
        self.postgres.start()
        self.valkey.start()
        subprocess.run(
            [sys.executable, MANAGE, "migrate", "--verbosity", "0"],
            env={**os.environ, **self.environment},
            check=True,
        )

    def serve(self) -> None:
        """Start gunicorn and the supervisor, and wait until there is everybody."""
        bind = f"127.0.0.1:{self.port}"
        config = ("--config", "python:lineo.gunicorn")
        self._launch("web", "-m", "gunicorn", *config, "lineo.wsgi", "--bind", bind)
        counts = ("--workers", str(self.workers), "--live-workers", "1")
        self._launch("supervisor", MANAGE, "supervise", *counts)
        # Workers compile the engine first, where this machine has not done so yet.
        if not wait_for(self._is_ready, seconds=300, pause=0.3):
            raise TimeoutError(f"the site did not get ready:\n{self.last_words()}")

    def last_words(self, lines: int = 15) -> str:
        """Return the last lines of each log, for whoever reads why something did not work."""
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(
            f"{log.name}:\n" + "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
            for log in logs
        )

    def stop(self) -> None:
        """Stop everything, whatever state it is in."""
        for process in self._processes.values():
            for child in _family(process.pid):
                with suppress(psutil.NoSuchProcess):
                    child.resume()
            process.terminate()
        for process in self._processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(15)
            for child in _family(process.pid):
                with suppress(psutil.NoSuchProcess):
                    child.kill()
            process.wait()
        self.valkey.stop()
        self.postgres.stop()

    # --- What a fault may touch ------------------------------------------------------------

    @property
    def web(self) -> psutil.Process:
        """gunicorn's master."""
        return psutil.Process(self._processes["web"].pid)

    @property
    def supervisor(self) -> psutil.Process:
        """The supervisor of the workers."""
        return psutil.Process(self._processes["supervisor"].pid)

    def batch_workers(self) -> list[psutil.Process]:
        """Return the workers that do simulations, the resident one of live forecasts left out."""
        found = []
        for child in self.supervisor.children():
            with suppress(psutil.NoSuchProcess):
                if child.cmdline()[-1] == "default":
                    found.append(child)
        return found

    def horses(self) -> list[psutil.Process]:
        """Return the processes that do a job right now."""
        return [horse for worker in self.batch_workers() for horse in worker.children()]

    def restart_supervisor(self) -> None:
        """Start the supervisor again after its end."""
        self._processes["supervisor"].wait()
        counts = ("--workers", str(self.workers), "--live-workers", "1")
        self._launch("supervisor", MANAGE, "supervise", *counts)

    def server_of(self, server: Postgres | Valkey) -> psutil.Process:
        """Return the process of ``server``."""
        process = server._server
        assert process is not None
        return psutil.Process(process.pid)

    def crash(self, server: Postgres | Valkey, how: signal.Signals) -> None:
        """End ``server`` with ``how`` and wait until it is gone with all of its children."""
        process = server._server
        assert process is not None
        family = _family(process.pid)
        process.send_signal(how)
        process.wait(60)
        psutil.wait_procs(family, timeout=60)

    def _launch(self, name: str, *arguments: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _is_ready(self) -> bool:
        """Whether pages are answered and every worker is there, the one of live forecasts too."""
        with suppress(requests.RequestException):
            told = requests.get(f"{self.url}/readyz", timeout=2).json()
            return bool((told["workers"] or 0) > self.workers)
        return False


@contextmanager
def site(*, pace: Mapping[str, str], workers: int = 2) -> Iterator[Place]:
    """Make a place in a folder that goes afterwards, with its servers running."""
    # Short, because sockets lie in it.
    folder = Path(tempfile.mkdtemp(prefix="lineo-chaos-", dir="/tmp"))
    place = Place(folder, pace=pace, workers=workers)
    try:
        place.start()
        yield place
    finally:
        place.stop()
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(condition: object, *, seconds: float, pause: float = 0.05) -> bool:
    """Return whether ``condition`` came true within ``seconds``."""
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def _family(process_id: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(process_id)
        return [*process.children(recursive=True), process]
    except psutil.NoSuchProcess:
        return []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
