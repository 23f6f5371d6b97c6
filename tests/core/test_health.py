from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given

from planning.core.best_practices import best_practices
from planning.core.distributions import Pert
from planning.core.health import findings
from planning.core.health_data import Finding, Status
from planning.core.plan import (
    Calendar,
    Constraint,
    ConstraintType,
    Dependency,
    Interval,
    Lag,
    LinkType,
    Plan,
    ProjectSettings,
    Task,
    TaskKind,
    standard_calendar,
)
from tests.plan_strategies import few, plans

START = datetime(2026, 1, 5, 8)
DAY = 480
ALL = [
    "missing_logic",
    "leads",
    "lags",
    "relationship_types",
    "hard_constraints",
    "high_float",
    "negative_float",
    "high_duration",
    "invalid_dates",
    "resources",
    "missed_tasks",
    "critical_path_test",
    "cpli",
    "bei",
]


def task(key: str, days: float = 1, **fields) -> Task:
    return Task(key, key, **({"duration_minutes": round(days * DAY)} | fields))


def chain(*tasks: Task, links: tuple[Dependency, ...] | None = None, **settings) -> Plan:
    """Return tasks one after the other, unless other links are given."""
    if links is None:
        pairs = pairwise(tasks)
        links = tuple(Dependency(one.key, other.key) for one, other in pairs)
    return Plan(ProjectSettings("x", START, **settings), (standard_calendar(),), tasks, links)


def check(plan: Plan, name: str) -> Finding:
    return {finding.check: finding for finding in findings(plan)}[name]


def done(finish: datetime) -> dict:
    return {"actual_start": START, "actual_finish": finish, "percent_complete": 100.0}


def test_there_are_fourteen_points_in_one_order():
    assert [finding.check for finding in findings(chain(task("A"), task("B")))] == ALL


def test_open_ends_are_missing_logic():
    plan = chain(*(task(key) for key in "ABC"))

    finding = check(plan, "missing_logic")

    assert (finding.value, finding.tasks) == (66.67, ("A", "C"))
    assert finding.status is Status.FAIL


def test_a_link_on_a_summary_is_logic_of_its_leaves():
    summary = task("S", kind=TaskKind.SUMMARY)
    tasks = (task("A"), summary, task("B", parent="S"), task("C"))
    links = (Dependency("A", "S"), Dependency("S", "C"))

    assert check(chain(*tasks, links=links), "missing_logic").tasks == ("A", "C")


@pytest.mark.parametrize("lag", [Lag(-60), Lag(-60, elapsed=True), Lag(percent=-10.0)])
def test_a_negative_lag_is_a_lead(lag):
    plan = chain(task("A"), task("B"), links=(Dependency("A", "B", lag=lag),))

    assert check(plan, "leads").value == 1
    assert check(plan, "leads").tasks == ("B",)
    assert check(plan, "lags").status is Status.PASS


def test_lags_are_a_share_of_the_links():
    links = (Dependency("A", "B", lag=Lag(60)), Dependency("B", "C"))

    finding = check(chain(*(task(key) for key in "ABC"), links=links), "lags")

    assert (finding.value, finding.threshold, finding.status) == (50, 5, Status.FAIL)


def test_links_other_than_finish_to_start_are_counted():
    links = (Dependency("A", "B", LinkType.SS), Dependency("B", "C"))

    finding = check(chain(*(task(key) for key in "ABC"), links=links), "relationship_types")

    assert (finding.value, finding.tasks, finding.status) == (50, ("B",), Status.FAIL)


@pytest.mark.parametrize(
    ("type_", "status"),
    [
        (ConstraintType.MSO, Status.FAIL),
        (ConstraintType.MFO, Status.FAIL),
        (ConstraintType.SNLT, Status.FAIL),
        (ConstraintType.FNLT, Status.FAIL),
        (ConstraintType.SNET, Status.PASS),
        (ConstraintType.FNET, Status.PASS),
    ],
)
def test_only_dates_that_stop_the_logic_are_hard(type_, status):
    wish = Constraint(type_, datetime(2026, 3, 2, 8))

    assert check(chain(task("A", constraint2=wish)), "hard_constraints").status is status


def test_float_above_forty_four_days_is_high():
    plan = chain(task("A", 50), task("B", 5), task("C", 6), links=())

    assert check(plan, "high_float").tasks == ("B",)


def test_a_date_that_cannot_be_met_is_negative_float():
    plan = chain(task("A", 5), task("B", 5), must_finish_by=datetime(2026, 1, 9, 17))

    finding = check(plan, "negative_float")

    assert (finding.value, finding.status, set(finding.tasks)) == (2, Status.FAIL, {"A", "B"})


def test_tasks_longer_than_forty_four_days_are_found_in_working_time():
    plan = chain(task("A", 45), task("B", 44), task("C", 0, elapsed=True))
    elapsed = replace(plan.tasks[2], duration_minutes=50 * 1440)
    plan = replace(plan, tasks=(*plan.tasks[:2], elapsed))

    assert check(plan, "high_duration").tasks == ("A",)


def test_work_reported_after_the_data_date_is_invalid():
    plan = chain(task("A", **done(datetime(2026, 1, 9, 17))), data_date=datetime(2026, 1, 8, 8))

    assert check(plan, "invalid_dates").tasks == ("A",)


def test_work_on_the_edge_of_the_data_date_is_valid_in_working_time():
    """Friday 17:00 and Monday 08:00 are one instant."""
    friday, monday = datetime(2026, 1, 9, 17), datetime(2026, 1, 12, 8)
    finished = chain(task("A", 5, **done(friday)), data_date=monday)
    begun = chain(task("A", 5, actual_start=monday), data_date=friday)

    assert check(finished, "invalid_dates").status is Status.PASS
    assert check(begun, "invalid_dates").status is Status.PASS


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("resources", "keeps no resources"),
        ("missed_tasks", "data date"),
        ("bei", "data date"),
        ("cpli", "target"),
        ("invalid_dates", "Nothing has begun"),
    ],
)
def test_what_cannot_be_measured_says_why(name, why):
    finding = check(chain(task("A"), task("B")), name)

    assert (finding.status, finding.value) == (Status.NOT_APPLICABLE, None)
    assert why in finding.advice


def promised(plan_tasks: tuple[Task, ...]) -> Plan:
    return chain(*plan_tasks, data_date=datetime(2026, 1, 19, 8))


def test_tasks_that_finish_after_their_promise_are_missed():
    promise = {"promised_finish": datetime(2026, 1, 9, 17)}
    plan = promised(
        (
            task("A", 5, **promise, **done(datetime(2026, 1, 9, 17))),
            task("B", 5, **promise, **done(datetime(2026, 1, 13, 17))),
            task("C", 5, **promise),
            task("D", 5, promised_finish=datetime(2026, 3, 9, 17)),
        )
    )

    missed, index = check(plan, "missed_tasks"), check(plan, "bei")

    assert (missed.value, missed.tasks) == (66.67, ("B", "C"))
    assert (index.value, index.tasks, index.status) == (0.6667, ("C",), Status.FAIL)


def test_tasks_without_a_promise_count_as_due_in_the_execution_index():
    """Finished over (promised by now + without a promise): 2 / (2 + 1 + 1)."""
    promise = {"promised_finish": datetime(2026, 1, 9, 17)}
    plan = promised(
        (
            task("A", 5, **promise, **done(datetime(2026, 1, 9, 17))),
            task("B", 5, **promise),
            task("C", 5, **done(datetime(2026, 1, 13, 17))),
            task("D", 5),
        )
    )

    index = check(plan, "bei")

    assert (index.value, index.tasks) == (0.5, ("B", "D"))


def test_lengthening_a_critical_task_moves_the_finish_as_much():
    finding = check(chain(task("A", 5), task("B", 5)), "critical_path_test")

    assert (finding.value, finding.threshold, finding.status) == (600, 600, Status.PASS)


def test_a_fixed_date_behind_the_critical_task_breaks_the_path():
    wish = Constraint(ConstraintType.MSO, datetime(2026, 1, 12, 8))

    finding = check(chain(task("A", 5), task("B", 5, constraint=wish)), "critical_path_test")

    assert finding.status is Status.FAIL
    assert finding.value < 600
    assert finding.tasks


def test_the_critical_path_is_tried_in_the_working_time_of_its_task():
    whole = (Interval(0, 1440),)
    plan = chain(task("A", 5, calendar="always"), task("B", 5))
    plan = replace(
        plan, calendars=(*plan.calendars, Calendar("always", "Always", week=(whole,) * 7))
    )

    assert check(plan, "critical_path_test").status is Status.PASS


@pytest.mark.parametrize("begun", [START, None])
def test_started_work_is_lengthened_by_what_remains(begun):
    """Also where a share of it is reported, and not when it began."""
    plan = chain(
        task("A", 10, actual_start=begun, percent_complete=50.0),
        data_date=datetime(2026, 1, 12, 8),
    )

    assert check(plan, "critical_path_test").value == 600
    assert check(plan, "invalid_dates").status is Status.PASS


@pytest.mark.parametrize(
    ("target", "value", "status"),
    [
        (datetime(2026, 1, 16, 17), 1.0, Status.PASS),
        (datetime(2026, 1, 23, 17), 1.5, Status.PASS),
        (datetime(2026, 1, 9, 17), 0.5, Status.FAIL),
    ],
)
def test_the_length_index_measures_what_is_left_against_the_wanted_finish(target, value, status):
    finding = check(chain(task("A", 10), target=target), "cpli")

    assert (finding.value, finding.status) == (value, status)


def test_finished_inactive_and_level_of_effort_tasks_are_left_out():
    plan = chain(
        task("A", 60, **done(datetime(2026, 3, 27, 17))),
        task("B", 60, active=False),
        task("C", 60, kind=TaskKind.EFFORT),
        task("D"),
        links=(),
        data_date=datetime(2026, 3, 30, 8),
    )

    assert check(plan, "high_duration").value == 0
    assert check(plan, "missing_logic").tasks == ("D",)


@few
@given(plans())
def test_any_plan_has_fourteen_findings_that_say_what_to_do(plan: Plan):
    found = findings(plan)

    assert [finding.check for finding in found] == ALL
    keys = {task.key for task in plan.tasks}
    for finding in found:
        assert finding.advice.endswith(".")
        assert set(finding.tasks) <= keys
        assert (finding.value is None) == (finding.status is Status.NOT_APPLICABLE)


def test_each_best_practice_has_its_findings_or_needs_judgement():
    plan = chain(task("A"), task("B"))

    rows = best_practices(plan, findings(plan))

    assert [row.number for row in rows] == list(range(1, 11))
    assert all(row.checks or row.note for row in rows)
    assert "no file says which activities are missing" in rows[0].note
    assert rows[1].failed == ("missing_logic",)


def test_a_risk_analysis_is_told_by_its_ranges():
    plan = chain(task("A", estimate=Pert(240, 480, 960)), task("B"))

    assert best_practices(plan, findings(plan))[7].note.startswith("1 of 2 tasks")
    certain = chain(task("A"))
    assert "nothing can be simulated" in best_practices(certain, findings(certain))[7].note


def test_a_plan_that_promised_nothing_is_no_well_kept_baseline():
    plan = chain(task("A"), task("B"), target=datetime(2026, 1, 30, 17))

    found = findings(plan)

    assert next(one for one in found if one.check == "cpli").status is Status.PASS
    assert "data date" in best_practices(plan, found)[9].note
