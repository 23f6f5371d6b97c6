"""Processes that start together compile one after the other, not each for itself."""

import fcntl
import os
import select
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENTER = """
from simulations.engine.compiling import one_process_at_a_time
print("asks", flush=True)
with one_process_at_a_time():
    print("enters", flush=True)
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
