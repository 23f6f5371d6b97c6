"""Any moment of the history comes back, as a change that can itself be undone."""

import pytest
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import Role
from lineo.activity.models import Change
from planning.models import Dependency, Scenario, Task
from planning.services import history, promotions, scenarios, tasks
from planning.services.ancestry import common_ancestor, moment_of
from planning.services.merging import merge_scenario, propose, rebase_scenario
from tests.api.caller import Caller
from tests.builders import Team, join, make_chain, make_team
from tests.planning.branched import fresh

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


def names_in(scenario: Scenario) -> list[str]:
    return list(
        Task.objects.filter(scenario=scenario).order_by("position").values_list("name", flat=True)
    )


@pytest.fixture
def merged(scenario, team) -> tuple[Scenario, int]:
    """A branch with a task of its own that was merged, and the revision before."""
    make_chain(scenario, "Dig", team=team)
    branch = scenarios.branch_scenario(fresh(scenario), name="Other", actor=team.person)
    tasks.add_task(branch, actor=team.person, name="Theirs")
    before = revision_of(scenario)
    merge_scenario(fresh(scenario), fresh(branch), actor=team.person)
    return branch, before


def test_a_merge_that_a_restore_took_back_is_offered_again(person, scenario, merged):
    branch, before = merged

    restore(person, scenario, before)

    assert names_in(scenario) == ["Dig"]
    offered = propose(fresh(scenario), fresh(branch)).merge.edits
    assert [edit.after["name"] for edit in offered] == ["Theirs"]


def test_a_rebase_after_such_a_restore_keeps_what_the_branch_has(person, scenario, team, merged):
    branch, before = merged
    restore(person, scenario, before)

    rebase_scenario(fresh(branch), fresh(scenario), actor=team.person)

    assert names_in(branch) == ["Dig", "Theirs"]


def test_undo_of_the_restore_holds_the_merge_again(person, scenario, team, merged):
    branch, before = merged
    restore(person, scenario, before)

    history.undo(fresh(scenario), actor=team.person)
    tasks.delete_tasks(fresh(branch), [branch.tasks.get(name="Theirs").key], actor=team.person)
    merge_scenario(fresh(scenario), fresh(branch), actor=team.person)

    assert names_in(scenario) == ["Dig"]


def test_a_restore_of_a_moment_with_the_merge_brings_it_back(person, scenario, merged):
    branch, before = merged
    restore(person, scenario, before)

    restore(person, scenario, before + 1)

    assert names_in(scenario) == ["Dig", "Theirs"]
    assert common_ancestor(fresh(scenario), fresh(branch)) == moment_of(fresh(branch))


def test_a_scenario_read_before_others_changed_it_restores_the_moment_all_the_same(scenario, team):
    make_chain(scenario, "Dig", team=team)
    moment = revision_of(scenario)
    make_chain(scenario, "Pour", team=team)
    stale = fresh(scenario)
    make_chain(scenario, "Cure", team=team)

    history.restore(stale, moment, actor=team.person, seen=revision_of(scenario))

    assert names_in(scenario) == ["Dig"]


@pytest.mark.parametrize("sent", [{}, {"seen": ""}, {"seen": "x"}, {"seen": "9" * 5000}])
def test_who_does_not_say_what_they_saw_restores_nothing(person, scenario, team, sent):
    make_chain(scenario, "Dig", team=team)

    response = person.post(
        reverse("planning:restore-moment", args=[scenario.pk, 1]), sent, headers=HTMX
    )

    assert response.status_code == 422
    assert names_in(scenario) == ["Dig"]


def test_no_moment_before_a_promotion_comes_back(person, scenario, team):
    make_chain(scenario, "Dig", team=team)
    dug = scenarios.branch_scenario(fresh(scenario), name="Dug", actor=team.person)
    tasks.edit_task(dug, dug.tasks.get().key, actor=team.person, duration_minutes=4800)
    promotions.promote_scenario(fresh(dug), actor=team.person, reason="Cheaper")
    promised = state(dug)
    tasks.add_task(dug, actor=team.person, name="Later")

    refused = restore(person, dug, 1)

    assert refused.status_code == 422
    assert "lineage" in refused.headers["HX-Trigger"]
    restore(person, dug, revision_of(dug) - 1)
    assert state(dug) == promised


def test_no_button_restores_what_lies_before_a_promotion(person, scenario, team):
    make_chain(scenario, "Dig", team=team)
    dug = scenarios.branch_scenario(fresh(scenario), name="Dug", actor=team.person)
    tasks.edit_task(dug, dug.tasks.get().key, actor=team.person, duration_minutes=4800)
    promotions.promote_scenario(fresh(dug), actor=team.person, reason="Cheaper")
    promised = revision_of(dug)
    tasks.add_task(dug, actor=team.person, name="Later")

    page = person.get(reverse("planning:history", args=[dug.pk])).text

    offered = {
        revision
        for revision in range(1, promised + 2)
        if reverse("planning:restore-moment", args=[dug.pk, revision]) in page
    }
    assert offered == {promised}
    assert page.count("history takes no promise back") == 1
    assert reverse("planning:lineage", args=[dug.project_id]) in page


def test_the_api_restores_a_moment_that_was_seen(scenario, team):
    dig, _pour = make_chain(scenario, "Dig", "Pour", team=team)
    then, moment = state(scenario), revision_of(scenario)
    tasks.edit_task(scenario, dig.key, actor=None, name="Excavate")
    caller, address = Caller(team.person), f"/api/v1/scenarios/{scenario.pk}/restore-moment/"
    body = {"revision": moment}

    unguarded = caller.post(address, body)
    late = caller.post(address, body, if_match=f'"{moment}"')
    unknown = caller.post(address, {"revision": 99}, if_match="*")
    done = caller.post(address, body, if_match=f'"{moment + 1}"')
    again = caller.post(address, body, if_match="*")

    answers = unguarded, late, unknown, done, again
    assert [one.status_code for one in answers] == [428, 412, 422, 200, 422]
    assert done.json()["intention"] == "restore"
    assert [edit["to"] for edit in done.json()["edits"]] == ["Dig"]
    assert state(scenario) == then
