"""Real schedules agree with what Microsoft Project and Primavera P6 stored for them.

Each file is read with every computed result blanked. Tasks on which the tool
and the public scheduler that checked it differ are left out ("disputed").
"""

import json
import sys
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from planning.core.calendars import calendars_of
from planning.core.instants import to_minutes
from planning.core.plan import Plan
from planning.core.schedule import Schedule, ScheduledTask, schedule
from planning.interchange import mspdi, xer
from tests.blanked import blank
from tests.shared_data import require_shared_data, shared_files

ORACLES = shared_files("schedules/*.oracle.json")
SHOWN = ("start", "finish")
COMPUTED = ("early_start", "early_finish", "late_start", "late_finish")


@pytest.mark.parametrize("path", ORACLES, ids=lambda path: path.name.split(".")[0])
def test_it_gives_the_dates_floats_and_critical_tasks_that_the_tool_stored(path, capsys):
    oracle, plan, dates = _read(path)
    disputed = set(oracle["card"]["mpxj"]["disputed_uids"])
    leaves = [task for task in oracle["tasks"] if not task["summary"]]

    differing = {
        task["name"]: found
        for task in leaves
        if (found := _differences(task, dates.task(_key(task)), plan))
    }

    with capsys.disabled():
        share = 100 * (len(leaves) - len(differing)) / len(leaves)
        sys.stdout.write(
            f"\n{path.name.split('.')[0]}: {share:.1f} % of all {len(leaves)} leaf tasks "
        )
    names = {task["name"] for task in leaves if str(task["uid"]) not in disputed}
    assert {name: found for name, found in differing.items() if name in names} == {}


def test_the_shared_schedules_are_there():
    assert len(list((require_shared_data() / "schedules").glob("*.oracle.json"))) >= 12


@cache
def _read(path: Path) -> tuple[dict[str, Any], Plan, Schedule]:
    oracle = json.loads(path.read_text())
    stem = path.name.removesuffix(".oracle.json")
    xml, xer_file = path.with_name(f"{stem}.xml"), path.with_name(f"{stem}.xer")
    if xml.exists():
        plan = mspdi.read(blank(xml.read_bytes())).plan
    else:
        plan = xer.read(blank(xer_file.read_bytes())).plan
    return oracle, plan, schedule(plan)


def _key(task: dict[str, Any]) -> str:
    return task["activity_id"] or str(task["uid"])


def _differences(stored: dict[str, Any], ours: ScheduledTask, plan: Plan) -> list[str]:
    """Return the fields that differ; of finished tasks only start and finish count."""
    is_finished = stored["actual_finish"] is not None
    fields = SHOWN if is_finished else SHOWN + COMPUTED
    found = [name for name in fields if not _is_same_date(stored[name], ours, name, plan)]
    if is_finished:
        return found
    slack, total = stored["total_slack_min"], ours.total_float_minutes
    if slack is not None and (total is None or abs(slack - total) > 1):
        found.append("total_float_minutes")
    if stored["critical"] != ours.critical:
        found.append("critical")
    return found


def _is_same_date(stored: str | None, ours: ScheduledTask, name: str, plan: Plan) -> bool:
    """Whether there is no working minute between the two dates."""
    if stored is None:
        return True
    task = plan.task(ours.key)
    time = calendars_of(plan.calendars)[task.calendar or plan.project.calendar]
    date = getattr(ours, name)
    return date is not None and (
        time.work_between(to_minutes(datetime.fromisoformat(stored)), to_minutes(date)) == 0
    )
