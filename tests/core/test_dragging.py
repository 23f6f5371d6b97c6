"""Bars that are dragged end where they were let go."""

from datetime import datetime

import pytest

from planning.core.dragging import finish_at, start_at, with_duration
from planning.core.plan import Plan, PlanError
from planning.core.schedule import schedule
from tests.core.scheduling_plans import plan, task

# Two of the four days are done before the data date, though nobody said when they began.
HALF_DONE = plan(task("a", 4, percent_complete=50), data_date=datetime(2026, 1, 8, 8))


def finish(planned: Plan) -> datetime:
    return schedule(planned).task("a").finish


def test_work_of_which_only_a_share_is_reported_ends_where_its_bar_is_let_go() -> None:
    asked = datetime(2026, 1, 12, 17)

    assert finish(finish_at(HALF_DONE, schedule(HALF_DONE), "a", asked)) == asked


def test_work_of_which_only_a_share_is_reported_grows_by_what_is_typed() -> None:
    longer = with_duration(HALF_DONE, schedule(HALF_DONE), "a", 5 * 480)

    assert finish(longer) == datetime(2026, 1, 12, 17)


def test_the_start_of_such_work_is_what_happened() -> None:
    with pytest.raises(PlanError, match="has started"):
        start_at(HALF_DONE, schedule(HALF_DONE), "a", datetime(2026, 1, 12, 8))
