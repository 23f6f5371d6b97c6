"""Any moment of the history comes back, as a change that can itself be undone."""

import pytest
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import Role
from lineo.activity.models import Change
from planning.models import Dependency, Scenario, Task
from planning.services import tasks
from tests.builders import Team, join, make_chain, make_team

HTMX = {"HX-Request": "true"}


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


def restore(person: Client, scenario: Scenario, revision: int, seen: int | None = None):
    now = Scenario.objects.get(pk=scenario.pk).revision if seen is None else seen
    address = reverse("planning:restore-moment", args=[scenario.pk, revision])
    return person.post(address, {"seen": now}, headers=HTMX)


def state(scenario: Scenario) -> list[dict]:
    skipped = {"version"}
    fields = [f.attname for f in Task._meta.concrete_fields if f.attname not in skipped]
    links = Dependency.objects.filter(scenario=scenario).order_by("pk")
    rows = Task.objects.filter(scenario=scenario).order_by("pk").values(*fields)
    return [*rows, *links.values("pk", "predecessor", "successor", "type", "lag_minutes")]


def revision_of(scenario: Scenario) -> int:
    return Scenario.objects.get(pk=scenario.pk).revision


def test_a_moment_comes_back_row_for_row_and_undo_leads_forth_again(person, scenario, team):
    dig, pour = make_chain(scenario, "Dig", "Pour", team=team)
    then, moment = state(scenario), revision_of(scenario)
    tasks.edit_task(scenario, dig.key, actor=None, duration_minutes=9600, name="Excavate")
    tasks.delete_tasks(scenario, [pour.key], actor=None)
    make_chain(scenario, "New", team=team)
    now = state(scenario)

    response = restore(person, scenario, moment)

    assert response.status_code == 200, response.headers
    assert state(scenario) == then
    assert Change.objects.first().summary == f"Restored revision {moment}"
    person.post(reverse("planning:undo", args=[scenario.pk]), headers=HTMX)
    assert state(scenario) == now


def test_it_is_refused_where_the_plan_went_on_meanwhile(person, scenario, team):
    make_chain(scenario, "Dig", "Pour", team=team)
    now = state(scenario)

    response = restore(person, scenario, 1, seen=2)

    assert response.status_code == 409
    assert state(scenario) == now


@pytest.mark.parametrize("revision", [0, 999])
def test_a_moment_that_never_was_or_is_now_is_said(person, scenario, team, revision):
    make_chain(scenario, "Dig", team=team)

    response = restore(person, scenario, revision or revision_of(scenario))

    assert response.status_code == 422


def test_strangers_viewers_and_get_restore_nothing(client, scenario, team):
    make_chain(scenario, "Dig", "Pour", team=team)
    now = state(scenario)
    address = reverse("planning:restore-moment", args=[scenario.pk, 1])

    client.force_login(make_team("Elsewhere").person)
    assert client.post(address, {"seen": 3}).status_code == 404
    client.force_login(join(team, Role.VIEWER))
    assert client.post(address, {"seen": 3}).status_code in (403, 409)
    assert client.get(address).status_code == 405
    assert state(scenario) == now
