"""Links between several calendars, and lags by the clock: they hold, and floats are true."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.core.calendars import CLOCK, Calendars, WorkingTime, calendars_of
from planning.core.instants import to_datetime, to_minutes
from planning.core.plan import (
    Calendar,
    Constraint,
    ConstraintType,
    Dependency,
    Interval,
    Lag,
    LagCalendar,
    LinkType,
    Plan,
)
from planning.core.schedule import Schedule, schedule
from tests.core.scheduling_plans import DAY, dates, plan, task

SIX = Calendar("six", "Six days", "standard", (None,) * 5 + ((Interval(480, 720),), ()))
NIGHT = Calendar("night", "Nights", None, ((Interval(1320, 1800),),) * 5 + ((), ()))
ALWAYS = Calendar("always", "Always", None, ((Interval(0, 1440),),) * 7)
LAGS = [Lag(), Lag(), Lag(480), Lag(-480), Lag(180), Lag(-120), Lag(percent=50),
        Lag(1440, elapsed=True), Lag(300, elapsed=True), Lag(-300, elapsed=True)]  # fmt: skip
FROM_FINISH, TO_START = {LinkType.FS, LinkType.FF}, {LinkType.FS, LinkType.SS}

many = settings(max_examples=150)
seeds = st.integers(0, 10**9)


def meeting_plan(seed: int) -> Plan:
    """Return a plan without dates whose tasks keep four calendars."""
    dice = random.Random(seed)
    tasks = [
        task(f"t{number}", dice.choice([0.2, 0.4, 1, 2, 5]), calendar=calendar)
        for number, calendar in enumerate(
            dice.choices([None, "six", "night", "always"], k=dice.randrange(2, 8))
        )
    ]
    links = [
        Dependency(f"t{before}", f"t{number}", dice.choice(list(LinkType)), dice.choice(LAGS))
        for number in range(1, len(tasks))
        for before in dice.sample(range(number), min(number, dice.choice([1, 1, 2])))
    ]
    return plan(*tasks, *links, SIX, NIGHT, ALWAYS, lag_calendar=dice.choice(list(LagCalendar)))


def time_of(planned: Plan, key: str, working: Calendars) -> WorkingTime:
    return working[planned.task(key).calendar or "standard"]


def lag_of(planned: Plan, link: Dependency, working: Calendars) -> tuple[WorkingTime, int]:
    minutes = link.lag.minutes
    if link.lag.percent is not None:
        share = planned.task(link.predecessor).duration_minutes * link.lag.percent
        minutes = round(share / 100)
    which = planned.project.lag_calendar
    if link.lag.elapsed or which is LagCalendar.CLOCK:
        return CLOCK, minutes
    if which is LagCalendar.PROJECT:
        return working["standard"], minutes
    end = link.predecessor if which is LagCalendar.PREDECESSOR else link.successor
    return time_of(planned, end, working), minutes


@many
@given(seeds)
def test_every_link_holds_in_the_working_time_of_the_task_that_waits(seed: int) -> None:
    planned = meeting_plan(seed)
    found, working = schedule(planned), calendars_of(planned.calendars)

    for link in planned.dependencies:
        before, after = found.task(link.predecessor), found.task(link.successor)
        time, minutes = lag_of(planned, link, working)
        left = before.finish if link.type in FROM_FINISH else before.start
        came = after.start if link.type in TO_START else after.finish
        asked = time.add(to_minutes(left), minutes)
        assert time_of(planned, link.successor, working).work_between(asked, to_minutes(came)) >= 0


@many
@given(seeds)
def test_no_float_is_negative_where_no_date_demands_it(seed: int) -> None:
    found = schedule(meeting_plan(seed))

    floats = [one.total_float_minutes for one in found.tasks.values()]
    assert min(floats) == 0


def later(planned: Plan, before: Schedule, now: Schedule) -> Iterator[str]:
    """Yield the tasks that end after what was the project's finish, each in its own time."""
    working = calendars_of(planned.calendars)
    for key, one in now.tasks.items():
        time = time_of(planned, key, working)
        if time.work_between(to_minutes(before.finish), to_minutes(one.finish)) > 0:
            yield key


def slipped(planned: Plan, key: str, time: WorkingTime, start: datetime, minutes: int) -> Schedule:
    """Schedule with one task so much later."""
    instant = to_datetime(time.as_start(time.work_before(to_minutes(start)) + minutes))
    wish = Constraint(ConstraintType.SNET, instant)
    tasks = [replace(one, constraint=wish) if one.key == key else one for one in planned.tasks]
    return schedule(replace(planned, tasks=tuple(tasks)))


@settings(max_examples=60)
@given(seeds)
def test_a_task_that_slips_by_more_than_its_float_moves_the_finish_or_those_who_wait(seed) -> None:
    planned = meeting_plan(seed)
    found, working = schedule(planned), calendars_of(planned.calendars)

    for key, one in found.tasks.items():
        slip = partial(slipped, planned, key, time_of(planned, key, working), one.start)
        total = to_minutes(one.late_start or one.start)
        spare = time_of(planned, key, working).work_between(to_minutes(one.start), total)
        assert any(later(planned, found, slip(spare + 1)))
        free = one.free_float_minutes
        assert free is not None
        assert free <= max(spare, one.total_float_minutes or 0)
        now = slip(free + 1)
        waiting = [link.successor for link in planned.dependencies if link.predecessor == key]
        moved = any(now.task(other).start > found.task(other).start for other in waiting)
        assert moved or any(later(planned, found, now))


def test_a_finish_that_waits_overnight_leaves_the_float_of_the_night() -> None:
    """B may end at 17:00 or, what is the same to it, at 8:00 of the next day."""
    found = dates(
        task("a", 2), task("b"), Dependency("a", "b", LinkType.FF, Lag(240, elapsed=True))
    )

    assert (found["a"].total_float_minutes, found["b"].total_float_minutes) == (0, 0)
    assert found["a"].late_finish == datetime(2026, 1, 6, 17)


def test_the_lag_of_a_link_from_start_to_finish_runs_by_its_own_clock() -> None:
    """Five hours after 8:00 by the clock it is 13:00, until then b must not end."""
    lag = Lag(300, elapsed=True)
    found = dates(task("a", 0.375), task("b", 0.375), Dependency("a", "b", LinkType.SF, lag))

    assert found["b"].start == datetime(2026, 1, 5, 9)
    assert found["b"].finish == datetime(2026, 1, 5, 12)


def test_without_a_lag_no_lag_calendar_is_asked() -> None:
    """The night shift begins on the evening on which the other starts, not after its next day."""
    found = dates(
        task("a", 0.2, calendar="always", constraint=Constraint(
            ConstraintType.SNET, datetime(2026, 1, 5, 21))),
        task("b", 0.2, calendar="night"),
        Dependency("a", "b", LinkType.SS),
        ALWAYS, NIGHT, lag_calendar=LagCalendar.PROJECT,
    )  # fmt: skip

    assert found["b"].start == datetime(2026, 1, 5, 22)


@pytest.mark.parametrize("kind", ["SS", "FF", "SF"])
def test_free_float_ends_where_the_project_does(kind: str) -> None:
    """Nothing waits for the end of a (or both end together), yet who slips it moves the finish."""
    found = dates(task("a", 5), task("b"), Dependency("a", "b", LinkType(kind), Lag(-DAY)))

    assert found["a"].total_float_minutes == 0
    assert found["a"].free_float_minutes == 0
