"""The forecast beside the plan follows each edit."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from lineo.jobs.entry import run_waiting
from planning.core.distributions import Pert
from planning.models import Scenario
from planning.services import tasks
from tests.builders import Team, make_baseline, make_chain

pytestmark = pytest.mark.browser


def test_an_edit_moves_the_forecast_beside_the_plan(open_page: Callable[..., Page], team: Team):
    with team.context():
        scenario: Scenario = make_baseline(team)
        dig, _ = make_chain(scenario, "Dig", "Pour", team=team)
        tasks.edit_task(scenario, dig.key, actor=team.person, estimate=Pert(480, 960, 2880))
    run_waiting()
    page = open_page(reverse("planning:scenario", args=[scenario.pk]))
    panel = page.locator("#live-forecast")
    expect(panel.locator(".chart-curve")).to_have_count(1)
    before = panel.locator(".live-answer strong").inner_text()
    column = page.locator("#task-2 .column-p80")
    expect(column).not_to_have_text("")
    foretold = column.inner_text()

    page.locator("#task-2 [data-field=duration]").dblclick()
    page.keyboard.type("4d")
    page.keyboard.press("Enter")
    expect(panel).to_have_attribute("data-under-way", "true")
    run_waiting()

    expect(panel).to_have_attribute("data-under-way", "false")
    expect(panel.locator(".live-answer strong")).not_to_have_text(before)
    expect(panel.locator(".live-answer .live-delta")).to_have_text(re.compile(r"^\s*\+3 d"))
    expect(column).not_to_have_text(foretold)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(1600)
    assert [url for url in asked if "/live/" in url] == []


def test_rows_show_a_forecast_that_came_between_them_and_the_panel(
    open_page: Callable[..., Page], team: Team
):
    with team.context():
        scenario: Scenario = make_baseline(team)
        dig, _ = make_chain(scenario, "Dig", "Pour", team=team)
        tasks.edit_task(scenario, dig.key, actor=team.person, estimate=Pert(480, 960, 2880))
    page = open_page(reverse("planning:find"))
    is_ready = False
    held: list[Route] = []

    def answer(route: Route) -> None:
        route.continue_() if is_ready else held.append(route)

    page.route("**/live/**", answer)
    page.goto(reverse("planning:scenario", args=[scenario.pk]), wait_until="domcontentloaded")
    column = page.locator("#task-2 .column-p80")
    expect(column).to_have_text("")

    run_waiting()
    is_ready = True
    for one in held:
        one.continue_()

    assert held
    expect(column).not_to_have_text("")


def test_asking_slows_down_and_stops_where_no_worker_answers(
    open_page: Callable[..., Page], team: Team
):
    with team.context():
        scenario: Scenario = make_baseline(team)
        make_chain(scenario, "Dig", "Pour", team=team)
    page = open_page(reverse("planning:scenario", args=[scenario.pk]))
    panel = page.locator("#live-forecast")
    expect(panel).to_have_attribute("data-under-way", "false")
    page.clock.install()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/live/" in one.url else None)

    page.locator("#task-2 [data-field=duration]").dblclick()
    page.keyboard.type("3..5..10d")
    page.keyboard.press("Enter")
    page.clock.run_for(100)
    expect(panel).to_have_attribute("data-under-way", "true")
    counts = []
    for seconds in (3, 12, 45):
        before = len(asked)
        for _ in range(seconds * 4):
            page.clock.run_for(250)
            page.wait_for_timeout(20)
        counts.append((len(asked) - before) / seconds)
    page.clock.run_for(10_000)

    expect(panel.get_by_role("link", name="Ask again")).to_be_visible()
    expect(panel).to_have_attribute("data-under-way", "false")
    assert counts[0] > counts[1] > counts[2] > 0
    before = len(asked)
    page.clock.run_for(60_000)
    page.wait_for_timeout(200)
    assert len(asked) == before

    panel.get_by_role("link", name="Ask again").click()
    expect(panel).to_have_attribute("data-under-way", "true")
    page.clock.run_for(100)
    run_waiting()
    page.clock.run_for(2_000)
    expect(panel.locator(".live-answer strong")).to_be_visible()


def test_bars_show_the_first_forecast_unless_a_person_has_chosen(
    open_page: Callable[..., Page], two_tasks: Scenario
):
    page = open_page(reverse("planning:scenario", args=[two_tasks.pk]))
    bench = page.locator("#workbench")
    expect(bench).to_have_attribute("data-look", "plan")

    _type_duration(page, "3..5..10d")
    run_waiting()

    expect(bench).to_have_attribute("data-look", "uncertainty")
    expect(page.get_by_role("button", name="Uncertainty")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Plan", exact=True).click()
    bars = page.locator(".gantt-bar.is-uncertain .gantt-spread path").first
    before = bars.get_attribute("d")
    _type_duration(page, "3..5..20d")
    run_waiting()
    expect(bars).not_to_have_attribute("d", before or "")
    expect(bench).to_have_attribute("data-look", "plan")


def _type_duration(page: Page, text: str) -> None:
    page.locator("#task-2 [data-field=duration]").dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.locator("#live-forecast")).to_have_attribute("data-under-way", "true")
