import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.core.durations import (
    MAX_DURATION_MINUTES,
    Duration,
    Units,
    format_duration,
    format_lag,
    parse_duration,
    parse_lag,
    parse_typed_duration,
    parse_typed_lag,
    plain_number,
)
from planning.core.plan import Lag, PlanError


@pytest.mark.parametrize(
    ("text", "minutes", "elapsed"),
    [
        ("0d", 0, False),
        ("5d", 2400, False),
        ("1.5d", 720, False),
        ("2w", 4800, False),
        ("4h", 240, False),
        ("90m", 90, False),
        ("-1d", -480, False),
        ("e2d", 2880, True),
        ("-e1w", -10080, True),
        ("0.333d", 160, False),
    ],
)
def test_a_plan_file_writes_a_number_and_a_unit(text, minutes, elapsed):
    assert parse_duration(text) == Duration(minutes, elapsed)


@pytest.mark.parametrize(
    "text", ["", "5", "d", "5 d", "5days", "d5", "--5d", "1e5d", "5d ", "٥d", ".5d", "nan", "5e d"]
)
def test_anything_else_is_refused_with_an_example(text):
    with pytest.raises(PlanError, match="write one such as 5d"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["1" * 5000 + "d", "999999999w", "36601d0", "e36601d"])
def test_a_duration_beyond_a_hundred_years_is_refused(text):
    with pytest.raises(PlanError):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "minutes", "elapsed"),
    [
        ("5", 2400, False),
        ("2,5", 1200, False),
        (" 3 days ", 1440, False),
        ("2 wks", 4800, False),
        ("4 hrs", 240, False),
        ("5ed", 7200, True),
        ("e 5 d", 7200, True),
        ("−2", -960, False),
    ],
)
def test_a_person_may_leave_out_the_unit_and_write_words(text, minutes, elapsed):
    assert parse_typed_duration(text) == Duration(minutes, elapsed)


@pytest.mark.parametrize("text", ["", "soon", "5 moons", "1.2.3", "5d5", "1e5"])
def test_a_typed_duration_that_is_none_is_refused(text):
    with pytest.raises(PlanError, match="is no duration"):
        parse_typed_duration(text)


def test_days_and_weeks_are_those_of_the_plan():
    units = Units(minutes_per_day=450, minutes_per_week=2250)

    assert parse_duration("2d", units).minutes == 900
    assert parse_duration("1w", units).minutes == 2250
    assert format_duration(900, units) == "2d"


@pytest.mark.parametrize(
    ("text", "lag"),
    [
        ("0d", Lag()),
        ("-2d", Lag(-960)),
        ("e1d", Lag(1440, elapsed=True)),
        ("50%", Lag(percent=50.0)),
        ("-12.5%", Lag(percent=-12.5)),
    ],
)
def test_a_lag_is_a_duration_or_a_per_cent_and_is_written_back_alike(text, lag):
    assert parse_lag(text) == lag
    assert format_lag(lag) == text


def test_a_typed_lag_may_begin_with_plus():
    assert parse_typed_lag("+ 2") == Lag(960)
    assert parse_typed_lag("+50 %") == Lag(percent=50.0)


@pytest.mark.parametrize("text", ["10001%", "9" * 400 + "%", "%", "5%%"])
def test_a_lag_that_makes_no_sense_is_refused(text):
    with pytest.raises(PlanError):
        parse_lag(text)


@given(
    st.integers(-MAX_DURATION_MINUTES, MAX_DURATION_MINUTES),
    st.integers(1, 1440),
    st.booleans(),
)
def test_every_whole_minute_is_written_and_read_back_exactly(minutes, minutes_per_day, elapsed):
    units = Units(minutes_per_day=minutes_per_day)

    text = format_duration(minutes, units, elapsed=elapsed)

    assert parse_duration(text, units) == Duration(minutes, elapsed)


@given(st.floats(-10_000, 10_000))
def test_every_per_cent_is_written_and_read_back_exactly(percent):
    text = plain_number(percent)

    assert float(text) == percent
    assert "e" not in text


def test_what_a_sentence_quotes_stands_on_one_line():
    with pytest.raises(PlanError, match=r"^“so on” is no duration"):
        parse_typed_duration("so\n on")
