"""After signing out the Back button shows nobody what was open before."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserType, Page, Route, expect

from lineo.accounts.models import Role
from planning.models import Scenario
from tests.browser.conftest import session_of
from tests.builders import Team, join

pytestmark = pytest.mark.browser


@pytest.fixture(params=["whole", "as files"])
def browser(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], request: Any
) -> Iterator[Browser]:
    """A browser that keeps pages as people's browsers do: as they stood, or what was sent."""
    left_out = ["--disable-back-forward-cache"] if request.param == "whole" else []
    browser = browser_type.launch(**browser_type_launch_args, ignore_default_args=left_out)
    yield browser
    browser.close()


@pytest.fixture
def page(open_page: Callable[..., Any], two_tasks: Scenario) -> Page:
    """The page of a plan, marked, so that it is known again where it was kept whole."""
    page = open_page(reverse("planning:scenario", args=[two_tasks.pk]))
    expect(page.locator("#task-2")).to_contain_text("Pour")
    page.evaluate("window.isTheSame = true")
    page.is_cut_off = True  # what is refused from here on, Chromium logs as a failed resource
    return page


def go_back(page: Page) -> None:
    # A page that was kept whole does not load, so there is nothing that Playwright waits for.
    page.evaluate("setTimeout(() => history.back())")
    page.wait_for_timeout(300)


def test_nothing_of_it_is_there(page: Page):
    page.locator("form[action*='sign-out'] button").evaluate("one => one.form.submit()")
    page.wait_for_url("**/sign-in/**")

    go_back(page)

    expect(page.get_by_role("heading", name="Sign in to Lineo")).to_be_visible()
    assert page.get_by_text("Pour").count() == 0


def test_nor_is_it_there_for_whoever_signed_in_since(page: Page, team: Team, server: Any):
    page.goto(reverse("planning:find"))
    page.context.add_cookies([session_of(join(team, Role.GUEST), server)])

    go_back(page)

    expect(page.get_by_text("Pour")).to_have_count(0)


@pytest.mark.parametrize("browser", ["whole"], indirect=True)
def test_who_is_still_here_sees_it_as_it_stood(page: Page):
    page.goto(reverse("planning:find"))

    go_back(page)

    expect(page.locator("#task-2")).to_be_visible()
    assert page.evaluate("window.isTheSame")


@pytest.mark.parametrize("browser", ["whole"], indirect=True)
def test_who_can_not_be_asked_about_for_a_moment_loses_nothing(page: Page):
    broken = [lambda route: route.abort(), lambda route: route.fulfill(status=503)]

    def answer(route: Route) -> None:
        broken.pop()(route) if broken else route.continue_()

    page.context.route("**/users/me/", answer)
    page.goto(reverse("planning:find"))

    go_back(page)

    expect(page.locator("#task-2")).to_be_visible()
    assert page.evaluate("window.isTheSame")
    assert not broken
