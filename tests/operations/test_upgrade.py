"""A database of the release before, migrated by this code while somebody writes to it.

What a release was is the migrations that it had, in ``previous_release.json``; after each
release the file is written anew. The writer speaks SQL, as the old code's processes would:
they know nothing of new columns.
"""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from lineo import embedded
from lineo.accounts.ids import uuid7
from tests.operations.older import as_owner, insert, migrate, older_database

RELEASE: dict[str, str] = json.loads(
    Path(__file__).with_name("previous_release.json").read_text(encoding="utf-8")
)
TASKS = 5_000
LONGEST_STALL_SECONDS = 3.0


@pytest.fixture
def before(servers: embedded.Servers) -> Iterator[dict[str, str]]:
    """The addresses of a database as the release before left it."""
    with older_database(servers, RELEASE) as there:
        yield there


@dataclass
class Writer:
    """Somebody who edits one task after another, and notes how long each edit took."""

    address: str
    workspace: str
    waits: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def write(self) -> None:
        number = 0
        while not self.stop.is_set():
            number += 1
            begun = time.monotonic()
            try:
                self._edit(number)
            except psycopg.Error as error:
                self.refused.append(str(error))
            self.waits.append(time.monotonic() - begun)
            time.sleep(0.01)

    def _edit(self, number: int) -> None:
        with psycopg.connect(self.address) as line:
            line.execute("SELECT set_config('app.workspace', %s, true)", [self.workspace])
            line.execute(
                "UPDATE planning_task SET name = %s WHERE key = %s",
                [f"Edit {number}", f"T{number % TASKS}"],
            )


def fill(there: dict[str, str]) -> str:
    """Put a plan of 5,000 tasks in with SQL alone; return its workspace."""
    ids = {name: str(uuid7()) for name in ("workspace", "project", "scenario")}
    with as_owner(there) as line:
        insert(line, "accounts_workspace", id=ids["workspace"], slug="old", name="Old")
        within = {"workspace_id": ids["workspace"]}
        insert(
            line,
            "planning_project",
            id=ids["project"],
            name="Old",
            type="other",
            status="active",
            **within,
        )
        insert(
            line,
            "planning_scenario",
            id=ids["scenario"],
            project_id=ids["project"],
            is_baseline=True,
            minutes_per_day=480,
            minutes_per_week=2400,
            **within,
        )
        for number in range(TASKS):
            insert(
                line,
                "planning_task",
                id=str(uuid7()),
                scenario_id=ids["scenario"],
                project_id=ids["project"],
                key=f"T{number}",
                number=number + 1,
                kind="task",
                position=number,
                **within,
            )
    return ids["workspace"]


def test_nobody_waits_long_and_no_row_is_lost_while_the_site_is_upgraded(
    before: dict[str, str],
):
    workspace = fill(before)
    writer = Writer(before["DATABASE_URL"], workspace)
    thread = threading.Thread(target=writer.write)
    thread.start()

    migrate(before)
    writer.stop.set()
    thread.join()

    print(f"{len(writer.waits)} edits meanwhile, the longest {max(writer.waits):.2f} s")
    assert writer.refused == []
    assert len(writer.waits) > 20
    assert max(writer.waits) < LONGEST_STALL_SECONDS
    with as_owner(before) as line:
        kept = dict(line.execute("SELECT key, name FROM planning_task").fetchall())
    edits = len(writer.waits)
    assert len(kept) == TASKS
    assert [kept[f"T{n % TASKS}"] for n in range(1, edits + 1)] == [
        f"Edit {n}" for n in range(1, edits + 1)
    ]
