"""Why the date moved: the Shapley split, against coalitions built by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import permutations

import pytest
from hypothesis import given, reject, settings

from planning.core.distributions import Fixed
from planning.core.plan import (
    Calendar,
    Constraint,
    ConstraintType,
    Correlation,
    Driver,
    Impact,
    Interval,
    LagCalendar,
    Plan,
    PlanError,
    Risk,
    RiskLevel,
    Task,
    TaskKind,
)
from simulations.engine import Attribution, Cause, SimulationOptions, attribute, compare, simulate
from simulations.engine.comparing.attribution import causes_between
from tests.engine.building import DAY, MONDAY, link, links, pert, plan_of, task
from tests.plan_strategies import plans

OPTIONS = SimulationOptions(iterations=1_024, seed=3)
SHORT_DAYS = Calendar("standard", "Short", week=((Interval(480, 720),),) * 5 + ((), ()))
MARCH = datetime(2026, 3, 2, 8)
WEDNESDAY = datetime(2026, 1, 7, 8)


def split(first: Plan, second: Plan) -> Attribution:
    return attribute(first, second, OPTIONS)


def days(found: Attribution) -> dict[str, float]:
    return {cause.value: part for cause, part in found.parts_days.items()}


def test_two_causes_that_can_be_worked_out_by_hand() -> None:
    """A 5 → 7 days and A → B cut: {} 8, {A} 10, {link} 5, both 7; halves of both orders."""
    first = plan_of([task("A", 5), task("B", 3)], links("AB"))
    second = plan_of([task("A", 7), task("B", 3)])

    found = split(first, second)

    assert days(found) == {"estimates": 2.0, "links": -3.0}
    assert found.delta_days == -1.0


# --- Brute force ----------------------------------------------------------------------------


def built(*, estimates: bool, links_: bool, risks: bool, scope: bool) -> Plan:
    """One plan of every combination, written out without the engine's mixer."""
    tasks = [task("A", pert(2, 4, 9) if estimates else pert(2, 3, 5)), task("B", pert(1, 2, 4)),
             task("C", pert(3, 4, 8))]  # fmt: skip
    if scope:
        tasks.append(task("D", pert(4, 5, 6)))
    pairs = "AB AC" if links_ else "AB BC"
    risk = Risk("R", "R", 0.4, (Impact("B", Fixed(3 * DAY)),))
    return plan_of(tasks, links(pairs), risks=(risk,) if risks else ())


CAUSES = {"estimates": "estimates", "links": "links_", "risks": "risks", "scope": "scope"}


def p80(taken: frozenset[str]) -> float:
    plan = built(**{name: cause in taken for cause, name in CAUSES.items()})
    return simulate(plan, OPTIONS).days(80) or 0.0


def brute_force() -> dict[str, float]:
    """The mean of what each cause adds over all 24 orders in which they can come."""
    parts = dict.fromkeys(CAUSES, 0.0)
    orders = list(permutations(CAUSES))
    for order in orders:
        for place, cause in enumerate(order):
            before = frozenset(order[:place])
            parts[cause] += (p80(before | {cause}) - p80(before)) / len(orders)
    return parts


def test_four_causes_against_all_their_orders() -> None:
    first = built(estimates=False, links_=False, risks=False, scope=False)
    second = built(estimates=True, links_=True, risks=True, scope=True)

    found = split(first, second)

    assert days(found) == pytest.approx(brute_force(), abs=1e-9)
    assert sum(found.parts_days.values()) == pytest.approx(found.delta_days, abs=1e-9)
    paired = compare(first, second, OPTIONS)
    assert found.delta_days == pytest.approx(-paired.p80_days, abs=1e-9)


# --- What counts as what --------------------------------------------------------------------


BASE = plan_of(
    [task("A", pert(2, 4, 9)), task("B", pert(1, 2, 4)), task("C", pert(3, 4, 8))], links("AB BC")
)


def change(key: str, **fields: object) -> Callable[[Plan], Plan]:
    def apply(plan: Plan) -> Plan:
        tasks = (replace(one, **fields) if one.key == key else one for one in plan.tasks)  # type: ignore[arg-type]
        return replace(plan, tasks=tuple(tasks))

    return apply


def setting(**fields: object) -> Callable[[Plan], Plan]:
    return lambda plan: replace(plan, project=replace(plan.project, **fields))  # type: ignore[arg-type]


def rows(**fields: object) -> Callable[[Plan], Plan]:
    return lambda plan: replace(plan, **fields)  # type: ignore[arg-type]


GROUPS: list[tuple[str, Callable[[Plan], Plan]]] = [
    ("progress", change("A", actual_start=MONDAY, remaining_minutes=DAY)),
    ("progress", change("A", actual_start=MONDAY, actual_finish=WEDNESDAY)),
    ("scope", rows(tasks=(*BASE.tasks, task("D", pert(9, 20, 30))))),
    ("scope", change("C", existence=0.5)),
    ("estimates", change("B", estimate=pert(3, 6, 9))),
    ("estimates", change("B", duration_minutes=9 * DAY, estimate=None)),
    ("links", rows(dependencies=links("AB"))),
    ("links", change("B", constraint=Constraint(ConstraintType.SNET, datetime(2026, 2, 2, 8)))),
    ("links", change("C", manual_start=MARCH, manual_finish=MARCH)),
    ("links", change("C", deadline=datetime(2026, 1, 9, 17))),
    ("calendars", rows(calendars=(SHORT_DAYS,))),
    ("calendars", setting(lag_calendar=LagCalendar.CLOCK)),
    ("calendars", setting(start=datetime(2026, 1, 12, 8))),
    ("risks", rows(risks=(Risk("R", "R", 0.5, (Impact("A", Fixed(9 * DAY)),)),))),
    ("risks", rows(drivers=(Driver("crew", 0.6, ("A", "B")),))),
    ("risks", rows(correlations=(Correlation("A", "B", 0.7),))),
    ("risks", setting(risk_level_low=RiskLevel(0.5, 1, 3))),
    ("data_date", setting(data_date=datetime(2026, 1, 19, 8))),
]  # fmt: skip


@pytest.mark.parametrize(("cause", "edit"), GROUPS)
def test_each_change_counts_as_its_own_kind(cause: str, edit: Callable[[Plan], Plan]) -> None:
    after = edit(BASE)

    assert [one.value for one in causes_between(BASE, after)] == [cause]
    found = split(BASE, after)
    assert days(found) == {cause: found.delta_days}
    assert found.delta_days == pytest.approx(-compare(BASE, after, OPTIONS).p80_days, abs=1e-9)


@pytest.mark.parametrize("fields", [{"name": "Other"}, {"target": MONDAY}])
def test_what_no_date_depends_on_is_no_cause(fields: dict[str, object]) -> None:
    found = split(BASE, setting(**fields)(BASE))

    assert found.parts_days == {}
    assert found.delta_days == 0.0


def test_the_same_plan_has_no_causes() -> None:
    assert split(BASE, BASE) == Attribution(80, 0.0, {}, (), ())


# --- Mixtures in which something is missing ----------------------------------------------------


def test_a_change_whose_task_is_absent_is_inert_and_listed() -> None:
    risk = Risk("R", "R", 0.5, (Impact("D", Fixed(DAY)),))
    second = replace(
        BASE,
        tasks=(*BASE.tasks, task("D", pert(1, 2, 3))),
        dependencies=(*BASE.dependencies, link("C", "D")),
        risks=(risk,),
    )

    found = split(BASE, second)

    assert found.inert == ("dependency C|D|FS", "risk R on task D")
    assert sum(found.parts_days.values()) == pytest.approx(found.delta_days, abs=1e-9)


def test_a_link_that_would_close_a_circle_is_left_out_and_listed() -> None:
    """B goes under S, and B → S goes; with the one and without the other B waits for itself."""
    summary = Task("S", "S", kind=TaskKind.SUMMARY)
    a, b = task("A", 2), task("B", 3)
    first = plan_of([b, summary, replace(a, parent="S")], (link("B", "S"),))
    second = plan_of([summary, replace(b, parent="S"), replace(a, parent="S")])

    found = split(first, second)

    assert found.circles == ("dependency B|S|FS",)
    assert sum(found.parts_days.values()) == pytest.approx(found.delta_days, abs=1e-9)
    # Two days fewer in a row: {} 5, {scope} 3, {links} 3, both 3; each takes half.
    assert days(found) == {"scope": -1.0, "links": -1.0}


def test_a_plan_without_tasks_has_nothing_to_split() -> None:
    with pytest.raises(PlanError, match="no finish"):
        split(plan_of([]), plan_of([]))


def test_the_parts_are_named_by_their_cause() -> None:
    assert [cause.value for cause in Cause] == [
        "progress", "scope", "estimates", "links", "calendars", "risks", "data_date",
    ]  # fmt: skip


@settings(max_examples=25)
@given(plans(max_tasks=4), plans(max_tasks=4))
def test_the_parts_of_any_two_plans_sum_to_the_whole(first: Plan, second: Plan) -> None:
    try:
        found = attribute(first, second, SimulationOptions(iterations=512, seed=1))
    except PlanError:
        reject()

    assert sum(found.parts_days.values()) == pytest.approx(found.delta_days, abs=1e-9)
