"""Real files whose rows, ids, encodings or line ends are others give the same dates."""

import random
from pathlib import Path

import pytest

from planning.core.calendars import calendars_of
from planning.core.instants import to_minutes
from planning.core.plan import Plan, Rules
from planning.core.schedule import Schedule, schedule
from planning.interchange.reading import read_plan
from tests.changed_schedules import CHANGES, SHUFFLES, renamed_xer, tables_of, xer_of, xml_of
from tests.computed_fields import tree_of
from tests.shared_data import shared_files

FILES = [*shared_files("schedules/*.xml"), *shared_files("schedules/*.xer")]
SEEDS = range(2)

pytestmark = pytest.mark.skipif(not FILES, reason="the shared data is not here")

of_every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)


def dates_of(data: bytes) -> dict[str, tuple[object, ...]]:
    """Return the dates and floats of every task, reasons left out."""
    return _told(schedule(read_plan(data).plan))


def _told(found: Schedule) -> dict[str, tuple[object, ...]]:
    return {key: (*one[1:10], one.on_longest_path) for key, one in found.tasks.items()}


@of_every_file
@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_rows_changes_nothing(path: Path, seed: int):
    data = path.read_bytes()

    assert dates_of(SHUFFLES[path.suffix](data, random.Random(seed))) == dates_of(data)


@pytest.mark.parametrize("path", shared_files("schedules/*.xer"), ids=lambda path: path.name)
def test_other_ids_change_nothing(path: Path):
    data = path.read_bytes()
    renamed, names = renamed_xer(data, random.Random(1))
    ours, theirs = dates_of(data), dates_of(renamed)

    assert {names[key]: ours[key] for key in names} == {key: theirs[key] for key in names.values()}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("path", shared_files("schedules/*.xer"), ids=lambda path: path.name)
def test_line_ends_and_encodings_of_xer_change_nothing(path: Path, newline: str):
    data = path.read_bytes()
    same = xer_of(*tables_of(data), newline)

    assert dates_of(same) == dates_of(data)
    assert dates_of(same.decode("latin-1").encode("utf-8-sig")) == dates_of(data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
@pytest.mark.parametrize("path", shared_files("schedules/*.xml"), ids=lambda path: path.name)
def test_encodings_of_xml_change_nothing(path: Path, encoding: str):
    data = path.read_bytes()
    root = tree_of(data)

    assert dates_of(xml_of(root, encoding)) == dates_of(data)


@of_every_file
@pytest.mark.parametrize("seed", SEEDS)
def test_a_changed_file_keeps_to_its_own_rules(path: Path, seed: int):
    plan = read_plan(CHANGES[path.suffix](path.read_bytes(), random.Random(seed))).plan
    found = schedule(plan)

    assert schedule(plan) == found
    assert _broken_floats(plan, found) == []
    assert _broken_spans(plan, found) == []
    assert _loose_ends_of_the_longest_path(found) == []


def _broken_floats(plan: Plan, found: Schedule) -> list[str]:
    """Return the tasks whose total float is not the work between two of their dates."""
    working, project = calendars_of(plan.calendars), plan.project
    broken = []
    for leaf in plan.leaves():
        one = found.task(leaf.key)
        if one.late_start is None or one.late_finish is None:
            continue
        time = working[leaf.calendar or project.calendar]
        pairs = ((one.early_start, one.late_start), (one.early_finish, one.late_finish))
        gaps = [time.work_between(to_minutes(early), to_minutes(late)) for early, late in pairs]
        if one.total_float_minutes not in (*gaps, 0) and not leaf.elapsed:
            broken.append(leaf.key)
        if one.critical != (one.total_float_minutes <= project.critical_float_limit_minutes):
            broken.append(f"critical: {leaf.key}")
    return broken


def _broken_spans(plan: Plan, found: Schedule) -> list[str]:
    """Return the tasks that are not as long as they are, or remain before the data date."""
    working, project = calendars_of(plan.calendars), plan.project
    broken = []
    for leaf in plan.leaves():
        one, time = found.task(leaf.key), working[leaf.calendar or project.calendar]
        if leaf.kind == "effort" or leaf.is_started or leaf.is_manual or leaf.work_calendar:
            continue
        length = time.work_between(to_minutes(one.early_start), to_minutes(one.early_finish))
        if length < leaf.duration_minutes and not leaf.elapsed:
            broken.append(leaf.key)
        is_held = project.rules is Rules.P6 and project.data_date is not None
        if is_held and project.data_date and one.early_start < project.data_date:
            broken.append(f"early: {leaf.key}")
    return broken


def _loose_ends_of_the_longest_path(found: Schedule) -> list[str]:
    """Return the tasks on the longest path whose driving links lead off it."""
    path = {key for key, one in found.tasks.items() if one.on_longest_path}
    return [
        key
        for key in path
        for reason in found.task(key).driven_by
        if reason.kind == "dependency"
        and reason.id in found.tasks
        and found.task(reason.id).driven_by
        and reason.id not in path
    ]
