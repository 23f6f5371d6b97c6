"""Where a bar lies out of sight, the Gantt's edge says on which date, and a click brings it."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from planning.models import Scenario

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


@pytest.fixture
def page(open_page: OpenPage, release: Scenario) -> Page:
    page = open_page(
        reverse("planning:scenario", args=[release.pk]),
        viewport={"width": 1440, "height": 800},
        reduced_motion="reduce",
    )
    expect(page.locator("#bar-2")).to_be_visible()
    return page


def scroll(page: Page, to: str) -> None:
    page.locator("#workbench").evaluate(f"one => one.scrollLeft = {to}")


def hint(page: Page, number: int) -> Locator:
    return page.locator(f'.edge-hint[data-bar="bar-{number}"]')


def is_in_sight(page: Page, number: int) -> bool:
    bar = page.locator(f"#bar-{number} .gantt-task").bounding_box()
    table = page.locator("#workbench-head .plan-side").bounding_box()
    bench = page.locator("#workbench").bounding_box()
    begins, ends = table["x"] + table["width"], bench["x"] + bench["width"]
    return begins <= bar["x"] and bar["x"] + bar["width"] <= ends


def test_a_bar_that_is_over_says_when_at_the_edge_where_it_left(page: Page):
    expect(hint(page, 2)).to_have_count(0)

    scroll(page, "one.scrollWidth")

    expect(hint(page, 2)).to_be_visible()
    finish = page.locator("#task-2 .column-finish").inner_text()
    assert finish[:6].strip() in hint(page, 2).inner_text()
    table = page.locator("#workbench-head .plan-side").bounding_box()
    box = hint(page, 2).bounding_box()
    assert 0 <= box["x"] - (table["x"] + table["width"]) < 12
    row = page.locator("#task-2").bounding_box()
    assert row["y"] <= box["y"]
    assert box["y"] + box["height"] <= row["y"] + row["height"]


def test_a_click_on_the_hint_brings_the_bar_and_the_hint_goes(page: Page):
    scroll(page, "one.scrollWidth")

    hint(page, 3).click()

    expect(hint(page, 3)).to_have_count(0)
    assert is_in_sight(page, 3)


def test_what_is_yet_to_come_stands_at_the_other_edge_and_a_key_brings_it(page: Page):
    scroll(page, "0")
    last = page.locator(".edge-hint.is-after").last
    number = int(last.get_attribute("data-bar").removeprefix("bar-"))
    bench = page.locator("#workbench").bounding_box()
    box = last.bounding_box()
    assert bench["x"] + bench["width"] - (box["x"] + box["width"]) < 24

    page.locator(f"#task-{number} th").click()
    page.keyboard.press("Alt+g")

    expect(hint(page, number)).to_have_count(0)
    assert is_in_sight(page, number)
    expect(page.locator(f"#task-{number} th")).to_be_focused()


def test_hints_scroll_with_their_rows(page: Page):
    scroll(page, "one.scrollWidth")
    expect(hint(page, 8)).to_be_visible()

    page.locator("#workbench").evaluate("one => one.scrollTop = 90")
    page.wait_for_timeout(100)

    row = page.locator("#task-8").bounding_box()
    assert row["y"] <= hint(page, 8).bounding_box()["y"] <= row["y"] + 12
