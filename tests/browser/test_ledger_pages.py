"""Give a date, see its chance that day and after the next forecast, withdraw it."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from lineo.jobs.entry import run_waiting
from planning.models import Scenario
from simulations import services
from tests.browser.test_pages_for_everyone import serious_findings
from tests.builders import Team

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


def simulate(scenario: Scenario, team: Team) -> None:
    with team.context():
        services.start_simulation(scenario, actor=team.person, iterations=1000)
    run_waiting()


def test_from_a_date_that_was_given_to_its_withdrawal(
    open_page: OpenPage, release: Scenario, team: Team
):
    simulate(release, team)
    page = open_page(reverse("planning:project", args=[release.project_id]))

    page.get_by_role("link", name="Commitments").click()
    page.get_by_label("To whom").fill("Sponsor")
    page.get_by_label("Date", exact=True).fill("2027-06-30")
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("is the chance of what is most in danger")).to_be_visible()
    assert serious_findings(page) == []

    simulate(release, team)
    page.get_by_role("link", name="Sponsor").click()
    expect(page.locator(".course-dot")).to_have_count(2)
    assert serious_findings(page) == []

    page.get_by_label("Why is it withdrawn?").fill("The scope was cut.")
    page.get_by_role("button", name="Withdraw it").click()
    expect(page.locator(".answer")).to_have_text("Withdrawn")
    page.goto(reverse("simulations:calibration", args=[release.project_id]))
    expect(page.locator(".answer")).to_have_text("Nothing is finished yet.")
    assert serious_findings(page) == []
