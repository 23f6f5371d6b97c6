"""Without a connection nothing that was typed is lost, and the page says so once."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from planning.models import Scenario

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


def test_an_edit_without_a_connection_waits_in_its_cell_and_is_said_once(
    open_page: OpenPage, two_tasks: Scenario
):
    page = open_page(reverse("planning:scenario", args=[two_tasks.pk]))
    name = page.locator("#task-1 [data-field=name]")
    page.is_cut_off = True  # what can't be fetched, Chromium logs
    page.context.set_offline(True)

    for _try in range(2):
        name.dblclick()
        page.keyboard.press("Control+a")
        page.keyboard.type("Dig deeper")
        with page.expect_event("requestfailed"):
            page.keyboard.press("Enter")
        expect(page.locator("#task-1 input")).to_have_value("Dig deeper")
        page.keyboard.press("Escape") if _try == 0 else None
    said = page.locator(".toast", has_text="can’t be reached")
    expect(said).to_have_count(1)
    expect(said.locator("svg.icon:visible")).to_have_count(2)

    page.context.set_offline(False)
    page.locator("#task-1 input").press("Enter")
    expect(page.locator(".is-saving, .is-refused")).to_have_count(0)
    expect(name).to_have_text("Dig deeper")


def test_a_dialog_that_could_not_be_fetched_does_not_open_empty(
    open_page: OpenPage, two_tasks: Scenario
):
    page = open_page(reverse("planning:scenario", args=[two_tasks.pk]))
    page.is_cut_off = True
    page.route("**/columns/**", lambda route: route.fulfill(status=500, body=""))

    page.get_by_role("link", name="Columns").click()

    expect(page.locator(".toast")).to_contain_text("That didn’t work")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_what_fails_in_a_dialog_is_said_in_front_of_it(open_page: OpenPage, two_tasks: Scenario):
    page = open_page(reverse("planning:scenario", args=[two_tasks.pk]))
    page.locator("#task-1 .column-duration").click()
    page.keyboard.press("Alt+e")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Add labels").fill("spring")
    page.is_cut_off = True
    page.context.set_offline(True)

    dialog.get_by_role("button", name="Change them").click()

    said = page.locator(".toast", has_text="can’t be reached")
    said.get_by_role("button", name="Close").click()
    expect(said).to_have_count(0)
    expect(dialog.get_by_label("Add labels")).to_have_value("spring")
