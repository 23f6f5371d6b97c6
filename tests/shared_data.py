"""Real schedules and reference data, which lie beside the checkout and are never committed."""

import os
from pathlib import Path

import pytest

_BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared_data_folder() -> Path | None:
    """Return the folder that ``LINEO_SHARED_DATA`` names, or ``../shared/data``, if it is there."""
    folder = Path(os.environ.get("LINEO_SHARED_DATA") or _BESIDE_THE_CHECKOUT)
    return folder if folder.is_dir() else None


def shared_files(pattern: str) -> list[Path]:
    """Return the shared files that match ``pattern``, for parametrised tests; none if absent."""
    folder = shared_data_folder()
    return sorted(folder.glob(pattern)) if folder else []


def require_shared_data() -> Path:
    """Return the shared folder, or skip the test that asks."""
    folder = shared_data_folder()
    if folder is None:
        pytest.skip("the shared data is not here (set LINEO_SHARED_DATA)")
    return folder
