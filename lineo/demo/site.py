"""The running demo: servers, rows, workers and web, started in order and stopped in reverse."""

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.utils import timezone

from lineo import embedded, staticfiles
from lineo.demo.children import Child, DemoError, last_line, start
from lineo.demo.seeding import Seeded, seed
from lineo.embedded.folders import make_private

_EVERYWHERE = "0.0.0.0"  # noqa: S104 - compared with, where somebody asks for it
_OF_THIS_MACHINE = ("127.0.0.1", "::1", "::", _EVERYWHERE)
_LEAST_FREE_BYTES = 100 * 1024 * 1024
_WEB_SECONDS = 60.0
_STOP_SECONDS = 10.0


class Site:
    """One demo in one data folder at one address."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.folder: Path = settings.DATA_DIR
        self.children: list[Child] = []
        self.environment: dict[str, str] = {}
        self.seeded: Seeded

    @property
    def url(self) -> str:
        """The address to open."""
        shown = "localhost" if self.host in _OF_THIS_MACHINE else self.host
        return f"http://{shown}:{self.port}/"

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Start everything, and on the way out stop everything that was started."""
        with ExitStack() as stack:
            self._check_room()
            stack.enter_context(self._alone())
            self._check_port()
            self._start_servers(stack)
            stack.callback(self._stop_children)
            collecting = self._start_collecting()
            self._prepare_rows()
            if collecting:
                self._finish_collecting(collecting)
            self._start_children()
            self._wait_for_web()
            yield

    def watch(self) -> None:
        """Return never: raise :class:`DemoError` when a part of the site ends by itself."""
        while True:
            for child in self.children:
                if child.has_ended:
                    raise DemoError(f"{child.name} stopped: {last_line(child.log)} ({child.log})")
            time.sleep(0.5)

    def _check_room(self) -> None:
        try:
            make_private(self.folder)
        except OSError as error:
            raise DemoError(f"Lineo can't keep its data in {self.folder}: {error}") from error
        free = shutil.disk_usage(self.folder).free
        if free < _LEAST_FREE_BYTES:
            raise DemoError(
                f"The disk that holds {self.folder} is full: {free >> 20} MB are free, "
                f"and the demo needs {_LEAST_FREE_BYTES >> 20} MB."
            )

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Refuse a second demo on the same data."""
        with (self.folder / "demo.lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise DemoError(f"A demo runs here already: {lock.read().strip()}") from None
            lock.truncate(0)
            lock.write(f"{self.url} (process {os.getpid()})")
            lock.flush()
            yield

    def _check_port(self) -> None:
        if not 0 < self.port < 65_536:
            raise DemoError(f"There is no port {self.port}; choose another: make demo PORT=8000")
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except PermissionError:
                raise DemoError(
                    f"Port {self.port} is for root only; choose another: make demo PORT=8000"
                ) from None
            except OSError as error:
                raise DemoError(
                    f"Port {self.port} of {self.host} can't be used ({error.strerror}); "
                    f"choose another: make demo PORT={min(self.port + 1, 65535)}"
                ) from None

    def _start_servers(self, stack: ExitStack) -> None:
        key = self.folder / "secret-key"
        if not key.is_file():
            key.touch(mode=0o600)
            key.write_text(secrets.token_urlsafe(50))
        hosts = {"localhost", "127.0.0.1", "[::1]", self.host, *settings.ALLOWED_HOSTS}
        self.environment = {
            "LINEO_SECRET_KEY": key.read_text(),
            "LINEO_HTTPS": "0",
            "LINEO_ALLOWED_HOSTS": ",".join(sorted(hosts)),
            "LINEO_STATIC_ROOT": str(self.folder / "static"),
        }
        if not settings.EMBEDDED:
            return
        servers = embedded.ensure()
        stack.callback(servers.lease.release, wait_seconds=_STOP_SECONDS)
        self.environment |= {
            "DATABASE_URL": servers.database_url,
            "DATABASE_OWNER_URL": servers.owner_url,
            "DATABASE_BACKUP_URL": servers.backup_url,
            "REDIS_URL": servers.redis_url,
        }

    def _start_collecting(self) -> Child | None:
        """Hash and compress the static files, unless they are those of the last time."""
        digest = digest_of_static_files()
        if self._collected.is_file() and self._collected.read_text() == digest:
            return None
        self._collected.unlink(missing_ok=True)
        arguments = ["manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
        return self._launch("Collecting the static files", "static", arguments)

    def _finish_collecting(self, collecting: Child) -> None:
        if collecting.process.wait():
            raise DemoError(f"{collecting.name} failed: {last_line(collecting.log)}")
        self._collected.write_text(digest_of_static_files())

    @property
    def _collected(self) -> Path:
        return self.folder / "static-collected"

    def _prepare_rows(self) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        self.seeded = seed(timezone.localdate())

    def _start_children(self) -> None:
        supervise = ["manage.py", "supervise"]
        self.children.append(self._launch("The worker supervisor", "workers", supervise))
        # One port for pages and the event stream, for a page may connect to its own origin only.
        web = ["-m", "uvicorn", "lineo.asgi:site", "--host", self.host, "--port", str(self.port)]
        web += ["--timeout-graceful-shutdown", "3", "--no-access-log", "--no-proxy-headers"]
        self.children.append(self._launch("The web server", "web", web))

    def _launch(self, name: str, log: str, arguments: list[str]) -> Child:
        path = self.folder / f"{log}.log"
        path.unlink(missing_ok=True)
        return start(name, arguments, environment=self.environment, log=path)

    def _wait_for_web(self) -> None:
        """Wait until the site answers."""
        opener = build_opener(ProxyHandler({}))
        host = "127.0.0.1" if self.host == _EVERYWHERE else self.host
        address = f"[{host}]" if ":" in host else host
        request = Request(f"http://{address}:{self.port}/livez", headers={"Host": "localhost"})
        deadline = time.monotonic() + _WEB_SECONDS
        web = self.children[-1]
        while time.monotonic() < deadline and not web.has_ended:
            with contextlib.suppress(OSError), opener.open(request, timeout=5):
                return
            time.sleep(0.05)
        raise DemoError(f"{web.name} did not answer: {last_line(web.log)} ({web.log})")

    def _stop_children(self) -> None:
        for child in reversed(self.children):
            child.stop(wait_seconds=_STOP_SECONDS)
        sys.stdout.flush()


def digest_of_static_files() -> str:
    """Return a digest of which static files there are, how large, since when, and how named."""
    found = hashlib.sha256(Path(staticfiles.__file__).read_bytes())
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            found.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return found.hexdigest()
