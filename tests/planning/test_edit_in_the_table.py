"""Changing the plan from its pages: with htmx, without it, wrongly, and too late."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import Role
from planning.models import Dependency, Scenario, Task
from planning.services import tasks
from tests.builders import Team, join, make_chain

HTMX = {"HX-Request": "true"}


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


@pytest.fixture
def chain(scenario: Scenario, team: Team) -> list[Task]:
    return make_chain(scenario, "Dig", "Pour", "Cure", team=team)


def edit(person: Client, task: Task, field: str, value: str, **extra: object):
    data = {"field": field, "value": value, "version": task.version, **extra}
    return person.post(reverse("planning:edit-cell", args=[task.pk]), data, headers=HTMX)


def test_a_range_typed_as_duration_is_kept_and_moves_what_follows(person, chain):
    before = Task.objects.get(pk=chain[2].pk).start

    response = edit(person, chain[0], "duration", "3..5..10d")

    dig = Task.objects.get(pk=chain[0].pk)
    assert response.status_code == 200
    assert dig.estimate["distribution"] == "pert"
    assert dig.duration_minutes == 5 * 480
    assert Task.objects.get(pk=chain[2].pk).start > before
    assert "plan-changed" in response["HX-Trigger"]


def test_an_answer_brings_what_the_next_edit_of_the_cell_stands_on(person, chain):
    first = edit(person, chain[0], "duration", "3")
    told = json.loads(first["HX-Trigger"])["cell-saved"]
    assert told == {"value": "3d", "version": chain[0].version + 1}

    again = edit(person, chain[0], "duration", "4", before=told["value"], version=told["version"])

    assert again.status_code == 200
    assert Task.objects.get(pk=chain[0].pk).duration_minutes == 4 * 480


def test_links_are_typed_by_the_numbers_of_their_predecessors(person, chain):
    dig, pour, cure = chain

    edit(person, cure, "predecessors", f"{dig.number}SS+2d, {pour.number}")

    links = Dependency.objects.filter(successor=cure).order_by("type")
    assert [(link.type, link.lag_minutes) for link in links] == [("FS", 0), ("SS", 960)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("duration", "soon"),
        ("duration", "5..3..1d"),
        ("predecessors", "99"),
        ("predecessors", "after dig"),
        ("name", ""),
        ("percent_complete", "120"),
        ("is_critical", "1"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_reason_and_changes_nothing(
    person, chain, scenario, field, value
):
    before = Task.objects.filter(scenario=scenario).order_by("pk").values()

    response = edit(person, chain[1], field, value)

    assert response.status_code == 422
    assert "cell-refused" in response["HX-Trigger"]
    assert list(before) == list(Task.objects.filter(scenario=scenario).order_by("pk").values())


def test_a_circle_is_refused_by_the_names_of_its_tasks(person, chain):
    dig, _pour, cure = chain

    response = edit(person, dig, "predecessors", str(cure.number))

    assert response.status_code == 422
    assert "Cure" in response["HX-Trigger"]
    assert not Dependency.objects.filter(successor=dig).exists()


def test_an_edit_of_what_somebody_else_has_changed_is_answered_with_409(person, chain, team):
    tasks.edit_task(chain[0].scenario, chain[0].key, actor=team.person, name="Excavate")

    response = edit(person, chain[0], "name", "Trench")

    assert response.status_code == 409
    assert Task.objects.get(pk=chain[0].pk).name == "Excavate"


def test_a_task_is_added_without_javascript(person, scenario):
    response = person.post(
        reverse("planning:add-task", args=[scenario.pk]), {"name": "Survey", "duration": "2..4d"}
    )

    assert response.status_code == 302
    assert Task.objects.get(scenario=scenario).name == "Survey"


def test_a_wrong_duration_without_javascript_shows_the_page_and_the_reason(person, scenario):
    response = person.post(
        reverse("planning:add-task", args=[scenario.pk]), {"name": "Survey", "duration": "soon"}
    )

    assert response.status_code == 422
    assert "soon" in response.text
    assert not Task.objects.filter(scenario=scenario).exists()


@pytest.mark.parametrize("unfit", ["\x01", "\x0b", "\ufffe"])
def test_a_name_that_nothing_can_show_is_refused_in_one_sentence(person, chain, scenario, unfit):
    added = person.post(
        reverse("planning:add-task", args=[scenario.pk]), {"name": f"Sur{unfit}vey"}
    )
    edited = edit(person, chain[0], "name", f"Tre{unfit}nch")

    for response in (added, edited):
        assert response.status_code == 422
        assert "hold control characters" in response.text + response.get("HX-Trigger", "")
    assert not Task.objects.filter(scenario=scenario, name__startswith="Sur").exists()
    assert Task.objects.get(pk=chain[0].pk).name == chain[0].name


def test_the_form_of_a_task_changes_only_what_was_changed(person, chain, scenario):
    pour = chain[1]
    page = person.get(reverse("planning:task", args=[pour.pk]))
    data = {name: value for name, value in page.context["form"].initial.items() if value}

    data |= {"constraint_type": "SNET", "constraint_date": "2026-03-02", "deadline": "2026-03-31"}
    response = person.post(reverse("planning:edit-task", args=[pour.pk]), data)

    after = Task.objects.get(pk=pour.pk)
    assert response.status_code == 302
    assert after.constraint_date.isoformat() == "2026-03-02T08:00:00"
    assert after.deadline.isoformat() == "2026-03-31T17:00:00"
    assert (after.name, after.duration_minutes) == (pour.name, pour.duration_minutes)
    assert Scenario.objects.get(pk=scenario.pk).revision == scenario.revision + 6


def test_work_that_was_done_on_a_saturday_is_reported(person, chain):
    data = {"name": "Dig", "version": chain[0].version, "kind": "task", "duration": "1d"}

    response = person.post(
        reverse("planning:edit-task", args=[chain[0].pk]),
        data | {"actual_start": "2026-03-07", "actual_finish": "2026-03-07"},
    )

    after = Task.objects.get(pk=chain[0].pk)
    assert response.status_code == 302
    assert after.actual_start.isoformat() == "2026-03-07T08:00:00"
    assert after.actual_finish.isoformat() == "2026-03-07T17:00:00"


def test_a_constraint_without_its_date_is_refused(person, chain):
    data = {"name": "Pour", "version": 1, "kind": "task", "constraint_type": "SNET"}

    response = person.post(reverse("planning:edit-task", args=[chain[1].pk]), data)

    assert response.status_code == 422
    assert "needs a date" in response.text


def test_indent_outdent_delete_undo_and_redo(person, chain, scenario):
    dig, pour, _cure = chain

    def post(name: str, pk: object) -> None:
        response = person.post(reverse(f"planning:{name}", args=[pk]), headers=HTMX)
        assert response.status_code == 200, response.headers

    tasks.remove_dependency(scenario, f"{dig.key}|{pour.key}|FS", actor=None)
    post("indent-task", pour.pk)
    assert Task.objects.get(pk=pour.pk).parent_id == dig.pk
    post("outdent-task", pour.pk)
    assert Task.objects.get(pk=pour.pk).parent_id is None
    post("delete-task", pour.pk)
    assert not Task.objects.filter(pk=pour.pk).exists()
    post("undo", scenario.pk)
    assert Task.objects.filter(pk=pour.pk).exists()
    post("redo", scenario.pk)
    assert not Task.objects.filter(pk=pour.pk).exists()


def test_undo_says_when_there_is_nothing_to_undo(person, scenario):
    response = person.post(reverse("planning:undo", args=[scenario.pk]), headers=HTMX)

    assert response.status_code == 422


@pytest.mark.parametrize("name", ["edit-cell", "indent-task", "outdent-task", "delete-task"])
def test_nothing_changes_on_get(person, chain, name):
    response = person.get(reverse(f"planning:{name}", args=[chain[0].pk]))

    assert response.status_code == 405


@pytest.mark.parametrize("name", ["edit-cell", "indent-task", "outdent-task", "delete-task"])
def test_a_viewer_changes_nothing(client, chain, team, name):
    client.force_login(join(team, Role.VIEWER))

    response = client.post(
        reverse(f"planning:{name}", args=[chain[0].pk]), {"field": "name", "value": "Mine"}
    )

    assert response.status_code == 403
    assert Task.objects.get(pk=chain[0].pk).name == "Dig"


def test_a_viewer_sees_no_controls_that_are_not_theirs(client, chain, team, scenario):
    client.force_login(join(team, Role.VIEWER))

    page = client.get(reverse("planning:scenario", args=[scenario.pk])).text

    assert reverse("planning:undo", args=[scenario.pk]) not in page
    assert "data-editable" not in page
