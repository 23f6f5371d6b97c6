"""Choosing rows: also those that the browser has yet to fetch."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from planning.models import Scenario, Task
from tests.browser.conftest import LONG
from tests.builders import Team

pytestmark = pytest.mark.browser

COUNT = LONG


@pytest.fixture
def page(open_page: Callable[..., Page], long_plan: Scenario) -> Page:
    """The plan, with the cursor on the duration of its second task."""
    page = open_page(reverse("planning:scenario", args=[long_plan.pk]))
    page.locator("#task-2 .column-duration").click()
    return page


def levels(team: Team) -> dict[str, int]:
    """How many tasks have each risk level."""
    with team.context():
        found = list(Task.objects.values_list("risk_level", flat=True))
    return {level: found.count(level) for level in set(found)}


def test_every_row_is_chosen_and_changed_at_once(page: Page, team: Team):
    page.keyboard.press("Control+a")
    expect(page.locator("#chosen-count")).to_have_text(f"{COUNT} rows chosen")
    assert page.locator(".window-pending").count() > 10

    with page.expect_response("**/cells/set/", timeout=60_000):
        page.keyboard.press("Alt+3")

    assert levels(team) == {"high": COUNT}


def test_a_choice_reaches_over_rows_that_are_not_there(page: Page, team: Team):
    page.keyboard.press("Control+Shift+End")
    expect(page.locator(f"#task-{COUNT} .column-duration")).to_be_focused()
    expect(page.locator("#chosen-count")).to_have_text(f"{COUNT - 1} rows chosen")
    assert page.locator(".window-pending").count() > 10

    page.locator("#workbench").evaluate("bench => bench.scrollTo(0, bench.scrollHeight / 2)")
    middle = page.locator(f"#task-{COUNT // 2}")
    expect(middle).to_have_attribute("aria-selected", "true")
    page.locator(f"#task-{COUNT} .column-duration").focus()
    with page.expect_response("**/cells/set/", timeout=60_000):
        page.keyboard.press("Alt+1")

    assert levels(team) == {"": 1, "low": COUNT - 1}


def test_what_is_chosen_is_copied_whole(page: Page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+Shift+End")
    expect(page.locator("#chosen-count")).to_have_text(f"{COUNT} rows chosen")

    page.evaluate("() => document.addEventListener('copied', () => (document.body.id = 'copied'))")
    page.keyboard.press("Control+c")
    expect(page.locator("#copied")).to_be_visible(timeout=30_000)

    lines = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert lines == [f"Step {number}" for number in range(1, COUNT + 1)]


def test_a_smaller_choice_gives_rows_back(page: Page):
    for _press in range(3):
        page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowUp")

    expect(page.locator("#chosen-count")).to_have_text("3 rows chosen")
    expect(page.locator("tr[aria-selected]")).to_have_count(3)
