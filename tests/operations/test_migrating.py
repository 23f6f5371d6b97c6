"""Several containers that start at once make the tables once."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from lineo import embedded
from lineo.accounts.ids import uuid7

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def empty(servers: embedded.Servers) -> Iterator[str]:
    name = f"fresh_{uuid7().hex}"
    postgres_url = servers.owner_url.replace("lineo_owner", "postgres")
    with psycopg.connect(postgres_url, autocommit=True) as postgres:
        postgres.execute(f"CREATE DATABASE {name} OWNER lineo_owner")
        yield name
        postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_three_that_migrate_at_once_all_succeed(servers: embedded.Servers, empty: str):
    urls = {"DATABASE_URL": servers.database_url, "DATABASE_OWNER_URL": servers.owner_url}
    there = {key: f"{url.rpartition('/')[0]}/{empty}" for key, url in urls.items()}

    started = [
        subprocess.Popen(
            [sys.executable, "manage.py", "migrate", "--no-input"],
            cwd=ROOT,
            env={**os.environ, **there},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = [process.communicate() for process in started]

    assert [process.returncode for process in started] == [0, 0, 0], said
    assert [("No migrations to apply" in out) for out, _ in said].count(False) == 1
