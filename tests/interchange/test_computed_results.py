"""Dates that the other tool computed are never an input."""

from pathlib import Path

import pytest

from planning.interchange import mspdi, xer
from tests.blanked import blank
from tests.shared_data import require_shared_data, shared_files

FILES = [*shared_files("schedules/*.xml"), *shared_files("schedules/*.xer")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_without_its_computed_results_gives_the_same_plan(path: Path):
    read = xer.read if path.suffix == ".xer" else mspdi.read
    data = path.read_bytes()
    blanked = blank(data)

    assert len(blanked) < len(data)
    assert read(blanked).plan == read(data).plan


def test_there_are_shared_files_to_read():
    assert require_shared_data()
    assert FILES
