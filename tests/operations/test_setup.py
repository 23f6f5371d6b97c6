"""`make setup`: a clear sentence where it can't, and an instant where nothing changed."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def make(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with nothing in it but what `make setup` reads."""
    for name in ("Makefile", "requirements.txt", "requirements-embedded.txt", ".ci"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    return tmp_path


def an_old_python(folder: Path) -> Path:
    """A program that answers every question as an old Python would: with failure."""
    program = folder / "python2"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    return program


def test_an_old_python_is_one_sentence(checkout: Path) -> None:
    old = an_old_python(checkout)

    finished = make("setup", f"PYTHON={old}", folder=checkout)

    sentence = finished.stderr.splitlines()[0]
    assert finished.returncode != 0
    assert sentence.startswith("Lineo needs Python 3.11 or newer")
    assert not (checkout / ".venv").exists()


def test_setup_is_instant_where_nothing_changed(checkout: Path) -> None:
    finished = subprocess.run(
        ["sh", "-c", "cat requirements.txt requirements-embedded.txt | sha256sum | cut -d' ' -f1"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=True,
    )
    (checkout / ".venv/bin").mkdir(parents=True)
    (checkout / ".venv/bin/python").symlink_to("/bin/true")
    (checkout / ".venv/.installed-requirements-embedded").write_text(finished.stdout)
    started = time.monotonic()

    again = make("setup", folder=checkout)

    assert (again.returncode, again.stdout) == (0, "")
    assert time.monotonic() - started < 2


def test_help_names_every_target_that_people_are_told_about() -> None:
    listed = make("help").stdout

    for target in ("setup", "demo", "test", "test-long", "lint", "types", "bench", "seed"):
        assert f"make {target} " in listed
    for target in ("vendor", "browser", "clean"):
        assert f"make {target} " in listed


def test_a_python_without_django_is_told_which_one_to_take():
    bare = [sys.executable, "-S", "-E", "manage.py", "help"]

    found = subprocess.run(bare, cwd=ROOT, capture_output=True, text=True, check=False)

    assert found.returncode == 1
    assert "`make setup`" in found.stderr
    assert "Traceback" not in found.stderr
