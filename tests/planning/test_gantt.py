"""The Gantt's SVG text."""

from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from defusedxml.ElementTree import fromstring

from planning.drawing.gantt import ROW, Bar, Gantt, Link, Spread
from planning.drawing.timescale import ZOOMS, TimeScale

START = datetime(2026, 1, 5, 8)
SVG = "{http://www.w3.org/2000/svg}"


def make_bar(key: str, start_day: int = 0, days: int = 5, **fields: object) -> Bar:
    start = START + timedelta(days=start_day)
    finish = (start + timedelta(days=days)).replace(hour=17)
    return Bar(key, f"Task {key}", start, finish, **fields)


def make_gantt(*bars: Bar, links: tuple[Link, ...] = (), zoom: str = "week") -> Gantt:
    moments = [moment for bar in bars for moment in (bar.start, bar.finish)]
    return Gantt(TimeScale.covering(moments, zoom), bars, links)


def parsed(svg: str) -> ET.Element:
    return fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def test_what_people_typed_stays_text():
    hostile = '"><script>alert(1)</script><g hx-get="/x" a="'
    gantt = make_gantt(
        Bar(hostile, hostile, START, START, label=hostile, words=hostile, pk=hostile)
    )

    svg = parsed(gantt.window(0, 1, hostile))

    tags = {element.tag.removeprefix(SVG) for element in svg.iter()}
    attributes = {name for element in svg.iter() for name in element.attrib}
    assert "script" not in tags
    assert not {name for name in attributes if name.startswith(("on", "hx-"))}


def test_a_window_draws_its_own_rows_only():
    gantt = make_gantt(*(make_bar(str(row)) for row in range(10)))

    svg = parsed(gantt.window(4, 6))

    assert [group.get("data-key") for group in svg.iter(f"{SVG}g")] == ["4", "5"]
    assert svg.get("height") == str(2 * ROW)
    assert svg.get("viewBox").split()[1] == str(4 * ROW)


def test_a_link_is_drawn_in_every_window_that_it_crosses_and_no_other():
    bars = [make_bar(str(row), start_day=row) for row in range(9)]
    gantt = make_gantt(*bars, links=(Link("0", "5"),))

    drawn = ["gantt-link" in gantt.window(first, first + 3) for first in (0, 3, 6)]

    assert drawn == [True, True, False]


def test_a_finish_fades_from_p10_to_p90_with_ticks_at_p50_and_p80():
    finish = make_bar("A").finish
    spread = Spread(*(finish + timedelta(days=days) for days in (0, 2, 4, 6)))
    gantt = make_gantt(make_bar("A", spread=spread), zoom="day")

    svg = parsed(gantt.window(0, 1))

    band = svg.find(f".//{SVG}rect[@class='gantt-fade']")
    ticks = svg.find(f".//{SVG}path[@class='gantt-ticks']").get("d")
    assert float(band.get("x")) == round(gantt.scale.x(spread.p10), 1)
    assert float(band.get("width")) == round(6 * 34.0, 1)
    assert [float(place.split()[0]) for place in ticks.split("M")[1:]] == [
        round(gantt.scale.x(moment), 1) for moment in (spread.p50, spread.p80)
    ]


def test_what_is_sure_of_a_bar_ends_where_the_fading_begins():
    finish = make_bar("A").finish
    spread = Spread(*(finish + timedelta(days=days) for days in (-2, 0, 2, 4)))
    gantt = make_gantt(make_bar("A", spread=spread), zoom="day")

    body = parsed(gantt.window(0, 1)).find(f".//{SVG}rect[@class='gantt-body']")

    end = float(body.get("x")) + float(body.get("width"))
    assert end == pytest.approx(gantt.scale.x(spread.p10), abs=0.1)


@pytest.mark.parametrize(
    ("share", "step"),
    [(None, ""), (0.04, ""), (0.05, "ci-1"), (0.2, "ci-2"), (0.79, "ci-4"), (1.0, "ci-5")],
)
def test_criticality_is_a_line_on_a_ramp_of_five_steps(share: float | None, step: str):
    finish = make_bar("A").finish
    gantt = make_gantt(make_bar("A", spread=Spread(*[finish] * 4, criticality=share)))

    svg = parsed(gantt.window(0, 1))

    classes = svg.find(f".//{SVG}g[@data-key='A']").get("class").split()
    assert [name for name in classes if name.startswith("ci-")] == ([step] if step else [])
    assert (svg.find(f".//{SVG}path[@class='gantt-foot']") is not None) == bool(step)


def test_a_label_stands_right_of_all_that_its_row_draws():
    finish = make_bar("M", days=0).finish
    spread = Spread(*(finish + timedelta(days=days) for days in (0, 2, 4, 6)))
    late = finish + timedelta(days=9)
    rows = (
        make_bar("M", days=0, kind="milestone", spread=spread, label="5 Jan"),
        make_bar("N", days=0, kind="milestone", spread=spread, promised_finish=late, label="5 Jan"),
        make_bar("O", days=0, kind="milestone", deadline=late, label="5 Jan"),
    )
    gantt = make_gantt(*rows, zoom="day")

    labels = parsed(gantt.window(0, 3)).findall(f".//{SVG}text")

    reach = [gantt.scale.x(moment) for moment in (spread.p90, late, late)]
    assert all(float(text.get("x")) > x + 3 for text, x in zip(labels, reach, strict=True))


def test_an_arrow_across_many_rows_is_drawn_beside_its_ends_only():
    bars = [make_bar(str(row)) for row in range(300)]
    gantt = make_gantt(*bars, links=(Link("0", "299"),))

    drawn = ["gantt-link" in gantt.window(first, first + 60) for first in range(0, 300, 60)]

    assert drawn == [True, False, False, False, True]


def test_an_old_forecast_is_drawn_as_one():
    bars = (make_bar("A"),)
    scale = TimeScale.covering([START, bars[0].finish])

    assert "is-old" in Gantt(scale, bars, is_old=True).window(0, 1)
    assert "is-old" not in Gantt(scale, bars).window(0, 1)


def test_finished_work_has_no_uncertainty_left():
    finish = make_bar("A").finish
    spread = Spread(finish, finish, finish + timedelta(days=2), finish + timedelta(days=3))

    svg = make_gantt(make_bar("A", percent=100.0, spread=spread)).window(0, 1)

    assert "gantt-spread" not in svg


def test_milestones_and_summaries_have_shapes_of_their_own():
    bars = (make_bar("M", days=0, kind="milestone"), make_bar("S", kind="summary"))

    svg = make_gantt(*bars).window(0, 2)

    assert "gantt-milestone" in svg
    assert "gantt-summary" in svg
    assert "gantt-task" not in svg


def test_every_kind_of_link_has_a_path_that_starts_and_ends_on_the_sides_it_names():
    bars = (make_bar("A"), make_bar("B", start_day=9))
    gantt = make_gantt(*bars)
    left_of = [gantt.scale.x(bar.start) for bar in bars]
    right_of = [gantt.scale.x(bar.finish) for bar in bars]

    for kind, start, finish in [
        ("SS", left_of[0], left_of[1]),
        ("FF", right_of[0], right_of[1]),
        ("SF", left_of[0], right_of[1]),
    ]:
        svg = make_gantt(*bars, links=(Link("A", "B", kind),)).window(0, 2)
        path = parsed(svg).find(f".//{SVG}path[@class='gantt-link']").get("d")
        assert path.startswith(f"M{start:.1f}".removesuffix(".0"))
        assert f"L{finish:.1f}".removesuffix(".0") in path


def test_the_zoom_is_chosen_so_that_the_plan_fits_unless_one_is_asked_for():
    short, long = [START, START + timedelta(days=3)], [START, START + timedelta(days=900)]

    assert TimeScale.covering(short).zoom.name == "day"
    assert TimeScale.covering(long).zoom.name == "year"
    assert TimeScale.covering(long, "day").zoom.name == "day"


@pytest.mark.parametrize("zoom", list(ZOOMS))
def test_every_zoom_leaves_room_for_the_last_label(zoom: str):
    scale = TimeScale.covering([START, START + timedelta(days=100)], zoom)

    assert scale.width - scale.x(START + timedelta(days=100)) > 180
