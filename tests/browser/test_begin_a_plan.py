"""From an empty plan to the first rows, by typing and by pasting."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from planning.models import Scenario, Task
from tests.browser.test_work_on_a_plan import paste
from tests.builders import Team

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


def open_plan(open_page: OpenPage, scenario: Scenario) -> Page:
    return open_page(reverse("planning:scenario", args=[scenario.pk]))


def test_the_first_tasks_are_typed_one_after_the_other(
    open_page: OpenPage, empty_plan: Scenario, team: Team
):
    page = open_plan(open_page, empty_plan)
    name = page.locator("#add-task-name")

    for number, (text, duration) in enumerate([("Dig", "2..3..6d"), ("Gate", "0d")], 1):
        expect(name).to_be_focused()
        page.keyboard.type(text)
        page.keyboard.press("Tab")
        page.keyboard.type(duration)
        page.keyboard.press("Enter")
        expect(page.locator(f"#task-{number}")).to_be_visible()

    expect(name).to_be_focused()
    with team.context():
        assert dict(Task.objects.values_list("name", "kind")) == {
            "Dig": "task",
            "Gate": "milestone",
        }


def test_rows_of_a_spreadsheet_are_pasted_into_an_empty_plan(
    open_page: OpenPage, empty_plan: Scenario
):
    page = open_plan(open_page, empty_plan)

    paste(page, "Task\tDuration\tAfter\nHouse\t\t\n  Dig\t2d\t\n  Pour\t1..2..4d\t2\n")
    page.get_by_role("button", name="Add 3 tasks").click()

    expect(page.locator("#task-3 [data-field=predecessors]")).to_have_text("2")


def test_several_rows_pasted_where_a_task_is_added_are_rows_and_one_text_is_a_name(
    open_page: OpenPage, two_tasks: Scenario
):
    page = open_plan(open_page, two_tasks)
    page.locator("#add-task-name").click()

    paste(page, "Cure\t3d\nFrame\t8d\n")
    expect(page.get_by_role("button", name="Add 2 tasks")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#add-task-name").click()
    page.evaluate("text => document.execCommand('insertText', false, text)", "Cure")

    expect(page.locator("#add-task-name")).to_have_value("Cure")


def test_a_name_begins_to_the_right_of_its_summary(open_page: OpenPage, release: Scenario):
    page = open_plan(open_page, release)

    def begins(number: int) -> float:
        text = page.locator(f"#task-{number} th a")
        return text.evaluate(
            "one => { const all = document.createRange(); all.selectNodeContents(one);"
            " return all.getBoundingClientRect().x }"
        )

    expect(page.locator("#task-1")).to_have_class(re.compile("is-summary"))
    assert page.locator("#task-2").get_attribute("aria-level") == "2"
    assert begins(2) >= begins(1) + 12


def test_the_month_in_sight_keeps_its_name_while_it_scrolls_by(
    open_page: OpenPage, release: Scenario
):
    page = open_plan(open_page, release)
    expect(page.locator("#task-1")).to_be_visible()
    table = page.locator("#workbench-head .plan-side").bounding_box()
    edge = table["x"] + table["width"]

    for left in (0, 130, 333, 610):
        page.locator("#workbench").evaluate("(one, left) => one.scrollTo(left, 0)", left)
        page.wait_for_timeout(80)
        labels = page.locator(".gantt-major:not([visibility=hidden])").evaluate_all(
            "all => all.map((one) => one.getBoundingClientRect()).map((r) => [r.left, r.right])"
        )
        seen = [label for label in labels if label[1] > edge]
        assert all(one[1] <= other[0] for one, other in pairwise(seen))

        # Where the next one comes near, it pushes the first out.
        assert seen[0][0] >= edge or seen[1][0] - seen[0][1] < 20


def test_an_address_that_names_a_task_leads_to_its_row(open_page: OpenPage, release: Scenario):
    address = reverse("planning:scenario", args=[release.pk])

    page = open_page(f"{address}?task=40")

    expect(page.locator("#task-40 th")).to_be_focused()
    expect(page.locator("#task-40 th")).to_be_in_viewport()


def test_a_project_begins_in_the_time_zone_of_the_browser(open_page: OpenPage, team: Team):
    page = open_page(reverse("planning:create-project"), timezone_id="Europe/Berlin")

    expect(page.get_by_label("Name")).to_be_focused()
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Berlin")
    assert page.locator("option", has_text="Factory").count() == 0
