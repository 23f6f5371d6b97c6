"""The API's own pages, under the policy of every other page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from planning.models import Scenario, Task
from tests.builders import Team

pytestmark = pytest.mark.browser


def test_swagger_ui_reads_the_description_and_sends_a_request(
    open_page: Callable[..., Page], two_tasks: Scenario
) -> None:
    page = open_page("/api/v1/docs/")

    page.locator("#operations-tag-projects").click()
    page.locator("#operations-projects-list_projects button.opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()

    expect(page.locator(".live-responses-table tbody .response-col_status")).to_contain_text("200")


def test_redoc_reads_the_description(open_page: Callable[..., Page], team: Team) -> None:
    page = open_page("/api/v1/redoc/")

    expect(page.get_by_role("heading", name="List the projects")).to_be_visible(timeout=60_000)


def test_the_browsable_api_reads_and_writes(
    open_page: Callable[..., Page], two_tasks: Scenario, team: Team
) -> None:
    page = open_page(f"/api/v1/scenarios/{two_tasks.pk}/tasks/")

    page.get_by_role("link", name="/api/v1/tasks/").first.click()
    expect(page.get_by_label("If-Match")).to_have_value('"1"')
    page.get_by_label("Method").select_option("PATCH")
    page.get_by_label("Body, in JSON").fill('{"name": "Dig deeper"}')
    page.get_by_role("button", name="Send").click()

    expect(page.locator("[data-answer-status]")).to_contain_text("200")
    expect(page.get_by_label("If-Match")).to_have_value('"2"')
    with team.context():
        assert Task.objects.filter(name="Dig deeper").exists()
