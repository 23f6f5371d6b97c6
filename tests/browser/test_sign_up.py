"""From no account to a second step, as somebody does it in a browser."""

import re

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from playwright.sync_api import Page, expect

PASSWORD = "correct horse battery"


def code_of(secret: str, step: int) -> str:
    """Return the code of now (1) or of the next half minute (2)."""
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[step]))


@pytest.mark.usefixtures("transactional_db")
def test_sign_up_confirm_set_up_an_app_and_sign_in_with_it(
    page: Page, live_server, complaints, mailoutbox
) -> None:
    page.goto(f"{live_server}/sign-in/")
    page.get_by_role("link", name="Make an account").click()
    page.get_by_label("Name").fill("Ada Lovelace")
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()

    page.goto(re.search(r"https?://\S+", mailoutbox[0].body)[0])
    page.get_by_role("button", name="Yes, confirm it").click()
    page.goto(f"{live_server}/sign-in/")
    sign_in(page)
    page.get_by_label("Name of the workspace").fill("Atelier")
    page.get_by_role("button", name="Make a workspace").click()

    page.get_by_role("link", name="Ada Lovelace").click()
    page.get_by_role("link", name="Second step").click()
    page.get_by_role("link", name="Set up an app").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    secret = page.locator("#secret").inner_text()
    expect(page.locator(".qr svg")).to_be_visible()
    page.get_by_label("Authenticator code").fill(code_of(secret, 1))
    page.get_by_role("button", name="Turn it on").click()
    expect(page.locator(".secrets li")).to_have_count(10)

    page.get_by_role("button", name="Sign out").click()
    sign_in(page)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_label("Code").fill(code_of(secret, 2))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Ada Lovelace")).to_be_visible()
    assert complaints == []


def sign_in(page: Page) -> None:
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
