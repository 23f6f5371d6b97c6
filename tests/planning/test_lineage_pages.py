"""Review, promote, restore, and how we came here: the pages."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import Role
from planning.models import Promotion, Scenario
from planning.services import promotions, scenarios, tasks
from planning.services.projects import baseline_of
from tests.builders import Team, join, make_chain, make_team
from tests.planning.branched import fresh


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


@pytest.fixture
def other(team: Team, scenario: Scenario) -> Scenario:
    make_chain(scenario, "Dig", "Pour", team=team)
    made = scenarios.branch_scenario(scenario, name="Two crews", actor=team.person)
    dig = made.tasks.get(name="Dig").key
    tasks.edit_task(made, dig, actor=team.person, duration_minutes=5 * 480)
    return fresh(made)


def form_for(scenario: Scenario, reason: str = "It is surer.") -> dict[str, Any]:
    baseline = baseline_of(scenario.project)
    return {
        "reason": reason,
        "baseline": baseline.pk,
        "baseline_revision": baseline.revision,
        "revision": fresh(scenario).revision,
    }


def promote_page(scenario: Scenario) -> str:
    return reverse("planning:promote", args=[scenario.pk])


def lineage(person: Client, scenario: Scenario) -> Any:
    return person.get(reverse("planning:lineage", args=[scenario.project_id]))


def test_the_review_shows_both_plans_and_what_differs(person: Client, other: Scenario) -> None:
    page = person.get(promote_page(other))

    assert page.status_code == 200
    assert "1 d → 5 d" in page.text
    assert "Promote to the baseline" in page.text


def test_a_promotion_leads_to_the_lineage(person: Client, other: Scenario) -> None:
    response = person.post(promote_page(other), form_for(other))

    assert response.url == reverse("planning:lineage", args=[other.project_id])
    page = lineage(person, other).context["page"]
    assert page.baseline == other
    assert [(step.scenario_name, step.reason, step.days) for step in page.steps] == [
        ("Two crews", "It is surer.", 4)
    ]
    assert page.beginning.name == "Baseline"


def test_each_decision_opens_its_difference(person: Client, other: Scenario) -> None:
    person.post(promote_page(other), form_for(other))

    page = person.get(reverse("planning:promotion", args=[Promotion.objects.get().pk]))

    assert "1 d → 5 d" in page.text
    assert "It is surer." in page.text


def test_the_difference_outlives_both_scenarios(
    person: Client, team: Team, other: Scenario
) -> None:
    former = baseline_of(other.project)
    person.post(promote_page(other), form_for(other))
    # No service deletes a former baseline; the record needs it no more for that.
    Scenario.objects.filter(pk=former.pk).delete()

    page = person.get(reverse("planning:promotion", args=[Promotion.objects.get().pk]))

    assert "1 d → 5 d" in page.text
    assert lineage(person, other).status_code == 200


def test_without_a_reason_it_is_refused_and_says_so(person: Client, other: Scenario) -> None:
    response = person.post(promote_page(other), form_for(other, reason=" "))

    assert response.status_code == 422
    assert not Promotion.objects.exists()


def test_a_stale_review_is_shown_anew_with_the_reason_kept(
    person: Client, team: Team, other: Scenario
) -> None:
    form = form_for(other)
    pour = other.tasks.get(name="Pour").key
    tasks.edit_task(other, pour, actor=team.person, duration_minutes=9 * 480)

    response = person.post(promote_page(other), form)

    assert response.status_code == 409
    assert "has changed meanwhile: Edited “Pour”" in response.text
    assert "It is surer." in response.text
    assert f'name="revision" value="{fresh(other).revision}"' in response.text


def test_a_former_baseline_is_offered_and_restored(person: Client, other: Scenario) -> None:
    former = baseline_of(other.project)
    person.post(promote_page(other), form_for(other))
    assert promote_page(former) in lineage(person, other).text

    review = person.get(promote_page(former))
    person.post(promote_page(former), form_for(former, "Too dear."))

    assert "Restore as the baseline" in review.text
    newest = lineage(person, other).context["page"].steps[0]
    assert (newest.is_restore, newest.scenario_name, newest.days) == (True, "Baseline", -4)


def test_a_viewer_reads_the_lineage_and_may_not_promote(
    client: Client, team: Team, other: Scenario
) -> None:
    client.force_login(join(team, Role.VIEWER))

    assert lineage(client, other).status_code == 200
    assert "Promote to the baseline" not in client.get(promote_page(other)).text
    assert client.post(promote_page(other), form_for(other)).status_code == 403


def test_a_stranger_finds_nothing(client: Client, team: Team, other: Scenario) -> None:
    row = promotions.promote_scenario(other, actor=team.person, reason="Go")
    client.force_login(make_team("Elsewhere").person)

    assert lineage(client, other).status_code == 404
    assert client.get(promote_page(other)).status_code == 404
    assert client.get(reverse("planning:promotion", args=[row.pk])).status_code == 404
