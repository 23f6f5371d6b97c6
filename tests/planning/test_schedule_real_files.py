"""`schedule FILE --json` on real files, as an outsider sees it: JSON against what the tool stored.

Nothing of the program is imported here but through its command line.
"""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.oracles import Oracle, differences, read_oracle
from tests.shared_data import shared_files

ROOT = Path(__file__).parents[2]
FILES = [*shared_files("schedules/*.xml"), *shared_files("schedules/*.xer")]
NULL_WHEN_FINISHED = ("late_start", "late_finish", "total_float_minutes", "free_float_minutes")

SHARE = "share: of all tasks agree as `schedule --json` prints them"

pytestmark = pytest.mark.skipif(not FILES, reason="the shared data is not here")


def scheduled(path: Path) -> dict[str, dict[str, Any]]:
    """Return the tasks that the command prints, by id."""
    command = [sys.executable, "manage.py", "schedule", str(path), "--json"]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {task["id"]: task for task in json.loads(finished.stdout)["tasks"]}


def as_dates(task: dict[str, Any]) -> SimpleNamespace:
    """Return the JSON of one task with its dates read."""
    return SimpleNamespace(
        **{
            name: datetime.fromisoformat(value)
            if name.endswith(("start", "finish")) and value
            else value
            for name, value in task.items()
        }
    )


def faults(oracle: Oracle, stored: dict[str, Any], task: dict[str, Any]) -> dict[str, Any]:
    """Return where one task differs from its tool, or says of finished work what nobody can."""
    found: dict[str, Any] = differences(oracle, stored, as_dates(task))
    if stored["actual_finish"] is not None:
        said = [name for name in NULL_WHEN_FINISHED if task[name] is not None]
        if said or task["critical"]:
            found["finished"] = (said, task["critical"])
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_command_prints_the_dates_of_the_tool(path: Path, record_property):
    oracle, tasks = read_oracle(path), scheduled(path)

    wrong = {
        str(one["uid"]): found
        for one in oracle.leaves
        if (found := faults(oracle, one, tasks[oracle.key_of(one)]))
    }

    record_property(SHARE, (len(oracle.leaves) - len(wrong), len(oracle.leaves)))
    assert {uid: said for uid, said in wrong.items() if uid not in oracle.disputed} == {}
