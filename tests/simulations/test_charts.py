"""Charts from plain numbers."""

import json
import re
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from planning.drawing.scales import date_ticks
from planning.drawing.strips import strip_chart
from simulations.charts import Distribution, chance_by, forecast_chart
from simulations.small_charts import tornado, trend_chart

FIRST = datetime(2026, 3, 2, 8)
DATES = [FIRST + timedelta(days=day) for day in range(5)]
POINTS = list(zip(DATES, [0.1, 0.3, 0.6, 0.9, 1.0], strict=True))
BARS = list(zip(DATES, [0.1, 0.2, 0.3, 0.3, 0.1], strict=True))
PERCENTILES = {10: DATES[0], 50: DATES[2], 80: DATES[3], 90: DATES[3]}


def make_distribution() -> Distribution:
    return Distribution(POINTS, BARS)


def test_the_curve_rises_from_nothing_to_all_iterations():
    chart = forecast_chart(make_distribution(), PERCENTILES)

    shares = [share for _, share, _ in json.loads(chart.points)]
    heights = [float(place.split()[1]) for place in chart.curve[1:].split("L")]

    assert shares == [0.1, 0.3, 0.6, 0.9, 1.0]
    assert heights == sorted(heights, reverse=True)
    assert (heights[0], heights[-1]) == (chart.frame.floor, chart.frame.top)


def test_the_target_says_the_share_of_iterations_done_by_then():
    target = DATES[2] + timedelta(hours=1)

    chart = forecast_chart(make_distribution(), PERCENTILES, target=target)

    assert chart.target.chance == 0.6
    assert chance_by(make_distribution(), DATES[2]) == 0.6
    assert chance_by(make_distribution(), DATES[2] - timedelta(minutes=1)) == 0.3


def test_the_counted_chance_goes_before_what_the_curve_knows():
    chart = forecast_chart(make_distribution(), PERCENTILES, target=DATES[2], chance=0.57)

    assert chart.target.chance == 0.57


def test_no_label_stands_across_the_line_of_the_target():
    far = FIRST - timedelta(days=3)
    near = PERCENTILES[80] - timedelta(hours=6)

    beside, away = (
        next(one for one in chart.markers if one.percentile == 80)
        for chart in (
            forecast_chart(make_distribution(), PERCENTILES, target=target)
            for target in (near, far)
        )
    )

    assert (beside.anchor, away.anchor) == ("start", "end")


@pytest.mark.parametrize(("days", "chance"), [(-1, 0.0), (6, 1.0)])
def test_a_target_outside_the_iterations_is_still_shown(days, chance):
    target = FIRST + timedelta(days=days)

    chart = forecast_chart(make_distribution(), PERCENTILES, target=target)

    assert chart.target.chance == chance
    inside = (chart.frame.left, chart.frame.left + chart.frame.inner_width)
    assert inside[0] < float(chart.target.x) < inside[1]


def test_a_target_years_away_does_not_flatten_the_curve():
    near = forecast_chart(make_distribution(), PERCENTILES)
    far = forecast_chart(make_distribution(), PERCENTILES, target=FIRST + timedelta(days=900))

    assert far.curve == near.curve


def test_a_certain_finish_is_drawn_without_dividing_by_nothing():
    certain = Distribution([(FIRST, 1.0)], [(FIRST, 1.0)])

    chart = forecast_chart(certain, {50: FIRST, 80: FIRST})

    assert chart.curve.startswith("M")


@pytest.mark.parametrize(
    ("days", "unit"), [(4, "day"), (40, "day"), (200, "month"), (900, "month"), (4000, "year")]
)
def test_ticks_are_dates_that_people_count_by(days, unit):
    found, dates = date_ticks(FIRST, FIRST + timedelta(days=days))

    assert found == unit
    assert 2 <= len(dates) <= 8
    if unit != "day":
        assert {day.day for day in dates} == {1}


def test_week_ticks_fall_on_mondays():
    _, dates = date_ticks(FIRST, FIRST + timedelta(days=40))

    assert dates[0] == date(2026, 3, 2)
    assert {day.weekday() for day in dates} == {0}


def test_no_coordinate_is_written_in_the_locale_of_the_reader():
    chart = forecast_chart(make_distribution(), PERCENTILES)

    assert "," not in chart.curve + chart.bars + chart.area


def test_the_tornado_ranks_by_days_whatever_their_sign():
    rows = tornado(
        [
            ("a", "Dig", "task", 1.0, 0.1),
            ("r", "Permit", "risk", -3.0, 0.1),
            ("b", "Pour", "task", 2.0, 0.1),
        ]
    )

    assert [row.name for row in rows] == ["Permit", "Pour", "Dig"]
    assert float(rows[1].width) == pytest.approx(2 * float(rows[2].width), abs=0.1)


def test_a_trend_needs_two_forecasts():
    one = (FIRST, DATES[2], DATES[3])

    assert trend_chart([one]) is None
    assert len(trend_chart([one, (DATES[1], DATES[3], DATES[4])]).dots) == 2


def test_projects_without_a_forecast_leave_their_row_of_the_strip_blank():
    strip = strip_chart([None, (DATES[0], DATES[1], DATES[2], DATES[3], None)])

    assert strip.rows[0] is None
    assert float(strip.rows[1].x50) < float(strip.rows[1].x80)
    assert strip_chart([None]) is None


def test_bars_are_equally_many_working_days_wide_whatever_weekends_lie_between():
    """Bars of plain time held now one weekend and now two: tall ones stood beside slim ones."""
    days = [FIRST + timedelta(days=day) for day in range(80)]
    working = [(day, day + timedelta(hours=9)) for day in days if day.weekday() < 5]
    # As many iterations finish on one working day as on the other.
    points = [(last, (place + 1) / len(working)) for place, (_, last) in enumerate(working)]
    finish = Distribution(points, [(FIRST, 1.0)], timedelta(days=80))

    chart = forecast_chart(finish, {}, work=lambda _low, _high: working)

    found = re.findall(r"v-([\d.]+)h([\d.]+)v", chart.bars)
    heights, widths = ([float(one) for one in values] for values in zip(*found, strict=True))
    assert 20 <= len(found) <= 40
    assert max(widths[:-1]) - min(widths[:-1]) < 0.2
    assert min(heights[1:-1]) > 0.95 * max(heights)


def test_a_lump_is_a_step_of_the_curve_and_a_bar_of_its_own_day():
    """6, 8 or 9 days: a quarter, a quarter, a half; nobody finishes on the 13th."""
    finishes = [datetime(2026, 1, day, 17) for day in (12, 14, 15)]
    lumps = Distribution(
        list(zip(finishes, (0.25, 0.5, 1.0), strict=True)),
        [
            (datetime(2026, 1, 12), 0.25),
            (datetime(2026, 1, 14), 0.25),
            (datetime(2026, 1, 15), 0.5),
        ],
    )
    days = [(datetime(2026, 1, day, 8), datetime(2026, 1, day, 17)) for day in (12, 13, 14, 15, 16)]

    chart = forecast_chart(lumps, {50: finishes[1]}, work=lambda low, high: days)

    heights = [-float(height) for height in re.findall(r"v(-[\d.]+)h", chart.bars)]
    places = [place.split()[0] for place in chart.curve[1:].split("L")]
    assert [height / max(heights) for height in heights] == pytest.approx(
        [0.5, 0, 0.5, 1], abs=0.02
    )
    assert sum(one == other for one, other in pairwise(places)) == len(finishes)


def test_a_day_that_begins_before_the_axis_has_no_label_upon_the_next():
    evening = datetime(2026, 1, 12, 17)
    finish = (evening, evening + timedelta(days=2), evening + timedelta(days=3))

    chart = strip_chart([(*finish, finish[2], None)])

    places = [float(tick.at) for tick in chart.ticks]
    assert [tick.value.day for tick in chart.ticks] == [13, 14, 15]
    assert min(after - before for before, after in pairwise(places)) > 50
