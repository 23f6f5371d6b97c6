"""What a risk adds, typed in plan files as on the page."""

import json

import pytest

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
from planning.core.estimate_words import read_relative, write_typed_per_cents
from planning.core.plan import PlanError
from planning.interchange.planfile import plan_from_json


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("-2d", {"distribution": "fixed", "value": "-2d"}),
        ("-3..-1d", {"distribution": "uniform", "low": "-3d", "high": "-1d"}),
        ("20%", {"distribution": "fixed", "value": "20%"}),
        ("-20..-10%", {"distribution": "uniform", "low": "-20%", "high": "-10%"}),
        ("10..15.5..30%", {"distribution": "pert", "low": "10%", "mode": "15.5%", "high": "30%"}),
    ],
)
def test_an_impact_is_typed_as_it_is_written(typed, words):
    """Opportunities below zero and per cents of the duration, as the page takes them."""
    one, other = (
        plan_from_json(
            json.dumps(
                {
                    "lineo": 1,
                    "project": {"name": "House", "start": "2026-01-05"},
                    "tasks": [{"id": "A", "duration": "10d"}],
                    "risks": [
                        {
                            "id": "R",
                            "probability": 0.3,
                            "impacts": [{"task": "A", "estimate": estimate}],
                            "after": {
                                "probability": 0.1,
                                "impacts": [{"task": "A", "estimate": estimate}],
                            },
                        }
                    ],
                }
            )
        )
        for estimate in (typed, words)
    )

    assert one == other


@pytest.mark.parametrize(
    "estimate",
    [
        Fixed(2000),
        Fixed(-2000),
        Uniform(1000, 2000),
        Uniform(-2000, -1000),
        Pert(1000, 1550, 3000),
        Pert(1000, 1550, 3000, 6),
        PertClassical(1000, 1550, 3000),
        Triangular(1000, 1550, 3000),
        Trigen(1000, 1550, 3000, 5, 95),
        Normal(500, 200),
        LognormalMoments(500, 200),
        LognormalPercentiles(800, 1800),
        Exponential(500),
        Discrete(((1000, 0.4), (5000, 0.6))),
        Discrete(((50, 0.05), (5000, 0.95))),
        Trigen(1000, 1550, 3000, 5.05, 95),
        Pert(10, 20, 30, 4.05),
    ],
)
def test_per_cents_of_every_law_are_read_as_they_are_written(estimate):
    """A range of 10 to 20 % once stood on the page as 10..2000 %, and could not be typed."""
    assert read_relative(write_typed_per_cents(estimate)) == estimate


@pytest.mark.parametrize(
    ("typed", "estimate"),
    [
        ("1,5..2 %", Uniform(150, 200)),
        (".5..1%", Uniform(50, 100)),
        ("10%..20", Uniform(1000, 2000)),
        ("p 10 8 p 90 18%", LognormalPercentiles(800, 1800)),
        ("10..20..30% λ=5", Pert(1000, 2000, 3000, 5)),
        ("10..20..30% lambda 5", Pert(1000, 2000, 3000, 5)),
        ("10% @  0.25, 20% @  0.75", Discrete(((1000, 0.25), (2000, 0.75)))),
    ],
)
def test_only_values_are_per_cents_however_they_are_typed(typed, estimate):
    assert read_relative(typed) == estimate


@pytest.mark.parametrize("typed", ["10%..20d", "5 min..20%", "e10..e20%"])
def test_per_cents_and_durations_are_not_typed_in_one_range(typed):
    with pytest.raises(PlanError, match="per cents and durations cannot stand in one impact"):
        read_relative(typed)


@pytest.mark.parametrize("typed", ["%", "much%", "5..%", "1000000%", "9" * 400 + "%"])
def test_what_is_no_range_of_per_cents_is_said_in_those_words(typed):
    with pytest.raises(PlanError, match="is no range of per cents; write 20%"):
        read_relative(typed)
