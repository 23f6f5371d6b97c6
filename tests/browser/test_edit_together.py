"""The chosen rows are edited at once, in a dialog."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from planning.models import Scenario, TaskLabel
from planning.services.tasks import edit_task
from tests.builders import Team

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


def test_chosen_rows_get_the_same_and_one_undo_takes_it_back(
    open_page: OpenPage, release: Scenario, team: Team
):
    page = open_page(
        reverse("planning:scenario", args=[release.pk]), viewport={"width": 1600, "height": 900}
    )
    page.locator("#task-2 .column-duration").click()
    for _press in range(2):
        page.keyboard.press("Shift+ArrowDown")

    page.keyboard.press("Alt+e")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("3 rows chosen")
    dialog.locator("form").evaluate("form => form.noValidate = true")
    dialog.get_by_label("Complete, %").fill("140")
    dialog.get_by_label("Add labels").fill("spring")
    dialog.get_by_role("button", name="Change them").click()
    expect(dialog).to_contain_text("less than or equal to 100")
    expect(dialog).to_contain_text("3 rows chosen")
    expect(dialog.get_by_label("Add labels")).to_have_value("spring")
    dialog.get_by_label("Complete, %").fill("20")
    dialog.get_by_role("button", name="Change them").click()

    expect(dialog).to_be_hidden()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_enabled()
    with team.context():
        assert shares(release) == {"2": 20, "3": 20, "4": 20}
        labelled = TaskLabel.objects.filter(label__name="spring").count()
    assert labelled == 3
    expect(page.locator("#task-4 .column-duration")).to_be_focused()
    # What is chosen is said on, and what can be done with it stays at hand.
    expect(page.locator("#chosen-count")).to_have_text("3 rows chosen")
    expect(page.get_by_role("button", name="Indent")).to_be_visible()
    undo.click()
    expect(undo).to_be_disabled()
    with team.context():
        assert shares(release) == {}


def test_the_dialog_stays_open_while_others_change_the_plan(
    open_page: OpenPage, two_tasks: Scenario, team: Team
):
    page = open_page(reverse("planning:scenario", args=[two_tasks.pk]))
    page.locator("#task-1 .column-duration").click()
    page.keyboard.press("Alt+e")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Add labels").fill("spring")

    with team.context():
        two_tasks.refresh_from_db()
        pour = two_tasks.tasks.get(name="Pour").key
        edit_task(two_tasks, pour, actor=team.person, name="Pour the slab")
    page.evaluate("document.dispatchEvent(new CustomEvent('plan-changed'))")
    expect(page.locator("#task-2 th")).to_contain_text("Pour the slab")

    expect(dialog.get_by_label("Add labels")).to_have_value("spring")
    dialog.get_by_role("button", name="Change them").click()
    expect(dialog).to_be_hidden()
    with team.context():
        assert TaskLabel.objects.get().label.name == "spring"


def shares(scenario: Scenario) -> dict[str, float]:
    begun = scenario.tasks.filter(percent_complete__gt=0)
    return {str(number): share for number, share in begun.values_list("number", "percent_complete")}


def test_one_chosen_row_is_one_row(open_page: OpenPage, release: Scenario):
    page = open_page(reverse("planning:scenario", args=[release.pk]))
    page.locator("#task-2 .column-duration").click()

    page.keyboard.press("Alt+e")

    expect(page.get_by_role("dialog")).to_contain_text("1 row chosen")
