"""The line between table and Gantt is dragged, moved by keys, and stays where it was left."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from planning.models import Scenario
from planning.services.views import change_view
from tests.builders import Team

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
WIDE = {"width": 1440, "height": 800}


def open_plan(open_page: OpenPage, scenario: Scenario, **options: object) -> Page:
    address = reverse("planning:scenario", args=[scenario.pk])
    page = open_page(address, viewport=WIDE, **options)
    expect(page.get_by_role("separator")).to_be_visible()
    return page


def table_ends(page: Page) -> set[float]:
    """Where the table ends in the head and in each window: one place, or they don't fit."""
    sides = page.locator(".plan-side").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().right)"
    )
    return {round(end) for end in sides}


def drag(page: Page, by: float) -> None:
    box = page.get_by_role("separator").bounding_box()
    page.mouse.move(box["x"] + 4, 400)
    page.mouse.down()
    page.mouse.move(box["x"] + 4 + by, 400, steps=5)
    with page.expect_request("**/split/"):
        page.mouse.up()


def test_the_line_is_dragged_and_stays_where_it_was_left(open_page: OpenPage, release: Scenario):
    page = open_plan(open_page, release)
    before = table_ends(page)
    bar = page.locator("#bar-2 .gantt-task")
    left = bar.bounding_box()["x"]

    drag(page, -230)

    expect(page.locator(".splitter.is-dragged, .splitter:focus-visible")).to_have_count(0)
    now = table_ends(page)
    assert len(before) == len(now) == 1
    moved = before.pop() - next(iter(now))
    assert moved == pytest.approx(230, abs=8)
    assert left - bar.bounding_box()["x"] == pytest.approx(moved, abs=1)
    page.wait_for_load_state("networkidle")
    page.reload()
    assert table_ends(page) == now


def test_keys_move_the_line_and_enter_or_a_double_click_fits_the_columns(
    open_page: OpenPage, release: Scenario
):
    page = open_plan(open_page, release)
    line = page.get_by_role("separator")
    fitting = table_ends(page)
    told = int(line.get_attribute("aria-valuenow"))
    line.focus()

    for _press in range(10):
        page.keyboard.press("ArrowLeft")
    fewer = int(line.get_attribute("aria-valuenow"))
    assert fewer < told
    assert fitting.pop() - table_ends(page).pop() == pytest.approx(160, abs=1)

    page.keyboard.press("Home")
    least = int(line.get_attribute("aria-valuenow"))
    assert least == int(line.get_attribute("aria-valuemin")) < fewer
    page.keyboard.press("Enter")
    assert int(line.get_attribute("aria-valuenow")) == told
    page.keyboard.press("End")
    assert line.get_attribute("aria-valuenow") == line.get_attribute("aria-valuemax")
    line.dblclick()
    expect(line).to_have_attribute("aria-valuenow", str(told))


def test_the_columns_that_a_narrow_table_hides_come_with_the_cursor(
    open_page: OpenPage, release: Scenario
):
    page = open_plan(open_page, release)
    drag(page, -330)
    hidden = page.locator("#task-3 .column-predecessors")
    end = table_ends(page).pop()
    assert hidden.bounding_box()["x"] > end

    page.locator("#task-3 th").click()
    for _press in range(5):
        page.keyboard.press("ArrowRight")

    expect(hidden).to_be_focused()
    box = hidden.bounding_box()
    assert box["x"] + box["width"] <= end + 1
    names = page.locator("#task-3 th").bounding_box()
    assert box["x"] >= names["x"] + names["width"] - 1
    head = page.locator("#workbench-head th.column-predecessors").bounding_box()
    other = page.locator("#task-9 .column-predecessors").bounding_box()
    assert round(head["x"]) == round(other["x"]) == round(box["x"])


def test_a_double_click_beside_all_cells_edits_nothing_and_breaks_nothing(
    open_page: OpenPage, release: Scenario
):
    page = open_plan(open_page, release)

    page.mouse.dblclick(1300, 400)

    expect(page.locator(".is-editing")).to_have_count(0)


def test_a_phone_shows_name_and_finish_whatever_was_chosen_on_a_desk(
    open_page: OpenPage, release: Scenario, team: Team
):
    with team.context():
        change_view(release, actor=team.person, split=900)

    page = open_page(
        reverse("planning:scenario", args=[release.pk]), viewport={"width": 390, "height": 844}
    )

    finish = page.locator("#task-2 .column-finish").bounding_box()
    assert finish["x"] + finish["width"] <= table_ends(page).pop() + 1 < 300
    expect(page.get_by_role("separator")).to_be_hidden()
