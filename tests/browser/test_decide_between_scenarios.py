"""Branch, edit, compare, resolve two conflicts, promote, see it in the lineage, restore."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from lineo.jobs.entry import run_waiting
from planning.models import Scenario
from planning.services import tasks
from tests.builders import Team

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


def row_of(page: Page, name: str):
    return page.get_by_role("row").filter(has_text=name)


def choose(page: Page, scenario: str, item: str) -> None:
    row = row_of(page, scenario).first
    row.locator("summary").click()
    row.get_by_role("link", name=item).click()


def edit(scenario: Scenario, team: Team, **days: int) -> None:
    with team.context():
        for name, number in days.items():
            key = scenario.tasks.get(name=name).key
            tasks.edit_task(scenario, key, actor=team.person, duration_minutes=number * 480)


def test_from_a_branch_to_a_promise_and_back(open_page: OpenPage, two_tasks: Scenario, team: Team):
    project = reverse("planning:project", args=[two_tasks.project_id])
    page = open_page(project)

    # Branch, and change the branch and the baseline.
    row_of(page, "Baseline").first.locator("summary").click()
    page.get_by_label("Branch as").fill("Two crews")
    page.get_by_role("button", name="Branch").click()
    expect(page).to_have_url(re.compile("/scenarios/"))
    with team.context():
        branch = Scenario.objects.get(name="Two crews")
    edit(branch, team, Dig=4, Pour=5)
    edit(two_tasks, team, Dig=2, Pour=3)

    # Compare.
    page.goto(project)
    page.get_by_role("link", name="Compare", exact=True).click()
    page.get_by_role("button", name="Compare in the same futures").click()
    expect(page.get_by_text("Simulating …")).to_be_visible()
    run_waiting()
    expect(page.locator(".answer")).to_contain_text("Baseline")
    expect(page.locator(".scenario-curve")).to_have_count(2)

    # Resolve two conflicts.
    page.goto(project)
    choose(page, "Two crews", "Rebase onto the baseline")
    expect(page.get_by_text("2 things to decide first.")).to_be_visible()
    page.locator("fieldset").filter(has_text="Dig").get_by_label("Theirs").check()
    page.locator("fieldset").filter(has_text="Pour").get_by_label("Ours").check()
    expect(page.get_by_text("to decide first.")).to_be_hidden()
    run_waiting()
    expect(page.locator("#merge-forecast")).to_contain_text("P80")
    page.get_by_role("button", name="Rebase", exact=True).click()
    expect(page.get_by_text("Rebased onto “Baseline”")).to_be_visible()
    with team.context():
        rows = dict(branch.tasks.values_list("name", "duration_minutes"))
    assert rows == {"Dig": 2 * 480, "Pour": 5 * 480}

    # Promote, and see it in the lineage.
    page.goto(project)
    choose(page, "Two crews", "Promote")
    page.get_by_label("Why this plan?").fill("Pouring takes longer than we thought.")
    page.get_by_role("button", name="Promote to the baseline").click()
    expect(page.get_by_role("heading", name="“Two crews” became the baseline")).to_be_visible()
    expect(page.get_by_text("Pouring takes longer than we thought.")).to_be_visible()
    page.get_by_role("link", name="What changed from “Baseline”").click()
    expect(page.get_by_text("3 d → 5 d")).to_be_visible()
    page.go_back()

    # Restore.
    page.get_by_role("link", name="Go back to “Baseline”").click()
    page.get_by_label("Why this plan?").fill("It was the weather.")
    page.get_by_role("button", name="Restore as the baseline").click()
    expect(page.get_by_role("heading", name="Back to “Baseline”")).to_be_visible()
    with team.context():
        assert Scenario.objects.get(is_baseline=True) == two_tasks
