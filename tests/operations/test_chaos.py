"""A slice of the chaos run: its site, its people and the faults that are quick to mend.

The whole of it is ``make chaos``. It runs in a process of its own, for its site has its own
servers and Django knows one set of them.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def chaos(*arguments: str) -> subprocess.CompletedProcess[str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("LINEO_")}
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_BACKUP_URL", "REDIS_URL"):
        mine.pop(name, None)
    return subprocess.run(
        [sys.executable, "-m", "tests.operations.chaos", *arguments],
        cwd=ROOT,
        env=mine,
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_is_lost_or_doubled_while_things_break() -> None:
    ran = chaos("--slice")

    print(ran.stdout, ran.stderr)  # what broke when, for whoever reads a failure
    assert ran.stdout.splitlines()[-1] == "6/6 done, 0 lost, 0 duplicates"
    assert ran.returncode == 0
    assert "nobody works" not in ran.stdout


@pytest.mark.long
def test_two_minutes_of_every_fault() -> None:
    ran = chaos("--duration", "120")

    print(ran.stdout, ran.stderr)
    assert ran.stdout.splitlines()[-1] == "12/12 done, 0 lost, 0 duplicates"
    assert ran.returncode == 0
