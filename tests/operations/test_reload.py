"""gunicorn is reloaded while people work, and nobody notices."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from tests.jobs.processes import wait_for
from tests.operations.machines import Machine

pytestmark = pytest.mark.django_db(transaction=True)
REQUESTS = 900
CONNECTIONS = 6
WORKERS = 2
RELOADS = 3


@pytest.fixture
def machine(rq_queue: Any, tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path / "machine")
    yield machine
    machine.stop()


class People:
    """Some who ask for the page of sign-in, again and again; each stops at what is no page."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.reloads_done = threading.Event()
        # A list, for threads that count in one place may lose what another counts meanwhile.
        self.answers: list[Any] = []
        self.threads = [threading.Thread(target=self._ask) for _ in range(CONNECTIONS)]
        for thread in self.threads:
            thread.start()

    def are_content(self) -> bool:
        return all(answer == 200 for answer in self.answers)

    def go_home(self) -> None:
        self.reloads_done.set()
        for thread in self.threads:
            thread.join()

    def _ask(self) -> None:
        line = requests.Session()
        while len(self.answers) < REQUESTS or not self.reloads_done.is_set():
            try:
                answer: Any = line.get(self.address, timeout=30).status_code
            except requests.RequestException as error:
                answer = repr(error)
            self.answers.append(answer)
            if answer != 200:
                return


def test_none_of_900_requests_is_lost_while_it_is_reloaded(machine: Machine) -> None:
    site = machine.serve(f"--workers={WORKERS}")
    master = machine.process("web")
    # The first answers before the last is there.
    wait_for(lambda: len(master.children()) == WORKERS)
    people = People(f"{site}/sign-in/")
    reloads = 0
    try:
        while reloads < RELOADS and people.are_content():
            former = {child.pid for child in master.children()}
            master.send_signal(signal.SIGHUP)
            wait_for(lambda former=former: _are_others(master.children(), former))
            reloads += 1
            time.sleep(0.3)
    finally:
        people.go_home()

    assert Counter(people.answers).keys() == {200}, machine.said()
    assert len(people.answers) >= REQUESTS
    assert reloads == RELOADS


def _are_others(children: list[psutil.Process], former: set[int]) -> bool:
    return len(children) == WORKERS and not {child.pid for child in children} & former
