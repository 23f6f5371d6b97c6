"""gunicorn is reloaded while people work, and nobody notices."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.jobs.processes import wait_for
from tests.operations.machines import Machine

pytestmark = pytest.mark.django_db(transaction=True)
REQUESTS = 900
CONNECTIONS = 6
RELOADS = 3


@pytest.fixture
def machine(rq_queue: Any, tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path / "machine")
    yield machine
    machine.stop()


def test_of_900_requests_none_is_lost_while_it_is_reloaded(machine: Machine) -> None:
    site = machine.serve("--workers=2")
    seen: Counter[Any] = Counter()
    left = iter(range(REQUESTS))
    lock = threading.Lock()

    def ask() -> None:
        line = requests.Session()
        while True:
            with lock:
                if next(left, None) is None:
                    return
            try:
                seen[line.get(f"{site}/sign-in/", timeout=30).status_code] += 1
            except requests.RequestException as error:
                seen[repr(error)] += 1

    threads = [threading.Thread(target=ask) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    master = machine.process("web")
    reloaded = 0
    while reloaded < RELOADS and any(thread.is_alive() for thread in threads):
        former = {child.pid for child in master.children()}
        master.send_signal(signal.SIGHUP)
        wait_for(lambda former=former: _are_others(master.children(), former))
        reloaded += 1
        time.sleep(0.3)
    for thread in threads:
        thread.join()

    assert reloaded >= 1
    assert seen == {200: REQUESTS}


def _are_others(children: list[Any], former: set[int]) -> bool:
    return len(children) == len(former) and not {child.pid for child in children} & former
