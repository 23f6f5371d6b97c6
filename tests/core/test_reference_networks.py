"""PSPLIB, Patterson and DSLIB: critical path lengths and early starts that others computed."""

import csv
import json
from datetime import datetime
from pathlib import Path

import pytest

from planning.core.calendars import calendars_of
from planning.core.instants import to_minutes
from planning.core.plan import (
    Calendar,
    Dependency,
    Interval,
    Lag,
    LinkType,
    Plan,
    ProjectSettings,
    Task,
)
from planning.core.schedule import schedule
from tests.shared_data import require_shared_data, shared_files

START = datetime(2026, 1, 5)
ROUND_THE_CLOCK = Calendar("all", "All", week=((Interval(0, 1440),),) * 7)


def test_every_critical_path_length_of_psplib_and_patterson_is_met():
    folder = require_shared_data() / "psplib"
    rows = list(csv.DictReader((folder / "oracle.csv").read_text().splitlines()))

    wrong = [row["instance"] for row in rows if _length(_instance(folder, row)) != int(row["cpm"])]

    assert wrong == []
    assert len(rows) > 200


def _instance(folder: Path, row: dict[str, str]) -> Plan:
    (path,) = (folder / row["set"]).glob(f"{row['instance']}.*")
    return _read_sm(path) if path.suffix == ".sm" else _read_rcp(path)


def _plan(durations: dict[int, int], links: list[tuple[int, int]]) -> Plan:
    return Plan(
        ProjectSettings("Network", START, calendar="all"),
        (ROUND_THE_CLOCK,),
        tuple(Task(str(n), str(n), duration_minutes=d) for n, d in durations.items()),
        tuple(Dependency(str(a), str(b)) for a, b in links),
    )


def _length(plan: Plan) -> int:
    return to_minutes(schedule(plan).finish) - to_minutes(START)


def _read_sm(path: Path) -> Plan:
    lines = path.read_text().splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("PRECEDENCE")) + 2
    second = next(n for n, line in enumerate(lines) if line.startswith("REQUESTS")) + 3
    links, durations = [], {}
    for line in lines[first:]:
        if line.startswith("*"):
            break
        job, _modes, _count, *successors = map(int, line.split())
        links += [(job, successor) for successor in successors]
    for line in lines[second:]:
        if line.startswith("*"):
            break
        job, _mode, duration, *_ = map(int, line.split())
        durations[job] = duration
    return _plan(durations, links)


def _read_rcp(path: Path) -> Plan:
    numbers = iter(map(int, path.read_text().split()))
    jobs, resources = next(numbers), next(numbers)
    for _ in range(resources):
        next(numbers)
    links, durations = [], {}
    for job in range(1, jobs + 1):
        durations[job] = next(numbers)
        for _ in range(resources):
            next(numbers)
        links += [(job, next(numbers)) for _ in range(next(numbers))]
    return _plan(durations, links)


@pytest.mark.parametrize("path", shared_files("dslib/*.json"), ids=lambda path: path.stem)
def test_real_projects_start_where_the_critical_path_method_says(path):
    data = json.loads(path.read_text())
    plan = _dslib(data)
    found = schedule(plan)
    time = calendars_of(plan.calendars)["all"]

    wrong = [
        one["name"]
        for one in data["activities"]
        if one["cpm_es_h"] is not None
        and time.work_between(to_minutes(START), to_minutes(found.task(str(one["uid"])).start))
        != 60 * one["cpm_es_h"]
    ]

    assert wrong == []
    assert _violated(plan, found) == []


def _dslib(data: dict) -> Plan:
    return Plan(
        ProjectSettings("Project", START, calendar="all"),
        (ROUND_THE_CLOCK,),
        tuple(
            Task(str(one["uid"]), one["name"], duration_minutes=60 * one["duration_h"])
            for one in data["activities"]
        ),
        tuple(
            Dependency(
                str(one["pred"]), str(one["succ"]), LinkType(one["type"]), Lag(60 * one["lag_h"])
            )
            for one in data["relations"]
        ),
    )


def _violated(plan: Plan, found) -> list[str]:
    broken = []
    for one in plan.dependencies:
        before, after = found.task(one.predecessor), found.task(one.successor)
        first = before.finish if one.type in (LinkType.FS, LinkType.FF) else before.start
        second = after.start if one.type in (LinkType.FS, LinkType.SS) else after.finish
        if to_minutes(second) < to_minutes(first) + one.lag.minutes:
            broken.append(one.key)
    return broken
