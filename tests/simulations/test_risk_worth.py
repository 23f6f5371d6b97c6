"""What risks cost P80, before and after mitigation, and what a day so gained costs."""

from dataclasses import replace
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from lineo.jobs.entry import run_waiting
from planning.core.distributions import Fixed, Pert
from planning.core.plan import (
    Dependency,
    Impact,
    Mitigation,
    Plan,
    ProjectSettings,
    Risk,
    Task,
    standard_calendar,
)
from planning.models import Risk as RiskRow
from planning.models import Scenario
from planning.services import plans, tasks
from simulations import services
from simulations.engine import SimulationOptions, impacts_if_removed, simulate
from simulations.risk_trials import worth_of_risks
from tests.builders import Team, make_chain

DAY = 480
PROJECT = ProjectSettings("Shed", datetime(2026, 1, 5, 8))


def days_on(*keys: str, days: float = 5) -> tuple[Impact, ...]:
    return tuple(Impact(key, Fixed(round(days * DAY))) for key in keys)


def chain_of_two(*risks: Risk, estimate: Pert | None = None) -> Plan:
    both = tuple(Task(key, key, duration_minutes=10 * DAY, estimate=estimate) for key in "AB")
    return Plan(PROJECT, (standard_calendar(),), both, (Dependency("A", "B"),), risks=risks)


def test_the_days_before_and_after_follow_from_the_chances() -> None:
    """One shared draw on two tasks: P80 is 30 at a chance of 0.3, and 20 at one of 0.1."""
    rarer = Mitigation(0.1, days_on("A", "B"))
    plan = chain_of_two(Risk("R", "Permit", 0.3, days_on("A", "B"), rarer))

    [worth] = worth_of_risks(plan, seed=1)

    assert worth.before.days == worth.gained.days == 10
    assert worth.after.days == 0


def test_a_milder_impact_gains_the_difference_of_both() -> None:
    plan = chain_of_two(
        Risk("R", "Permit", 0.5, days_on("A", days=10), Mitigation(0.5, days_on("A")))
    )

    [worth] = worth_of_risks(plan, seed=1)

    assert (worth.before.days, worth.after.days, worth.gained.days) == (10, 5, 5)
    assert (worth.gained.low, worth.gained.high) == (5, 5)


def test_a_risk_that_never_happens_costs_nothing_at_all() -> None:
    spread = Pert(5 * DAY, 10 * DAY, 20 * DAY)
    plan = chain_of_two(Risk("R", "Never", 0.0, days_on("A")), estimate=spread)

    [worth] = worth_of_risks(plan, seed=1)

    assert (worth.before.days, worth.before.low, worth.before.high) == (0, 0, 0)
    assert worth.after is worth.gained is None


def test_it_says_what_the_sensitivities_say() -> None:
    spread = Pert(5 * DAY, 10 * DAY, 20 * DAY)
    plan = chain_of_two(Risk("R", "Permit", 0.4, days_on("A")), estimate=spread)
    options = SimulationOptions(iterations=4_000, seed=7)

    [worth] = worth_of_risks(plan, seed=7)

    costs = {cost.key: cost for cost in impacts_if_removed(plan, simulate(plan, options))}
    assert worth.before.days == costs["R"].percentile_days
    assert (worth.before.low, worth.before.high) == costs["R"].interval_days


def test_a_plan_without_work_has_no_days_to_lose() -> None:
    nothing = Plan(PROJECT, (standard_calendar(),), risks=(Risk("R", "Permit", 0.5, ()),))

    assert worth_of_risks(nothing, seed=1) == []
    idle = chain_of_two(Risk("R", "Permit", 0.5, days_on("A")))
    off = replace(idle, tasks=tuple(replace(task, active=False) for task in idle.tasks))
    [worth] = worth_of_risks(off, seed=1)
    assert (worth.before.days, worth.before.low, worth.before.high) == (0, 0, 0)


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


@pytest.fixture
def risky(scenario: Scenario, team: Team) -> Scenario:
    """A plan of two days that a risk makes ten longer, and a mitigation two."""
    dig, _pour = make_chain(scenario, "Dig", "Pour", team=team)
    soon = Mitigation(0.5, days_on(dig.key, days=2), cost=4000.0)
    risk = Risk("R1", "Late permit", 0.5, days_on(dig.key, days=10), soon)
    plans.save_entity(scenario, risk, actor=team.person)
    return Scenario.objects.get(pk=scenario.pk)


def register(person: Client, scenario: Scenario) -> str:
    return person.get(reverse("planning:risks", args=[scenario.pk])).text


def simulated(scenario: Scenario, team: Team) -> None:
    services.start_simulation(scenario, actor=team.person, iterations=500)
    run_waiting()


def test_before_a_simulation_the_page_says_so(person: Client, risky: Scenario) -> None:
    page = register(person, risky)

    assert "Not computed yet" in page
    assert "10 d" not in page.replace("10d", "")


def test_the_register_tells_days_and_what_one_costs(
    person: Client, risky: Scenario, team: Team
) -> None:
    simulated(risky, team)

    response = person.get(reverse("planning:risks", args=[risky.pk]))

    [row] = response.context["register"].rows
    assert (row.worth.before.days, row.worth.after.days, row.worth.gained.days) == (10, 2, 8)
    assert (row.day_cost.cost, row.day_cost.least, row.day_cost.most) == (500, 500, 500)
    assert "500 a day" in response.text
    assert "8 d" in person.get(reverse("planning:risk", args=[row.row.pk])).text


def test_a_change_of_the_plan_puts_the_days_out_of_date(
    person: Client, risky: Scenario, team: Team
) -> None:
    simulated(risky, team)
    assert "Out of date" not in register(person, risky)

    tasks.add_task(risky, actor=team.person, name="Inspect")

    assert "Out of date" in register(person, risky)
    risk = reverse("planning:risk", args=[RiskRow.objects.get().pk])
    assert "Out of date" in person.get(risk).text


def test_a_gain_within_its_noise_has_no_price(person: Client, risky: Scenario, team: Team) -> None:
    plans.edit_entity(
        risky,
        Risk,
        "R1",
        actor=team.person,
        change=lambda risk: replace(risk, after=replace(risk.after, impacts=risk.impacts)),
    )
    simulated(Scenario.objects.get(pk=risky.pk), team)

    response = person.get(reverse("planning:risks", args=[risky.pk]))

    [row] = response.context["register"].rows
    assert row.worth.gained.days == 0
    assert row.day_cost is None
    assert "gains nothing" in response.text


def test_a_risk_added_since_has_no_figures_yet(person: Client, risky: Scenario, team: Team) -> None:
    simulated(risky, team)
    dig = risky.tasks.first()

    plans.save_entity(risky, Risk("R2", "Flood", 0.1, days_on(dig.key)), actor=team.person)

    rows = person.get(reverse("planning:risks", args=[risky.pk])).context["register"].rows
    assert [(row.row.key, row.worth is None) for row in rows] == [("R1", False), ("R2", True)]


def test_htmx_gets_the_register_alone(person: Client, risky: Scenario) -> None:
    address = reverse("planning:risks", args=[risky.pk])

    part = person.get(address, headers={"HX-Request": "true"}).text

    assert part.lstrip().startswith('<div class="stack-large" id="risk-register"')
    assert "<html" not in part
