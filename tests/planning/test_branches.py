"""Scenarios as wholes: pages, colours, who may delete them, how fast they are copied."""

import time
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lineo.accounts.models import Role
from lineo.activity.models import Change
from planning import snapshot
from planning.core.diff import diff
from planning.core.distributions import Pert
from planning.core.plan import Dependency, Impact, Plan, Risk, Task
from planning.models import Scenario
from planning.pages.scenario_tree import in_tree_order
from planning.services import plans, promotions, scenarios
from tests.builders import Team, join, make_chain, make_team

BRANCH_SECONDS = 2.0


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


def branch(source: Scenario, name: str, team: Team) -> Scenario:
    return scenarios.branch_scenario(source, name=name, actor=team.person)


def of_size(plan: Plan, size: int) -> Plan:
    """Return the plan with ``size`` tasks with ranges, linked, and a risk on each twentieth."""
    keys = [f"T{number}" for number in range(size)]
    law = Pert(480, 960, 2400)
    return replace(
        plan,
        tasks=tuple(Task(key, f"Task {key}", estimate=law, duration_minutes=960) for key in keys),
        dependencies=tuple(Dependency(keys[n // 2], keys[n]) for n in range(1, size)),
        risks=tuple(Risk(f"R{key}", "Rain", 0.2, (Impact(key, law),)) for key in keys[::20]),
    )


def test_five_thousand_tasks_are_branched_whole_in_a_fixed_number_of_statements(
    team: Team, scenario: Scenario
) -> None:
    plans.replace_plan(
        scenario, of_size(snapshot.plan_of(scenario), 5000), actor=team.person, summary="Filled"
    )
    scenario.refresh_from_db()

    with CaptureQueriesContext(connection) as asked:
        began = time.perf_counter()
        made = branch(scenario, "What if", team)
        seconds = time.perf_counter() - began

    snapshot.recent.clear()
    assert diff(snapshot.plan_of(scenario), snapshot.plan_of(made)) == ()
    assert made.tasks.count() == 5000
    assert len(asked) < 30
    assert seconds < 3 * BRANCH_SECONDS
    # Its checks fall into the commit, which no page's time-out may break off.
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("2min",)


def test_each_scenario_of_a_project_has_a_colour_of_its_own(team: Team, scenario: Scenario) -> None:
    made = [branch(scenario, name, team) for name in ("One", "Two", "Three")]

    colours = {scenario.colour, *(one.colour for one in made)}

    assert len(colours) == 4
    assert "" not in colours


def test_a_tree_shows_each_branch_below_its_source(team: Team, scenario: Scenario) -> None:
    first = branch(scenario, "First", team)
    second = branch(scenario, "Second", team)
    below = branch(first, "Below", team)

    ordered = in_tree_order([scenario, first, second, below])

    assert [(one.name, level) for one, level in ordered] == [
        ("Baseline", 0),
        ("First", 1),
        ("Below", 2),
        ("Second", 1),
    ]


def test_a_branch_of_an_archived_scenario_stays_in_the_tree(team: Team, scenario: Scenario) -> None:
    first = branch(scenario, "First", team)
    below = branch(first, "Below", team)
    scenarios.archive_scenario(first, actor=team.person)
    first.refresh_from_db()

    levels = {one.name: level for one, level in in_tree_order([scenario, first, below])}

    assert levels == {"Baseline": 0, "First": 1, "Below": 1}


def test_an_archived_scenario_is_read_only_until_it_is_restored(
    team: Team, scenario: Scenario
) -> None:
    made = branch(scenario, "What if", team)
    scenarios.archive_scenario(made, actor=team.person)

    with pytest.raises(ValidationError, match="archived"):
        scenarios.edit_scenario(made, actor=team.person, name="Later")
    with pytest.raises(ValidationError, match="archived"):
        make_chain(made, "Dig", team=team)

    scenarios.restore_scenario(made, actor=team.person)
    make_chain(made, "Dig", team=team)


def test_a_member_deletes_what_they_made_and_nothing_else(team: Team, scenario: Scenario) -> None:
    other = join(team)
    made = branch(scenario, "What if", team)

    with pytest.raises(PermissionDenied):
        scenarios.delete_scenario(made, actor=other)
    scenarios.delete_scenario(made, actor=team.person)

    assert not Scenario.objects.filter(pk=made.pk).exists()


def test_an_admin_deletes_whatever_is_no_baseline(team: Team, scenario: Scenario) -> None:
    made = branch(scenario, "What if", team)

    scenarios.delete_scenario(made, actor=join(team, Role.ADMIN))

    assert not Scenario.objects.filter(pk=made.pk).exists()


def test_a_former_baseline_is_not_deleted(team: Team, scenario: Scenario) -> None:
    made = branch(scenario, "What if", team)
    promotions.promote_scenario(made, actor=team.person, reason="Cheaper")

    for actor in (team.person, join(team, Role.ADMIN)):
        with pytest.raises(ValidationError, match="former baseline stays"):
            scenarios.delete_scenario(scenario, actor=actor)

    assert Scenario.objects.filter(pk=scenario.pk).exists()


def test_the_log_tells_who_deleted_a_scenario(team: Team, scenario: Scenario) -> None:
    made = branch(scenario, "What if", team)
    logged = Change.objects.count()

    scenarios.delete_scenario(made, actor=team.person)

    row = Change.objects.get(subject_id=made.pk, intention="delete-scenario")
    assert Change.objects.count() == logged + 1
    assert (row.actor, row.summary) == (team.person, "Deleted “What if”")


def test_a_scenario_is_described_on_a_page(person: Client, team: Team, scenario: Scenario) -> None:
    made = branch(scenario, "What if", team)
    page = reverse("planning:scenario-details", args=[made.pk])
    said = {
        "name": "Two crews",
        "description": "Costs more.",
        "colour": "teal",
        "cost": "1200",
        "version": made.version,
    }

    assert person.get(page).status_code == 200
    assert person.post(page, said).status_code == 302

    made.refresh_from_db()
    assert (made.name, made.description, made.colour) == ("Two crews", "Costs more.", "teal")
    assert made.cost == 1200


@pytest.mark.parametrize(
    "said", [{"name": ""}, {"name": "Baseline"}, {"name": "x", "colour": "plaid"}]
)
def test_a_wrong_description_is_refused_and_kept_for_correction(
    person: Client, team: Team, scenario: Scenario, said: dict[str, str]
) -> None:
    made = branch(scenario, "What if", team)

    response = person.post(
        reverse("planning:scenario-details", args=[made.pk]),
        {"description": "Costs more.", "version": made.version, **said},
    )

    assert response.status_code == 422
    assert "Costs more." in response.text


def test_a_description_that_somebody_else_changed_shows_both(
    person: Client, team: Team, scenario: Scenario
) -> None:
    made = branch(scenario, "What if", team)
    page = reverse("planning:scenario-details", args=[made.pk])
    seen = person.get(page).context["form"]["version"].value()
    scenarios.edit_scenario(made, actor=join(team), name="Renamed", cost=5, colour="teal")
    said = {"name": "What if", "description": "Mine", "colour": made.colour, "version": seen}

    refused = person.post(page, said)

    made.refresh_from_db()
    assert refused.status_code == 409
    assert (made.name, made.cost, made.description) == ("Renamed", 5, "")
    assert "Meanwhile this is “Renamed”" in refused.text
    assert "Meanwhile this is “Teal”" in refused.text
    assert 'value="What if"' in refused.text
    assert "Mine" in refused.text

    again = person.post(page, {**said, "version": refused.context["form"]["version"].value()})

    made.refresh_from_db()
    assert again.status_code == 302
    assert (made.name, made.description) == ("What if", "Mine")


@pytest.mark.parametrize("version", ["", "x", "9" * 5000])
def test_a_description_without_its_version_is_refused(
    person: Client, team: Team, scenario: Scenario, version: str
) -> None:
    made = branch(scenario, "What if", team)

    response = person.post(
        reverse("planning:scenario-details", args=[made.pk]),
        {"name": "Other", "version": version},
    )

    assert response.status_code == 422
    assert "open the page again" in response.text
    made.refresh_from_db()
    assert made.name == "What if"


def test_a_branch_without_a_name_of_its_own_is_refused_with_what_was_typed(
    person: Client, scenario: Scenario
) -> None:
    page = reverse("planning:branch-scenario", args=[scenario.pk])

    response = person.post(page, {"name": "Baseline", "description": "Twice."})

    assert response.status_code == 422
    assert "Twice." in response.text


@pytest.mark.parametrize("name", ["branch-scenario", "archive-scenario", "delete-scenario"])
def test_what_changes_a_scenario_is_posted_by_its_own_people(
    client: Client, team: Team, scenario: Scenario, name: str
) -> None:
    page = reverse(f"planning:{name}", args=[scenario.pk])
    client.force_login(team.person)
    assert client.get(page).status_code == 405

    client.force_login(make_team("Elsewhere").person)
    assert client.post(page, {"name": "Mine"}).status_code == 404


def test_the_baseline_is_not_deleted_and_the_page_says_why(
    person: Client, scenario: Scenario
) -> None:
    response = person.post(reverse("planning:delete-scenario", args=[scenario.pk]), follow=True)

    assert "can’t be deleted" in response.text or "can&#x27;t be deleted" in response.text
