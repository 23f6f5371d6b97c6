"""Machines of one site: processes with folders of their own, on the test's database and queue.

What machines must share is given to each; everything else is each one's own.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import requests

from tests.jobs.processes import PACE, database_url

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_SECONDS = 60
# What a site's machines have in common; the rest of the environment is each one's own.
SHARED = ("REDIS_URL", "LINEO_SECRET_KEY", "LINEO_ALLOWED_HOSTS", "LINEO_FILES_ROOT")
_OF_THE_SHELL = ("PATH", "HOME", "LANG", "NUMBA_CACHE_DIR")


class Machine:
    """One machine: a folder, and whichever processes of the site run on it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        folder.mkdir()
        self.folder = folder
        kept = {name: os.environ[name] for name in (*SHARED, *_OF_THE_SHELL) if name in os.environ}
        measured = {name: v for name, v in os.environ.items() if name.startswith("COVERAGE")}
        self.environment = {
            **kept,
            **measured,
            **PACE,
            "DATABASE_URL": database_url(),
            "TMPDIR": str(folder),
            "LINEO_DATA": str(folder / "data"),
            "LINEO_STATIC_ROOT": str(folder / "static"),
            "LINEO_HTTPS": "0",
            "LINEO_LOG_LEVEL": "WARNING",
            "LINEO_API_CALLS_PER_MINUTE": "0",
            "LINEO_METRICS_TOKEN": "of-good-news",
            **environment,
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.ports: dict[str, int] = {}

    def serve(self, *arguments: str) -> str:
        """Start gunicorn; return its address."""
        config = ("--config", "python:lineo.gunicorn", *arguments)
        return self._listen("web", "gunicorn", "lineo.wsgi", *config, bind="--bind=127.0.0.1:{}")

    def serve_events(self) -> str:
        """Start the event stream; return its address."""
        return self._listen(
            "events", "uvicorn", "lineo.asgi:application", "--host=127.0.0.1", bind="--port={}"
        )

    def work(self) -> None:
        """Start a supervisor with one worker."""
        counts = ("--workers", "1", "--live-workers", "0")
        self._start("workers", str(ROOT / "manage.py"), "supervise", *counts)

    def process(self, name: str) -> psutil.Process:
        """Return the first process that was started as ``name``."""
        return psutil.Process(self.processes[name].pid)

    def fail(self) -> None:
        """End everything on this machine at once, as when its power is cut."""
        for process in self.processes.values():
            family = psutil.Process(process.pid).children(recursive=True)
            process.kill()
            process.wait()
            for one in family:
                with suppress(psutil.NoSuchProcess):
                    one.kill()
        self.processes.clear()

    def stop(self) -> None:
        """End everything in order, and by force what does not."""
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
        if any(process.poll() is None for process in self.processes.values()):
            self.fail()

    def said(self) -> str:
        """Return all that its processes wrote."""
        return "\n".join(log.read_text(errors="replace") for log in self.folder.glob("*.log"))

    def _listen(self, name: str, module: str, *arguments: str, bind: str) -> str:
        port = self.ports[name] = _free_port()
        self._start(name, "-m", module, *arguments, bind.format(port))
        address = f"http://127.0.0.1:{port}"
        until = time.monotonic() + _PATIENCE_SECONDS
        while not _is_alive(address):
            if time.monotonic() > until or self.processes[name].poll() is not None:
                raise TimeoutError(f"{name} does not answer:\n{self.said()}")
            time.sleep(0.1)
        return address

    def _start(self, name: str, *arguments: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


class Browser:
    """Somebody's browser: keeps cookies, whichever machine answers."""

    def __init__(self) -> None:
        self.line = requests.Session()
        self.line.cookies.set("csrftoken", "c" * 32, domain="127.0.0.1", path="/")

    def send(self, method: str, address: str, **more: Any) -> requests.Response:
        """Ask for something as a page does: with the token that the site gave last."""
        headers = {"X-CSRFToken": self.line.cookies["csrftoken"], **more.pop("headers", {})}
        asked = {"timeout": 30, "allow_redirects": False, "headers": headers, **more}
        return self.line.request(method, address, **asked)

    def get(self, address: str, **more: Any) -> requests.Response:
        return self.send("GET", address, **more)

    def post(self, address: str, **more: Any) -> requests.Response:
        return self.send("POST", address, **more)

    @property
    def cookie(self) -> str:
        """What it sends, as one header."""
        return "; ".join(f"{name}={value}" for name, value in self.line.cookies.items())


def _is_alive(address: str) -> bool:
    with suppress(requests.RequestException):
        return requests.get(f"{address}/livez", timeout=2).status_code == 200
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
