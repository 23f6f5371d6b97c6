"""The forecast page, the status that is asked for again and again, and their buttons."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import Role
from lineo.jobs.entry import run_waiting
from lineo.jobs.models import Job, State
from planning.core.distributions import Pert
from planning.core.plan import Dependency, TaskKind
from planning.models import Scenario
from planning.services import scenarios, tasks
from simulations.models import Simulation
from tests.builders import Team, join, make_chain, make_team

HTMX = {"HX-Request": "true"}


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


@pytest.fixture
def uncertain(scenario: Scenario, team: Team) -> Scenario:
    for task in make_chain(scenario, "Dig", "Pour", team=team):
        tasks.edit_task(scenario, task.key, actor=team.person, estimate=Pert(480, 960, 2880))
    return scenario


def post(person: Client, name: str, scenario: Scenario, **data: str):
    return person.post(reverse(f"simulations:{name}", args=[scenario.pk]), data, headers=HTMX)


def get(person: Client, name: str, scenario: Scenario, query: str = "", **headers: str):
    return person.get(reverse(f"simulations:{name}", args=[scenario.pk]) + query, headers=headers)


def test_before_any_simulation_the_page_says_what_to_do(person: Client, uncertain: Scenario):
    response = get(person, "forecast", uncertain)

    assert "Simulate to know." in response.text
    assert response.context["page"] is None


def test_the_page_answers_with_the_date_that_can_be_promised(person: Client, uncertain: Scenario):
    post(person, "simulate", uncertain)
    run_waiting()

    page = get(person, "forecast", uncertain, "?by=2026-02-27").context["page"]

    scenario = Scenario.objects.get(pk=uncertain.pk)
    assert page.answer.p80 == scenario.forecast_p80
    assert page.answer.noise_days > 0
    assert {row.name for row in page.tornado} == {"Dig", "Pour"}
    assert page.criticality[0].criticality == 1.0
    assert page.asked.chance == 1.0


def test_a_chance_is_answered_by_its_date(person: Client, uncertain: Scenario):
    post(person, "simulate", uncertain)
    run_waiting()

    page = get(person, "forecast", uncertain, "?sure=80").context["page"]

    assert page.promised.date == page.answer.p80
    assert page.asked_moment == page.answer.p80
    assert get(person, "forecast", uncertain, "?sure=83").context["page"].promised is None


def test_the_evidence_names_milestones_merges_buffers_and_what_to_refine(
    person: Client, scenario: Scenario, team: Team
):
    dig, pour = make_chain(scenario, "Dig", "Pour", team=team)
    cure = tasks.add_task(scenario, actor=team.person, name="Cure", duration_minutes=960)
    done = tasks.add_task(
        scenario, actor=team.person, name="Done", kind=TaskKind.MILESTONE, duration_minutes=0
    )
    for before in (pour, cure):
        tasks.add_dependency(scenario, Dependency(before.key, done.key), actor=team.person)
    for row, wide in ((dig, 2880), (cure, 3360)):
        estimate = Pert(480, 960, wide)
        tasks.edit_task(scenario, row.key, actor=team.person, estimate=estimate)
    post(person, "simulate", scenario)
    run_waiting()

    page = get(person, "forecast", scenario).context["page"]

    [milestone] = page.milestones.rows
    assert milestone.name == "Done"
    # A task's percentiles are read off bins, the plan's off every iteration.
    assert abs(milestone.p80 - page.answer.p80) < timedelta(minutes=30)
    [merge] = page.merges
    assert merge.days_lost > merge.noise_days > 0
    assert {branch.name for branch in merge.branches} == {"Pour", "Cure"}
    assert {row.name for row in page.refinements} <= {"Dig", "Cure"}
    assert page.refinements[0].days > page.refinements[0].noise_days > 0
    days = [row.days for row in page.buffers]
    assert [row.percentile for row in page.buffers] == [70, 80, 90, 99]
    assert 0 < days[0] <= days[1] <= days[2] <= days[3]
    assert all(row.noise_days > 0 for row in page.buffers)
    assert all(row.noise_days > 0 for row in page.tornado)


def test_uncertainty_that_many_ranges_share_is_not_called_none(
    person: Client, scenario: Scenario, team: Team
):
    for number in range(40):
        task = tasks.add_task(scenario, actor=team.person, name=f"Crew {number}")
        tasks.edit_task(scenario, task.key, actor=team.person, estimate=Pert(960, 1200, 1440))
    post(person, "simulate", scenario)
    run_waiting()

    found = get(person, "forecast", scenario)

    page = found.context["page"]
    assert page.tornado == []
    assert page.answer.p80 > page.answer.p50
    assert "No single range or risk moves P80" in found.text
    assert "no unfinished task has a range" not in found.text


def test_a_forecast_stored_before_a_figure_was_told_says_nothing_of_it(
    person: Client, uncertain: Scenario
):
    post(person, "simulate", uncertain)
    run_waiting()
    stored = Scenario.objects.values_list("forecast", flat=True).get(pk=uncertain.pk)
    older = {key: value for key, value in stored.items() if key not in ("refinements", "buffers")}
    Scenario.objects.filter(pk=uncertain.pk).update(forecast=older)

    response = get(person, "forecast", uncertain)

    assert response.context["page"].refinements is None
    assert "refine first" not in response.text
    assert "buffer does a promise need" not in response.text


def test_an_edit_is_shown_as_having_outdated_the_forecast(
    person: Client, uncertain: Scenario, team: Team
):
    post(person, "simulate", uncertain)
    run_waiting()
    tasks.add_task(uncertain, actor=team.person, name="Cure")

    response = get(person, "forecast", uncertain)

    assert not response.context["page"].answer.is_current
    assert "The plan has changed since this forecast was made." in response.text


def test_a_project_promises_by_the_plan_as_it_stands(
    person: Client, uncertain: Scenario, team: Team
):
    branch = scenarios.branch_scenario(uncertain, name="Sooner", actor=team.person)
    first = branch.tasks.order_by("position")[0]
    tasks.edit_task(branch, first.key, actor=team.person, estimate=Pert(480, 500, 520))
    for scenario in (uncertain, branch):
        post(person, "simulate", scenario)
        run_waiting()
    page = reverse("planning:project", args=[uncertain.project_id])
    assert person.get(page).context["best"].name == "Sooner"

    tasks.edit_task(branch, first.key, actor=team.person, estimate=Pert(480, 9600, 28800))
    found = person.get(page)
    assert found.context["best"].name == "Baseline"
    assert "Its plan has changed since" not in found.text

    tasks.edit_task(uncertain, first.key, actor=team.person, estimate=Pert(480, 500, 520))
    assert "Its plan has changed since it was simulated." in person.get(page).text


def test_whoever_watches_is_told_once_and_then_asks_no_more(person: Client, uncertain: Scenario):
    post(person, "simulate", uncertain)
    watching = f"?watching={Simulation.objects.get().pk}"

    under_way = get(person, "status", uncertain, watching, **HTMX)
    run_waiting()
    ended = get(person, "status", uncertain, watching, **HTMX)

    assert "every 250ms" in under_way.text
    assert "every" not in ended.text
    assert "forecast-ready" in ended["HX-Trigger"]
    assert "HX-Trigger" not in get(person, "status", uncertain, **HTMX)


def test_two_clicks_of_one_button_ask_for_one_simulation(person: Client, uncertain: Scenario):
    for _click in range(2):
        post(person, "simulate", uncertain, idempotency_key="one-button")

    assert Simulation.objects.count() == 1


def test_a_simulation_is_cancelled(person: Client, uncertain: Scenario):
    post(person, "simulate", uncertain)

    response = post(person, "cancel", uncertain)

    assert "Cancelled" in response.text
    assert Job.objects.get().state == State.CANCELLED


def test_without_javascript_the_button_leads_to_the_forecast(person: Client, uncertain: Scenario):
    response = person.post(reverse("simulations:simulate", args=[uncertain.pk]))

    assert response.status_code == 302
    assert response.url == reverse("simulations:forecast", args=[uncertain.pk])


def test_a_simulation_stops_once_the_chosen_noise_is_small(person: Client, uncertain: Scenario):
    asked = {"iterations": "50000", "stop_band_days": "1", "stop_percentile": "50"}
    post(person, "simulate", uncertain, **asked)
    run_waiting()

    uncertain.refresh_from_db()
    low, high = uncertain.forecast["duration_days"]["bands"]["50"]
    assert uncertain.forecast_iterations < 50_000
    assert high - low < 1


def test_an_empty_rule_is_none(person: Client, uncertain: Scenario):
    post(person, "simulate", uncertain, iterations="", stop_band_days="", stop_percentile="")

    found = Simulation.objects.get()
    assert (found.iterations, found.stop_band_days, found.stop_percentile) == (10_000, None, 80)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("iterations", "99"),
        ("iterations", "1" + "0" * 30),
        ("stop_band_days", "0"),
        ("stop_band_days", "nan"),
        ("stop_band_days", "much"),
        ("stop_percentile", "100"),
    ],
)
def test_what_no_simulation_can_do_is_said_beside_its_field(
    person: Client, uncertain: Scenario, field: str, value: str
):
    by_htmx = post(person, "simulate", uncertain, **{field: value})
    whole = person.post(reverse("simulations:simulate", args=[uncertain.pk]), {field: value})

    for response in (by_htmx, whole):
        assert response.status_code == 422
        assert response.context["form"].errors[field]
        assert f'value="{value}"' in response.text
        assert "Ensure this value" not in response.text
    assert not Simulation.objects.exists()


@pytest.mark.parametrize("name", ["forecast", "status"])
def test_a_stranger_finds_no_forecast(client: Client, uncertain: Scenario, name: str):
    client.force_login(make_team("Elsewhere").person)

    assert get(client, name, uncertain).status_code == 404


@pytest.mark.parametrize("name", ["simulate", "cancel"])
def test_nothing_is_simulated_on_get(person: Client, uncertain: Scenario, name: str):
    assert get(person, name, uncertain).status_code == 405


def test_a_viewer_reads_and_does_not_simulate(client: Client, uncertain: Scenario, team: Team):
    client.force_login(join(team, Role.VIEWER))

    assert post(client, "simulate", uncertain).status_code == 403
    assert 'data-shortcut="simulate"' not in get(client, "forecast", uncertain).text
    assert not Simulation.objects.exists()
