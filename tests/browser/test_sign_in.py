"""Signing in, as a person does it."""

from playwright.sync_api import Page, expect


def test_the_sign_in_page_breaks_none_of_its_own_rules(
    live_server: object, page: Page, complaints: list[str]
) -> None:
    page.goto(f"{live_server}/sign-in/")

    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert complaints == []
