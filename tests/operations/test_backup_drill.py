"""The drill: save a site, lose it, bring it back, and find every row and every file the same."""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import psycopg
import pytest
from django.core.files.storage import default_storage
from django.db import connection

from lineo import embedded
from lineo.accounts.ids import uuid7
from lineo.accounts.models import Role
from lineo.talk.references.services import add_reference
from lineo.talk.subjects import of_row
from planning.models import Task
from tests.builders import Team, make_baseline, make_chain, make_team

pytestmark = pytest.mark.django_db(transaction=True)
QUOTE = b"%PDF-1.7\n" + bytes(range(256)) * 300
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def team(db: None) -> Team:
    team = make_team(role=Role.OWNER)
    with team.context():
        make_chain(make_baseline(team), "Dig", "Pour", "Cure", team=team)
    return team


@pytest.fixture
def empty(servers: embedded.Servers) -> Iterator[str]:
    """The name of an empty database of the owner's."""
    name = f"drill_{uuid7().hex}"
    with psycopg.connect(
        servers.owner_url.replace("lineo_owner", "postgres"), autocommit=True
    ) as postgres:
        postgres.execute(f"CREATE DATABASE {name} OWNER lineo_owner")
        yield name
        postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


def manage(
    servers: embedded.Servers, name: str, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    urls = {
        "DATABASE_URL": servers.database_url,
        "DATABASE_OWNER_URL": servers.owner_url,
        "DATABASE_BACKUP_URL": servers.backup_url,
    }
    there = {key: f"{url.rpartition('/')[0]}/{name}" for key, url in urls.items()}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **there, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_was_saved_comes_back_row_for_row(
    team: Team, servers: embedded.Servers, empty: str, tmp_path: Path
):
    here = connection.settings_dict["NAME"]

    saved = manage(servers, here, "backup", str(tmp_path / "kept"))
    [folder] = (tmp_path / "kept").iterdir()
    restored = manage(servers, empty, "restore", str(folder))
    again = manage(servers, empty, "backup", str(tmp_path / "again"))
    [second] = (tmp_path / "again").iterdir()

    assert (saved.returncode, saved.stderr) == (0, "")
    assert (restored.returncode, restored.stderr) == (0, "")
    assert again.returncode == 0
    assert tables_of(folder) == tables_of(second)
    assert '"planning_task": "3 ' in (folder / "manifest.json").read_text()
    # The walls came back too: without a workspace the serving role sees nothing.
    at = f"{servers.database_url.rpartition('/')[0]}/{empty}"
    with psycopg.connect(at) as app:
        assert app.execute("SELECT count(*) FROM accounts_membership").fetchone() == (0,)


def test_what_people_uploaded_comes_back_byte_for_byte(
    team: Team, servers: embedded.Servers, empty: str, tmp_path: Path
):
    with team.context():
        task = Task.objects.get(name="Pour")
        quote = add_reference(
            of_row(task), author=team.person, upload=("quote.pdf", BytesIO(QUOTE))
        )
        stored, digest = str(quote.stored_as.name), quote.file_sha256
    found = tmp_path / "elsewhere"

    saved = manage(servers, connection.settings_dict["NAME"], "backup", str(tmp_path / "kept"))
    default_storage.delete(stored)
    [folder] = (tmp_path / "kept").iterdir()
    restored = manage(servers, empty, "restore", str(folder), LINEO_FILES_ROOT=str(found))

    assert (saved.returncode, restored.returncode) == (0, 0), saved.stderr + restored.stderr
    assert (found / stored).read_bytes() == QUOTE
    assert hashlib.sha256(QUOTE).hexdigest() == digest
    # Nobody but the site reads them there either.
    assert (found / stored).stat().st_mode & 0o077 == 0


def test_a_changed_backup_and_a_full_database_are_refused(
    team: Team, servers: embedded.Servers, empty: str, tmp_path: Path
):
    here = connection.settings_dict["NAME"]
    manage(servers, here, "backup", str(tmp_path))
    [folder] = tmp_path.iterdir()

    over_it = manage(servers, here, "restore", str(folder))
    with (folder / "database.dump").open("ab") as dump:
        dump.write(b"x")
    changed = manage(servers, empty, "restore", str(folder))
    nothing = manage(servers, empty, "restore", str(tmp_path))

    assert "is not empty" in over_it.stderr
    assert "database.dump is missing or is not what was written" in changed.stderr
    assert "no complete backup" in nothing.stderr
    assert all(one.returncode == 1 for one in (over_it, changed, nothing))
    assert "Traceback" not in over_it.stderr + changed.stderr + nothing.stderr


def test_only_the_newest_backups_are_kept(team: Team, servers: embedded.Servers, tmp_path: Path):
    here = connection.settings_dict["NAME"]

    for _time in range(3):
        said = manage(servers, here, "backup", str(tmp_path), "--keep", "2")

    assert len(list(tmp_path.iterdir())) == 2
    assert re.search(r"^removed ", said.stdout, re.MULTILINE)


def test_without_the_backup_role_it_says_which_setting_is_missing(
    team: Team, servers: embedded.Servers, tmp_path: Path
):
    name = connection.settings_dict["NAME"]

    said = manage(servers, name, "backup", str(tmp_path / "none"), DATABASE_BACKUP_URL="")

    assert said.returncode == 1
    assert "Set DATABASE_BACKUP_URL" in said.stderr
    assert not list((tmp_path / "none").glob("*"))


def tables_of(folder: Path) -> str:
    return (folder / "manifest.json").read_text().partition('"tables"')[2]
