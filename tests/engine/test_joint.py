"""Plans that wait for one another, drawn in the same futures."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from planning.core.distributions import Discrete, Fixed, Pert, Triangular
from planning.core.plan import (
    Calendar,
    ConstraintType,
    Dependency,
    Driver,
    ExternalDates,
    ExternalLink,
    Impact,
    Interval,
    Lag,
    LagCalendar,
    LinkType,
    Plan,
    PlanError,
    ProjectSettings,
    Risk,
    Rules,
    Task,
    standard_calendar,
)
from simulations.engine import SimulationOptions, simulate
from simulations.engine.joining.joint import JointPart, joint_finishes, why_not_joined
from tests.plan_strategies import plans

MONDAY = datetime(2026, 1, 5, 8)
DAY = 480


def plan(*tasks: Task, start: datetime = MONDAY, **rows) -> Plan:
    settings = ProjectSettings("Plan", start)
    return Plan(settings, (standard_calendar(),), tasks, **rows)


def work(key: str, *days: tuple[float, float], **fields) -> Task:
    """Return a task of a discrete law of days."""
    values = tuple((round(length * DAY), share) for length, share in days)
    return Task(key, key, duration_minutes=values[0][0], estimate=Discrete(values), **fields)


def waits(project: str, key: str, kind: str = "FS", days: float = 0) -> tuple[ExternalLink, ...]:
    return (ExternalLink(project, key, LinkType(kind), Lag(round(days * DAY))),)


def alone(one: Plan, seed: int, iterations: int = 4000) -> np.ndarray:
    """Return the finishes of a plan alone, in working minutes."""
    forecast = simulate(one, SimulationOptions(iterations=iterations, seed=seed))
    return np.frombuffer(forecast.finishes[""], np.int32).astype(np.int64)


def test_two_tasks_of_one_key_one_after_the_other_add_up_as_independent_ones_do():
    """Closed form: 1 or 3 days, then 1 or 3 days: 2, 4 or 6 with 1/4, 1/2 and 1/4."""
    law = ((1, 0.5), (3, 0.5))
    first = plan(work("L1", *law))
    second = plan(work("L1", *law, external_links=waits("one", "L1")))

    found = joint_finishes(
        [JointPart("one", first, seed=1), JointPart("two", second, seed=2)], 20_000
    )

    days, counts = np.unique(found["two"].work // DAY, return_counts=True)
    assert days.tolist() == [2, 4, 6]
    # Four standard errors of a share of 1/2 in 20,000.
    assert counts / 20_000 == pytest.approx([0.25, 0.5, 0.25], abs=0.0141)
    assert np.unique(found["one"].work // DAY).tolist() == [1, 3]


def test_the_follower_finishes_in_each_iteration_after_the_others_finish_in_it():
    first = plan(work("A", (1, 0.3), (2, 0.3), (4, 0.4)))
    second = plan(work("B", (1, 0.5), (3, 0.5), external_links=waits("one", "A", days=1)))

    found = joint_finishes([JointPart("one", first), JointPart("two", second)], 4000)

    own = alone(plan(work("B", (1, 0.5), (3, 0.5))), seed=1)
    assert (found["two"].work == found["one"].work + DAY + own).all()


def test_the_same_as_one_plan_that_holds_all_tasks_in_every_iteration():
    a = Task("A", "A", duration_minutes=DAY, estimate=Triangular(DAY, 2 * DAY, 5 * DAY))
    b = Task("B", "B", duration_minutes=DAY, estimate=Pert(DAY, 2 * DAY, 9 * DAY))
    c = Task("C", "C", duration_minutes=DAY, estimate=Triangular(DAY, 3 * DAY, 4 * DAY))
    d = Task("D", "D", duration_minutes=DAY, estimate=Triangular(DAY, 3 * DAY, 8 * DAY))
    links = (Dependency("A", "B"), Dependency("C", "D"))
    merged = plan(a, b, c, d, dependencies=(*links, Dependency("A", "D", LinkType.SS, Lag(240))))
    risk = Risk("R", "R", 0.4, (Impact("C", Fixed(960)),))
    merged = replace(merged, risks=(risk,), drivers=(Driver("Crew", 0.6, ("C", "D")),))
    first = plan(a, b, dependencies=links[:1])
    second = plan(
        c,
        replace(d, external_links=(ExternalLink("one", "A", LinkType.SS, Lag(240)),)),
        dependencies=links[1:],
        risks=(risk,),
        drivers=(Driver("Crew", 0.6, ("C", "D")),),
    )

    found = joint_finishes([JointPart("one", first), JointPart("two", second)], 4000)

    both = np.maximum(found["one"].work, found["two"].work)
    assert (both == alone(merged, seed=1)).all()


def test_projects_may_wait_for_each_other_in_turn():
    spec = work("Spec", (1, 0.5), (2, 0.5))
    part = work("Part", (2, 0.5), (5, 0.5), external_links=waits("one", "Spec"))
    build = work("Build", (1, 1.0), external_links=waits("two", "Part"))
    first, second = plan(spec, build), plan(part)

    found = joint_finishes([JointPart("one", first), JointPart("two", second)], 2000)

    assert (found["one"].work == found["two"].work + DAY).all()


def test_plans_that_wait_in_a_circle_are_refused():
    first = plan(work("A", (1, 1.0), external_links=waits("two", "B")))
    second = plan(work("B", (1, 1.0), external_links=waits("one", "A")))

    with pytest.raises(PlanError):
        joint_finishes([JointPart("one", first), JointPart("two", second)], 100)


def test_each_plan_keeps_its_start_its_calendar_and_its_data_date():
    nights = Calendar("standard", "Nights", week=((Interval(1200, 1440),),) * 7)
    early = plan(work("A", (1, 0.5), (3, 0.5)))
    late = plan(work("B", (1, 0.5), (2, 0.5)), start=datetime(2026, 2, 2, 8))
    night = replace(late, calendars=(nights,))
    begun = work("C", (2, 0.5), (4, 0.5), actual_start=datetime(2026, 1, 12, 8))
    under_way = plan(begun)
    under_way = replace(
        under_way, project=replace(under_way.project, data_date=datetime(2026, 1, 20, 8))
    )
    parts = [early, late, night, under_way]

    found = joint_finishes(
        [JointPart(f"P{place}", one, seed=7) for place, one in enumerate(parts)], 2000
    )

    for place, one in enumerate(parts):
        assert (found[f"P{place}"].work == alone(one, seed=7, iterations=2000)).all(), place


@st.composite
def joinable_plans(draw: st.DrawFn) -> tuple[Plan, Plan]:
    """Draw two plans by the same rules that nothing keeps apart; by Lineo's they start apart."""
    rules = draw(st.sampled_from(Rules))
    one, two = (_joinable(draw(plans()), rules) for _ in range(2))
    if rules is Rules.LINEO and draw(st.booleans()):
        later = replace(two.project, data_date=datetime(2026, 3, 2, 8))
        two = replace(two, project=later)
    assume(why_not_joined(one, one) is None)
    assume(why_not_joined(two, one) is None)
    return one, two


def _joinable(plan: Plan, rules: Rules) -> Plan:
    def along(which: LagCalendar | None) -> LagCalendar | None:
        return LagCalendar.CLOCK if which is LagCalendar.PROJECT else which

    def free(task: Task) -> Task:
        is_late = task.constraint and task.constraint.type is ConstraintType.ALAP
        return replace(task, constraint=None) if is_late else task

    own = plan.project
    return replace(
        plan,
        project=replace(
            own,
            rules=rules,
            data_date=datetime(2026, 1, 15, 8),
            lag_calendar=along(own.lag_calendar),
        ),
        tasks=tuple(map(free, plan.tasks)),
        dependencies=tuple(
            replace(one, lag_calendar=along(one.lag_calendar)) for one in plan.dependencies
        ),
    )


@settings(max_examples=25)
@given(joinable_plans(), st.integers(0, 2**31))
def test_a_plan_that_waits_for_no_other_finishes_as_it_does_alone(
    pair: tuple[Plan, Plan], seed: int
):
    one, two = pair
    try:
        own = {"one": alone(one, seed, 300), "two": alone(two, seed + 1, 300)}
    except PlanError:
        # What can't be simulated alone can't be joined either.
        reject()

    found = joint_finishes([JointPart("one", one, seed), JointPart("two", two, seed + 1)], 300)

    for name, finishes in own.items():
        assert (found[name].work == finishes).all(), name


def test_what_can_not_share_one_network_is_told():
    one = plan(work("A", (1, 1.0)))
    by_p6 = replace(one, project=replace(one.project, rules=Rules.P6))
    done = plan(Task("A", "A", actual_start=MONDAY, actual_finish=datetime(2026, 1, 6, 17)))
    far = replace(one, project=replace(one.project, time_zone="Asia/Tokyo"))

    assert why_not_joined(one, one) is None
    assert why_not_joined(by_p6, one) == ("rules", {"rules": "p6", "others": "lineo"})
    assert why_not_joined(done, one) == ("no_work", {})
    assert why_not_joined(far, one) == (
        "time_zone",
        {"zone": "Asia/Tokyo", "others": one.project.time_zone},
    )


def test_a_link_to_a_plan_that_is_not_drawn_holds_by_the_date_last_heard():
    heard = ExternalDates("none", "X", MONDAY, datetime(2026, 1, 9, 17))
    one = plan(work("A", (1, 1.0), external_links=waits("none", "X"), external_dates=(heard,)))
    two = plan(work("B", (1, 1.0)))

    found = joint_finishes([JointPart("one", one), JointPart("two", two)], 100)

    assert np.unique(found["one"].work).tolist() == [6 * DAY]
