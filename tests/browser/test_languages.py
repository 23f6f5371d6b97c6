"""The site in a language written from right to left, and in one that writes dates otherwise.

Both by the ways of a site: the languages that it offers, and the one that a browser asks for.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from lineo.jobs.entry import run_waiting
from planning.models import Scenario, Task
from simulations import services
from tests.browser.test_drag_bars import WIDE, press_and_move
from tests.browser.test_pages_for_everyone import pages_of, serious_findings
from tests.builders import Team, make_baseline, make_chain

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


@pytest.fixture
def chain(team: Team) -> Scenario:
    """Dig and Pour, five days each: bars wide enough to take hold of."""
    with team.context():
        scenario = make_baseline(team)
        make_chain(scenario, "Dig", "Pour", team=team, days=5)
        return scenario


@pytest.fixture(autouse=True)
def _languages(settings: Any) -> None:
    settings.LANGUAGES = [("en", "English"), ("he", "Hebrew"), ("de", "German")]


def plan(scenario: Scenario) -> str:
    return reverse("planning:scenario", args=[scenario.pk])


def left_of(page: Page, selector: str) -> float:
    return page.locator(selector).first.bounding_box()["x"]


def test_every_page_runs_from_right_to_left_and_fits(
    open_page: OpenPage, release: Scenario, team: Team
):
    with team.context():
        services.start_simulation(release, actor=team.person, iterations=1000)
        paths = [*pages_of(release), reverse("portfolio:portfolio")]
    run_waiting()
    page = open_page("/", locale="he-IL", viewport={"width": 1440, "height": 900})

    findings, wide = [], []
    for path in paths:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("[document.dir, document.documentElement.lang]") == ["rtl", "he"]
        findings += serious_findings(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)

    assert (findings, wide) == ([], [])
    assert left_of(page, ".sidebar") > left_of(page, "main")


def test_arrows_go_where_they_point_from_right_to_left_too(open_page: OpenPage, release: Scenario):
    page = open_page(plan(release), locale="he-IL", viewport=WIDE)
    page.locator("#task-2 th").click()
    before = page.locator("#task-2 th").bounding_box()["x"]

    page.keyboard.press("ArrowRight")

    focused = page.locator("#task-2 :focus")
    expect(focused).to_have_attribute("data-field", "duration")
    assert focused.bounding_box()["x"] > before


def test_time_runs_from_left_to_right_and_a_bar_goes_with_the_pointer(
    open_page: OpenPage, chain: Scenario, team: Team
):
    page = open_page(plan(chain), locale="he-IL", viewport=WIDE)
    expect(page.locator("#bar-1")).to_be_visible()

    press_and_move(page, page.locator("#bar-1"), days=7)
    page.mouse.up()
    expect(page.locator("#task-1 [data-field=start]")).to_contain_text("12 ינו")

    with team.context():
        assert Task.objects.get(name="Dig").start == datetime(2026, 1, 12, 8)


def test_a_milestone_says_its_date_and_then_its_chance_without_overlap(
    open_page: OpenPage, release: Scenario, team: Team
):
    with team.context():
        services.start_simulation(release, actor=team.person, iterations=1000)
    run_waiting()
    page = open_page(plan(release), locale="he-IL", viewport=WIDE)

    edges = page.locator(".gantt-label:has(.gantt-chance)").first.evaluate(
        "one => [...one.children].map((part) => part.getBoundingClientRect())"
        ".map((box) => [box.left, box.right])"
    )

    (_, date_ends), (chance_begins, _) = edges
    assert chance_begins >= date_ends


def test_dates_are_read_as_a_german_writes_them_and_times_by_24_hours(
    open_page: OpenPage, two_tasks: Scenario, team: Team
):
    page = open_page(plan(two_tasks), locale="de-DE", viewport=WIDE)

    page.locator("#task-1 [data-field=start]").dblclick()
    page.keyboard.type("4.3.2026")
    page.keyboard.press("Enter")

    expect(page.locator("#task-1 [data-field=start]")).to_contain_text("4 Mär")
    with team.context():
        assert Task.objects.get(name="Dig").start == datetime(2026, 3, 4, 8)
    page.goto(reverse("planning:history", args=[two_tasks.pk]))
    shown = page.locator(".history time").first
    written = datetime.fromisoformat(shown.get_attribute("datetime"))
    assert f"{written:%H:%M}" in shown.inner_text()
