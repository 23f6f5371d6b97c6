"""Dates that the other tool computed are never an input."""

from pathlib import Path

import pytest

from planning.interchange import mspdi, xer
from planning.interchange.report import ImportResult
from tests.blanked import blank
from tests.computed_fields import spoilt_mspdi, spoilt_xer, tree_of, with_column
from tests.shared_data import require_shared_data, shared_files

SAMPLES = Path(__file__).parent / "samples"
SHARED = [*shared_files("schedules/*.xml"), *shared_files("schedules/*.xer")]
# Small ones, for every field alone: with progress, people, summaries, constraints.
SMALL = ("msp-actuals-14", "msp-sample-native-mspdi", "p6-design-57-progress", "p6-mini-negfloat-6")
ONE_BY_ONE = [
    SAMPLES / "house.xml",
    SAMPLES / "bridge.xer",
    *(path for path in SHARED if path.stem in SMALL),
]


def read(data: bytes, path: Path) -> ImportResult:
    return xer.read(data) if path.suffix == ".xer" else mspdi.read(data)


@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.name)
def test_a_file_without_its_computed_results_gives_the_same_plan(path: Path):
    data = path.read_bytes()
    blanked = blank(data)

    assert len(blanked) < len(data)
    assert read(blanked, path).plan == read(data, path).plan


@pytest.mark.parametrize("path", ONE_BY_ONE, ids=lambda path: path.name)
def test_no_computed_field_changes_the_plan_blank_or_wrong(path: Path):
    data = path.read_bytes()
    plan = read(data, path).plan

    if path.suffix == ".xer":
        spoilt = ((what, xer.read(changed).plan) for what, changed in spoilt_xer(data))
    else:
        spoilt = ((w, mspdi.read_tree(tree).plan) for w, tree in spoilt_mspdi(tree_of(data)))
    assert [what for what, found in spoilt if found != plan] == []


def test_a_field_that_is_an_input_would_be_noticed():
    path = SAMPLES / "bridge.xer"
    data = path.read_bytes()

    changed = with_column(data, "TASK", "remain_drtn_hr_cnt", "77")

    assert xer.read(changed).plan != xer.read(data).plan


def test_there_are_shared_files_to_read():
    assert require_shared_data()
    assert SHARED
