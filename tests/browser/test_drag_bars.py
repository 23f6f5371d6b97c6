"""Bars under the pointer and under the keys: what is previewed is what comes."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, expect

from planning.core.plan import Constraint, ConstraintType
from planning.models import Dependency, Scenario, Task
from planning.services import tasks
from tests.builders import Team, make_baseline, make_chain

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


@pytest.fixture
def chain(team: Team) -> Scenario:
    """Dig, Pour and Cure, each five days, one after the other."""
    with team.context():
        scenario = make_baseline(team)
        make_chain(scenario, "Dig", "Pour", "Cure", team=team, days=5)
        return scenario


def open_plan(open_page: OpenPage, scenario: Scenario) -> Page:
    page = open_page(reverse("planning:scenario", args=[scenario.pk]), viewport=WIDE)
    expect(page.locator("#bar-1")).to_be_visible()
    return page


WIDE = {"width": 1700, "height": 900}


def middle(bar: Locator) -> tuple[float, float]:
    box = bar.locator(".gantt-task").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def pixels(page: Page, days: float) -> float:
    return days * float(page.locator(".gantt-head").get_attribute("data-pixels-per-day"))


def press_and_move(page: Page, bar: Locator, *, days: float = 0, rows: float = 0) -> None:
    x, y = middle(bar)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + pixels(page, days), y + 30 * rows, steps=5)


def ghost(page: Page, number: int) -> Locator:
    key = page.locator(f"#bar-{number}").get_attribute("data-key")
    return page.locator(f'.gantt-ghost-bar[data-key="{key}"]')


def lefts_of(shapes: Locator) -> list[float]:
    """Where they begin at one moment: an answer to a preview draws every ghost anew."""
    return shapes.evaluate_all("shapes => shapes.map((shape) => shape.getBBox().x)")


def test_what_a_drag_previews_is_what_dropping_commits(
    open_page: OpenPage, chain: Scenario, team: Team
):
    page = open_plan(open_page, chain)

    # To a Tuesday: what is previewed on the way there, over a weekend too, says other words.
    press_and_move(page, page.locator("#bar-1"), days=8)
    expect(page.locator("#gantt-delta")).to_contain_text("Finish +6 d → Mon 2 Feb")
    foretold = sorted(lefts_of(page.locator(".gantt-ghost-bar")))
    page.mouse.up()
    expect(page.locator(".gantt-ghost-bar")).to_have_count(0)

    became = lefts_of(page.locator(".gantt-window .gantt-task"))
    assert len(became) == 3
    assert became == pytest.approx(foretold, abs=0.2)
    with team.context():
        dig = Task.objects.get(name="Dig")
    assert dig.start == datetime(2026, 1, 13, 8)


def test_a_drag_is_one_change_and_one_undo(open_page: OpenPage, chain: Scenario, team: Team):
    page = open_plan(open_page, chain)
    before = revision_of(chain, team)

    press_and_move(page, page.locator("#bar-1"), days=7)
    page.mouse.up()
    expect(page.locator("#task-1")).to_contain_text("12 Jan")

    assert revision_of(chain, team) == before + 1
    page.keyboard.press("Control+z")
    expect(page.locator("#task-1")).to_contain_text("5 Jan")


def test_a_second_drag_before_the_row_comes_anew_is_no_lost_race(
    open_page: OpenPage, chain: Scenario, team: Team
):
    page = open_plan(open_page, chain)
    before = revision_of(chain, team)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/rows/*/", hold)

    for drag, days in enumerate((7, 14), start=1):
        press_and_move(page, page.locator("#bar-1"), days=days)
        page.mouse.up()
        for _wait in range(100):
            if revision_of(chain, team) == before + drag:
                break
            page.wait_for_timeout(50)
    for route in held:
        route.continue_()

    expect(page.locator("#task-1")).to_contain_text("19 Jan")
    expect(page.locator(".toast")).to_have_count(0)
    assert revision_of(chain, team) == before + 2


def test_the_end_of_a_bar_changes_how_long_it_takes(
    open_page: OpenPage, chain: Scenario, team: Team
):
    page = open_plan(open_page, chain)
    box = page.locator("#bar-1 .gantt-task").bounding_box()

    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 7)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + pixels(page, 3), box["y"] + 7, steps=5)
    expect(page.locator("#gantt-delta")).to_contain_text("Finish +1 d")
    page.mouse.up()

    expect(page.locator("#task-1")).to_contain_text("6d")


def test_escape_puts_a_bar_back(open_page: OpenPage, chain: Scenario, team: Team):
    page = open_plan(open_page, chain)
    before = revision_of(chain, team)

    press_and_move(page, page.locator("#bar-1"), days=7)
    expect(ghost(page, 1)).to_be_visible()
    page.keyboard.press("Escape")
    page.mouse.up()

    expect(page.locator(".gantt-ghost-bar")).to_have_count(0)
    assert revision_of(chain, team) == before


def test_a_drop_that_a_constraint_forbids_says_why_and_changes_nothing(
    open_page: OpenPage, chain: Scenario, team: Team
):
    with team.context():
        dig = Task.objects.get(name="Dig")
        wish = Constraint(ConstraintType.MSO, datetime(2026, 1, 5, 8))
        tasks.edit_task(chain, dig.key, actor=team.person, constraint=wish)
    page = open_plan(open_page, chain)
    before = revision_of(chain, team)

    press_and_move(page, page.locator("#bar-1"), days=7)
    expect(page.locator("#gantt-delta.is-refused")).to_contain_text("must start on")
    page.mouse.up()

    expect(page.locator("#toasts")).to_contain_text("must start on")
    expect(page.locator(".gantt-ghost-bar")).to_have_count(0)
    assert revision_of(chain, team) == before


def test_a_vertical_drag_only_reorders(open_page: OpenPage, chain: Scenario, team: Team):
    page = open_plan(open_page, chain)
    with team.context():
        dates = dict(Task.objects.values_list("name", "start"))

    press_and_move(page, page.locator("#bar-3"), rows=-2.4)
    expect(page.locator(".gantt-drop-line")).to_have_count(1)
    page.mouse.up()

    expect(page.locator(".plan tbody tr").first).to_contain_text("Cure")
    with team.context():
        assert dict(Task.objects.values_list("name", "start")) == dates


def test_keys_move_a_bar_by_working_days_and_preview_what_comes(
    open_page: OpenPage, chain: Scenario, team: Team
):
    page = open_plan(open_page, chain)
    page.locator("#bar-1").focus()

    for _press in range(5):
        page.keyboard.press("ArrowRight")
    # Only the answer to the last press says by how many days the finish moves.
    expect(page.locator("#gantt-delta")).to_contain_text("Finish +5 d")
    expect(page.locator("#gantt-delta")).to_contain_text("Start Mon 12 Jan")
    foretold = sorted(lefts_of(page.locator(".gantt-ghost-bar")))
    page.keyboard.press("Enter")
    expect(page.locator(".gantt-ghost-bar")).to_have_count(0)

    became = lefts_of(page.locator(".gantt-window .gantt-task"))
    assert len(became) == 3
    assert became == pytest.approx(foretold, abs=0.2)
    with team.context():
        assert Task.objects.get(name="Dig").start == datetime(2026, 1, 12, 8)


def test_keys_resize_a_bar_and_escape_does_not(open_page: OpenPage, chain: Scenario, team: Team):
    page = open_plan(open_page, chain)
    page.locator("#bar-1").focus()

    page.keyboard.press("Shift+ArrowRight")
    expect(ghost(page, 1)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".gantt-ghost-bar")).to_have_count(0)
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")

    expect(page.locator("#task-1")).to_contain_text("6d")
    with team.context():
        dig = Task.objects.get(name="Dig")
    assert dig.finish - dig.start == timedelta(days=7, hours=9)


def test_keys_link_two_bars_and_a_circle_is_refused(
    open_page: OpenPage, chain: Scenario, team: Team
):
    page = open_plan(open_page, chain)

    page.locator("#bar-3").focus()
    page.keyboard.press("l")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#gantt-delta.is-refused")).to_contain_text("Dig → Pour → Cure")
    page.keyboard.press("Escape")
    page.locator("#bar-1").focus()
    page.keyboard.press("l")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#gantt-delta")).to_contain_text("Link Dig → Cure")
    page.keyboard.press("Enter")

    expect(page.locator("#task-3")).to_contain_text("1, 2")
    with team.context():
        assert Dependency.objects.count() == 3


def test_a_link_is_drawn_from_a_handle_and_taken_away_by_a_click(open_page: OpenPage, team: Team):
    with team.context():
        scenario = make_baseline(team)
        for name in ("Dig", "Pour"):
            tasks.add_task(scenario, actor=team.person, name=name, duration_minutes=5 * 480)
    page = open_plan(open_page, scenario)

    page.locator("#bar-1").hover()
    x, y = centre(page.locator('#bar-1 .gantt-handle[data-end="F"]'))
    goal = page.locator("#bar-2 .gantt-task").bounding_box()
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(goal["x"] + 6, goal["y"] + 7, steps=6)
    expect(page.locator("#gantt-delta")).to_contain_text("Finish +5 d")
    page.mouse.up()
    expect(page.locator("#task-2")).to_contain_text("12 Jan")

    box = page.locator(".gantt-link").bounding_box()
    page.mouse.click(box["x"] + box["width"] - 6, box["y"] + box["height"] / 2)
    page.get_by_role("button", name="Unlink").click()
    expect(page.locator("#task-2")).to_contain_text("5 Jan")


def test_a_finger_taps_a_bar_and_then_drags_it(open_page: OpenPage, chain: Scenario, team: Team):
    page = open_page(reverse("planning:scenario", args=[chain.pk]), viewport=WIDE, has_touch=True)
    expect(page.locator("#bar-1")).to_be_visible()
    x, y = middle(page.locator("#bar-1"))
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        where = [{"x": left, "y": top} for left, top in points]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

    page.touchscreen.tap(x, y)
    expect(page.locator("#bar-1")).to_be_focused()
    touch("touchStart", (x, y))
    for step in range(1, 8):
        touch("touchMove", (x + pixels(page, step), y))
    expect(page.locator("#gantt-delta")).to_contain_text("Finish +5 d")
    touch("touchEnd")

    expect(page.locator("#task-1")).to_contain_text("12 Jan")


def centre(shape: Locator) -> tuple[float, float]:
    box = shape.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def revision_of(scenario: Scenario, team: Team) -> int:
    with team.context():
        return Scenario.objects.get(pk=scenario.pk).revision


def test_a_bar_says_why_it_stands_where_it_does(open_page: OpenPage, chain: Scenario):
    page = open_plan(open_page, chain)

    page.locator("#bar-2").focus()
    page.keyboard.press("w")

    expect(page.locator("#why")).to_contain_text("Dig")
    page.keyboard.press("Escape")
    expect(page.locator("#why")).to_be_hidden()
    expect(page.locator("#bar-2")).to_be_focused()
