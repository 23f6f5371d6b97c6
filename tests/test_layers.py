"""The house's one rule of imports: each room knows only the rooms below it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAP = (ROOT / "docs/architecture.md").read_text()


def test_every_import_points_downward() -> None:
    linter = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as f; f()"]

    finished = subprocess.run(linter, cwd=ROOT, capture_output=True, text=True, check=False)

    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.mark.parametrize(
    "package", ["planning.core.plan", "planning.interchange", "simulations.engine"]
)
@pytest.mark.parametrize("absent", ["django", "rq", "redis"])
def test_the_pure_packages_run_without_django_and_queue(package: str, absent: str) -> None:
    check = f"import sys, {package}; sys.exit({absent!r} in sys.modules)"

    finished = subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=False)

    assert finished.returncode == 0


def test_settings_need_no_environment_and_start_nothing(tmp_path: Path) -> None:
    check = (
        "import sys; from django.conf import settings; settings.INSTALLED_APPS;"
        "sys.exit('psycopg' in sys.modules)"
    )
    environment = {
        "DJANGO_SETTINGS_MODULE": "lineo.settings",
        "PYTHONPATH": str(ROOT),
        "LINEO_DATA": str(tmp_path),
    }

    finished = subprocess.run([sys.executable, "-c", check], env=environment, check=False)

    assert finished.returncode == 0
    assert not list(tmp_path.iterdir())


def test_a_web_process_does_not_load_the_kernel() -> None:
    check = (
        "import sys, lineo.wsgi; from django.urls import get_resolver;"
        "get_resolver().url_patterns; sys.exit('numba' in sys.modules)"
    )

    finished = subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=False)

    assert finished.returncode == 0


USUAL = {"migrations", "management", "templatetags", "api", "views"}  # in every app


@pytest.mark.parametrize("house", ["lineo", "planning", "simulations"])
def test_every_room_stands_on_the_map(house: str) -> None:
    named = re.findall(r"^ *(\w+)/ ", MAP.partition(f"\n{house}/ ")[2], re.MULTILINE)
    rooms = {
        package.parent.name
        for package in (ROOT / house).glob("*/__init__.py")
        if package.parent.name not in USUAL
    }

    assert rooms - set(named) == set()


def test_every_file_on_the_map_is_there() -> None:
    rooms = MAP.partition("## Rooms")[2].partition("Each imports")[0]
    named = set(re.findall(r"\b[\w/]+\.py\b", rooms))
    there = {path.name for path in ROOT.rglob("*.py") if ".venv" not in path.parts}

    assert named
    assert {name.rpartition("/")[2] for name in named} - there == set()
