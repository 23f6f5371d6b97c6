"""Two to five scenarios in the same futures: at once from forecasts, else by a job; the page."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import Role
from lineo.jobs.entry import run_waiting
from lineo.jobs.models import Job
from planning.core.distributions import Pert
from planning.models import Scenario
from planning.services import plans, scenarios, tasks
from simulations import services
from simulations.comparing.charts import Offer, pareto_chart, unbeaten
from simulations.comparing.models import Comparison
from simulations.comparing.reading import document_for
from simulations.comparing.services import start_comparison
from simulations.results import unpack
from tests.builders import Team, join, make_baseline, make_team
from tests.engine.building import GENERAL_FOUNDRY, GENERAL_FOUNDRY_LINKS, network

ITERATIONS = 20_000


def fresh(scenario: Scenario) -> Scenario:
    return Scenario.objects.select_related("project").get(pk=scenario.pk)


@pytest.fixture
def foundry(team: Team) -> Scenario:
    """The General Foundry as a baseline."""
    made = make_baseline(team)
    plan = network(GENERAL_FOUNDRY, GENERAL_FOUNDRY_LINKS)
    plans.replace_plan(made, plan, actor=team.person, summary="Foundry")
    return fresh(made)


@pytest.fixture
def faster(team: Team, foundry: Scenario) -> Scenario:
    """The same with E's pessimistic value 7 → 5."""
    made = scenarios.branch_scenario(foundry, name="E faster", actor=team.person)
    tasks.edit_task(made, "E", actor=team.person, estimate=Pert(480, 4 * 480, 5 * 480))
    return fresh(made)


def test_the_published_figures_hold_through_the_job_at_200_000_iterations(
    team: Team, foundry: Scenario, faster: Scenario
) -> None:
    start_comparison(foundry.project, [foundry, faster], actor=team.person, iterations=200_000)
    run_waiting()

    document = Comparison.objects.get().result
    (pair,) = document["pairs"]
    assert document["iterations"] == 200_000
    assert pair["p_second_earlier"] == pytest.approx(0.6385, abs=0.005)
    assert pair["p_tie"] == pytest.approx(0.2495, abs=0.005)
    assert pair["delta_days"]["p80"] == pytest.approx(0.478, abs=0.02)
    assert pair["p_first_earlier"] + pair["p_second_earlier"] + pair["p_tie"] == pytest.approx(1)


def simulate(team: Team, *scenarios: Scenario, seed: int = 1) -> list[Scenario]:
    for one in scenarios:
        services.start_simulation(fresh(one), actor=team.person, iterations=ITERATIONS, seed=seed)
    run_waiting()
    return [fresh(one) for one in scenarios]


def test_the_foundry_against_its_faster_self(team: Team, foundry: Scenario, faster: Scenario):
    start_comparison(
        foundry.project, [foundry, faster], actor=team.person, iterations=ITERATIONS, seed=3
    )
    run_waiting()

    (pair,) = Comparison.objects.get().result["pairs"]
    assert pair["p_second_earlier"] == pytest.approx(0.6385, abs=0.014)
    assert pair["p_tie"] == pytest.approx(0.2495, abs=0.013)
    assert pair["delta_days"]["p80"] == pytest.approx(0.478, abs=0.06)
    assert pair["p_first_earlier"] + pair["p_second_earlier"] + pair["p_tie"] == pytest.approx(1)


def test_forecasts_of_one_seed_are_compared_at_once_and_alike(
    team: Team, foundry: Scenario, faster: Scenario
):
    kept = simulate(team, foundry, faster)
    asked = Job.objects.count()

    at_once = document_for(foundry.project, kept)

    start_comparison(foundry.project, kept, actor=team.person, iterations=ITERATIONS)
    assert Job.objects.count() == asked + 1
    run_waiting()
    assert at_once == Comparison.objects.get().result


def test_pairing_cuts_the_variance_of_the_difference(
    team: Team, foundry: Scenario, faster: Scenario
):
    one, two = (
        unpack(bytes(row.forecast_finishes))[""].astype(float)
        for row in simulate(team, foundry, faster)
    )

    paired = np.var(one - two)
    alone = np.var(one) + np.var(two)

    assert paired <= alone / 25


def test_a_scenario_like_its_source_ties_in_every_future(team: Team, foundry: Scenario):
    same = scenarios.branch_scenario(foundry, name="Same", actor=team.person)

    document = document_for(foundry.project, simulate(team, foundry, same))

    assert document["pairs"][0]["p_tie"] == 1.0
    assert document["pairs"][0]["delta_days"]["sd"] == 0.0


@pytest.mark.parametrize("why", ["out of date", "another seed", "missing"])
def test_what_is_not_comparable_waits_for_a_job(
    team: Team, foundry: Scenario, faster: Scenario, why: str
):
    simulate(team, foundry)
    if why != "missing":
        simulate(team, faster, seed=2 if why == "another seed" else 1)
    if why == "out of date":
        tasks.add_task(faster, actor=team.person, name="Late idea")

    assert document_for(foundry.project, [fresh(foundry), fresh(faster)]) is None


def test_a_comparison_of_an_older_state_is_not_shown_as_current(
    team: Team, foundry: Scenario, faster: Scenario
):
    start_comparison(foundry.project, [foundry, faster], actor=team.person, iterations=1000)
    run_waiting()
    assert document_for(foundry.project, [fresh(foundry), fresh(faster)])

    tasks.add_task(faster, actor=team.person, name="Late idea")

    assert document_for(foundry.project, [fresh(foundry), fresh(faster)]) is None


def test_two_to_five_of_one_project_by_who_may(team: Team, foundry: Scenario, faster: Scenario):
    other = make_baseline(team, name="Bridge", code="BRIDG")

    with pytest.raises(ValidationError, match="two to five"):
        start_comparison(foundry.project, [foundry], actor=team.person)
    with pytest.raises(ValidationError, match="one project"):
        start_comparison(foundry.project, [foundry, other], actor=team.person)
    with pytest.raises(PermissionDenied):
        start_comparison(foundry.project, [foundry, faster], actor=join(team, Role.VIEWER))


# --- The page --------------------------------------------------------------------------------


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


def address(scenario: Scenario, name: str = "compare") -> str:
    return reverse(f"simulations:{name}", args=[scenario.project_id])


def ids(*scenarios: Scenario) -> dict[str, Any]:
    return {"scenario": [str(one.pk) for one in scenarios]}


def test_the_page_names_the_surest_plan_and_by_how_much(
    person: Client, team: Team, foundry: Scenario, faster: Scenario
):
    simulate(team, foundry, faster)

    found = person.get(address(foundry))

    page = found.context["page"]
    assert page.surest.name == "E faster"
    assert page.surest.pair.days80 == pytest.approx(-0.478, abs=0.1)
    assert page.surest.pair.low80 < page.surest.pair.days80 < page.surest.pair.high80
    assert len(page.chart.curves) == 2
    assert found.text.count('class="scenario-curve"') == 2


def test_the_page_says_what_differs_and_leads_to_what_each_change_brings(
    person: Client, team: Team, foundry: Scenario, faster: Scenario
):
    simulate(team, foundry, faster)

    found = person.get(address(foundry))

    page = found.context["page"]
    assert list(page.differing.lines) == ["E: 1..4..7d → 1..4..5d"]
    assert page.surest.pair.is_clear
    assert "earlier than “Baseline”" in found.text
    before, after = page.surest.forecasts
    why = reverse("simulations:why-moved", args=[foundry.project_id])
    assert f"{why}?from={before}&amp;to={after}" in found.text
    assert "Explain it" in person.get(why, {"from": before, "to": after}).text


def test_a_difference_within_its_noise_is_called_noise(
    person: Client, team: Team, foundry: Scenario
):
    tasks.edit_task(foundry, "B", actor=team.person, estimate=Pert(960, 3 * 480, 4 * 480))
    twin = scenarios.branch_scenario(fresh(foundry), name="B shorter", actor=team.person)
    tasks.edit_task(twin, "B", actor=team.person, estimate=Pert(1000, 1420, 4 * 480))
    simulate(team, fresh(foundry), fresh(twin))

    found = person.get(address(foundry), ids(fresh(foundry), fresh(twin)))

    surest = found.context["page"].surest
    assert surest.name == "B shorter"
    assert not surest.pair.is_clear
    assert "Against “Baseline” that is no more than noise" in found.text
    assert "earlier than “Baseline”" not in found.text


def test_a_job_is_asked_for_watched_and_read(
    person: Client, team: Team, foundry: Scenario, faster: Scenario
):
    assert "Not compared yet" in person.get(address(foundry)).text

    started = person.post(address(foundry, "start-comparison"), ids(foundry, faster), follow=True)
    assert "hx-trigger" in started.text
    assert started.context["job"]["is_queued"]
    run_waiting()

    assert person.get(address(foundry)).context["page"].surest.name == "E faster"


def test_the_first_one_chosen_is_what_the_others_are_compared_with(
    person: Client, team: Team, foundry: Scenario, faster: Scenario
):
    simulate(team, foundry, faster)

    page = person.get(address(foundry), ids(faster, foundry)).context["page"]

    assert [row.name for row in page.rows] == ["E faster", "Baseline"]
    assert page.rows[1].pair.days80 > 0


def test_costs_are_set_against_what_they_buy(
    person: Client, team: Team, foundry: Scenario, faster: Scenario
):
    simulate(team, foundry, faster)
    for scenario, cost in ((foundry, 100), (faster, 180)):
        scenarios.edit_scenario(scenario, actor=team.person, cost=cost)

    page = person.get(address(foundry)).context["page"]

    assert [dot.is_best for dot in page.by_p80.dots] == [True, True]
    assert page.by_p80.frontier


@pytest.mark.parametrize("wanted", [["x"], []])
def test_too_few_is_said_and_not_compared(person: Client, foundry: Scenario, wanted: list[str]):
    found = person.get(address(foundry), {"scenario": wanted})

    assert found.status_code == 200
    assert "Choose two to five" in found.text
    refused = person.post(address(foundry, "start-comparison"), {"scenario": wanted})
    assert refused.status_code == 422


def test_strangers_find_nothing_and_nothing_starts_on_get(
    client: Client, team: Team, foundry: Scenario
):
    client.force_login(team.person)
    assert client.get(address(foundry, "start-comparison")).status_code == 405

    client.force_login(make_team("Elsewhere").person)
    assert client.get(address(foundry)).status_code == 404
    assert client.post(address(foundry, "start-comparison"), ids(foundry)).status_code == 404


def test_an_offer_that_is_beaten_stands_beside_the_line():
    cheap, good = Offer("A", "blue", 1, 1, ""), Offer("B", "teal", 2, 5, "")
    beaten = replace(good, name="C", cost=3, worth=4)

    chart = pareto_chart([cheap, good, beaten])

    assert unbeaten([cheap, good, beaten]) == [cheap, good]
    assert [dot.is_best for dot in chart.dots] == [True, True, False]
    assert pareto_chart([cheap]) is None
