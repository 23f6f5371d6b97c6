"""A plan at 200 % zoom: half the pixels, and nothing less that one can do."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from planning.models import Scenario

pytestmark = pytest.mark.browser

ZOOMED = {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2}
BUTTONS = ("Undo", "Uncertainty", "Zoom out", "Legend", "Simulate")


def test_cells_are_edited_in_place_and_every_tool_is_reached(
    open_page: Callable[..., Page], two_tasks: Scenario
):
    page = open_page(reverse("planning:scenario", args=[two_tasks.pk]), **ZOOMED)

    page.locator("#task-1 [data-field=duration]").dblclick()
    page.keyboard.type("3..5..10d")
    page.keyboard.press("Enter")

    expect(page.locator(".is-saving, input.is-refused")).to_have_count(0)
    expect(page.locator("#task-1 [data-field=duration]")).to_contain_text("3..5..10d")
    expect(page.get_by_role("separator")).to_be_visible()
    bar = page.locator(".workbench-top")
    for name in BUTTONS:
        button = bar.get_by_role("button", name=name, exact=True)
        button.scroll_into_view_if_needed()
        expect(button).to_be_in_viewport(ratio=1)
