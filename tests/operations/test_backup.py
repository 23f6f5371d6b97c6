"""A backup holds every workspace's rows, and comes back with its walls."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from lineo import embedded
from lineo.accounts.ids import uuid7
from lineo.accounts.models import Membership, Role, User, Workspace
from lineo.accounts.tenancy import workspace_context
from lineo.embedded.binaries import postgres_programs
from lineo.operations.tables import fingerprint

pytestmark = pytest.mark.django_db(transaction=True)


def of_database(url: str, name: str) -> str:
    return f"{url.rpartition('/')[0]}/{name}"


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [postgres_programs() / program, *arguments], capture_output=True, text=True, check=False
    )


@pytest.fixture
def superuser_url(servers: embedded.Servers) -> str:
    return servers.owner_url.replace("lineo_owner", "postgres")


@pytest.fixture
def restored(superuser_url: str) -> Iterator[str]:
    """The name of an empty database that belongs to the owner."""
    name = f"restored_{uuid7().hex}"
    with psycopg.connect(superuser_url, autocommit=True) as postgres:
        postgres.execute(f"CREATE DATABASE {name} OWNER lineo_owner")
        yield name
        postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def people() -> None:
    """Two people, each in a workspace of their own."""
    for name in ("ada", "bob"):
        person = User.objects.create_user(f"{name}@example.org")
        workspace = Workspace(id=uuid7(), name=name, slug=name)
        with workspace_context(workspace, person):
            workspace.save(force_insert=True)
            Membership.objects.create(person=person, role=Role.OWNER)


def test_a_dump_by_the_backup_role_restores_every_row_and_the_walls(
    people: None, servers: embedded.Servers, superuser_url: str, restored: str, tmp_path: Path
) -> None:
    dump = str(tmp_path / "lineo.dump")
    name = connection.settings_dict["NAME"]
    wanted = "SELECT count(*) FROM accounts_membership"

    dumped = run("pg_dump", "-Fc", "-f", dump, of_database(servers.backup_url, name))
    loaded = run(
        *("pg_restore", "--no-owner", "--role=lineo_owner"),
        *("-d", of_database(superuser_url, restored), dump),
    )

    assert (dumped.returncode, dumped.stderr) == (0, "")
    assert loaded.returncode == 0, loaded.stderr
    with psycopg.connect(of_database(servers.backup_url, restored)) as backup:
        assert backup.execute(wanted).fetchone() == (2,)
    with psycopg.connect(of_database(servers.database_url, restored)) as app:
        assert app.execute(wanted).fetchone() == (0,)


@pytest.mark.parametrize(
    ("role", "reason"),
    # The serving role may not even lock the record of erasures; the owner meets the walls.
    [("database_url", "permission denied"), ("owner_url", "row-level security")],
)
def test_a_role_within_the_walls_cannot_dump_half(
    role: str, reason: str, people: None, servers: embedded.Servers
) -> None:
    name = connection.settings_dict["NAME"]

    dumped = run("pg_dump", "-Fc", "-f", "/dev/null", of_database(getattr(servers, role), name))

    assert dumped.returncode != 0
    assert reason in dumped.stderr


def test_a_fingerprint_is_the_same_whatever_a_server_is_set_to(
    people: None, servers: embedded.Servers
) -> None:
    name = connection.settings_dict["NAME"]
    found = []
    for settings in ("-c timezone=UTC", "-c timezone=Asia/Tokyo -c datestyle=German"):
        url = of_database(servers.backup_url, name)
        with psycopg.connect(url, options=settings) as line, line.cursor() as cursor:
            found.append(fingerprint(cursor, ["accounts_membership", "accounts_user"]))

    assert found[0] == found[1]
    assert found[0]["accounts_membership"].startswith("2 ")
