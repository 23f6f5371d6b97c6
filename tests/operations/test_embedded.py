"""The embedded servers: roles, sharing, and that nothing is left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from lineo import embedded
from lineo.embedded.folders import folders

ROOT = Path(__file__).resolve().parents[2]

HOLD = """
import sys
from pathlib import Path
from lineo.embedded import ensure
ensure(Path(sys.argv[1]), throwaway=True)
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """A way to start processes that hold the servers of one folder until told to end."""
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(tmp_path / "data")],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    yield start

    for process in started:
        process.kill()
        process.communicate()


def wait_until(fact: Callable[[], bool], *, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not fact() and time.monotonic() < deadline:
        time.sleep(0.05)
    return fact()


def test_the_serving_role_is_neither_superuser_nor_owner_nor_beyond_the_walls(
    servers: embedded.Servers,
) -> None:
    with psycopg.connect(servers.database_url) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole,"
            " pg_has_role('lineo_app', 'lineo_owner', 'MEMBER')"
            " FROM pg_roles WHERE rolname = current_user"
        ).fetchone()

    assert row == (False, False, False, False, False)


def test_the_serving_role_may_become_the_sweeper_but_does_not_inherit_from_it(
    servers: embedded.Servers,
) -> None:
    question = "SELECT pg_has_role('lineo_app', 'lineo_sweeper', %s)"

    with psycopg.connect(servers.database_url) as connection:
        member = connection.execute(question, ["MEMBER"]).fetchone()
        usage = connection.execute(question, ["USAGE"]).fetchone()

    assert (member, usage) == ((True,), (False,))


def test_text_sorts_by_code_point_on_every_machine(servers: embedded.Servers) -> None:
    with psycopg.connect(servers.database_url) as connection:
        rows = connection.execute("SELECT n FROM unnest(ARRAY['é','b','B','a']) n ORDER BY n")
        names = [name for (name,) in rows]

    assert names == ["B", "a", "b", "é"]


def test_the_queue_server_answers(servers: embedded.Servers) -> None:
    with redis.Redis.from_url(servers.redis_url) as client:
        assert client.ping()


def test_the_servers_run_until_the_last_of_two_users_has_left(
    holder: Callable[[], subprocess.Popen[str]], tmp_path: Path
) -> None:
    address = folders(tmp_path / "data").database_url("lineo_app")
    first, second = holder(), holder()

    first.communicate("")
    with psycopg.connect(address) as connection:
        answer = connection.execute("SELECT 1").fetchone()
    second.communicate("")

    assert answer == (1,)
    assert wait_until(lambda: not (tmp_path / "data").exists())


def test_a_killed_user_leaves_no_server_behind(
    holder: Callable[[], subprocess.Popen[str]], tmp_path: Path
) -> None:
    process = holder()
    server = int((tmp_path / "data/postgres/postmaster.pid").read_text().split()[0])

    process.send_signal(signal.SIGKILL)

    assert wait_until(lambda: not Path(f"/proc/{server}").exists())


def test_a_path_of_120_characters_is_no_obstacle(tmp_path: Path) -> None:
    long = tmp_path / ("a" * 120) / "data"

    servers = embedded.ensure(long, throwaway=True)
    with psycopg.connect(servers.database_url) as connection:
        answer = connection.execute("SELECT 1").fetchone()
    servers.lease.release(wait_seconds=10)

    assert answer == (1,)
    assert not servers.lease.folders.sockets.exists()


def test_data_is_kept_from_one_start_to_the_next(tmp_path: Path) -> None:
    servers = embedded.ensure(tmp_path)
    with psycopg.connect(servers.owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    with redis.Redis.from_url(servers.redis_url) as client:
        client.set("kept", "42")
    servers.lease.release(wait_seconds=10)

    again = embedded.ensure(tmp_path)
    with psycopg.connect(again.owner_url) as connection:
        row = connection.execute("SELECT answer FROM kept").fetchone()
    with redis.Redis.from_url(again.redis_url) as client:
        value = client.get("kept")
    again.lease.release(wait_seconds=10)

    assert (row, value) == ((42,), b"42")


@pytest.mark.skipif(os.getuid() != 0, reason="only root has another user to become")
def test_root_without_user_namespaces_runs_postgres_as_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINEO_PG_AS_NOBODY", "1")

    servers = embedded.ensure(tmp_path, throwaway=True)
    with psycopg.connect(servers.database_url) as connection:
        answer = connection.execute("SELECT 1").fetchone()
    servers.lease.release(wait_seconds=10)

    assert answer == (1,)


DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@pytest.mark.skipif(not DEBIAN, reason="no other PostgreSQL is installed here")
def test_another_postgres_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINEO_PG_BIN", str(DEBIAN[0]))

    servers = embedded.ensure(tmp_path / "data", throwaway=True)
    with psycopg.connect(servers.database_url) as connection:
        version = connection.execute("SELECT version()").fetchone()
    servers.lease.release(wait_seconds=10)

    assert version is not None
    assert version[0].startswith(f"PostgreSQL {DEBIAN[0].parent.name}")


def test_a_missing_program_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINEO_PG_BIN", str(tmp_path / "nowhere"))

    with pytest.raises(embedded.EmbeddedError, match="LINEO_PG_BIN"):
        embedded.ensure(tmp_path)
