from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lineo.accounts.models import User, Workspace
from tests.accounts.builders import make_person, make_workspace
from tests.jobs import functions  # noqa: F401 - registers them in this process too
from tests.jobs.processes import Processes


@pytest.fixture
def ada(db: None) -> User:
    return make_person("Ada")


@pytest.fixture
def bridge(ada: User) -> Workspace:
    return make_workspace("Bridge", owner=ada)


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    """Where jobs write down when they begin and end."""
    path = tmp_path / "diary"
    path.touch()
    return path


@pytest.fixture
def processes(
    transactional_db: None, rq_queue: Any, tmp_path: Path, capsys: Any
) -> Iterator[Processes]:
    """Real workers; what they said is shown when the test fails."""
    started = Processes(tmp_path / "workers.log")
    yield started
    started.end()
    print((tmp_path / "workers.log").read_text() if started.log.exists() else "")
