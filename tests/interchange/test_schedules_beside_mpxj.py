"""Another public scheduler gives the same dates, on random files of both tools."""

import random
from pathlib import Path

import pytest

from planning.core.plan import PlanError
from planning.interchange.reading import read_plan
from tests.changed_schedules import CHANGES
from tests.mpxj_schedules import Reckoner, differing
from tests.random_schedules import random_mspdi, random_xer
from tests.shared_data import shared_files

pytestmark = pytest.mark.long

# Of these MPXJ reads no duration, or takes the wish to finish late for one to start.
UNREADABLE = ("msp-new-product",)
FILES = {".xer": random_xer, ".xml": random_mspdi}


@pytest.mark.parametrize("suffix", FILES)
def test_random_files_get_the_dates_of_mpxj(suffix, tmp_path):
    total, wrong = 0, []
    with Reckoner(tmp_path) as mpxj:
        for seed in range(150):
            data = FILES[suffix](seed)
            stored = mpxj.dates(data, suffix)
            try:
                plan = read_plan(data).plan
            except PlanError:
                continue
            if stored:
                total += len(stored)
                wrong += [(seed, *one) for one in differing(plan, stored)]

    assert total > 2_000
    assert wrong[:20] == []


@pytest.mark.parametrize(
    "path",
    [one for one in shared_files("schedules/*.x*") if one.stem not in UNREADABLE],
    ids=lambda path: path.name,
)
def test_changed_real_files_get_the_dates_of_mpxj(path: Path, tmp_path):
    total, wrong = 0, []
    with Reckoner(tmp_path) as mpxj:
        for seed in range(10):
            data = CHANGES[path.suffix](path.read_bytes(), random.Random(seed))
            stored, plan = mpxj.dates(data, path.suffix), read_plan(data).plan
            assert stored
            kept = [one for one in stored if plan.has_task(one["key"])]
            total += len(kept)
            wrong += [(seed, *one) for one in differing(plan, kept)]

    assert total >= 50
    assert wrong[:20] == []
