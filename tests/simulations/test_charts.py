"""Charts from plain numbers."""

import json
from datetime import date, datetime, timedelta

import pytest

from planning.scales import date_ticks, merged_bins
from simulations.charts import chance_by, forecast_chart, spark_chart
from simulations.small_charts import tornado, trend_chart

FIRST = datetime(2026, 3, 2, 8)
EDGES = [FIRST + timedelta(days=day) for day in range(5)]
COUNTS = [10, 30, 40, 20]
PERCENTILES = {10: EDGES[1], 50: EDGES[2], 80: EDGES[3], 90: EDGES[3]}


def test_the_curve_rises_from_nothing_to_all_iterations():
    chart = forecast_chart(EDGES, COUNTS, PERCENTILES)

    shares = [share for _, share, _ in json.loads(chart.points)]

    assert shares == [0, 0.1, 0.4, 0.8, 1]
    assert chart_y(chart.curve, 0) > chart_y(chart.curve, -1)


def test_the_target_says_the_chance_that_the_curve_has_there():
    halfway = EDGES[1] + (EDGES[2] - EDGES[1]) / 2

    chart = forecast_chart(EDGES, COUNTS, PERCENTILES, target=halfway)

    assert chart.target.chance == pytest.approx(0.25)
    assert chance_by(chart, EDGES[3]) == pytest.approx(0.8)


@pytest.mark.parametrize(("days", "chance"), [(-1, 0.0), (6, 1.0)])
def test_a_target_outside_the_iterations_is_still_shown(days, chance):
    target = FIRST + timedelta(days=days)

    chart = forecast_chart(EDGES, COUNTS, PERCENTILES, target=target)

    assert chart.target.chance == chance
    assert chart.frame.left <= float(chart.target.x) <= chart.frame.width


def test_a_certain_finish_is_drawn_without_dividing_by_nothing():
    chart = forecast_chart([FIRST, FIRST], [0], {50: FIRST, 80: FIRST})

    assert chart.curve.startswith("M")
    assert spark_chart([FIRST, FIRST], [7], {50: FIRST, 80: FIRST}).curve


def test_many_bins_are_merged_and_none_of_their_iterations_is_lost():
    edges = [FIRST + timedelta(hours=hour) for hour in range(513)]
    counts = [0] * 20 + [3] * 480 + [0] * 12

    new_edges, new_counts = merged_bins(edges, counts)

    assert len(new_counts) <= 64
    assert sum(new_counts) == sum(counts)
    assert (new_edges[0], new_edges[-1]) == (edges[20], edges[500])


@pytest.mark.parametrize(
    ("days", "unit"), [(4, "day"), (40, "day"), (200, "month"), (900, "month"), (4000, "year")]
)
def test_ticks_are_dates_that_people_count_by(days, unit):
    found, dates = date_ticks(FIRST, FIRST + timedelta(days=days))

    assert found == unit
    assert 2 <= len(dates) <= 8
    if unit != "day":
        assert {day.day for day in dates} == {1}


def test_no_coordinate_is_written_in_the_locale_of_the_reader():
    chart = forecast_chart(EDGES, COUNTS, PERCENTILES)

    assert "," not in chart.curve + chart.bars + chart.area


def test_the_tornado_ranks_by_days_whatever_their_sign():
    rows = tornado(
        [("a", "Dig", "task", 1.0), ("r", "Permit", "risk", -3.0), ("b", "Pour", "task", 2.0)]
    )

    assert [row.name for row in rows] == ["Permit", "Pour", "Dig"]
    assert float(rows[1].width) == pytest.approx(2 * float(rows[2].width), abs=0.1)


def test_a_trend_needs_two_forecasts():
    one = (FIRST, EDGES[2], EDGES[3])

    assert trend_chart([one]) is None
    assert len(trend_chart([one, (EDGES[1], EDGES[3], EDGES[4])]).dots) == 2


def test_week_ticks_fall_on_mondays():
    _, dates = date_ticks(FIRST, FIRST + timedelta(days=40))

    assert dates[0] == date(2026, 3, 2)
    assert {day.weekday() for day in dates} == {0}


def chart_y(path: str, point: int) -> float:
    return float(path[1:].split("L")[point].split()[1])
