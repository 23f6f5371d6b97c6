"""Damaged files: a plan with a report, or one sentence; never a traceback or a hang."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning.core.schedule import schedule
from planning.interchange import ics
from planning.interchange.reading import read_plan
from planning.interchange.report import ImportResult
from tests.outcomes import is_sentence, outcome

SAMPLES = Path(__file__).parent / "samples"
PLANS = ("house.xml", "bridge.xer", "garden.gan")

HOSTILE = (
    b"",
    b"-1",
    b"0",
    b"99999999999999999999",
    b"1e308",
    b"NaN",
    b"1900-01-01T00:00:00",
    b"2200-12-31T23:59:00",
    b"9999-12-31T23:59:59",
    b"0001-01-01",
    b"2026-02-30 25:61",
    b"PT-8H",
    b"P9999999Y",
    b"\x00",
    b"\xff\xfe",
    b"\x7f\x7f",
    "é".encode("cp1252"),
    b"&amp;",
    b"<Task>",
    b"\t",
    b"\r\n",
    b"(0||",
    b"a" * 5_000,
)


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """Cut, repeat, overwrite and mix up pieces of a sound file."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 1, 3, 12, 80, 600])))
        piece = draw(
            st.one_of(
                st.sampled_from(HOSTILE), st.binary(max_size=12), st.just(data[start:end] * 2)
            )
        )
        data = data[:start] + piece + data[end:]
    return data if draw(st.integers(0, 9)) else data[: draw(st.integers(0, len(data)))]


@st.composite
def with_other_values(draw: st.DrawFn, data: bytes) -> bytes:
    """Put hostile values where values stand: between tags, quotes or tabs."""
    pieces = _values(data)
    for _ in range(draw(st.integers(1, 5))):
        index = draw(st.integers(0, (len(pieces) - 1) // 2)) * 2
        pieces[index] = draw(st.sampled_from([*HOSTILE, *pieces[::2]]))
    return b"".join(pieces)


def _values(data: bytes) -> list[bytes]:
    """Return values and what stands between them, in turn."""
    return re.split(rb"(>[^<]{0,3}<[^>]*>|<[^>]*>|[\t\"])", data)


def check(data: bytes) -> None:
    """Read and schedule a file; whatever is wrong must be told in a sentence."""
    result = outcome(read_plan, data)
    if not isinstance(result, ImportResult):
        assert is_line(result)
        return
    scheduled = outcome(lambda _: schedule(result.plan), b"")
    assert not isinstance(scheduled, str) or is_line(scheduled)


def is_line(text: str) -> bool:
    """Whether a fault is told shortly, on one line."""
    return 0 < len(text) < 2_000 and "\n" not in text


KIND = settings(
    max_examples=60,
    deadline=timedelta(seconds=5),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("name", PLANS)
@KIND
@given(draw=st.data())
def test_a_damaged_file_is_a_plan_or_a_sentence(name, draw):
    check(draw.draw(damaged((SAMPLES / name).read_bytes())))


@pytest.mark.parametrize("name", PLANS)
@KIND
@given(draw=st.data())
def test_hostile_values_are_a_plan_or_a_sentence(name, draw):
    check(draw.draw(with_other_values((SAMPLES / name).read_bytes())))


@KIND
@given(draw=st.data())
def test_damaged_holidays_are_days_or_a_sentence(draw):
    data = draw.draw(damaged((SAMPLES / "holidays.ics").read_bytes()))

    found = outcome(ics.holidays, data)

    assert not isinstance(found, str) or is_sentence(found)


@pytest.mark.parametrize("name", PLANS)
def test_the_samples_themselves_are_sound(name):
    plan = read_plan((SAMPLES / name).read_bytes()).plan

    assert len(schedule(plan).tasks) == len(plan.tasks)
