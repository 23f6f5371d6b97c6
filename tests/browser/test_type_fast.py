"""Typing as fast as in a spreadsheet: nobody waits for an answer, and nothing is lost."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from lineo.activity.models import Change
from planning.models import Scenario, Task
from tests.builders import Team, make_baseline, make_chain

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
NAMES = [f"Task {number}" for number in range(1, 6)]


@pytest.fixture
def plan(team: Team) -> Scenario:
    """Five tasks, each after the one before."""
    with team.context():
        scenario = make_baseline(team)
        make_chain(scenario, *NAMES, team=team)
        return scenario


@pytest.fixture
def page(open_page: OpenPage, plan: Scenario) -> Page:
    """The plan, with the cursor on the duration of its first task."""
    page = open_page(reverse("planning:scenario", args=[plan.pk]))
    duration(page, 1).click()
    return page


def duration(page: Page, number: int):
    return page.locator(f"#task-{number} [data-field=duration]")


def type_all(page: Page, *words: str) -> None:
    """Type and press keys without a pause; words in angle brackets are keys."""
    for word in words:
        if word.startswith("<"):
            page.keyboard.press(word.strip("<>"))
        else:
            page.keyboard.type(word)


def settled(page: Page) -> None:
    """Wait until every cell shows what the server has kept."""
    expect(page.locator(".is-saving")).to_have_count(0)
    expect(page.locator("#workbench .is-editing")).to_have_count(0)


def durations(team: Team) -> list[float]:
    with team.context():
        return [task.duration_minutes / 480 for task in Task.objects.order_by("position")]


def edits(team: Team) -> int:
    with team.context():
        return Change.objects.filter(intention="edit-task").count()


def test_twenty_edits_up_and_down_the_column_are_all_kept(page: Page, team: Team):
    for lap in range(4):
        down = lap % 2 == 0
        numbers = range(1, 6) if down else range(5, 0, -1)
        for number in numbers:
            type_all(page, f"{10 * lap + number + 1}d", "<Enter>" if down else "<Shift+Enter>")
            if number == (5 if down else 1):
                expect(duration(page, number)).to_be_focused()

    settled(page)
    for number in range(1, 6):
        expect(duration(page, number)).to_have_text(f"{30 + number + 1}d")
    assert durations(team) == [32, 33, 34, 35, 36]
    turns = 3  # where one cell is typed in twice running, the second may still catch up the first
    assert 20 - turns <= edits(team) <= 20


def test_twenty_edits_of_one_cell_end_with_the_last(page: Page, team: Team):
    for number in range(20):
        low = number + 2
        type_all(page, f"{low}..{low + 2}d", "<Enter>", "<ArrowUp>")

    settled(page)
    expect(duration(page, 1)).to_have_text("21..23d")
    expect(page.locator(".is-refused")).to_have_count(0)
    assert 1 <= edits(team) <= 20
    assert durations(team)[1:] == [1, 1, 1, 1]


def test_a_refusal_in_passing_waits_in_its_cell_with_what_was_typed(page: Page, team: Team):
    type_all(page, "2d", "<Enter>", "3 bananas", "<Enter>", "4d", "<Enter>", "5d", "<Enter>", "6d")
    expect(page.locator(".is-saving")).to_have_count(0)

    refused = duration(page, 2)
    expect(refused).to_have_text("3 bananas")
    expect(refused).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#toasts")).to_contain_text("3 bananas")
    expect(duration(page, 5).locator("input")).to_have_value("6d")
    type_all(page, "<Enter>")
    expect(page.locator(".is-saving")).to_have_count(0)
    assert durations(team) == [2, 1, 4, 5, 6]

    refused.dblclick()
    expect(refused.locator("input")).to_have_value("3 bananas")
    expect(page.locator("#cell-error")).to_be_visible()
    type_all(page, "<Control+a>", "3d", "<Enter>")
    settled(page)
    assert durations(team) == [2, 3, 4, 5, 6]


def test_escape_in_a_refused_cell_goes_back_to_what_the_plan_holds(page: Page, team: Team):
    type_all(page, "bananas", "<Enter>", "4d", "<Enter>")
    expect(duration(page, 1)).to_have_class("column-duration is-refused")
    expect(page.locator(".is-saving")).to_have_count(0)

    duration(page, 1).dblclick()
    type_all(page, "<Escape>")

    expect(duration(page, 1)).to_have_text("1d")
    expect(page.locator(".is-refused")).to_have_count(0)
    assert durations(team) == [1, 4, 1, 1, 1]


def test_a_wrong_text_typed_over_at_once_never_mixes_with_the_next(page: Page, team: Team):
    type_all(page, "bananas", "<Enter>", "<ArrowUp>", "3..5d", "<Enter>", "<ArrowUp>")
    type_all(page, "4..6d", "<Enter>")

    settled(page)
    expect(duration(page, 1)).to_have_text("4..6d")
    expect(page.locator(".is-refused")).to_have_count(0)


def test_undo_waits_for_what_was_typed_before_it(page: Page, team: Team):
    type_all(page, "2d", "<Enter>", "3d", "<Enter>", "4d", "<Enter>", "<Control+z>")

    expect(duration(page, 3)).to_have_text("1d")
    settled(page)
    assert durations(team) == [2, 3, 1, 1, 1]


def test_undo_after_a_refusal_takes_back_nothing_older(page: Page, team: Team):
    type_all(page, "2d", "<Enter>", "bananas", "<Enter>", "<Control+z>")

    expect(duration(page, 2)).to_have_attribute("aria-invalid", "true")
    settled(page)
    page.wait_for_timeout(300)
    assert durations(team) == [2, 1, 1, 1, 1]


def test_leaving_asks_first_while_something_is_not_kept(page: Page, team: Team):
    def slowly(route: Route) -> None:
        page.wait_for_timeout(1_500)
        route.continue_()

    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.route(re.compile("/cell/"), slowly)
    type_all(page, "2d", "<Enter>")
    expect(page.locator(".is-saving")).to_have_count(1)

    page.close(run_before_unload=True)
    expect(page.locator(".is-saving")).to_have_count(0)

    assert asked == ["beforeunload"]
    assert durations(team)[0] == 2
    page.close(run_before_unload=True)
    page.wait_for_event("close") if not page.is_closed() else None
    assert asked == ["beforeunload"]
