"""Talk in a real browser: naming people by keys, and nothing that others wrote runs."""

from typing import Any

from playwright.sync_api import expect

from lineo.accounts.models import Role
from lineo.talk.models import Comment
from lineo.talk.references.services import add_reference
from lineo.talk.services import add_comment
from lineo.talk.subjects import of_row
from tests.builders import join
from tests.talk.test_markdown import ATTACKS


def named(team, name):
    person = join(team, Role.MEMBER)
    person.name = name
    person.save()
    return person


def test_a_person_is_named_by_keys_beside_the_table(open_page, team, two_tasks):
    named(team, "Anna Weber")
    page = open_page(f"/scenarios/{two_tasks.pk}/")
    page.locator("#task-1 .column-number").click()

    field = page.locator("#task-panel #body-new")
    field.press_sequentially("Is it deep, @web")
    expect(page.locator(".mentions [role=option]")).to_have_count(1)
    field.press("Enter")
    expect(field).to_have_value("Is it deep, @Anna Weber ")
    field.press_sequentially("?")
    field.press("Control+Enter")

    said = page.locator("#task-panel .comment .prose")
    expect(said.locator(".mention")).to_have_text("@Anna Weber")
    expect(page.locator("#task-panel #body-new")).to_have_value("")


def test_nothing_that_others_wrote_runs(open_page, team, two_tasks):
    with team.context():
        task = two_tasks.tasks.first()
        task.scenario = two_tasks
        for text in ATTACKS:
            add_comment(of_row(task), author=team.person, body=text)
            add_reference(of_row(task), author=team.person, body=text, title=text, source=text)
    page: Any = open_page(f"/tasks/{task.pk}/")
    page.on("dialog", lambda dialog: pytest_fail(dialog.message))

    expect(page.locator(".comment")).to_have_count(len(ATTACKS))
    expect(page.locator(".reference")).to_have_count(len(ATTACKS))
    bad = page.evaluate(
        """() => [...document.querySelectorAll(".prose *, .reference-title *")]
            .filter((one) => !one.closest("svg"))
            .filter((one) => [...one.attributes].some(({ name }) => /^(on|hx-|data-hx)/.test(name)))
            .length"""
    )
    assert bad == 0
    assert page.locator(".prose :is(script, iframe, img, form, style)").count() == 0


def test_an_answer_a_reaction_and_a_change_stay_on_the_page(open_page, team, two_tasks):
    with team.context():
        task = two_tasks.tasks.first()
        task.scenario = two_tasks
        add_comment(of_row(task), author=team.person, body="Is it deep?")
    page = open_page(f"/tasks/{task.pk}/talk/")

    page.get_by_text("Reply").first.click()
    page.locator(".reply textarea").fill("It is.")
    page.locator(".reply").get_by_role("button", name="Reply").click()
    expect(page.locator(".replies .prose")).to_have_text("It is.")
    page.locator(".thread > .comment summary[title=React]").click()
    page.get_by_role("button", name="Yes", exact=True).first.click()
    expect(page.locator(".thread > .comment .mark")).to_have_text("👍 1")
    page.locator(".thread > .comment summary[title=More]").click()
    page.locator("[data-edit-comment]").first.click()
    page.locator(".thread > .comment .comment-edit textarea").fill("Is it deep enough?")
    page.locator(".thread > .comment .comment-edit").get_by_role("button", name="Save").click()

    expect(page.locator(".thread > .comment .prose")).to_have_text("Is it deep enough?")
    with team.context():
        assert Comment.objects.count() == 2


def pytest_fail(message: str) -> None:
    raise AssertionError(f"something ran: {message}")
