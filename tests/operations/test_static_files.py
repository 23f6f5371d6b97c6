"""What is collected for a site: each module under one name, so that no page runs it twice."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from lineo.staticfiles import HashedStorage

IMPORTED = re.compile(r"""\b(?:from|import)\s*\(?\s*["']([./][^"']+)["']""")


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where ``collectstatic`` has put the files under their hashed names."""
    folder = tmp_path_factory.mktemp("static")
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "LINEO_STATIC_ROOT": str(folder)},
        check=True,
    )
    return folder


def test_what_a_module_imports_has_the_name_that_pages_give_it(collected: Path) -> None:
    """A module under two names runs twice: each paste and each click in a dialog counted double."""
    names = json.loads((collected / HashedStorage.manifest_name).read_text())["paths"]
    served = {
        (collected / hashed).resolve()
        for name, hashed in names.items()
        if name.startswith("js/") or name == "vendor/tinykeys/tinykeys.js"
    }

    imported = {
        (path.parent / found).resolve()
        for path in served
        for found in IMPORTED.findall(path.read_text(encoding="utf-8"))
    }

    assert len(imported) > 10
    assert imported <= served
