"""Several rows at once: each is one change, and one undo brings the exact former rows back."""

import pytest
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import Role
from planning.models import Scenario, Task
from planning.services.tasks import add_task
from tests.builders import Team, join, make_team

HTMX = {"HX-Request": "true"}
ACTIONS = ("insert-task", "delete-tasks", "indent-tasks", "outdent-tasks", "move-tasks",
           "fill-down", "set-cells")  # fmt: skip


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


@pytest.fixture
def rows(scenario: Scenario, team: Team) -> list[Task]:
    """Four tasks without links."""
    for name in ("Site", "Dig", "Pour", "Cure"):
        add_task(scenario, actor=team.person, name=name)
    return list(scenario.tasks.order_by("position"))


def state(scenario: Scenario) -> list[dict]:
    skipped = {"version", "driven_by", "limited_by"}
    fields = [f.attname for f in Task._meta.concrete_fields if f.attname not in skipped]
    return list(Task.objects.filter(scenario=scenario).order_by("pk").values(*fields))


def tree(scenario: Scenario) -> list[tuple[str, str]]:
    found = Task.objects.filter(scenario=scenario).order_by("position").select_related("parent")
    return [(task.name, task.parent.name if task.parent else "") for task in found]


def post(person: Client, action: str, scenario: Scenario, **data: object):
    response = person.post(reverse(f"planning:{action}", args=[scenario.pk]), data, headers=HTMX)
    assert response.status_code == 200, response.headers
    return response


def test_rows_are_indented_together_and_undone_together(person, scenario, rows):
    before = state(scenario)

    post(person, "indent-tasks", scenario, tasks=[row.pk for row in rows[1:]])
    assert tree(scenario) == [("Site", ""), ("Dig", "Site"), ("Pour", "Site"), ("Cure", "Site")]

    post(person, "undo", scenario)
    assert state(scenario) == before


def test_rows_are_outdented_in_the_order_they_had(person, scenario, rows):
    post(person, "indent-tasks", scenario, tasks=[row.pk for row in rows[1:]])

    post(person, "outdent-tasks", scenario, tasks=[rows[1].pk, rows[2].pk])

    assert tree(scenario) == [("Site", ""), ("Cure", "Site"), ("Dig", ""), ("Pour", "")]


def test_rows_move_up_and_down_as_a_block(person, scenario, rows):
    block = [rows[1].pk, rows[2].pk]

    post(person, "move-tasks", scenario, tasks=block, step=1)
    assert [name for name, _ in tree(scenario)] == ["Site", "Cure", "Dig", "Pour"]
    post(person, "move-tasks", scenario, tasks=block, step=-1)
    post(person, "move-tasks", scenario, tasks=block, step=-1)

    assert [name for name, _ in tree(scenario)] == ["Dig", "Pour", "Site", "Cure"]


def test_a_row_at_the_top_says_why_it_can_go_no_further(person, scenario, rows):
    response = person.post(
        reverse("planning:move-tasks", args=[scenario.pk]),
        {"tasks": rows[0].pk, "step": -1},
        headers=HTMX,
    )

    assert response.status_code == 422
    assert "nothing above it" in response["HX-Trigger"]


def test_rows_that_are_sorted_are_not_moved_behind_the_sort(person, scenario, rows):
    before = state(scenario)
    post(person, "sort-rows", scenario, column="finish")

    response = person.post(
        reverse("planning:move-tasks", args=[scenario.pk]),
        {"tasks": rows[1].pk, "step": 1},
        headers=HTMX,
    )

    assert response.status_code == 422
    assert state(scenario) == before


def test_a_row_is_inserted_above_another_under_its_summary(person, scenario, rows):
    post(person, "indent-tasks", scenario, tasks=[rows[1].pk])

    post(person, "insert-task", scenario, before=rows[1].pk, name="Survey")

    assert tree(scenario)[:3] == [("Site", ""), ("Survey", "Site"), ("Dig", "Site")]


def test_rows_are_deleted_as_one_change_and_come_back_as_they_were(person, scenario, rows):
    before, revision = state(scenario), Scenario.objects.get(pk=scenario.pk).revision

    post(person, "delete-tasks", scenario, tasks=[row.pk for row in rows[1:]])
    assert tree(scenario) == [("Site", "")]
    assert Scenario.objects.get(pk=scenario.pk).revision == revision + 1

    post(person, "undo", scenario)
    assert state(scenario) == before


def test_fill_down_gives_the_rows_below_what_the_first_one_holds(person, scenario, rows):
    post(person, "set-cells", scenario, tasks=rows[0].pk, column="duration", value="3..5..10d")
    revision = Scenario.objects.get(pk=scenario.pk).revision

    ids = [row.pk for row in rows]
    post(person, "fill-down", scenario, tasks=ids, column=["duration", "risk_level"])

    assert Task.objects.filter(estimate__distribution="pert").count() == 4
    assert Scenario.objects.get(pk=scenario.pk).revision == revision + 1


def test_one_text_is_set_in_every_chosen_row_but_a_summarys_own(person, scenario, rows):
    post(person, "indent-tasks", scenario, tasks=[rows[1].pk])

    ids = [row.pk for row in rows]
    post(person, "set-cells", scenario, tasks=ids, column="risk_level", value="high")

    levels = dict(Task.objects.values_list("name", "risk_level"))
    assert levels == {"Site": "", "Dig": "high", "Pour": "high", "Cure": "high"}


@pytest.mark.parametrize("tasks", ["", "nonsense", "01a21aae-764e-7786-a145-8581b8f093eb"])
@pytest.mark.parametrize("name", ACTIONS)
def test_rows_that_are_not_there_are_refused(person, scenario, rows, name, tasks):
    before = state(scenario)

    response = person.post(
        reverse(f"planning:{name}", args=[scenario.pk]),
        {"tasks": tasks, "before": tasks, "column": "duration", "value": "1d"},
        headers=HTMX,
    )

    assert response.status_code == 422
    assert state(scenario) == before


@pytest.mark.parametrize("name", ACTIONS)
def test_strangers_viewers_and_get_change_nothing(client, scenario, rows, team, name):
    address, before = reverse(f"planning:{name}", args=[scenario.pk]), state(scenario)
    data = {"tasks": rows[0].pk, "before": rows[0].pk, "column": "duration", "value": "1d"}

    client.force_login(make_team("Elsewhere").person)
    assert client.post(address, data).status_code == 404
    client.force_login(join(team, Role.VIEWER))
    assert client.post(address, data).status_code in (302, 403)
    assert client.get(address).status_code == 405
    assert state(scenario) == before


def test_many_rows_are_sent_in_one_field(person, scenario, rows):
    ids = ",".join(str(row.pk) for row in rows)

    post(person, "set-cells", scenario, tasks=ids, column="risk_level", value="high")

    assert {task.risk_level for task in scenario.tasks.all()} == {"high"}


def test_filling_down_begins_with_the_row_that_was_sent_first(person, scenario, rows):
    post(person, "set-cells", scenario, tasks=[rows[2].pk], column="duration", value="7d")

    sorted_otherwise = f"{rows[2].pk},{rows[0].pk}"
    post(person, "fill-down", scenario, tasks=sorted_otherwise, column="duration")

    assert scenario.tasks.get(pk=rows[0].pk).duration_minutes == 7 * 480


def test_the_order_of_rows_is_the_one_that_the_person_sees(person, scenario, rows):
    address = reverse("planning:row-order", args=[scenario.pk])
    post(person, "filter-rows", scenario, text="e")

    seen = person.get(address).json()["tasks"]

    assert seen == [str(row.pk) for row in rows if "e" in row.name]
