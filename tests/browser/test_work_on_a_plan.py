"""What a person does with a plan, in a real browser."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from lineo.jobs.entry import run_waiting
from planning.models import Dependency, Scenario, Task
from planning.services import tasks
from tests.browser.conftest import RELEASE
from tests.builders import Team

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


def workbench(scenario: Scenario) -> str:
    return reverse("planning:scenario", args=[scenario.pk])


def cell(page: Page, number: int, field: str):
    return page.locator(f"#task-{number} [data-field={field}]")


def test_a_file_is_imported_simulated_and_read(open_page: OpenPage, team: Team):
    page = open_page(reverse("planning:import-plan"))

    page.set_input_files("input[type=file]", RELEASE)
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    run_waiting()
    page.get_by_role("link", name="Open the plan").click()
    expect(page.locator(".plan tbody tr")).to_have_count(42)

    page.get_by_role("button", name="Simulate").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    run_waiting()
    expect(page.get_by_text("P80", exact=True).first).to_be_visible()
    page.get_by_role("link", name="Forecast").first.click()
    expect(page.locator(".answer")).to_have_text(re.compile(r"\d+ \w+ \d{4} ± "))
    expect(page.get_by_role("heading", name="What drives it?")).to_be_visible()


def test_a_duration_edited_in_place_moves_dates_and_is_undone(
    open_page: OpenPage, two_tasks: Scenario
):
    page = open_page(workbench(two_tasks))
    finish = page.locator("#task-2 td").nth(3)
    before = finish.inner_text()

    cell(page, 1, "duration").dblclick()
    page.keyboard.type("2..4..9d")
    page.keyboard.press("Enter")
    expect(cell(page, 1, "duration")).to_have_text("2..4..9d")
    expect(cell(page, 1, "duration").locator(".shape")).to_be_visible()
    expect(finish).not_to_have_text(before)

    page.keyboard.press("Control+z")
    expect(finish).to_have_text(before)
    expect(cell(page, 1, "duration")).to_have_text("1d")


TEN = [
    # name, duration, what it waits for, and how deep it stands
    ("Foundations", "", "", 0),
    ("Dig", "2..3..6d", "", 1),
    ("Pour", "1..2..5d", "2", 1),
    ("Cure", "e7d", "Pour", 1),
    ("House", "", "", 0),
    ("Walls", "8..10..20d", "4FS+2d", 1),
    ("Roof", "P10 8 P90 18d", "6", 1),
    ("Windows", "5 ± 2d", "6SS+3d", 1),
    ("Finish the inside", "3..8d", "7, Windows FF+1d", 1),
    ("Move in", "0d", "9", 0),
]


def test_a_ten_task_plan_is_built_by_keyboard_alone(
    open_page: OpenPage, empty_plan: Scenario, team: Team
):
    page = open_page(workbench(empty_plan))
    keys = page.keyboard

    page.locator("#add-task-name").focus()
    for number, (name, _duration, _after, _level) in enumerate(TEN, 1):
        keys.type(name)
        keys.press("Enter")
        expect(page.locator(f"#task-{number}")).to_be_visible()
        page.locator("#add-task-name").focus()

    page.locator("#workbench tbody [tabindex='0']").focus()
    keys.press("Control+Home")
    for number, (_name, duration, after, level) in enumerate(TEN, 1):
        expect(page.locator(f"#task-{number} th")).to_be_focused()
        if level:
            keys.press("Alt+ArrowRight")
            expect(page.locator(f"#task-{number}")).to_have_attribute("aria-level", "2")
        keys.press("ArrowRight")
        if duration:
            keys.type(duration)
            keys.press("Tab")
        else:
            keys.press("ArrowRight")
        for _step in range(3):
            keys.press("ArrowRight")
        keys.type(after)
        if after:
            keys.press("Enter")
            keys.press("ArrowUp") if number < len(TEN) else None
        keys.press("Home")
        keys.press("ArrowRight")
        keys.press("ArrowDown")

    expect(cell(page, 10, "predecessors")).to_have_text("9")
    # A cell shows at once what was typed; that it is kept is said when it is no longer paler.
    expect(page.locator(".is-saving")).to_have_count(0)
    expect(page.locator("#task-10")).to_have_class(re.compile("is-milestone"))
    expect(page.locator("#task-7 .shape")).to_be_visible()
    with team.context():
        built = {task.name: task for task in Task.objects.select_related("parent")}
        links = Dependency.objects.count()
    assert [name for name, *_ in TEN] == list(built)
    assert built["Walls"].parent.name == "House"
    assert built["Move in"].parent is None
    assert built["Roof"].estimate["distribution"] == "lognormal"
    assert links == 8


def test_what_does_not_fit_says_why_and_stays_open_for_correction(
    open_page: OpenPage, two_tasks: Scenario
):
    page = open_page(workbench(two_tasks))

    cell(page, 1, "predecessors").dblclick()
    page.keyboard.type("2")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("Dig → Pour → Dig")
    expect(page.locator("#task-1 input")).to_have_value("2")
    expect(page.locator("#task-1 input")).to_be_focused()
    page.keyboard.press("Escape")
    expect(cell(page, 1, "predecessors")).to_have_text("")


def test_a_lost_race_shows_both_values_and_loses_neither(
    open_page: OpenPage, two_tasks: Scenario, team: Team
):
    page = open_page(workbench(two_tasks))
    cell(page, 1, "duration").dblclick()
    page.keyboard.type("4d")
    with team.context():
        key = Task.objects.get(name="Dig").key
        tasks.edit_task(two_tasks, key, actor=None, duration_minutes=9 * 480)

    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("It now holds “9d”, you typed “4d”")
    expect(page.locator("#task-1 input")).to_have_value("4d")
    with page.expect_response("**/cell/"):
        page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).not_to_be_visible()
    expect(cell(page, 1, "duration")).to_have_text("4d")
    with team.context():
        assert Task.objects.get(name="Dig").duration_minutes == 4 * 480


def test_a_task_opens_beside_the_table_and_says_why(
    open_page: OpenPage, release: Scenario, team: Team
):
    page = open_page(workbench(release))

    page.get_by_role("link", name="Write the release brief").click()
    page.get_by_role("button", name="Open the task").click()

    panel = page.locator("#task-panel")
    expect(panel.get_by_text("Why not earlier?")).to_be_visible()
    panel.get_by_label("Complete, %").fill("40")
    panel.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved “Write the release brief”.")).to_be_visible()
    with team.context():
        brief = Task.objects.get(name="Write the release brief")
    assert brief.percent_complete == 40


def test_the_curve_answers_for_a_date_and_for_a_chance(open_page: OpenPage, release: Scenario):
    page = open_page(reverse("simulations:forecast", args=[release.pk]))
    page.get_by_role("button", name="Simulate").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    run_waiting()
    slider = page.get_by_role("slider")
    expect(slider).to_be_visible()
    sure = chance(slider)

    slider.focus()
    page.keyboard.press("PageUp")
    later = chance(slider)
    box = page.locator(".chart-hit").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 8, box["y"] + 40, steps=4)
    page.mouse.up()
    dragged = chance(slider)
    page.get_by_label("or when is it").select_option("85")

    assert dragged < sure < later
    assert chance(slider) == 85
    expect(page.locator("[data-read]")).to_contain_text("85 % sure by")


def chance(slider: Locator) -> int:
    return int(slider.get_attribute("aria-valuenow"))


def rows_of(team: Team) -> list[dict[str, object]]:
    with team.context():
        fields = [f.attname for f in Task._meta.concrete_fields if f.attname != "version"]
        links = Dependency.objects.order_by("pk").values("predecessor", "successor", "type")
        return [*Task.objects.order_by("pk").values(*fields), *links]


def test_twenty_changes_are_undone_to_the_exact_former_rows(
    open_page: OpenPage, release: Scenario, team: Team
):
    page = open_page(workbench(release))
    before = rows_of(team)
    name = cell(page, 2, "name")
    name.click()
    changes = ["Alt+1", "Alt+2", "Alt+3", "Alt+0", "Alt+ArrowDown", "Alt+ArrowUp", "Delete"]

    for number in range(20):
        if number < 13:
            page.locator("#task-7 .column-duration").click()
            page.keyboard.type(f"{number + 3}..{number + 5}..{number + 9}d")
            page.keyboard.press("Enter")
        else:
            name.click()
            page.keyboard.press(changes[number - 13])
        wait_for_revision(page, team, number + 2)
    assert rows_of(team) != before
    for step in range(20):
        if step == 10:
            page.reload()
        page.keyboard.press("Control+z")
        wait_for_revision(page, team, step + 22)

    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    assert rows_of(team) == before


def wait_for_revision(page: Page, team: Team, revision: int) -> None:
    """Wait until so many changes are committed, and their answer is on the page."""
    for _wait in range(400):
        with team.context():
            if Scenario.objects.get().revision >= revision:
                break
        page.wait_for_timeout(50)
    page.wait_for_timeout(150)


def paste(page: Page, text: str) -> None:
    page.evaluate(
        """(text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData('text/plain', text);
          const event = new ClipboardEvent('paste', { clipboardData, bubbles: true });
          document.activeElement.dispatchEvent(event);
        }""",
        text,
    )


def test_200_rows_are_pasted_from_a_spreadsheet(
    open_page: OpenPage, two_tasks: Scenario, team: Team
):
    page = open_page(workbench(two_tasks))
    lines = ["Task\tDuration\tAfter"]
    lines += [f"Step {n}\t2..3..7d\t{f'Step {n - 1}' if n else ''}" for n in range(200)]
    cell(page, 2, "name").click()

    paste(page, "\n".join(lines))
    page.get_by_role("button", name="Add 200 tasks").click()

    expect(page.locator("#workbench-bar")).to_have_attribute("data-total", "202")
    expect(page.get_by_role("link", name="Step 0", exact=True)).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.locator("#workbench-bar")).to_have_attribute("data-total", "2")


def test_a_view_is_found_again_as_it_was_left(open_page: OpenPage, release: Scenario):
    page = open_page(workbench(release))
    page.locator("#task-1 .twist").click()
    expect(page.locator("#task-2")).not_to_be_visible()
    page.get_by_role("link", name="Columns").click()
    page.get_by_label("Total float", exact=True).check()
    page.get_by_role("button", name="Show these").click()
    expect(page.get_by_role("button", name="Total float")).to_be_visible()
    page.get_by_role("button", name="Total float").click()
    expect(page.locator("[aria-sort=ascending]")).to_contain_text("Total float")
    # Its own answer, not that of a place before the rows were ordered anew.
    with page.expect_response(lambda one: (one.request.post_data or "") == "top=300&left=260"):
        page.locator("#workbench").evaluate("one => one.scrollTo(260, 300)")

    page.reload()

    expect(page.locator("[aria-sort=ascending]")).to_contain_text("Total float")
    expect(page.locator("#workbench-bar")).to_have_attribute("data-total", "38")
    assert page.locator("#workbench").evaluate("one => [one.scrollLeft, one.scrollTop]") == [
        260,
        300,
    ]
    page.keyboard.press("Shift+F")
    expect(page.locator("[aria-sort]")).to_have_count(0)


def test_the_palette_finds_a_task_and_runs_a_command(open_page: OpenPage, release: Scenario):
    page = open_page(workbench(release))

    page.keyboard.press("Control+k")
    page.keyboard.type("relase brief")
    expect(page.get_by_role("option", name="Write the release brief")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/?task=4")
    page.keyboard.press("Control+k")
    page.keyboard.type("collapse all")
    page.keyboard.press("Enter")

    expect(page.locator("#task-2")).not_to_be_visible()


def test_cells_are_chosen_filled_down_and_copied(open_page: OpenPage, release: Scenario):
    page = open_page(workbench(release))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    cell(page, 2, "duration").click()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")

    expect(page.locator("#chosen-count")).to_have_text("3 rows chosen")
    page.keyboard.press("Control+d")

    expect(cell(page, 4, "duration")).to_have_text("4..5..9d")
    page.keyboard.press("Control+c")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines() == ["4..5..9d"] * 3


def test_the_history_restores_a_moment(open_page: OpenPage, two_tasks: Scenario, team: Team):
    before = rows_of(team)
    page = open_page(workbench(two_tasks))
    cell(page, 1, "name").dblclick()
    page.keyboard.type("Excavate")
    with page.expect_response("**/cell/"):
        page.keyboard.press("Enter")

    page.get_by_role("link", name="History").click()
    entry = page.locator("#task-panel .history-entry").nth(1)
    entry.hover()
    entry.get_by_role("button", name="Restore").click()

    expect(page.get_by_role("link", name="Dig", exact=True)).to_be_visible()
    assert rows_of(team) == before


def test_the_theme_is_changed_at_once_and_kept(open_page: OpenPage, team: Team):
    page = open_page(reverse("planning:projects"))

    with page.expect_response(re.compile("/theme/")):
        page.keyboard.press("t")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.reload()

    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_the_question_mark_lists_the_keys(open_page: OpenPage, team: Team):
    page = open_page(reverse("planning:projects"))

    page.keyboard.press("Shift+?")

    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_everything_works_without_javascript(open_page: OpenPage, empty_plan: Scenario):
    page = open_page(workbench(empty_plan), java_script_enabled=False)

    page.get_by_label("New task").fill("Dig")
    page.get_by_label("Duration").fill("2..3..7d")
    page.get_by_role("button", name="Add").click()
    page.get_by_role("link", name="Dig").click()
    page.get_by_label("Task", exact=True).fill("Excavate")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Excavate")).to_be_visible()
    page.get_by_role("link", name="Forecast").first.click()
    page.get_by_role("button", name="Simulate").click()
    run_waiting()
    page.get_by_role("link", name="Look again").click()

    expect(page.locator(".answer")).to_contain_text("±")
