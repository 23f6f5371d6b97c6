"""Another public reader finds the same tasks, links and calendars in our files."""

from pathlib import Path

import pytest

from planning.core.plan import Plan, TaskKind
from planning.interchange.export import numbered
from planning.interchange.reading import read_plan
from planning.interchange.writing import write_plan
from tests.mpxj import read_by_mpxj, require_mpxj
from tests.shared_data import shared_files

SAMPLES = Path(__file__).parent / "samples"
FILES = [
    SAMPLES / "house.xml",
    SAMPLES / "bridge.xer",
    *shared_files("schedules/*.xml"),
    *shared_files("schedules/*.xer"),
]

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    require_mpxj()
    return tmp_path_factory.mktemp("mpxj")


def is_summary(plan: Plan, key: str) -> bool:
    return key in plan.parents() or plan.task(key).kind is TaskKind.SUMMARY


def lag_of(plan: Plan, link) -> int:
    if link.lag.percent is None:
        return link.lag.minutes
    return round(plan.task(link.predecessor).duration_minutes * link.lag.percent / 100)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_mpxj_finds_the_tasks_links_and_calendars_of_our_ms_project_xml(path, folder):
    plan = read_plan(path.read_bytes()).plan
    (folder / "plan.xml").write_bytes(write_plan(plan, "xml").data)
    numbers = numbered(task.key for task in plan.tasks)

    found = read_by_mpxj(folder / "plan.xml", folder)

    theirs = {task["uid"]: task for task in found["tasks"]}
    assert theirs.keys() == set(numbers.values())
    for task in plan.tasks:
        their = theirs[numbers[task.key]]
        assert their["name"] == task.name
        assert their["parent"] == (numbers[task.parent] if task.parent else None)
        if not is_summary(plan, task.key):
            assert their["duration"] == task.duration_minutes
    ours = {
        (numbers[link.successor], numbers[link.predecessor], str(link.type))
        for link in plan.dependencies
    }
    assert {
        (task["uid"], other, type_) for task in found["tasks"] for other, type_, _ in task["links"]
    } == ours
    assert [one["name"] for one in found["calendars"]] == [one.name for one in plan.calendars]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_mpxj_finds_the_activities_links_and_calendars_of_our_xer(path, folder):
    plan = read_plan(path.read_bytes()).plan
    (folder / "plan.xer").write_bytes(write_plan(plan, "xer").data)

    found = read_by_mpxj(folder / "plan.xer", folder)

    codes = {task["uid"]: task["code"] for task in found["tasks"] if not task["summary"]}
    activities = {task.key for task in plan.tasks if not is_summary(plan, task.key)}
    assert activities <= set(codes.values())
    ours = {
        (link.successor, link.predecessor, str(link.type), lag_of(plan, link))
        for link in plan.dependencies
        if {link.successor, link.predecessor} <= activities
    }
    theirs = {
        (codes[task["uid"]], codes[other], type_, lag)
        for task in found["tasks"]
        if task["uid"] in codes
        for other, type_, lag in task["links"]
    }
    assert ours <= theirs
    assert {one.name for one in plan.calendars} <= {one["name"] for one in found["calendars"]}
