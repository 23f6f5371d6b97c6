"""A body that comes slowly finds a place to wait, or is refused: it keeps nobody else waiting.

A thread of gunicorn reads the body of its request however long that takes, so a few clients that
send a byte now and then would hold every thread of every process, without signing in. A body may
be waited for as long as it comes at a usual pace. What is slower needs one of a few places, half
as many as the threads of a process that has several; where none is free, or it takes too long
altogether, the body ends there with an error.
"""

import select
import socket
import ssl
import threading
import time
from contextlib import suppress
from typing import Any

AT_ONCE_SECONDS = 1.0
BYTES_PER_SECOND = 50_000
MOST_SECONDS = 60.0


class SlowBodyError(TimeoutError):
    """A client sends its body too slowly for now."""


class Patience:
    """The places of one process in which slow bodies are waited for."""

    def __init__(self, places: int) -> None:
        self._places = threading.BoundedSemaphore(places)

    def wait(self, sock: socket.socket, seconds: float) -> bool:
        """Return whether something came within ``seconds``; at once where no place is free."""
        if not self._places.acquire(blocking=False):
            return False
        try:
            return comes(sock, seconds)
        finally:
            self._places.release()


class PatientSocket:
    """What gunicorn reads one request's body from, in place of its socket."""

    def __init__(self, sock: socket.socket, patience: Patience) -> None:
        self.inner, self._patience = sock, patience
        self._bytes, self._waited, self._is_over = 0, 0.0, False

    def recv(self, size: int) -> bytes:
        """Return what comes next.

        Raises
        ------
        SlowBodyError
            If it comes too slowly.
        """
        began = time.monotonic()
        usual = AT_ONCE_SECONDS + self._bytes / BYTES_PER_SECOND - self._waited
        bound = self.inner.gettimeout()
        most = usual + MOST_SECONDS if bound is None else bound
        is_there = not self._is_over and (
            comes(self.inner, min(usual, most)) or self._patience.wait(self.inner, most)
        )
        self._waited += time.monotonic() - began
        if not is_there:
            self._end()
            raise SlowBodyError("The body came too slowly.")
        data = self.inner.recv(size)
        self._bytes += len(data)
        return data

    def _end(self) -> None:
        """Read no more: gunicorn would wait once more for what is left, and for the line's end."""
        self._is_over = True
        with suppress(OSError):
            self.inner.shutdown(socket.SHUT_RD)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def comes(sock: socket.socket, seconds: float) -> bool:
    """Return whether ``sock`` has something to read within ``seconds``, its end too."""
    if isinstance(sock, ssl.SSLSocket) and sock.pending():
        return True  # it was taken from the line already, on which no more may come
    poller = select.poll()
    poller.register(sock, select.POLLIN)
    return bool(poller.poll(max(seconds, 0) * 1000))
