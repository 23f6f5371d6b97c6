"""How fast plans are scheduled, from nothing and after an edit: ``make bench-schedule``.

CPU seconds of one process, the best of several rounds; the goals stand beside them.
"""

import argparse
import gc
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from statistics import median

from planning.core import dragging, editing
from planning.core.diff import diff
from planning.core.plan import (
    Calendar,
    CalendarException,
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
from planning.core.schedule import Schedule, reschedule, schedule
from planning.core.validation import validate

START = datetime(2026, 1, 5, 8)
PHASE = 20


def building(count: int, seed: int = 1) -> Plan:
    """Return a plan of ``count`` leaves in phases, two links each, on four calendars.

    A task in seven has a date constraint; links are of all types, some with lags.
    """
    dice = random.Random(seed)
    calendars = _calendars()
    tasks, links = [], {}
    for number in range(count):
        if number % PHASE == 0:
            tasks.append(Task(f"s{number}", f"Phase {number}", kind=TaskKind.SUMMARY))
        wish = None
        if dice.random() < 0.15:
            kind = dice.choice(["SNET", "FNET", "SNLT", "FNLT"])
            wish = Constraint(ConstraintType(kind), START + timedelta(days=dice.randrange(2000)))
        tasks.append(
            Task(
                f"t{number}",
                f"Task {number}",
                f"s{number - number % PHASE}",
                duration_minutes=dice.choice([240, 480, 960, 2400]),
                calendar=dice.choice([None, None, "six", "night", "long"]),
                constraint=wish,
            )
        )
        for before in {dice.randrange(max(0, number - 40), number) for _ in range(2) if number}:
            kind, lag = dice.choice(["FS", "FS", "FS", "SS", "FF"]), dice.choice([0, 0, 0, 480])
            one = Dependency(f"t{before}", f"t{number}", LinkType(kind), Lag(lag))
            links[one.key] = one
    project = ProjectSettings("Building", START)
    return Plan(project, calendars, tuple(tasks), tuple(links.values()))


def _calendars() -> tuple[Calendar, ...]:
    free = tuple(
        CalendarException(date(year, month, day), date(year, month, day + 1))
        for year in range(2026, 2036)
        for month, day in ((1, 1), (5, 1), (10, 3), (12, 25))
    )
    long = Calendar("long", "Ten hours", None, ((Interval(360, 960),),) * 4 + ((),) * 3, free)
    return (
        replace(standard_calendar(), exceptions=free),
        Calendar("six", "Six days", "standard", (None,) * 5 + ((Interval(480, 960),), ())),
        Calendar("night", "Nights", None, ((Interval(1320, 1800),),) * 7, free[:8]),
        long,
    )


def chain(count: int) -> Plan:
    """Return one task after another."""
    tasks = tuple(Task(f"t{n}", f"Task {n}", duration_minutes=60) for n in range(count))
    links = tuple(Dependency(f"t{n}", f"t{n + 1}") for n in range(count - 1))
    return Plan(ProjectSettings("Chain", START), (standard_calendar(),), tasks, links)


def seconds(work: Callable[[], object], rounds: int = 5) -> float:
    """Return the least CPU time that the work took."""
    best = float("inf")
    for _ in range(rounds):
        gc.collect()
        before = time.process_time()
        work()
        best = min(best, time.process_time() - before)
    return best


def edits(plan: Plan, dates: Schedule, seed: int = 2) -> Iterator[tuple[str, Callable[[], Plan]]]:
    """Yield what people do, the worst first: what drives the finish, early in the plan."""
    dice = random.Random(seed)
    path = [task.key for task in plan.leaves() if dates.task(task.key).on_longest_path]
    early = min(path, key=lambda key: dates.task(key).start)
    leaves = [task.key for task in plan.leaves()]
    late = max(leaves, key=lambda key: dates.task(key).start)
    week = timedelta(days=7)
    yield (
        "drag the first task of the longest path",
        lambda: dragging.start_at(plan, dates, early, dates.task(early).start + week),
    )
    yield (
        "lengthen the first task of the longest path",
        lambda: editing.replace_task(plan, early, duration_minutes=4800),
    )
    yield "link the first task to the last", lambda: _linked(plan, early, late)
    yield "indent a task", lambda: editing.indent_task(plan, f"t{len(leaves) // 2 + 1}")
    yield "delete a task", lambda: editing.remove_tasks(plan, [f"t{len(leaves) // 2}"])
    for _ in range(12):
        key = dice.choice(leaves)
        yield (
            "lengthen any task",
            lambda key=key: editing.replace_task(plan, key, duration_minutes=4800),
        )


def _linked(plan: Plan, first: str, last: str) -> Plan:
    return editing.add_dependency(plan, Dependency(first, last, LinkType.SS, Lag(480)))


def committed(plan: Plan, dates: Schedule, edit: Callable[[], Plan]) -> Schedule:
    """Do what a commit does in the core: edit, diff, validate, reschedule."""
    wanted = edit()
    if diff(plan, wanted):
        validate(wanted, plan)
    return reschedule(dates, wanted)


def main() -> None:
    """Print every figure beside its goal."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    large, long, plan = building(5_000), chain(100_000), building(2_000)
    dates = schedule(plan)
    _say("5,000 tasks, 4 calendars, constraints (0.5 s)", seconds(lambda: schedule(large)), "s")
    _say("100,000 tasks in a chain (10 s)", seconds(lambda: schedule(long), 1), "s")
    _say("2,000 tasks from an empty start", seconds(lambda: schedule(plan)), "s")
    spent: dict[str, list[float]] = {}
    for name, edit in edits(plan, dates):
        taken = seconds(lambda edit=edit: committed(plan, dates, edit), 3)
        spent.setdefault(name, []).append(1000 * taken)
    for name, times in spent.items():
        _say(f"2,000 tasks, edited, compared and validated (60 ms): {name}", median(times), "ms")


def _say(what: str, value: float, unit: str) -> None:
    print(f"{value:8.3f} {unit:2}  {what}")


if __name__ == "__main__":
    main()
