"""Paper shows every row: the browser's own print takes the sheets, not the scrolled table."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from planning.models import Scenario

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


def test_printing_the_plan_takes_every_row_on_sheets(open_page: OpenPage, release: Scenario):
    page = open_page(reverse("planning:scenario", args=[release.pk]))
    sheets = page.locator("#paper .sheet")
    expect(sheets).to_have_count(0)

    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")

    expect(sheets).to_have_count(2)
    assert page.locator("#paper .picture-name:not(.is-repeated)").count() == 42
    expect(page.locator("#workbench")).to_be_hidden()
    expect(sheets.first).to_be_visible()
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(sheets).to_have_count(0)
    expect(page.locator("#workbench")).to_be_visible()


def test_each_sheet_is_a_page_of_the_pdf(open_page: OpenPage, release: Scenario):
    page = open_page(reverse("simulations:paper", args=[release.pk]))

    document = page.pdf(prefer_css_page_size=True)

    assert document.count(b"/Type /Page\n") == page.locator(".sheet").count() == 2


def test_a_phone_has_every_page_behind_one_button(open_page: OpenPage, release: Scenario):
    page = open_page("/", viewport={"width": 390, "height": 844})
    link = page.locator("#nav-rest").get_by_role("link", name="Portfolio")
    expect(link).to_be_hidden()

    page.get_by_role("button", name="Pages").click()
    link.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Portfolio")
