"""Real schedules open with the dates that their tools stored, computed results blanked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from planning.core.schedule import schedule
from planning.interchange import mspdi, xer
from tests.blanked import blank
from tests.oracles import differences, read_oracle
from tests.shared_data import shared_files

FILES = [*shared_files("schedules/*.xml"), *shared_files("schedules/*.xer")]

pytestmark = pytest.mark.skipif(not FILES, reason="the shared data is not here")


@pytest.fixture(scope="module")
def shares() -> Iterator[dict[str, tuple[int, int]]]:
    """Collects how many of all tasks agree in each file, and prints it at the end."""
    collected: dict[str, tuple[int, int]] = {}
    yield collected
    agreed, total = (sum(column) for column in zip(*collected.values(), strict=True))
    print(f"\n{agreed} of {total} tasks agree in every field, disputed ones included")  # noqa: T201


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_undisputed_task_has_the_dates_of_its_tool(path: Path, shares):
    oracle = read_oracle(path)
    read = xer.read if path.suffix == ".xer" else mspdi.read

    found = schedule(read(blank(path.read_bytes())).plan)

    wrong = {
        task["uid"]: difference
        for task in oracle.leaves
        if (difference := differences(oracle, task, found.task(oracle.key_of(task))))
    }
    shares[path.name] = len(oracle.leaves) - len(wrong), len(oracle.leaves)
    undisputed = {uid: said for uid, said in wrong.items() if str(uid) not in oracle.disputed}
    assert undisputed == {}
