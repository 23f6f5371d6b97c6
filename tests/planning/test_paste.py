"""Rows and cells pasted from a spreadsheet: looked at first, then all or nothing, one undo."""

import pytest
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import Role
from lineo.activity.models import Change
from planning.models import Dependency, Scenario, Task
from planning.services.tasks import add_task
from planning.typed.pasted_text import read_table
from tests.builders import Team, join, make_chain, make_team

HTMX = {"HX-Request": "true"}
TABLE = (
    "#\tTask\tDuration\tFinish\tAfter\tDeadline\n"
    "1\tHouse\t30d\t\t\t\n"
    "2\t  Walls\t8..10..20d\t3 Mar\t\t2026-06-30\n"
    "3\t  Roof\tP10 8 P90 18d\t\t2FS+1d\t\n"
    "4\tHandover\t0d\t\tRoof\t\n"
)


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


def tree(scenario: Scenario) -> list[tuple[str, str]]:
    rows = Task.objects.filter(scenario=scenario).order_by("position").select_related("parent")
    return [(task.name, task.parent.name if task.parent else "") for task in rows]


def paste(person: Client, scenario: Scenario, text: str, **data: object):
    address = reverse("planning:paste", args=[scenario.pk])
    return person.post(address, {"text": text, **data}, headers=HTMX)


def preview(person: Client, scenario: Scenario, text: str, **data: object):
    address = reverse("planning:preview-paste", args=[scenario.pk])
    return person.post(address, {"text": text, **data}, headers=HTMX)


def test_heads_outline_ranges_links_and_milestones_become_tasks(person, scenario, team):
    response = paste(person, scenario, TABLE)

    assert response.status_code == 200, response.headers
    assert tree(scenario) == [
        ("House", ""), ("Walls", "House"), ("Roof", "House"), ("Handover", "")
    ]  # fmt: skip
    walls, roof = Task.objects.get(name="Walls"), Task.objects.get(name="Roof")
    assert (walls.estimate["distribution"], walls.constraint_type) == ("pert", "")
    assert walls.deadline.date().isoformat() == "2026-06-30"
    assert roof.start > walls.finish
    assert Task.objects.get(name="Handover").kind == "milestone"
    assert Dependency.objects.count() == 2


def test_a_paste_is_one_change_and_one_undo(person, scenario, team):
    add_task(scenario, actor=team.person, name="Before")
    before = list(Task.objects.values())

    paste(person, scenario, TABLE)
    assert Change.objects.first().summary == "Pasted 4 tasks"
    person.post(reverse("planning:undo", args=[scenario.pk]), headers=HTMX)

    assert list(Task.objects.values()) == before
    assert not Dependency.objects.exists()


def test_the_look_says_what_is_made_and_left_out_and_changes_nothing(person, scenario):
    page = preview(person, scenario, TABLE).text

    assert "Add 4 tasks" in page
    assert "Finish: computed by the schedule, left out." in page
    assert not Task.objects.exists()


def test_every_fault_is_named_by_row_and_column_and_nothing_is_written(person, scenario):
    wrong = TABLE.replace("8..10..20d", "soon").replace("2FS+1d", "77")

    page = preview(person, scenario, wrong).text
    refused = paste(person, scenario, wrong)

    assert "Row 3, Duration: " in page
    assert "Row 4, After: There is no task with the number 77" in page
    assert "Look again" in page
    assert refused.status_code == 422
    assert not Task.objects.exists()


def test_a_circle_in_the_paste_is_refused_by_its_names(person, scenario):
    circle = "Task\tAfter\nDig\tPour\nPour\tDig\n"

    assert "Dig → Pour → Dig" in preview(person, scenario, circle).text
    assert paste(person, scenario, circle).status_code == 422


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("1\tHouse\n1.1\tWalls\n1.2\tRoof\n2\tHandover", [0, 1, 1, 0]),
        ("House\n    Walls\n    Roof\nHandover", [0, 1, 1, 0]),
        ("Outline Level\tTask Name\n1\tHouse\n2\tWalls\n3\tRoof\n1\tHandover", [0, 1, 2, 0]),
        ("WBS\tName\n1\tHouse\n1.1\tWalls\n1.1.1\tRoof\n2\tHandover", [0, 1, 2, 0]),
    ],
)
def test_depth_comes_from_outline_numbers_levels_or_spaces(text, levels):
    table = read_table(text, ["name", "duration"])

    assert [row.level for row in table.rows] == levels
    assert [row.cells["name"] for row in table.rows] == ["House", "Walls", "Roof", "Handover"]


def test_new_tasks_stand_below_the_cursor_under_its_summary(person, scenario, team):
    first, *_rest = make_chain(scenario, "Dig", "Pour", team=team)

    paste(person, scenario, "Survey\t2d\nShore\t3..5d", at=first.pk, way="tasks")

    assert [name for name, _ in tree(scenario)] == ["Dig", "Survey", "Shore", "Pour"]
    assert Task.objects.get(name="Shore").estimate["distribution"] == "uniform"


def test_a_block_is_written_over_the_cells_below_and_right_of_the_cursor(person, scenario, team):
    dig, _pour, cure = make_chain(scenario, "Dig", "Pour", "Cure", team=team)
    columns = ["duration", "p80", "risk_level"]

    response = paste(
        person, scenario, "2d\tx\thigh\n3..5..9d\ty\tlow", at=dig.pk, columns=columns, way="cells"
    )

    assert response.status_code == 200, response.headers
    rows = dict(Task.objects.values_list("name", "risk_level"))
    assert rows == {"Dig": "high", "Pour": "low", "Cure": ""}
    assert Task.objects.get(name="Dig").duration_minutes == 960
    assert Task.objects.get(pk=cure.pk).duration_minutes == 480


def test_one_line_fills_every_chosen_row(person, scenario, team):
    rows = make_chain(scenario, "Dig", "Pour", "Cure", team=team)

    paste(person, scenario, "4d", at=rows[0].pk, columns=["duration"],
          tasks=[row.pk for row in rows], way="cells")  # fmt: skip

    assert set(Task.objects.values_list("duration_minutes", flat=True)) == {4 * 480}


def test_more_lines_than_rows_are_refused_by_the_first_that_is_too_many(person, scenario, team):
    (dig,) = make_chain(scenario, "Dig", team=team)

    response = paste(person, scenario, "1d\n2d", at=dig.pk, columns=["duration"], way="cells")

    assert response.status_code == 422
    assert "Row 2: " in response["HX-Trigger"]


@pytest.mark.parametrize("text", ["", "   \n\t\n", "x" * 2_000_001, "a\n" * 5_001])
def test_nothing_and_too_much_are_refused_with_a_sentence(person, scenario, text):
    response = paste(person, scenario, text)

    assert response.status_code == 422
    assert not Task.objects.exists()


def test_it_works_without_javascript(person, scenario):
    page = person.get(reverse("planning:paste-page", args=[scenario.pk]))
    assert "Look at it" in page.text

    response = person.post(reverse("planning:paste", args=[scenario.pk]), {"text": TABLE})

    assert response.status_code == 302
    assert Task.objects.count() == 4


def test_strangers_and_viewers_paste_nothing(client, scenario, team):
    client.force_login(make_team("Elsewhere").person)
    assert paste(client, scenario, TABLE).status_code == 404
    client.force_login(join(team, Role.VIEWER))
    assert paste(client, scenario, TABLE).status_code == 403
    assert not Task.objects.exists()


def test_rows_without_numbers_link_by_those_that_they_are_going_to_have(person, scenario, team):
    add_task(scenario, actor=team.person, name="Permit")
    text = "Task\tDuration\tAfter\nDig\t2d\t1\nPour\t1d\t2FS+1d\n"

    page = preview(person, scenario, text).text
    paste(person, scenario, text)

    assert '<td class="faint">2</td><td>Dig</td>' in page
    assert '<td class="faint">3</td><td>Pour</td>' in page
    found = Dependency.objects.values_list("predecessor__name", "successor__name")
    assert set(found) == {("Permit", "Dig"), ("Dig", "Pour")}
