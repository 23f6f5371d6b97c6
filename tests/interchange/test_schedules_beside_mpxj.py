"""Another public scheduler gives the same dates, on random files of both tools."""

from datetime import datetime
from typing import Any

import pytest

from planning.core.calendars import WorkingTime, calendars_of
from planning.core.instants import to_minutes
from planning.core.plan import Plan, PlanError
from planning.core.schedule import schedule
from planning.interchange.reading import read_plan
from tests.mpxj_schedules import Reckoner
from tests.random_schedules import random_mspdi, random_xer

pytestmark = pytest.mark.long

SHOWN = ("start", "finish")
ALL = (*SHOWN, "early_start", "early_finish", "late_start", "late_finish")
FILES = {".xer": random_xer, ".xml": random_mspdi}


def differences(plan: Plan, stored: list[dict[str, Any]]) -> list[tuple[str, str]]:
    found, calendars = schedule(plan), calendars_of(plan.calendars)
    wrong = []
    for task in stored:
        ours = found.task(task["key"])
        time = calendars[plan.task(task["key"]).calendar or plan.project.calendar]
        names = SHOWN if task["finished"] else ALL
        wrong += [
            (task["key"], name)
            for name in names
            if not _is_same(task[name], getattr(ours, name), time)
        ]
    return wrong


def _is_same(stored: str | None, ours: datetime | None, time: WorkingTime) -> bool:
    if stored is None or ours is None:
        return stored is None
    theirs = to_minutes(datetime.fromisoformat(stored).replace(second=0))
    return time.work_between(theirs, to_minutes(ours)) == 0


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
                wrong += [(seed, *one) for one in differences(plan, stored)]

    assert total > 2_000
    assert wrong[:20] == []
