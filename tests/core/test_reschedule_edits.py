"""What people do to a plan, rescheduled step by step, is what scheduling it anew gives."""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning.core import editing
from planning.core.calendars import calendars_of
from planning.core.instants import to_minutes
from planning.core.plan import (
    Constraint,
    ConstraintType,
    Dependency,
    LinkType,
    Plan,
    PlanError,
    ProjectSettings,
    Rules,
    Task,
    TaskKind,
    standard_calendar,
)
from planning.core.schedule import Schedule, reschedule, schedule
from planning.core.scheduling.increment import after
from tests.benchmarks.schedule import building, seconds
from tests.core.plan_edits import Editor
from tests.core.scheduling_plans import random_plan

EMPTY = Plan(ProjectSettings("House", datetime(2026, 1, 5, 8)), (standard_calendar(),))
MUCH_LATER = datetime(2026, 3, 2, 8)
SEEDS = st.integers(0, 10**9)
many = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def differences(found: Schedule, anew: Schedule) -> list[str]:
    """Return in which tasks and fields two schedules differ."""
    named = [
        f"{key}.{field}: {getattr(found.tasks[key], field)} for {getattr(one, field)}"
        for key, one in anew.tasks.items()
        if found.tasks[key] != one
        for field in one._fields
        if getattr(found.tasks[key], field) != getattr(one, field)
    ]
    if list(found.tasks) != list(anew.tasks):
        named.append("order")
    if (found.start, found.finish) != (anew.start, anew.finish):
        named.append("project")
    return named


@many
@given(SEEDS, st.sampled_from(list(Rules)))
def test_a_chain_of_edits_gives_what_scheduling_anew_gives(seed: int, rules: Rules) -> None:
    plan, editor = random_plan(seed, rules=rules), Editor(seed)
    dates = schedule(plan)
    for _ in range(20):
        try:
            wanted = editor.edited(plan)
            anew = schedule(wanted)
        except PlanError:
            continue

        dates, plan = reschedule(dates, wanted), wanted

        assert differences(dates, anew) == []


def test_most_edits_need_no_empty_start() -> None:
    """Or the test above would compare scheduling anew with itself."""
    counted = {True: 0, False: 0}
    for seed in range(12):
        plan, editor = random_plan(seed, count=30), Editor(seed)
        dates = schedule(plan)
        for _ in range(15):
            try:
                wanted = editor.edited(plan)
                anew = schedule(wanted)
            except PlanError:
                continue
            counted[after(dates.basis, wanted) is not None] += 1  # type: ignore[arg-type]
            plan, dates = wanted, anew

    assert counted[True] > 2 * counted[False]


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_threads_that_share_one_schedule_do_not_disturb_each_other(seed: int) -> None:
    plan = random_plan(seed, count=40)
    shared = schedule(plan)
    before = dict(shared.tasks)

    def work(number: int) -> list[str]:
        editor, mine, dates = Editor(seed + number), plan, shared
        found = []
        for _ in range(8):
            try:
                wanted = editor.edited(mine)
                anew = schedule(wanted)
            except PlanError:
                continue
            dates, mine = reschedule(dates, wanted), wanted
            found += differences(dates, anew)
        return found

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(work, range(6))) == [[]] * 6
    assert shared.tasks == before
    assert differences(shared, schedule(plan)) == []


def test_a_calendar_that_several_threads_ask_ever_further_stays_right() -> None:
    """Its table grows where it is asked, and all plans of one calendar share it."""
    wednesday = to_minutes(datetime(2026, 1, 7, 12))
    moments = [
        wednesday + days * 1440
        for step in range(0, 18_000, 280)
        for days in (step, -step, step + 7, -step - 7)
    ]
    usual, interval = sys.getswitchinterval(), 1e-6
    sys.setswitchinterval(interval)
    try:
        for number in range(6):
            time = calendars_of((standard_calendar(f"c{number}"),))[f"c{number}"]
            with ThreadPoolExecutor(8) as threads:
                asked = [
                    threads.submit(time.work_between, moment, moment + 7 * 1440)
                    for moment in moments
                ]
                assert {one.result() for one in asked} == {5 * 480}
    finally:
        sys.setswitchinterval(usual)


def test_another_task_that_begins_first_is_limited_by_its_summarys_link() -> None:
    """Only the one that begins first is, and what comes before decides which that is."""
    wish = Constraint(ConstraintType.SNET, datetime(2026, 1, 7, 8))
    tasks = (
        Task("P", "Permit", duration_minutes=480),
        Task("S", "Dig", kind=TaskKind.SUMMARY),
        Task("A", "By hand", parent="S", duration_minutes=480),
        Task("B", "By machine", parent="S", duration_minutes=480, constraint=wish),
        Task("C", "Pour", duration_minutes=480, constraint=replace(wish, date=MUCH_LATER)),
        Task("D", "Roof", duration_minutes=96_000),
    )
    links = (Dependency("P", "A"), Dependency("S", "C", LinkType.SS))
    before = schedule(plan := replace(EMPTY, tasks=tasks, dependencies=links))
    longer = editing.replace_task(plan, "P", duration_minutes=3 * 480)

    dates = reschedule(before, longer)

    assert before.task("A").limited_by[0].id == "C"
    assert dates.task("B").limited_by[0].id == "C"
    assert differences(dates, schedule(longer)) == []


def test_a_link_that_is_taken_away_and_added_again_holds() -> None:
    """The very same object comes back, as it does when somebody tries a link twice."""
    tasks = (Task("A", "Dig", duration_minutes=480), Task("B", "Pour", duration_minutes=480))
    forth, back = Dependency("A", "B"), Dependency("B", "A")
    apart = replace(EMPTY, tasks=tasks)
    linked = replace(apart, dependencies=(forth,))

    dates = reschedule(reschedule(reschedule(schedule(apart), linked), apart), linked)

    assert dates.tasks == schedule(linked).tasks
    with pytest.raises(PlanError, match="Dig → Pour → Dig"):
        reschedule(dates, replace(linked, dependencies=(forth, back)))


def test_a_manual_task_is_told_anew_what_the_network_would_choose() -> None:
    when = datetime(2026, 1, 7, 8)
    tasks = (
        Task("A", "Dig", duration_minutes=480),
        Task("B", "Pour", duration_minutes=480, manual_start=when, manual_finish=when),
    )
    plan = replace(EMPTY, tasks=tasks, dependencies=(Dependency("A", "B"),))
    longer = editing.replace_task(plan, "A", duration_minutes=960)

    dates = reschedule(schedule(plan), longer)

    assert dates.task("B").network_start == datetime(2026, 1, 7, 8)


def test_an_earlier_end_of_the_project_cuts_off_what_a_link_allowed() -> None:
    """By Microsoft's rules progress of a successor is a limit that the end plays no part in."""
    others = [f"T{n}" for n in range(20)]
    begun = {"actual_start": datetime(2026, 1, 9, 8), "remaining_minutes": 480}
    plan = replace(
        EMPTY,
        project=replace(EMPTY.project, rules=Rules.MSPROJECT),
        tasks=(
            Task("A", "A", duration_minutes=10 * 480),
            Task("B", "B", duration_minutes=4 * 480, percent_complete=75, **begun),
            Task("D", "D", kind=TaskKind.MILESTONE, deadline=datetime(2026, 1, 16, 17)),
            Task("C", "C", duration_minutes=30 * 480),
            *(Task(key, key, duration_minutes=60) for key in others),
        ),
        dependencies=(
            Dependency("A", "B", LinkType.SS),
            Dependency("B", "D"),
            *(Dependency(one, other) for one, other in pairwise(others)),
        ),
    )
    dates = schedule(plan)
    shorter = editing.replace_task(plan, "C", duration_minutes=12 * 480)

    found = reschedule(dates, shorter)

    assert dates.task("A").limited_by[0].kind == "dependency"
    assert found.task("A").limited_by[0].kind == "project_finish"
    assert differences(found, schedule(shorter)) == []


def test_an_edit_of_what_ends_the_project_settles_few_tasks_anew() -> None:
    tasks = tuple(Task(f"T{n}", f"T{n}", duration_minutes=480) for n in range(400))
    chain = tuple(Dependency(f"T{n}", f"T{n + 1}") for n in range(399))
    plan = replace(EMPTY, tasks=tasks, dependencies=chain)
    dates = schedule(plan)

    for minutes in (960, 240):
        found = reschedule(dates, editing.replace_task(plan, "T399", duration_minutes=minutes))

        anew = [key for key in dates.tasks if found.tasks[key] is not dates.tasks[key]]
        assert anew == ["T398", "T399"]


def test_a_network_that_is_edited_for_ever_does_not_grow_for_ever() -> None:
    plan = random_plan(5)
    dates = schedule(plan)
    one = plan.dependencies[0]
    for _ in range(400):
        dates = reschedule(dates, editing.remove_dependency(plan, one.key))
        dates = reschedule(dates, plan)
        plan = replace(plan, dependencies=(*plan.dependencies[1:], replace(one)))
        one = plan.dependencies[0]

    assert len(dates.basis.network.dependencies) < 300  # type: ignore[attr-defined]


def test_a_task_without_links_added_to_an_empty_plan() -> None:
    plan = replace(EMPTY, tasks=(Task("A", "A", duration_minutes=480),))

    assert reschedule(schedule(EMPTY), plan).tasks == schedule(plan).tasks


def test_an_edit_costs_what_it_moves() -> None:
    """A ratio in one run: an edit of what few wait for is far from an empty start."""
    plan = building(1_000)
    dates = schedule(plan)
    last = max(plan.leaves(), key=lambda task: dates.task(task.key).start)
    longer = editing.replace_task(plan, last.key, name="Another name")

    anew = seconds(lambda: schedule(plan), 3)
    again = seconds(lambda: reschedule(dates, longer), 3)

    assert again < anew / 3
