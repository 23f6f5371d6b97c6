import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.core.distributions import (
    Discrete,
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
from planning.core.durations import Units
from planning.core.estimate_facts import check_estimate, planned_minutes
from planning.core.estimates import TypedEstimate, format_estimate, parse_estimate
from planning.core.plan import PlanError

DAY = 480


@pytest.mark.parametrize(
    ("text", "estimate"),
    [
        ("5d", Fixed(5 * DAY)),
        ("5", Fixed(5 * DAY)),
        ("3..8d", Uniform(3 * DAY, 8 * DAY)),
        ("3 .. 8", Uniform(3 * DAY, 8 * DAY)),
        ("3..5..10d", Pert(3 * DAY, 5 * DAY, 10 * DAY)),
        ("4h..1d..1w", Pert(240, DAY, 2400)),
        ("3…5…10 days", Pert(3 * DAY, 5 * DAY, 10 * DAY)),
        ("5 ± 2d", Normal(5 * DAY, 2 * DAY)),
        ("5 +- 2d", Normal(5 * DAY, 2 * DAY)),
        ("5+/-2d", Normal(5 * DAY, 2 * DAY)),
        ("P10 8 P90 18d", LognormalPercentiles(8 * DAY, 18 * DAY)),
        ("p10 8d p90 18d", LognormalPercentiles(8 * DAY, 18 * DAY)),
    ],
)
def test_the_typed_forms_of_the_plan_format(text, estimate):
    assert parse_estimate(text) == TypedEstimate(estimate)


@pytest.mark.parametrize(
    "text",
    [
        "5d",
        "3..8d",
        "3..5..10d",
        "0.5..1.25..3d",
        "5 ± 2d",
        "P10 8 P90 18d",
        "triangular 3..5..10d",
        "pert-classical 3..5..10d",
        "3..5..10d λ6",
        "trigen 8..10..18d",
        "trigen 8..10..18d (P5, P95)",
        "lognormal 5 ± 2d",
        "exponential 5d",
        "3d @ 0.4, 5d @ 0.6",
        "e3..e5..e10d",
        "45..50..75m",
    ],
)
def test_a_range_is_written_back_as_it_was_typed(text):
    typed = parse_estimate(text)

    assert format_estimate(typed.estimate, elapsed=typed.elapsed) == text


def test_one_mark_makes_the_whole_range_elapsed():
    expected = TypedEstimate(Uniform(3 * 1440, 8 * 1440), elapsed=True)

    assert parse_estimate("3..8ed") == parse_estimate("e3..8d") == expected


def test_days_are_those_of_the_plan():
    assert parse_estimate("1..2d", Units(minutes_per_day=600)).estimate == Uniform(600, 1200)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "3..", "..5", "1..2..3..4", "5 ±", "P10 8", "3 to 5", "lognormal 5d", "a" * 9999,
     "triangular 3..5", "3d @ x, 5d @ 0.6", "3..5..10d λ", "5 ± 2 ± 1d", "1e9..2d"],
)  # fmt: skip
def test_what_is_no_range_is_answered_with_the_forms_to_use(text):
    with pytest.raises(PlanError, match=r"3\.\.5\.\.10d"):
        parse_estimate(text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("8..3d", "high: less than low"),
        ("3..2..10d", "mode: less than low"),
        ("3..5..4d", "high: less than mode"),
        ("P10 18 P90 8d", "p90: less than p10"),
        ("P10 0 P90 8d", "p10: must be above 0"),
        ("exponential 0d", "mean: must be above 0"),
        ("3d @ 0.4, 5d @ 0.4", "values: the probabilities must sum to 1"),
        ("-3..5d", "low: must not be negative"),
        ("-5d", "value: must not be negative"),
    ],
)
def test_a_law_that_does_not_exist_names_the_value_at_fault(text, fault):
    with pytest.raises(PlanError, match=fault):
        parse_estimate(text)


def test_an_impact_may_be_negative_and_says_its_path():
    check_estimate(Uniform(-2 * DAY, 3 * DAY), is_signed=True)

    with pytest.raises(PlanError, match=r"^tasks\[3\]\.estimate\.high: less than mode$"):
        check_estimate(Pert(1, 3, 2), path="tasks[3].estimate")


@pytest.mark.parametrize(
    ("estimate", "minutes"),
    [
        (Fixed(7), 7),
        (Triangular(1, 4, 9), 4),
        (Pert(1, 4, 9), 4),
        (PertClassical(1, 4, 9), 4),
        (Trigen(1, 4, 9), 4),
        (Uniform(10, 20), 15),
        (LognormalPercentiles(8 * DAY, 18 * DAY), 12 * DAY),
        (LognormalMoments(1000, 500), 894),
        (Normal(1000, 100), 1000),
        (Normal(0, 100), 67),
        (Exponential(1000), 693),
        (Discrete(((30, 0.6), (10, 0.4))), 30),
        (Discrete(((30, 0.5), (10, 0.5))), 10),
    ],
)
def test_a_duration_left_out_is_the_mode_or_the_median(estimate, minutes):
    assert planned_minutes(estimate) == minutes


times = st.integers(0, 5_000_000)
three_points = st.tuples(times, times, times).map(sorted)
laws = st.one_of(
    times.map(Fixed),
    st.tuples(times, times).map(sorted).map(lambda v: Uniform(*v)),
    three_points.map(lambda v: Triangular(*v)),
    st.builds(lambda v, w: Pert(*v, w), three_points, st.floats(0, 1000)),
    three_points.map(lambda v: PertClassical(*v)),
    st.builds(lambda v, p: Trigen(*v, *p), three_points,
              st.tuples(st.floats(0, 49), st.floats(51, 100))),
    st.tuples(times, times).map(sorted).map(lambda v: LognormalPercentiles(v[0] + 1, v[1] + 1)),
    st.builds(LognormalMoments, st.integers(1, 10**6), times),
    st.builds(Normal, times, times),
    st.builds(Exponential, st.integers(1, 10**6)),
    st.lists(times, min_size=1, max_size=5).map(
        lambda values: Discrete(tuple((value, 1 / len(values)) for value in values))
    ),
)  # fmt: skip


@given(laws, st.integers(1, 1440), st.booleans())
def test_every_law_is_written_and_read_back_exactly(estimate, minutes_per_day, elapsed):
    units = Units(minutes_per_day=minutes_per_day)

    text = format_estimate(estimate, units, elapsed=elapsed)

    assert parse_estimate(text, units) == TypedEstimate(estimate, elapsed)
