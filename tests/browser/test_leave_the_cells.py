"""Where letters go into cells, Escape leads to the commands, and an arrow back."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from planning.models import Scenario

pytestmark = pytest.mark.browser


def test_escape_closes_the_task_then_leaves_the_cells_and_an_arrow_goes_back(
    open_page: Callable[..., Page], two_tasks: Scenario
):
    page = open_page(reverse("planning:scenario", args=[two_tasks.pk]))
    bench = page.locator("#workbench")
    duration = page.locator("#task-2 [data-field=duration]")
    duration.click()
    page.keyboard.press("Alt+o")
    panel = page.locator("#task-panel")
    expect(panel).to_contain_text("Pour")
    duration.click()

    page.keyboard.press("Escape")
    expect(panel).to_be_empty()
    expect(duration).to_be_focused()
    page.keyboard.press("Escape")
    expect(bench).to_be_focused()
    page.keyboard.press("u")
    expect(bench).to_have_attribute("data-look", "uncertainty")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Filter")).to_be_focused()
    page.keyboard.press("Escape")

    bench.focus()
    page.keyboard.press("ArrowDown")
    expect(duration).to_be_focused()
    expect(page.locator("#workbench input:focus")).to_have_count(0)
