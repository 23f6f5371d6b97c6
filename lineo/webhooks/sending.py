"""One try to send one message."""

import http.client
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lineo import __version__
from lineo.webhooks.addresses import AddressError, Target, resolve

TIMEOUT_SECONDS = 10.0
_MOST_READ = 64 * 1024


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try: the answer's status, or why there was none."""

    status: int | None
    error: str
    took_ms: int

    @property
    def is_good(self) -> bool:
        """Whether the receiver has taken the message."""
        return self.status is not None and 200 <= self.status < 300


def post(url: str, *, body: bytes, headers: dict[str, str]) -> Outcome:
    """Send ``body`` to ``url``; whatever happens is told, nothing is raised."""
    began = time.monotonic()
    status, error = None, ""
    try:
        status = _answer_of(resolve(url), body, headers)
    except AddressError as refusal:
        error = str(refusal)
    except TimeoutError:
        error = _("It took longer than %(seconds)s s.") % {"seconds": f"{TIMEOUT_SECONDS:g}"}
    except ssl.SSLError:
        error = _("Its certificate can't be trusted.")
    except (OSError, http.client.HTTPException, ValueError):
        error = _("It can't be reached, or doesn't speak HTTP.")
    took = round((time.monotonic() - began) * 1000)
    return Outcome(status, error or _why_not(status), took)


def _answer_of(target: Target, body: bytes, headers: dict[str, str]) -> int:
    line = _Line(target)
    # The socket's own limit begins anew with each byte that a dripping receiver sends.
    guard = threading.Timer(TIMEOUT_SECONDS, line.break_off)
    guard.daemon = True
    guard.start()
    try:
        line.request("POST", target.path, body, {**headers, **_own_headers(target)})
        with line.getresponse() as answer:
            answer.read(_MOST_READ)
        if line.is_broken_off:
            raise TimeoutError
        return answer.status
    except (OSError, http.client.HTTPException, ValueError):
        if line.is_broken_off:
            raise TimeoutError from None
        raise
    finally:
        guard.cancel()
        line.close()


def _own_headers(target: Target) -> dict[str, str]:
    return {
        "Host": target.host_header,
        "Content-Type": "application/json",
        "User-Agent": f"Lineo/{__version__}",
        "Connection": "close",
    }


def _why_not(status: int | None) -> str:
    if status is None or 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return _("It answers with a redirect; give the address that it leads to.")
    return _("It answers %(status)s.") % {"status": status}


class _Line(http.client.HTTPConnection):
    """A connection to the address that was checked, whatever its name means by now."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=TIMEOUT_SECONDS)
        self.target = target
        self.is_broken_off = False
        self.wire: socket.socket | None = None

    def break_off(self) -> None:
        """End the exchange from another thread, whatever it waits for."""
        self.is_broken_off = True
        if self.wire is not None:
            with suppress(OSError):
                # Of the plain socket: TLS would first say goodbye to who doesn't listen.
                socket.socket.shutdown(self.wire, socket.SHUT_RDWR)

    def connect(self) -> None:
        plain: Any = socket.create_connection((self.target.ip, self.target.port), TIMEOUT_SECONDS)
        if self.target.is_tls:
            context = ssl.create_default_context()
            plain = context.wrap_socket(plain, server_hostname=self.target.host)
        # ``sock`` is forgotten as soon as an answer begins after which the line is closed.
        self.sock = self.wire = plain
