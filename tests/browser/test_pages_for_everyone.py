"""Each page in dark and light: no serious finding of axe-core, nothing from elsewhere."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from lineo.jobs.entry import run_waiting
from planning.models import Calendar, Risk, Scenario, Task
from simulations import services
from tests.builders import Team

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "axe.min.js"

OpenPage = Callable[..., Page]
OF_SCENARIOS = ("scenario-diff", "promote", "merge")


def pages_of(scenario: Scenario) -> list[str]:
    of_scenario = (
        "scenario",
        "plan-settings",
        "history",
        "risks",
        "calendars",
    )
    task = Task.objects.filter(scenario=scenario).first()
    risk = Risk.objects.filter(scenario=scenario).first()
    calendar = Calendar.objects.filter(scenario=scenario).first()
    return [
        reverse("planning:projects"),
        reverse("planning:create-project"),
        reverse("planning:import-plan"),
        reverse("planning:project", args=[scenario.project_id]),
        reverse("planning:lineage", args=[scenario.project_id]),
        reverse("simulations:compare", args=[scenario.project_id]),
        reverse("simulations:why-moved", args=[scenario.project_id]),
        reverse("simulations:buffers", args=[scenario.pk]),
        *(reverse(f"planning:{name}", args=[scenario.pk]) for name in of_scenario),
        *(reverse(f"planning:{name}", args=[scenario.pk]) for name in OF_SCENARIOS),
        *(reverse(f"planning:{name}", args=[scenario.pk]) for name in ("columns", "paste-page")),
        reverse("planning:find") + "?q=brief",
        reverse("planning:task", args=[task.pk]),
        reverse("planning:why", args=[task.pk]),
        reverse("planning:risk", args=[risk.pk]),
        reverse("planning:calendar", args=[calendar.pk]),
        reverse("simulations:forecast", args=[scenario.pk]),
        reverse("simulations:paper", args=[scenario.pk]),
    ]


def serious_findings(page: Page) -> list[str]:
    # Through the debugger: the site's policy lets no foreign script in.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{page.url} {one['id']}: {one['nodes'][0]['html'][:160]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_no_page_has_a_serious_finding(
    open_page: OpenPage, release: Scenario, team: Team, theme: str
):
    with team.context():
        services.start_simulation(release, actor=team.person, iterations=1000)
        paths = pages_of(release)
    run_waiting()
    page = open_page(reverse("planning:projects"), theme=theme)

    findings = []
    for path in paths:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        findings += serious_findings(page)

    assert findings == []


@pytest.mark.parametrize("width", [390, 720])
def test_a_narrow_screen_never_scrolls_sideways(
    open_page: OpenPage, release: Scenario, team: Team, width: int
):
    with team.context():
        paths = pages_of(release)
    # A phone widens its view to what sticks out, where a desktop would scroll.
    screen = {"viewport": {"width": width, "height": 844}, "is_mobile": True, "has_touch": True}
    page = open_page("/", **screen)

    wide = []
    for path in paths:
        page.goto(path)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(path)

    assert wide == []


def test_the_tab_of_a_page_is_in_sight_where_tabs_scroll(open_page: OpenPage, two_tasks: Scenario):
    narrow = {"width": 390, "height": 844}

    page = open_page(reverse("planning:plan-settings", args=[two_tasks.pk]), viewport=narrow)

    expect(page.locator(".tabs [aria-current]")).to_have_text("Settings")
    expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=1)


def test_no_narrow_screen_cuts_off_what_nobody_can_scroll_to(
    open_page: OpenPage, release: Scenario, team: Team
):
    with team.context():
        paths = pages_of(release)
    page = open_page("/", viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)

    cut = []
    for path in paths:
        page.goto(path)
        hidden = "one => one.scrollWidth - one.clientWidth"
        if page.locator(".panel").evaluate(hidden):
            cut.append(path)

    assert cut == []


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_what_opens_over_the_plan_has_no_serious_finding(
    open_page: OpenPage, release: Scenario, theme: str
):
    # What fades in is looked at when it stands, not on its way.
    address = reverse("planning:scenario", args=[release.pk])
    page = open_page(address, theme=theme, reduced_motion="reduce")
    findings = serious_findings(page)

    page.keyboard.press("Shift+?")
    findings += serious_findings(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("brief")
    page.get_by_role("option", name="Write the release brief").wait_for()
    findings += serious_findings(page)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Columns").click()
    page.get_by_role("button", name="Show these").wait_for()
    findings += serious_findings(page)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="History").click()
    page.locator("#task-panel .history").wait_for()
    findings += serious_findings(page)

    assert findings == []


@pytest.mark.parametrize("kind", ["success", "danger"])
def test_a_message_that_a_script_shows_is_closed_by_a_button_with_a_name(
    open_page: OpenPage, two_tasks: Scenario, kind: str
):
    page = open_page(reverse("planning:scenario", args=[two_tasks.pk]), reduced_motion="reduce")

    said = {"text": "Nothing to fill down.", "kind": kind}
    page.evaluate("said => document.dispatchEvent(new CustomEvent('toast', {detail: said}))", said)
    findings = serious_findings(page)
    page.locator("#toasts").get_by_role("button", name="Close").click()

    expect(page.locator(".toast")).to_have_count(0)
    assert findings == []
