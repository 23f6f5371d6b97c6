"""Plans in the admin: seen within one workspace, changed through services alone."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import Role
from lineo.activity.models import Change
from planning.models import Scenario, Task
from simulations.models import Simulation
from tests.builders import Team, make_baseline, make_chain, make_team

MODELS = [
    model
    for label in ("planning", "simulations", "activity")
    for model in apps.get_app_config(label).get_models()
]


@pytest.fixture
def keeper(team: Team) -> Client:
    """Somebody who may open the admin of the team's workspace."""
    team.membership.role = Role.ADMIN
    team.membership.save(update_fields=["role"])
    team.person.is_staff = True
    team.person.save(update_fields=["is_staff"])
    client = Client()
    client.force_login(team.person)
    return client


def test_every_kind_of_row_is_called_as_people_would_say_it() -> None:
    plurals = [str(model._meta.verbose_name_plural) for model in admin.site._registry]

    assert len(plurals) > 30
    assert [one for one in plurals if one.endswith(("ss", "chs", "shs", "xs", "ys"))] == []


def act(client: Client, model: Any, action: str, *rows: Any) -> Any:
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    body = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    return client.post(address, body, follow=True)


def test_every_model_is_registered_and_read_only(keeper: Client, scenario: Scenario) -> None:
    for model in MODELS:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        listed = keeper.get(reverse(f"admin:{name}_changelist"))
        added = keeper.get(reverse(f"admin:{name}_add"))

        assert admin.site.is_registered(model), model
        assert listed.status_code == 200, model
        assert added.status_code == 403, model


def test_a_row_is_shown_and_can_not_be_written(
    keeper: Client, team: Team, scenario: Scenario
) -> None:
    (dig,) = make_chain(scenario, "Dig", team=team)
    address = reverse("admin:planning_task_change", args=[dig.pk])

    shown = keeper.get(address)
    written = keeper.post(address, {"name": "Something else"})

    assert "Dig" in shown.text
    assert written.status_code == 403
    assert Task.objects.get(pk=dig.pk).name == "Dig"


def test_an_action_is_a_change_in_the_log(keeper: Client, team: Team, scenario: Scenario) -> None:
    (dig,) = make_chain(scenario, "Dig", team=team)

    act(keeper, Task, "delete_with_subtasks", dig)

    assert not Task.objects.filter(pk=dig.pk).exists()
    change = Change.objects.filter(subject_id=scenario.pk).latest("revision")
    assert (change.intention, change.actor) == ("delete-tasks", team.person)


def test_scenarios_are_branched_simulated_and_undone(
    keeper: Client, team: Team, scenario: Scenario
) -> None:
    make_chain(scenario, "Dig", team=team)

    act(keeper, Scenario, "branch", scenario)
    act(keeper, Scenario, "simulate", scenario)
    act(keeper, Scenario, "undo", scenario)

    assert Scenario.objects.filter(source=scenario).count() == 1
    assert Simulation.objects.filter(scenario=scenario).count() == 1
    assert not scenario.tasks.exists()


def test_a_refusal_is_told_and_changes_nothing(keeper: Client, scenario: Scenario) -> None:
    answer = act(keeper, Scenario, "delete_with_plan", scenario)

    assert "can&#x27;t be deleted" in answer.text
    assert Scenario.objects.filter(pk=scenario.pk).exists()


def test_another_workspace_is_not_there(keeper: Client, scenario: Scenario) -> None:
    elsewhere = make_team("Elsewhere")
    with elsewhere.context():
        foreign = make_baseline(elsewhere, name="Hidden bridge")

    listed = keeper.get(reverse("admin:planning_project_changelist"))
    opened = keeper.get(reverse("admin:planning_scenario_change", args=[foreign.pk]))

    assert "Hidden bridge" not in listed.text
    assert opened.status_code == 302
