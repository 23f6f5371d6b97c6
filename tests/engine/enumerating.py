"""Small plans of discrete durations: every outcome, and what the plain passes make of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import product

from hypothesis import strategies as st

from planning.core.distributions import Discrete, Fixed
from planning.core.plan import (
    Calendar,
    Constraint,
    ConstraintType,
    Dependency,
    Impact,
    Interval,
    Lag,
    LagCalendar,
    LinkType,
    Plan,
    ProjectSettings,
    Risk,
    Task,
    TaskKind,
    standard_calendar,
)
from tests.engine.handing import Case
from tests.engine.reference import Dates, Pass
from tests.engine.reference_draws import law_of, rounded

MONDAY = datetime(2026, 1, 5, 8)
NIGHT = Calendar(
    "night", "Night", week=((Interval(1320, 1800),), *((Interval(540, 900),),) * 5, ())
)
MIXED_LINKS = st.sampled_from(list(LinkType))


def equally(*minutes: int) -> Discrete:
    """Return the law in which each value is as likely as another."""
    return Discrete(tuple((value, 1 / len(minutes)) for value in minutes))


def cases_of(plan: Plan) -> Iterator[Case]:
    """Yield every outcome; all are equally likely (risks and existence: one half, or certain)."""
    leaves = list(plan.leaves())
    values = [
        [value for value, _ in law.values] if isinstance(law := law_of(task, plan), Discrete)
        else [law.value if isinstance(law, Fixed) else 0]
        for task in leaves
    ]  # fmt: skip
    there = [(True,) if task.existence == 1 else (True, False) for task in leaves]
    risks = sorted(risk.key for risk in plan.risks)
    for minutes in product(*values):
        for exists in product(*there):
            for happens in product((False, True), repeat=len(risks)):
                yield Case(
                    {task.key: value for task, value in zip(leaves, minutes, strict=True)},
                    {task.key: is_there for task, is_there in zip(leaves, exists, strict=True)},
                    dict(zip(risks, happens, strict=True)),
                )


def durations(plan: Plan, case: Case) -> dict[str, int]:
    """Return each task's duration: what it draws, its risks, then whether it exists."""
    minutes = dict(case.minutes)
    for risk in plan.risks:
        for impact in risk.impacts if case.happens[risk.key] else ():
            assert isinstance(impact.estimate, Fixed)
            value = impact.estimate.value
            added = value
            if impact.relative:
                added = rounded(case.minutes[impact.task] * (value / 10_000))
            minutes[impact.task] += added
    return {key: max(one, 0) if case.exists[key] else 0 for key, one in minutes.items()}


@dataclass(frozen=True)
class Outcome:
    """One case: its durations and dates, and which tasks are critical."""

    case: Case
    minutes: dict[str, int]
    dates: Dates
    critical: dict[str, bool]


@lru_cache(maxsize=4)
def outcomes_of(plan: Plan) -> tuple[list[Outcome], Dates]:
    """Return every outcome and the dates as planned, by the plain passes."""
    passes = Pass(plan)
    limit = plan.project.critical_float_limit_minutes
    found = []
    for case in cases_of(plan):
        minutes = durations(plan, case)
        dates = passes.run(minutes)
        critical = {
            key: case.exists[key] and margin <= limit for key, margin in dates.total_float.items()
        }
        found.append(Outcome(case, minutes, dates, critical))
    planned = {
        task.key: 0 if task.kind is TaskKind.MILESTONE else task.duration_minutes
        for task in plan.leaves()
    }
    return found, passes.run(planned)


# --- Random plans of that kind --------------------------------------------------------------

AROUND = st.integers(-1, 6 * 1440).map(lambda offset: MONDAY + timedelta(minutes=offset))


@st.composite
def small_plans(draw: st.DrawFn) -> Plan:
    """Draw two to five tasks of one to three values, with everything that moves a date."""
    is_plain = draw(st.booleans())
    count = draw(st.integers(2, 5))
    tasks = [draw(_tasks(f"T{number}", is_plain=is_plain)) for number in range(count)]
    uncertain = [task.key for task in tasks if task.kind is TaskKind.TASK]
    lately = st.none() | AROUND
    project = ProjectSettings(
        "Small",
        draw(st.sampled_from([MONDAY, MONDAY.replace(hour=15), MONDAY.replace(hour=3)])),
        lag_calendar=LagCalendar.SUCCESSOR if is_plain else draw(st.sampled_from(LagCalendar)),
        critical_float_limit_minutes=0 if is_plain else draw(st.sampled_from([0, 30])),
        must_finish_by=None if is_plain else draw(lately),
    )
    calendars = (standard_calendar(), NIGHT)
    return Plan(
        project, calendars, tuple(tasks), draw(_links(count, is_plain=is_plain)),
        draw(_risks(uncertain)),
    )  # fmt: skip


@st.composite
def _tasks(draw: st.DrawFn, key: str, *, is_plain: bool) -> Task:
    if draw(st.integers(0, 5)) == 0:
        return Task(key, key, kind=TaskKind.MILESTONE)
    values = draw(st.lists(st.integers(0, 700), min_size=1, max_size=3, unique=True))
    task = Task(
        key,
        key,
        duration_minutes=draw(st.sampled_from([*values, 300])),
        estimate=equally(*values) if len(values) > 1 else Fixed(values[0]),
        existence=draw(st.sampled_from([1.0, 1.0, 1.0, 0.5])),
    )
    if is_plain:
        return task
    return replace(
        task,
        elapsed=draw(st.sampled_from([False, False, True])),
        calendar=draw(st.sampled_from([None, "night"])),
        constraint=draw(_constraints()),
        deadline=draw(st.none() | AROUND),
    )


@st.composite
def _constraints(draw: st.DrawFn) -> Constraint | None:
    kinds = [kind for kind in ConstraintType if kind not in ("ASAP", "ALAP")]
    kind = draw(st.none() | st.sampled_from(kinds))
    return kind and Constraint(kind, draw(AROUND))


@st.composite
def _links(draw: st.DrawFn, count: int, *, is_plain: bool) -> tuple[Dependency, ...]:
    lags = st.just(Lag()) | st.builds(Lag, st.integers(-400, 400))
    if not is_plain:
        lags |= st.builds(Lag, st.integers(-400, 400), elapsed=st.just(value=True))
        lags |= st.builds(Lag, percent=st.sampled_from([-50.0, 25.0, 100.0]))
    found = {}
    for later in range(1, count):
        for earlier in draw(st.sets(st.integers(0, later - 1), max_size=2)):
            link = Dependency(f"T{earlier}", f"T{later}", draw(MIXED_LINKS), draw(lags))
            found[link.key] = link
    return tuple(found.values())


@st.composite
def _risks(draw: st.DrawFn, keys: list[str]) -> tuple[Risk, ...]:
    if not keys or draw(st.booleans()):
        return ()
    impacts = [
        Impact(key, Fixed(draw(st.sampled_from([240, -120, 5_000]))), relative=draw(st.booleans()))
        for key in sorted(draw(st.sets(st.sampled_from(keys), min_size=1, max_size=2)))
    ]
    return (Risk("R", "R", 0.5, tuple(impacts)),)
