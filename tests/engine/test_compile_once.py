"""Processes that start together compile one after the other, not each for itself."""

import fcntl
import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENTER = """
from simulations.engine.compiling import one_process_at_a_time
print("asks", flush=True)
with one_process_at_a_time():
    print("enters", flush=True)
"""

LOAD = """
from simulations.engine import warm
from simulations.engine.calendars.loop import simulate_calendar_blocks
from simulations.engine.kernels.loop import simulate_blocks
from simulations.engine.sampling.streams import hash_texts
warm()
for kernel in (simulate_blocks, simulate_calendar_blocks, hash_texts):
    print(sum(kernel.stats.cache_hits.values()), sum(kernel.stats.cache_misses.values()))
"""


def test_a_second_process_waits_until_the_first_has_compiled(tmp_path):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    with (tmp_path / "compiling.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        second = subprocess.Popen(
            [sys.executable, "-c", ENTER],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, bufsize=0,
        )  # fmt: skip
        assert second.stdout.readline() == b"asks\n"

        has_said_more, _, _ = select.select([second.stdout], [], [], 2)

        assert not has_said_more
    assert second.communicate(timeout=60)[0] == b"enters\n"


@pytest.mark.long
def test_what_two_processes_compiled_is_found_by_the_next(tmp_path):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}

    subprocess.run(
        [sys.executable, "-m", "simulations.engine"], cwd=ROOT, env=environment, check=True
    )

    said = subprocess.run(
        [sys.executable, "-c", LOAD], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE
    )
    assert said.stdout.split(b"\n")[:3] == [b"1 0"] * 3
