"""What ``make`` starts and ``make test`` does not collect can still be started."""

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
PROGRAMS = sorted(set(re.findall(r"\$\(PY\) -m (tests\.[\w.]+)", MAKEFILE)))
BY_PYTEST = sorted(set(re.findall(r"\$\(PY\) -m pytest (tests/\S+\.py)", MAKEFILE)))
FOLDERS = ("benchmarks", "browser/crawl", "operations/chaos", "operations/load")
FILES = sorted(path for folder in FOLDERS for path in (ROOT / "tests" / folder).rglob("*.py")) + [
    ROOT / "tests/operations" / name for name in ("people.py", "place.py")
]
OURS = ("lineo", "planning", "simulations", "tests")


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def names_from_our_modules(path: Path) -> Iterator[tuple[str, str]]:
    """Yield what a file imports from modules of ours, wherever in it that stands."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] in OURS:
            yield from ((str(node.module), alias.name) for alias in node.names)


def is_there(module: str, name: str) -> bool:
    return hasattr(importlib.import_module(module), name) or bool(find_spec(f"{module}.{name}"))


def test_the_makefile_is_read_as_it_is_written() -> None:
    assert "tests.operations.load.soak" in PROGRAMS
    assert "tests/browser/crawl/crawl.py" in BY_PYTEST
    assert len(PROGRAMS) + len(BY_PYTEST) == MAKEFILE.count(" tests.") + MAKEFILE.count(" tests/")


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_says_how_it_is_used(program: str) -> None:
    ran = python(program, "--help")

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("usage: ")
    assert len(ran.stdout.split("\n\n")) >= 3, "it does not say what it is for"


@pytest.mark.parametrize("file", BY_PYTEST)
def test_whatever_a_file_of_pytest_asks_for_is_there(file: str) -> None:
    ran = python("pytest", "--setup-plan", "-q", file)

    assert ran.returncode == 0, ran.stdout[-3000:]
    assert "SETUP    S live_server" in ran.stdout


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "tests")))
def test_what_is_imported_is_there_in_functions_too(path: Path) -> None:
    missing = [one for one in names_from_our_modules(path) if not is_there(*one)]

    assert missing == []
