"""`make demo`, from the first start to the last process."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A fresh machine's environment: no database, no queue, a data folder of its own."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}}
    measured = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}
    return {**kept, **measured, "LINEO_DATA": str(tmp_path / "data")}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def start_demo(environment: dict[str, str], port: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def read_until(demo: subprocess.Popen[str], last: str) -> str:
    """Return what the demo says up to the line that begins with ``last``."""
    assert demo.stdout is not None
    said = ""
    for line in demo.stdout:
        said += line
        if line.startswith(last):
            return said
    raise AssertionError(f"The demo ended early: {said}")


def processes_of(folder: Path) -> list[str]:
    """Return the command lines of the processes that were started for ``folder``."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            variables = (process / "environ").read_bytes()
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if os.fsencode(folder) in variables + command:
            found.append(command.replace(b"\0", b" ").decode())
    return found


@pytest.fixture
def demo(environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A demo that is ended at the latest with the test."""
    port = free_port()
    process = start_demo(environment, port)
    yield process, port
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_demo_forecasts_answers_refuses_a_second_and_leaves_nothing_behind(
    demo: tuple[subprocess.Popen[str], int], environment: dict[str, str]
) -> None:
    process, port = demo
    folder = Path(environment["LINEO_DATA"])

    said = read_until(process, "Press Ctrl-C")
    opener = build_opener(ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}/", timeout=10) as response:
        status = response.status
    _, second = start_demo(environment, free_port()).communicate(timeout=60)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    deadline = time.monotonic() + 10
    while processes_of(folder) and time.monotonic() < deadline:
        time.sleep(0.1)

    # Every scenario has its planned, P50 and P80 dates.
    dates = [re.findall(r"\d{4}-\d\d-\d\d", line) for line in said.splitlines()]
    assert [len(found) for found in dates if found] == [3, 3, 3, 3], said
    assert f"http://localhost:{port}/" in said
    assert status == 200
    assert second.startswith(f"A demo runs here already: http://localhost:{port}/")
    assert process.returncode == 0
    assert processes_of(folder) == []


def test_a_port_in_use_is_one_sentence(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start_demo(environment, port)
        _, said = process.communicate(timeout=60)

    assert process.returncode == 1
    assert said.strip() == (
        f"Port {port} of 127.0.0.1 can't be used (Address already in use); "
        f"choose another: make demo PORT={port + 1}"
    )


@pytest.mark.parametrize("port", [0, 80_000])
def test_a_port_that_there_is_not_is_one_sentence(environment: dict[str, str], port: int) -> None:
    process = start_demo(environment, port)
    _, said = process.communicate(timeout=60)

    assert process.returncode == 1
    assert said.strip() == f"There is no port {port}; choose another: make demo PORT=8000"


def test_a_folder_that_cannot_be_written_is_one_sentence(environment: dict[str, str]) -> None:
    process = start_demo({**environment, "LINEO_DATA": "/proc/lineo"}, free_port())
    _, said = process.communicate(timeout=60)

    assert process.returncode == 1
    assert said.startswith("Lineo can't keep its data in /proc/lineo")
    assert len(said.splitlines()) == 1
