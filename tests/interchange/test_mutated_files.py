"""Files gone wrong where it hurts: a plan with a report, or one sentence, and soon."""

import random
import time
from pathlib import Path

import pytest

from planning.core.health import findings
from planning.core.plan import Plan, PlanError
from planning.core.schedule import schedule
from planning.interchange.reading import read_plan
from tests.mspdi_files import calendar, mspdi, task, week
from tests.mutations import mutated_xer, mutated_xml
from tests.shared_data import shared_files

SAMPLES = Path(__file__).parent / "samples"
SMALL = ("msp-actuals-14", "msp-sample-native-mspdi", "p6-mini-negfloat-6", "p6-plant-31")
FILES = [
    SAMPLES / "house.xml",
    SAMPLES / "bridge.xer",
    *(path for path in shared_files("schedules/*.x*") if path.stem in SMALL),
]
ROUNDS = 40
LIMIT_SECONDS = 10


def fault_of(data: bytes, name: str) -> str | None:
    """Read, schedule and examine a file; return the sentence that refused it, if one did."""
    try:
        plan: Plan = read_plan(data, name).plan
        findings(plan, schedule(plan))
    except PlanError as fault:
        return str(fault)
    return None


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_mutated_file_is_a_plan_or_a_sentence_and_soon(path: Path):
    data = path.read_bytes()
    mutate = mutated_xer if path.suffix == ".xer" else mutated_xml
    refused, slowest = [], 0.0
    for seed in range(ROUNDS):
        began = time.process_time()
        fault = fault_of(mutate(data, random.Random(seed)), path.name)
        slowest = max(slowest, time.process_time() - began)
        if fault is not None:
            refused.append(fault)

    assert len(refused) < ROUNDS
    assert [fault for fault in refused if "\n" in fault or not 0 < len(fault) < 2_000] == []
    assert slowest < LIMIT_SECONDS


def test_a_shift_that_begins_at_the_end_of_a_day_begins_with_the_day():
    times = (("24:00:00", "00:00:00"),)
    data = mspdi(task(1), calendar(days=week(times=times)))

    assert fault_of(data, "x.xml") is None


def nested(levels: int) -> bytes:
    return mspdi("".join(task(number, level=number) for number in range(1, levels + 1)))


def test_a_hundred_levels_of_outline_are_read():
    plan = read_plan(nested(100), "deep.xml").plan

    assert schedule(plan).task("1").finish == schedule(plan).task("100").finish


def test_more_levels_are_refused_in_a_sentence():
    assert "deeper than 100 levels." in (fault_of(nested(900), "deep.xml") or "")
