"""A database of the release before, migrated by this code while somebody writes to it.

What a release was is the migrations that it had, in ``previous_release.json``; after each
release the file is written anew. The writer speaks SQL, as the old code's processes would:
they know nothing of new columns.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from lineo import embedded
from lineo.accounts.ids import uuid7

ROOT = Path(__file__).resolve().parents[2]
RELEASE: dict[str, str] = json.loads(
    Path(__file__).with_name("previous_release.json").read_text(encoding="utf-8")
)
TASKS = 5_000
LONGEST_STALL_SECONDS = 3.0


@pytest.fixture
def before(servers: embedded.Servers) -> Iterator[dict[str, str]]:
    """The addresses of a database as the release before left it."""
    name = f"upgrade_{uuid7().hex}"
    postgres_url = servers.owner_url.replace("lineo_owner", "postgres")
    urls = {"DATABASE_URL": servers.database_url, "DATABASE_OWNER_URL": servers.owner_url}
    there = {key: f"{url.rpartition('/')[0]}/{name}" for key, url in urls.items()}
    with psycopg.connect(postgres_url, autocommit=True) as postgres:
        postgres.execute(f"CREATE DATABASE {name} OWNER lineo_owner")
        for app, migration in RELEASE.items():
            migrate(there, app, migration)
        yield there
        postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


def migrate(there: dict[str, str], *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0", *arguments],
        cwd=ROOT,
        env={**os.environ, **there},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


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
    """Put a plan of 5,000 tasks in with SQL alone; return its workspace.

    Columns that must be given and have no default are filled by their type.
    """
    ids = {name: str(uuid7()) for name in ("workspace", "project", "scenario")}
    with psycopg.connect(there["DATABASE_OWNER_URL"]) as line:
        line.execute("SELECT set_config('app.maintenance', 'on', false)")
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


_DULL = {
    "boolean": False,
    "integer": 1,
    "smallint": 1,
    "bigint": 1,
    "double precision": 1.0,
    "numeric": 1,
    "jsonb": "{}",
    "date": "2026-01-05",
    "timestamp without time zone": "2026-01-05 08:00",
    "timestamp with time zone": "2026-01-05 08:00+00",
}


def _dull(kind: str) -> object:
    return str(uuid7()) if kind == "uuid" else _DULL.get(kind, "x")


_columns: dict[str, list[tuple[str, str]]] = {}


def insert(line: psycopg.Connection, table: str, **given: object) -> None:
    if table not in _columns:
        _columns[table] = line.execute(
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_name = %s AND is_nullable = 'NO' AND column_default IS NULL"
            " AND is_identity = 'NO'",
            [table],
        ).fetchall()
    known = {name for name, _kind in _columns[table]}
    row = {name: _dull(kind) for name, kind in _columns[table]}
    row |= {name: value for name, value in given.items() if name in known}
    names = ", ".join(f'"{name}"' for name in row)
    line.execute(
        f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(row))})",
        list(row.values()),
    )


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
    with psycopg.connect(before["DATABASE_OWNER_URL"]) as line:
        line.execute("SELECT set_config('app.maintenance', 'on', false)")
        kept = dict(line.execute("SELECT key, name FROM planning_task").fetchall())
    edits = len(writer.waits)
    assert len(kept) == TASKS
    assert [kept[f"T{n % TASKS}"] for n in range(1, edits + 1)] == [
        f"Edit {n}" for n in range(1, edits + 1)
    ]
