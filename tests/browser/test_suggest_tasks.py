"""Tasks are offered while one types what a task waits for."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from planning.models import Scenario

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


@pytest.fixture
def page(open_page: OpenPage, release: Scenario) -> Page:
    address = reverse("planning:scenario", args=[release.pk])
    return open_page(address, viewport={"width": 1440, "height": 900})


def after(page: Page, number: int) -> Locator:
    return page.locator(f"#task-{number} [data-field=predecessors]")


def test_a_part_of_a_name_is_offered_chosen_by_arrows_and_keeps_type_and_lag(page: Page):
    after(page, 24).dblclick()
    field = page.get_by_role("combobox", name="After")
    page.keyboard.type("5, payment")
    option = page.get_by_role("option", name="Payment provider adapter")
    expect(option).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")

    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", option.get_attribute("id"))
    page.keyboard.press("Enter")
    expect(field).to_have_value("5, 13")
    expect(page.get_by_role("listbox", name="Tasks")).to_be_hidden()
    page.keyboard.type("SS+2d")
    page.keyboard.press("Enter")

    expect(after(page, 24)).to_have_text("5, 13SS+2d")
    expect(page.locator(".is-saving")).to_have_count(0)


def test_what_stands_behind_the_name_stays_when_another_task_is_taken(page: Page):
    after(page, 16).dblclick()
    field = page.get_by_role("combobox", name="After")
    expect(field).to_have_value("14SS+4d")

    page.keyboard.press("Home")
    page.keyboard.press("Delete")
    page.keyboard.press("Delete")
    page.keyboard.type("brief")
    page.get_by_role("option", name="Write the release brief").click()

    expect(field).to_have_value("4SS+4d")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")


def test_enter_keeps_what_was_typed_where_nothing_was_chosen(page: Page):
    after(page, 24).dblclick()
    page.keyboard.type("Write the rel")
    expect(page.get_by_role("option")).to_have_count(1)

    page.keyboard.press("Enter")

    expect(after(page, 24)).to_have_text("4")
    expect(page.get_by_role("listbox", name="Tasks")).to_be_hidden()


def test_escape_closes_the_list_first_and_then_the_cell(page: Page):
    before = after(page, 24).inner_text()
    after(page, 24).dblclick()
    page.keyboard.type("1")
    expect(page.get_by_role("option").first).to_be_visible()

    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox", name="Tasks")).to_be_hidden()
    expect(page.locator("#task-24 input")).to_have_value("1")
    page.keyboard.press("Escape")

    expect(page.locator("#task-24 input")).to_have_count(0)
    expect(after(page, 24)).to_have_text(before)


def test_a_circle_is_refused_as_ever(page: Page):
    after(page, 2).dblclick()
    page.keyboard.type("5")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("would make a circle")
    expect(page.locator("#task-2 input")).to_have_value("5")
    page.keyboard.press("Escape")


def test_what_would_make_a_circle_says_so_and_can_not_be_taken(page: Page):
    after(page, 2).dblclick()
    field = page.get_by_role("combobox", name="After")
    page.keyboard.type("brief")
    agreed = page.get_by_role("option", name="Brief agreed")

    expect(agreed).to_contain_text("would make a circle")
    expect(agreed).to_be_disabled()
    agreed.dispatch_event("mousedown")
    page.keyboard.press("ArrowDown")

    expect(agreed).to_have_attribute("aria-selected", "false")
    expect(field).to_have_value("brief")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
