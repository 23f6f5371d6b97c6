"""Random plans for property tests: small, valid, with every kind of row."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from planning.core.distributions import (
    Discrete,
    Estimate,
    Exponential,
    Fixed,
    LognormalMoments,
    LognormalPercentiles,
    Normal,
    Pert,
    PertClassical,
    Triangular,
    Trigen,
    Uniform,
)
from planning.core.plan import (
    Calendar,
    CalendarException,
    Constraint,
    ConstraintType,
    Correlation,
    Dependency,
    Driver,
    ExternalDates,
    ExternalLink,
    Impact,
    Interval,
    Lag,
    LagCalendar,
    LinkType,
    Mitigation,
    Plan,
    ProjectSettings,
    Risk,
    RiskLevel,
    Rules,
    Task,
    TaskKind,
    TotalFloat,
    standard_calendar,
)

# Whole plans are slow to draw, and machines that test are busy.
few = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])

START = datetime(2026, 1, 5, 8)

minutes = st.integers(0, 20_000)
three_points = st.tuples(minutes, minutes, minutes).map(sorted)
shares = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.999])
names = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=12,
).filter(str.strip)
moments = st.integers(0, 400 * 1440).map(lambda offset: START + timedelta(minutes=offset))
maybe_moment = st.none() | moments
links = st.sampled_from(LinkType)


def shares_of(values: list[int]) -> Discrete:
    return Discrete(tuple((value, 1 / len(values)) for value in values))


estimates: st.SearchStrategy[Estimate] = st.one_of(
    minutes.map(Fixed),
    st.tuples(minutes, minutes).map(sorted).map(lambda v: Uniform(*v)),
    three_points.map(lambda v: Triangular(*v)),
    st.builds(lambda v, w: Pert(*v, w), three_points, st.sampled_from([4.0, 6.5])),
    three_points.map(lambda v: PertClassical(*v)),
    st.builds(
        lambda v, p: Trigen(*v, *p), three_points, st.sampled_from([(10.0, 90.0), (5.0, 95.5)])
    ),
    st.tuples(minutes, minutes).map(sorted).map(lambda v: LognormalPercentiles(v[0] + 1, v[1] + 1)),
    st.builds(LognormalMoments, st.integers(1, 20_000), minutes),
    st.builds(Normal, minutes, minutes),
    st.builds(Exponential, st.integers(1, 20_000)),
    st.lists(minutes, min_size=1, max_size=4).map(shares_of),
)

lags = st.one_of(
    st.just(Lag()),
    st.builds(Lag, st.integers(-2000, 2000), st.booleans()),
    st.builds(Lag, percent=st.sampled_from([-12.5, 50.0, 100.0])),
)

hours = st.sampled_from(
    [
        (),
        (Interval(480, 720), Interval(780, 1020)),
        (Interval(0, 1440),),
        (Interval(1320, 1800),),
    ]
)


@st.composite
def constraints(draw: st.DrawFn) -> Constraint | None:
    if draw(st.booleans()):
        return None
    kind = draw(st.sampled_from(ConstraintType))
    is_dated = kind not in {ConstraintType.ASAP, ConstraintType.ALAP}
    return Constraint(kind, draw(moments) if is_dated else None)


@st.composite
def exceptions(draw: st.DrawFn) -> CalendarException:
    first = date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 300)))
    last = first + timedelta(days=draw(st.integers(0, 5)))
    return CalendarException(first, last, draw(hours))


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Calendar, ...]:
    # Mondays work, so that whatever stands on this calendar can be scheduled.
    week = st.tuples(hours.filter(bool), *[st.none() | hours] * 6)
    night = Calendar(
        "night",
        draw(names),
        draw(st.sampled_from([None, "standard"])),
        draw(week),
        tuple(draw(st.lists(exceptions(), max_size=3))),
    )
    return (standard_calendar(), night) if draw(st.booleans()) else (standard_calendar(),)


@st.composite
def project_settings(draw: st.DrawFn) -> ProjectSettings:
    return ProjectSettings(
        draw(names),
        START,
        target=draw(maybe_moment),
        must_finish_by=draw(maybe_moment),
        minutes_per_day=draw(st.sampled_from([480, 450])),
        critical_float_limit_minutes=draw(st.sampled_from([0, 540])),
        total_float=draw(st.sampled_from(TotalFloat)),
        lag_calendar=draw(st.sampled_from(LagCalendar)),
        open_ends_critical=draw(st.booleans()),
        rules=draw(st.sampled_from(Rules)),
        risk_level_low=draw(st.sampled_from([RiskLevel(0.9, 1, 1.15), RiskLevel(1, 1, 1.25)])),
    )


def _key(link: ExternalLink) -> str:
    return link.key


@st.composite
def external_links(draw: st.DrawFn) -> ExternalLink:
    return ExternalLink(
        "other",
        draw(st.sampled_from(["P1", "P2"])),
        draw(st.sampled_from([LinkType.FS, LinkType.SS, LinkType.FF, LinkType.SF])),
        Lag(draw(st.sampled_from([0, 480, -240])), draw(st.booleans())),
    )


@st.composite
def external_dates(draw: st.DrawFn) -> ExternalDates:
    start = START + timedelta(hours=draw(st.integers(0, 300)))
    return ExternalDates("other", "P1", start, start + timedelta(hours=draw(st.integers(0, 90))))


@st.composite
def tasks(draw: st.DrawFn, key: str, has_night: bool) -> Task:
    is_milestone = draw(st.booleans()) and draw(st.booleans())
    task = Task(
        key,
        draw(names),
        kind=TaskKind.MILESTONE if is_milestone else TaskKind.TASK,
        duration_minutes=0 if is_milestone else draw(minutes),
        elapsed=draw(st.booleans()) and not is_milestone,
        estimate=None if is_milestone else draw(st.none() | estimates),
        risk_level=draw(st.sampled_from([None, "low", "high"])),
        existence=draw(st.sampled_from([1.0, 0.5])),
        calendar="night" if has_night and draw(st.booleans()) else None,
        constraint=draw(constraints()),
        deadline=draw(maybe_moment),
        external_start=draw(st.none() | maybe_moment),
        external_finish=draw(st.none() | maybe_moment),
        external_links=tuple(draw(st.lists(external_links(), max_size=2, unique_by=_key))),
        external_dates=tuple(draw(st.lists(external_dates(), max_size=1))),
        target=draw(maybe_moment),
        promised_finish=draw(maybe_moment),
    )
    return task if is_milestone else draw(progress(task))


@st.composite
def progress(draw: st.DrawFn, task: Task) -> Task:
    match draw(st.sampled_from(["none", "none", "started", "finished"])):
        case "started":
            return replace(
                task,
                actual_start=START,
                percent_complete=draw(st.sampled_from([0.0, 12.5, 50.0])),
                remaining_minutes=draw(st.none() | minutes),
            )
        case "finished":
            finish = START + timedelta(days=2)
            return replace(task, actual_start=START, actual_finish=finish, percent_complete=100.0)
    return task


@st.composite
def plans(draw: st.DrawFn, max_tasks: int = 6) -> Plan:
    """Draw a valid plan; links run from earlier to later leaves only."""
    project = draw(project_settings())
    some_calendars = draw(calendars())
    count = draw(st.integers(0, max_tasks))
    leaves = [draw(tasks(f"T{i}", len(some_calendars) > 1)) for i in range(count)]
    rows = list(leaves)
    if count > 2 and draw(st.booleans()):
        split = draw(st.integers(1, count))
        summary = Task("S", draw(names), kind=TaskKind.SUMMARY, duration_minutes=480)
        rows = [summary, *(replace(t, parent="S") for t in leaves[:split]), *leaves[split:]]
    data_date = START + timedelta(days=10) if any(t.is_started for t in leaves) else None
    keys = [task.key for task in leaves]
    return Plan(
        replace(project, data_date=data_date),
        some_calendars,
        tuple(rows),
        draw(dependencies(keys)),
        draw(risks(keys)),
        draw(drivers(keys)),
        draw(correlations(keys)),
    )


@st.composite
def dependencies(draw: st.DrawFn, keys: list[str]) -> tuple[Dependency, ...]:
    found = {}
    for later in range(1, len(keys)):
        for earlier in draw(st.sets(st.integers(0, later - 1), max_size=2)):
            link = Dependency(keys[earlier], keys[later], draw(links), draw(lags))
            found[link.key] = replace(link, lag_calendar=draw(st.sampled_from([None, "24h"])))
    return tuple(
        replace(link, lag_calendar=link.lag_calendar and LagCalendar(link.lag_calendar))
        for link in found.values()
    )


@st.composite
def impacts(draw: st.DrawFn, keys: list[str]) -> tuple[Impact, ...]:
    chosen = draw(st.sets(st.sampled_from(keys), min_size=1, max_size=2))
    shape = st.sampled_from(
        [Fixed(2400), Fixed(-480), Uniform(-100, 500), Pert(100, 200, 900), Fixed(2050)]
    )
    return tuple(Impact(key, draw(shape), draw(st.booleans())) for key in sorted(chosen))


@st.composite
def risks(draw: st.DrawFn, keys: list[str]) -> tuple[Risk, ...]:
    if not keys or draw(st.booleans()):
        return ()
    after = st.builds(Mitigation, shares, impacts(keys), st.sampled_from([None, 1500.0]))
    return (Risk("R1", draw(names), draw(shares), draw(impacts(keys)), draw(st.none() | after)),)


@st.composite
def drivers(draw: st.DrawFn, keys: list[str]) -> tuple[Driver, ...]:
    if len(keys) < 2 or draw(st.booleans()):
        return ()
    return (Driver("Same crew", draw(shares), tuple(keys[:2])),)


@st.composite
def correlations(draw: st.DrawFn, keys: list[str]) -> tuple[Correlation, ...]:
    if len(keys) < 2 or draw(st.booleans()):
        return ()
    return (Correlation(keys[0], keys[-1], draw(st.sampled_from([-0.5, 0.3]))),)
