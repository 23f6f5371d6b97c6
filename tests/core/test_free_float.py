"""How far a task may slip before it moves another's early dates."""

from dataclasses import replace
from datetime import datetime

import pytest

from planning.core.plan import Rules, TaskKind
from planning.core.schedule import reschedule, schedule
from tests.core.scheduling_plans import DAY, MONDAY, constraint, dates, link, plan, task

SUMMARY = task("s", 0, kind=TaskKind.SUMMARY)


@pytest.mark.parametrize(("rules", "days"), [(Rules.LINEO, 4), (Rules.P6, 4), (Rules.MSPROJECT, 7)])
def test_microsoft_project_looks_at_a_tasks_own_links_only(rules, days):
    found = dates(
        SUMMARY,
        task("a", 1, parent="s"),
        task("b", 5, parent="s"),
        task("c", 2),
        task("d", 10),
        link("s", "c"),
        rules=rules,
    )

    assert found["a"].total_float_minutes == 7 * DAY
    assert found["a"].free_float_minutes == days * DAY


@pytest.mark.parametrize(("rules", "days"), [(Rules.LINEO, 9), (Rules.MSPROJECT, 2)])
def test_microsoft_project_gives_no_more_free_float_than_there_is_float(rules, days):
    found = dates(
        task("a", 1, deadline=datetime(2026, 1, 7, 17)),
        task("b", 1, constraint=constraint("SNET", 2026, 1, 19, 8)),
        link("a", "b"),
        rules=rules,
    )

    assert found["a"].total_float_minutes == 2 * DAY
    assert found["a"].free_float_minutes == days * DAY


def test_a_later_finish_gives_room_to_what_only_finished_work_waited_for():
    """The end alone held a, and no late date follows it where the plan must finish by a date."""
    before = plan(
        task("a", 2),
        task("done", actual_start=MONDAY, actual_finish=datetime(2026, 1, 5, 17)),
        task("b", constraint=constraint("SNET", 2026, 1, 20, 8)),
        task("c"),
        link("a", "done"),
        link("a", "b", "SS"),
        data_date=MONDAY,
        must_finish_by=datetime(2026, 1, 30, 17),
    )
    longer = replace(before, tasks=(*before.tasks[:-1], task("c", 14)))

    found = reschedule(schedule(before), longer)

    assert found.task("a").free_float_minutes == 11 * DAY
    assert found == schedule(longer)
