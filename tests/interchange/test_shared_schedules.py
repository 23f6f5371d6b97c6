"""Real schedules open with the dates that their tools stored, computed results blanked."""

from pathlib import Path

import pytest

from planning.core.schedule import schedule
from planning.interchange import mspdi, xer
from tests.blanked import blank
from tests.oracles import differences, read_oracle
from tests.shared_data import shared_files

FILES = [*shared_files("schedules/*.xml"), *shared_files("schedules/*.xer")]

pytestmark = pytest.mark.skipif(not FILES, reason="the shared data is not here")


SHARE = "share: of all tasks of the shared schedules agree in every field, disputed ones included"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_undisputed_task_has_the_dates_of_its_tool(path: Path, record_property):
    oracle = read_oracle(path)
    read = xer.read if path.suffix == ".xer" else mspdi.read

    found = schedule(read(blank(path.read_bytes())).plan)

    wrong = {
        task["uid"]: difference
        for task in oracle.leaves
        if (difference := differences(oracle, task, found.task(oracle.key_of(task))))
    }
    record_property(SHARE, (len(oracle.leaves) - len(wrong), len(oracle.leaves)))
    undisputed = {uid: said for uid, said in wrong.items() if str(uid) not in oracle.disputed}
    assert undisputed == {}
