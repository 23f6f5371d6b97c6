"""Databases as older releases left them: migrated so far, and filled with SQL alone."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import psycopg

from lineo import embedded
from lineo.accounts.ids import uuid7

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def older_database(servers: embedded.Servers, names: dict[str, str]) -> Iterator[dict[str, str]]:
    """Make a database with these migrations, by app, and yield its addresses."""
    name = f"older_{uuid7().hex}"
    postgres_url = servers.owner_url.replace("lineo_owner", "postgres")
    urls = {"DATABASE_URL": servers.database_url, "DATABASE_OWNER_URL": servers.owner_url}
    there = {key: f"{url.rpartition('/')[0]}/{name}" for key, url in urls.items()}
    with psycopg.connect(postgres_url, autocommit=True) as postgres:
        postgres.execute(f"CREATE DATABASE {name} OWNER lineo_owner")
        for app, migration in names.items():
            migrate(there, app, migration)
        yield there
        postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def as_owner(there: dict[str, str]) -> Iterator[psycopg.Connection]:
    """Open the database as the owner of its tables, who sees every row."""
    with psycopg.connect(there["DATABASE_OWNER_URL"]) as line:
        line.execute("SELECT set_config('app.maintenance', 'on', false)")
        yield line


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


@lru_cache(maxsize=8)
def _columns_of(line: psycopg.Connection, table: str) -> list[tuple[str, str, bool]]:
    """Return each column: its name, its type, and whether a row has to give it."""
    return line.execute(
        "SELECT column_name, data_type, is_nullable = 'NO' AND column_default IS NULL"
        " AND is_identity = 'NO' FROM information_schema.columns WHERE table_name = %s",
        [table],
    ).fetchall()


def insert(line: psycopg.Connection, table: str, **given: object) -> None:
    """Add a row; columns that must be given and have no default are filled by their type.

    What the table has no column for, in its state of then, is left out.
    """
    columns = _columns_of(line, table)
    known = {name for name, *_ in columns}
    row = {name: _dull(kind) for name, kind, is_needed in columns if is_needed}
    row |= {name: value for name, value in given.items() if name in known}
    names = ", ".join(f'"{name}"' for name in row)
    line.execute(
        f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(row))})",
        list(row.values()),
    )
