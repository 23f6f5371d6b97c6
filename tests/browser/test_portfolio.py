"""The portfolio: link two projects, see the other's move arrive, draw them jointly, set a goal."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from lineo.jobs.entry import run_waiting
from planning.models import Scenario
from planning.services import tasks
from simulations import services
from tests.browser.test_pages_for_everyone import serious_findings
from tests.builders import Team, make_baseline
from tests.portfolio.builders import make_task

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
PORTFOLIO = reverse("portfolio:portfolio")


@pytest.fixture
def house(team: Team) -> Scenario:
    with team.context():
        road = make_baseline(team, name="Ring road", code="ROAD")
        make_task(road, "Pave", team=team, days=3)
        house = make_baseline(team, name="House", code="HOUSE")
        make_task(house, "Roof", team=team, days=2)
        return house


def test_from_a_link_to_a_goal(open_page: OpenPage, house: Scenario, team: Team):
    with team.context():
        roof = house.tasks.get()
        road = Scenario.objects.get(project__code="ROAD")

    # Wait for the other project, in the task's own form.
    page = open_page(reverse("planning:task", args=[roof.pk]))
    page.get_by_label("After").fill("ROAD-1FS+1d")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_load_state("networkidle")
    page.goto(reverse("planning:task", args=[roof.pk]))
    expect(page.get_by_text("It starts when")).to_contain_text("ROAD-1 Pave of “Ring road”")
    expect(page.locator(".facts")).to_contain_text("12 Jan")

    # It moves, and the follower a moment later.
    with team.context():
        pave = road.tasks.get()
        tasks.edit_task(
            road, pave.key, actor=team.person, duration_minutes=8 * 480, risk_level="high"
        )
    run_waiting()
    page.reload()
    expect(page.locator(".facts")).to_contain_text("19 Jan")

    # Both on one axis, by name and link.
    with team.context():
        for scenario in (house, road):
            scenario.refresh_from_db()
            services.start_simulation(scenario, actor=team.person, iterations=500)
    run_waiting()
    page.get_by_role("link", name="Portfolio", exact=True).click()
    lane = page.get_by_role("row").filter(has_text="House").first
    expect(lane).to_contain_text("waits for Ring road")
    expect(page.locator("svg.lane rect.lane-plan")).to_have_count(2)

    # Drawn in the same futures: the house is no longer sure.
    page.get_by_role("button", name="Draw jointly").click()
    expect(page.locator("#joint progress")).to_be_visible()
    run_waiting()
    expect(page.get_by_text("drawn jointly", exact=False).first).to_be_visible()
    expect(page.locator("svg.lane rect.lane-spread")).to_have_count(2)

    # A goal in danger stands at the top.
    own = page.get_by_role("row").filter(has=page.get_by_role("link", name="Ring road", exact=True))
    own.get_by_role("link", name="Set a goal").click()
    page.get_by_label("By").fill("2026-01-12")
    page.get_by_label("Chance wanted, in %").fill("90")
    page.get_by_role("button", name="Set the goal").click()
    expect(page.locator(".answer").first).to_have_text("Ring road")
    expect(page.get_by_text("1 of 1 goals in danger")).to_be_visible()

    # Found, sorted and grouped by the address.
    page.get_by_label("Find a project").fill("hou")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("svg.lane rect.lane-plan")).to_have_count(1)
    assert "q=hou" in page.url


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_page_reads_well_on_a_phone_too(
    open_page: OpenPage, house: Scenario, team: Team, theme: str
):
    page = open_page(PORTFOLIO, theme=theme)
    assert serious_findings(page) == []

    narrow = open_page(PORTFOLIO, theme=theme, viewport={"width": 390, "height": 844})

    assert serious_findings(narrow) == []
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 390
