"""compose.yaml, the Caddyfile and the image say what the code knows, and nothing else."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from lineo.live.stream import PATH

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "lineo"}
EXAMPLE = set(
    re.findall(r"^#? ?([A-Z_0-9]+)=", (ROOT / "deploy/example.env").read_text(), re.MULTILINE)
)
READ = re.compile(
    r"(?:environment\.\w+|_database|environ\.get)\(\s*\"((?:LINEO|DATABASE|REDIS)_[A-Z_0-9]+)\""
)
# What a site in containers has no use for, and why.
NOT_IN_COMPOSE = {
    "LINEO_DEBUG": "never on a site",
    "LINEO_DATA": "of the embedded servers",
    "LINEO_STATIC_ROOT": "collected into the image",
    "LINEO_LOG_FORMAT": "json, said by the image",
    "LINEO_CONNECTION_SECONDS": "for pools that close connections earlier",
    "LINEO_S3_BUCKET": "needs an image with requirements-s3.txt",
    "LINEO_S3_ENDPOINT": "goes with the bucket",
    "LINEO_S3_REGION": "goes with the bucket",
    "LINEO_SIMULATION_SPLIT_CELLS": "measured, and seldom another",
    **dict.fromkeys(
        ("LEASE", "BEAT", "SWEEP", "RING_AGAIN", "BACKOFF", "GRACE"), "clocks of jobs, for tests"
    ),
}


def variables_that_are_read() -> set[str]:
    """Return every variable that the site reads."""
    sources = ("lineo/settings.py", "lineo/gunicorn.py")
    return {name for source in sources for name in READ.findall((ROOT / source).read_text())}


def given_to_us() -> set[str]:
    return {name for service in OURS.values() for name in service["environment"]}


def is_left_out(name: str) -> bool:
    clock = re.fullmatch(r"LINEO_JOB_(\w+)_MS", name)
    return name in NOT_IN_COMPOSE or bool(clock and clock[1] in NOT_IN_COMPOSE)


def test_every_variable_that_compose_gives_us_is_one_that_is_read() -> None:
    assert given_to_us() - variables_that_are_read() == set()


def test_every_variable_that_is_read_can_be_given_by_compose_or_is_left_out_for_a_reason() -> None:
    missing = variables_that_are_read() - given_to_us() - {"LINEO_JOB_NICE"}

    assert {name for name in missing if not is_left_out(name)} == set()
    assert not {name for name in given_to_us() if is_left_out(name)}


def test_every_variable_that_compose_asks_for_stands_in_the_example() -> None:
    asked = re.findall(r"\$\{([A-Z_0-9]+)", (ROOT / "compose.yaml").read_text())

    assert set(asked) == EXAMPLE


def test_an_empty_variable_is_as_if_it_were_not_there() -> None:
    """Compose hands an unset one on as an empty text."""
    empty = {
        name: ""
        for service in OURS.values()
        for name, value in service["environment"].items()
        if value.endswith(":-}")
    }
    finished = manage("check", **SERVED, **empty)

    assert len(empty) > 15
    assert finished.returncode == 0, finished.stderr


SERVED = {
    "DATABASE_URL": "postgres://lineo_app:x@db.example.org/lineo",
    "LINEO_SECRET_KEY": "Zb5kq0v_Rr2vYt9Wc8L4n1XhM7pJ3sQd6uAeGfTy-9KwBiNoVx",
    "LINEO_ALLOWED_HOSTS": "lineo.example.org",
}


def manage(
    *arguments: str, folder: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "REDIS_URL": "redis://redis.example.org/0", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", OURS)
def test_what_a_service_runs_is_there(name: str) -> None:
    program, *arguments = OURS[name].get("command", ["gunicorn", "lineo.wsgi"])

    assert shutil.which(program, path=f"{Path(sys.executable).parent}:/usr/bin") or (
        program == "python"
    )
    if program == "python":
        assert arguments[0] == "manage.py"
        assert arguments[1] in get_commands()


def test_whoever_needs_the_uploads_has_them() -> None:
    """A backup without them would look whole."""
    with_files = {
        name: volume
        for name, service in OURS.items()
        for volume in service.get("volumes", [])
        if volume.partition(":")[2].startswith("/files")
    }

    assert set(with_files) == {"web", "worker", "backup"}
    assert with_files["backup"].endswith(":ro")
    assert {service["environment"]["LINEO_FILES_ROOT"] for service in OURS.values()} == {"/files"}


def test_only_who_must_has_a_password_beyond_the_serving_roles() -> None:
    stronger = {
        name: sorted(set(service["environment"]) & {"DATABASE_OWNER_URL", "DATABASE_BACKUP_URL"})
        for name, service in OURS.items()
    }

    assert {name: given for name, given in stronger.items() if given} == {
        "migrate": ["DATABASE_OWNER_URL"],
        "backup": ["DATABASE_BACKUP_URL"],
    }


def test_the_proxy_leads_to_services_that_there_are() -> None:
    caddyfile = (ROOT / "deploy/Caddyfile").read_text()
    upstreams = dict(re.findall(r"\{\$LINEO_(\w+):(\w+):8000\}", caddyfile))
    events = re.search(r"handle (\S+)\* \{\s+reverse_proxy \{\$LINEO_LIVE", caddyfile)

    assert upstreams == {"LIVE": "live", "WEB": "web"}
    assert set(upstreams.values()) <= set(SERVICES["proxy"]["depends_on"])
    assert events
    assert PATH.startswith(events[1])


@pytest.mark.skipif(not shutil.which("caddy"), reason="there is no caddy")
def test_the_proxy_itself_takes_its_file(tmp_path: Path) -> None:
    checked = subprocess.run(
        ["caddy", "validate", "--adapter", "caddyfile", "--config", str(ROOT / "deploy/Caddyfile")],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LINEO_SITE": "lineo.example.org"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stderr
    assert "Valid configuration" in checked.stdout + checked.stderr


def test_nothing_secret_and_nothing_needless_goes_into_the_image() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()

    assert {".env*", ".git", "tests", ".lineo", "backups"} <= set(ignored)


def test_the_steps_of_the_image_need_no_database(tmp_path: Path) -> None:
    """Replayed in an empty folder, with nothing in the environment: static files, then a start."""
    copy_what_the_image_holds(tmp_path / "app")
    bare = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    collected = subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"],
        cwd=tmp_path / "app",
        env=bare,
        capture_output=True,
        text=True,
        check=False,
    )
    checked = manage("check", "--deploy", folder=tmp_path / "app", **SERVED)

    assert (collected.returncode, collected.stderr) == (0, "")
    assert (tmp_path / "app/staticfiles/staticfiles.json").is_file()
    assert not (tmp_path / "app/.lineo").exists()
    assert checked.returncode == 0, checked.stderr


def copy_what_the_image_holds(folder: Path) -> None:
    ignored = [
        line
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    for name in tracked:
        path = Path(name)
        if not name or any(path.match(one) or path.parts[0] == one for one in ignored):
            continue
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, folder / path)
