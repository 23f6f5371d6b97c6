"""The curve of a finish: dates and shares, few enough to store."""

import numpy as np

from simulations.curves import BARS, POINTS, curve_of

MONDAY = 9 * 1440 * 7 + 4 * 1440  # 1970-03-09, in minutes since 1970
DAY = 1440


def test_three_finishes_by_hand() -> None:
    curve = curve_of(np.array([MONDAY + 1020, MONDAY + 1020, MONDAY + DAY + 600]))

    assert curve == {
        "points": [["1970-03-09T17:00", 0.66667], ["1970-03-10T10:00", 1.0]],
        "bar_minutes": DAY,
        "bars": [["1970-03-09T00:00", 0.66667], ["1970-03-10T00:00", 0.33333]],
    }


def test_one_finish_is_a_curve_of_one_point() -> None:
    curve = curve_of(np.array([MONDAY + 1020]))

    assert curve["points"] == [["1970-03-09T17:00", 1.0]]
    assert curve["bars"] == [["1970-03-09T00:00", 1.0]]


def test_many_finishes_give_few_points_and_bars() -> None:
    curve = curve_of(MONDAY + np.arange(100_000) * 7)

    shares = [share for _, share in curve["points"]]
    assert len(shares) <= POINTS
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(curve["bars"]) <= 2 * BARS
    assert abs(sum(share for _, share in curve["bars"]) - 1.0) < 1e-3


def test_a_share_counts_every_finish_of_its_moment_and_the_target_has_its_own() -> None:
    """Nine hundred of a thousand finish at one moment, which no drawn rank ends with."""
    moments = np.sort(
        np.r_[MONDAY + np.arange(50), np.full(900, MONDAY + 100), MONDAY + 250 + np.arange(50)]
    )

    points = dict(curve_of(moments, MONDAY + 200)["points"])

    assert points["1970-03-09T01:40"] == points["1970-03-09T03:20"] == 0.95
    assert points["1970-03-09T00:00"] == 0.001
