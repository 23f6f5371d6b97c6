"""How far a task may slip before it moves another's early dates."""

from datetime import datetime

import pytest

from planning.core.plan import Rules, TaskKind
from tests.core.scheduling_plans import DAY, constraint, dates, link, task

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
