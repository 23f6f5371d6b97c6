"""Rows that are scrolled far away leave the page, and nobody notices."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from planning.models import Scenario
from tests.browser.conftest import LONG

pytestmark = pytest.mark.browser

MOST_ROWS = 400
_HEIGHT = "document.getElementById('workbench').scrollHeight"


@pytest.fixture
def page(open_page: Callable[..., Page], long_plan: Scenario) -> Page:
    """The plan, with the cursor on the name of its third task."""
    page = open_page(reverse("planning:scenario", args=[long_plan.pk]))
    page.locator("#task-3 .column-name").click()
    return page


def scroll_to(page: Page, row: int) -> None:
    """Scroll there, and wait until the row is."""
    page.evaluate(f"document.getElementById('workbench').scrollTop = {(row - 1) * 30}")
    expect(page.locator(f"tr[aria-rowindex='{row}']")).to_be_visible(timeout=30_000)


def wander(page: Page, step: int = 60) -> int:
    """Scroll to the end; return how many rows the page held at most."""
    most = 0
    for row in [*range(1, LONG, step), LONG]:
        scroll_to(page, row)
        most = max(most, rows_of(page))
    return most


def rows_of(page: Page) -> int:
    return page.locator(".window tbody tr").count()


def test_the_page_holds_some_hundred_rows_wherever_one_scrolls(page: Page):
    height = page.evaluate(_HEIGHT)

    assert wander(page) <= MOST_ROWS

    assert page.evaluate(_HEIGHT) == height
    scroll_to(page, 300)
    cells = page.locator("tr[aria-rowindex='300']")
    expect(cells).to_contain_text("Step 300")
    assert page.locator("table[aria-rowcount]").first.get_attribute("aria-rowcount") == str(LONG)


def test_the_cursor_stays_and_goes_on_from_where_it_is(page: Page):
    wander(page)

    expect(page.locator("#task-3 .column-name")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#task-4 .column-name")).to_be_focused()
    page.keyboard.press("Control+End")
    expect(page.locator(f"#task-{LONG} .column-name")).to_be_focused(timeout=30_000)
    page.keyboard.press("Control+Home")
    expect(page.locator("#task-1 .column-name")).to_be_focused(timeout=30_000)


def test_arrows_cross_the_edge_to_rows_that_left(page: Page):
    scroll_to(page, 600)
    page.locator("#task-600 .column-name").click()
    scroll_to(page, 1)
    scroll_to(page, LONG)
    expect(page.locator("#task-560")).to_have_count(0)

    for row in range(599, 558, -1):
        page.keyboard.press("ArrowUp")
        expect(page.locator(f"#task-{row} .column-name")).to_be_focused(timeout=30_000)


def test_an_open_editor_stays_open(page: Page):
    page.locator("#task-3 .column-duration").dblclick()
    page.locator("#task-3 .column-duration input").fill("7d")

    wander(page, step=300)

    expect(page.locator("#task-3 .column-duration input")).to_have_value("7d")


def test_what_was_chosen_stays_chosen(page: Page):
    page.locator("#task-5 .column-duration").click(modifiers=["Control"])
    page.locator("#task-9 .column-duration").click(modifiers=["Control"])

    wander(page, step=300)

    expect(page.locator("#task-9")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#chosen-count")).to_have_text("3 rows chosen")


def test_of_all_rows_chosen_those_that_come_back_are_marked(page: Page):
    page.keyboard.press("Control+a")

    assert wander(page, step=120) <= MOST_ROWS

    scroll_to(page, 200)
    expect(page.locator("#task-200")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#chosen-count")).to_have_text(f"{LONG} rows chosen")
