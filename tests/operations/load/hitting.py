"""Asking for one address over and over on several connections, and measuring it."""

import statistics
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

import psutil
import requests

from tests.operations.place import Place

CONNECTIONS = 8


@dataclass(frozen=True)
class Measured:
    """What several connections got in a while."""

    what: str
    seconds: float
    waits: list[float]
    errors: int
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.waits) / self.seconds

    @property
    def p95(self) -> float:
        """The wait in milliseconds that 19 of 20 stay below."""
        return 1000 * statistics.quantiles(self.waits, n=20)[-1] if len(self.waits) > 1 else 0.0

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds of the web processes for each request."""
        return 1000 * self.cpu_seconds / max(len(self.waits), 1)

    def __str__(self) -> str:
        figures = f"{self.rate:>8.0f} {self.p95:>8.0f} {self.cpu_ms:>8.1f} {self.errors:>7}"
        return f"{self.what:<44}{figures}"


HEAD = f"{'':<44}{'a second':>8} {'p95 ms':>8} {'CPU ms':>8} {'errors':>7}"


def hit(
    place: Place,
    session: str,
    address: str,
    what: str,
    *,
    seconds: float,
    headers: Mapping[str, str],
) -> Measured:
    """Ask for ``address`` on 8 connections for ``seconds``."""
    waits: list[list[float]] = [[] for _ in range(CONNECTIONS)]
    errors = [0] * CONNECTIONS
    until = time.monotonic() + seconds

    def ask(number: int) -> None:
        line = requests.Session()
        line.cookies.set("sessionid", session)
        while time.monotonic() < until:
            begun = time.monotonic()
            try:
                answer = line.get(place.url + address, headers=headers, timeout=30)
                failed = answer.status_code != 200
            except requests.RequestException:
                failed = True
            errors[number] += failed
            waits[number].append(time.monotonic() - begun)

    before, begun = web_cpu(place), time.monotonic()
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = web_cpu(place) - before
    every = [wait for one in waits for wait in one]
    return Measured(what, time.monotonic() - begun, every, sum(errors), spent)


def web_cpu(place: Place) -> float:
    """Return the CPU seconds that the web processes have taken so far."""
    times = [process.cpu_times() for process in [place.web, *place.web.children()]]
    return float(sum(each.user + each.system for each in times))


def memory_mb(processes: list[psutil.Process]) -> float:
    """Return the resident memory of ``processes`` together, in MB."""
    return float(sum(process.memory_info().rss for process in processes)) / 2**20
