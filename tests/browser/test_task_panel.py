"""A task beside the table: what is saved there, and progress reported from a phone."""

from collections.abc import Callable
from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from planning.models import Scenario, Task
from tests.builders import Team

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def plan(scenario: Scenario) -> str:
    return reverse("planning:scenario", args=[scenario.pk])


def test_what_is_saved_beside_the_table_shows_in_it_and_the_panel_stays(
    open_page: OpenPage, two_tasks: Scenario, team: Team
):
    """Once the whole page came to stand within the panel."""
    page = open_page(plan(two_tasks))
    page.locator("#task-1 th").click()
    page.keyboard.press("Alt+o")
    panel = page.locator("#task-panel")

    panel.get_by_label("Duration").fill("6d")
    panel.get_by_label("Duration").press("Enter")

    expect(page.locator("#task-1 [data-field=duration]")).to_have_text("6d")
    expect(page.locator("#workbench-bar [data-shortcut=undo]")).to_have_attribute(
        "title", "Undo: Edited “Dig”"
    )
    expect(panel.get_by_label("Duration")).to_have_value("6d")
    assert page.locator("h1").count() == 1
    with team.context():
        assert Task.objects.get(name="Dig").actual_start is None
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_be_empty()


def test_what_does_not_fit_is_said_in_the_panel_and_nothing_typed_is_lost(
    open_page: OpenPage, two_tasks: Scenario
):
    page = open_page(plan(two_tasks))
    page.locator("#task-1 th").click()
    page.keyboard.press("Alt+o")
    panel = page.locator("#task-panel")

    panel.get_by_label("Duration").fill("soon")
    panel.get_by_role("button", name="Save", exact=True).click()

    expect(panel.locator(".errorlist")).to_contain_text("soon")
    expect(panel.get_by_label("Duration")).to_have_value("soon")


def test_progress_is_reported_from_a_phone_with_three_taps(
    open_page: OpenPage, two_tasks: Scenario, team: Team
):
    page = open_page(plan(two_tasks), **PHONE)

    page.locator("#task-1 th a").tap()
    page.get_by_role("button", name="Started today").tap()
    expect(page.get_by_role("button", name="Started today")).to_have_count(0)
    page.get_by_role("button", name="Done today").tap()
    expect(page.get_by_role("button", name="Done today")).to_have_count(0)

    with team.context():
        dig = Task.objects.get(name="Dig")
    assert dig.actual_start.date() <= dig.actual_finish.date() <= date.today()  # noqa: DTZ011
    assert dig.percent_complete == 100
