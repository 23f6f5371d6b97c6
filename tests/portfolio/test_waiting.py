"""What the pages say of a plan whose tasks wait for other projects."""

import pytest
from django.test import Client
from django.urls import reverse

from lineo.accounts.selectors import membership_for
from lineo.jobs.entry import run_waiting
from lineo.portfolio import services
from lineo.portfolio.waiting import waiting_of
from planning.models import Scenario
from planning.services import plans, scenarios, tasks
from planning.typed import cells
from simulations import services as simulations
from tests.builders import Team
from tests.portfolio.builders import fresh, make_task, wait_for

HELD = "take the date that is planned there for certain"


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


@pytest.fixture
def roof(team: Team, house: Scenario, road: Scenario) -> Scenario:
    """A house whose roof waits for a road of 1 or 9 days, and that is wanted in between."""
    asphalt = make_task(road, "Asphalt", team=team)
    cells.edit_cell(asphalt, "duration", "1d @ 0.6, 9d @ 0.4", actor=team.person)
    wait_for(make_task(house, "Roof", team=team), "ROAD-1", team=team)
    house.refresh_from_db()
    plans.edit_settings(house, actor=team.person, target=house.scheduled_finish)
    return Scenario.objects.select_related("project").get(pk=house.pk)


def simulate(scenario: Scenario, team: Team) -> None:
    simulations.start_simulation(scenario, actor=team.person, iterations=1000)
    run_waiting()


def pages_of(scenario: Scenario) -> list[str]:
    return [
        reverse("simulations:forecast", args=[scenario.pk]),
        reverse("planning:project", args=[scenario.project_id]),
    ]


def test_the_pages_say_that_other_projects_are_taken_for_certain(roof, team, person):
    simulate(roof, team)

    for page in pages_of(roof):
        assert HELD in person.get(page).content.decode(), page


def test_the_api_counts_the_tasks_that_are_held(roof, road, team, person):
    held = [
        person.get(reverse("api:forecast", args=[scenario.pk])).json()["tasks_held"]
        for scenario in (roof, road)
    ]

    assert held == [1, 0]


def test_drawn_jointly_they_say_the_date_and_the_chance_of_all_futures(roof, team, person):
    simulate(roof, team)
    services.draw_jointly(actor=team.person, iterations=1000)
    run_waiting()

    found = waiting_of(roof.pk, membership_for(team.person))

    assert found.joint.is_current
    assert (found.joint.p80 - roof.scheduled_finish).days > 9  # 8 working days later
    assert found.joint.chance == pytest.approx(0.6, abs=0.07)
    for page in pages_of(roof):
        told = person.get(page).content.decode()
        assert f"<strong>{found.joint.p80:%-d %B %Y}</strong>" in told
        assert "The target is met in" in told


def test_a_plan_that_moved_since_is_not_told_by_the_old_draw(roof, team, person):
    simulate(roof, team)
    services.draw_jointly(actor=team.person, iterations=1000)
    run_waiting()
    make_task(Scenario.objects.get(pk=roof.pk), "Porch", team=team)

    told = person.get(pages_of(roof)[0]).content.decode()

    assert "Plans have changed since they were last drawn jointly" in told
    assert "Drawn jointly with the projects" not in told


def test_a_branch_says_that_it_is_not_the_one_drawn(roof, team, person):
    branch = scenarios.branch_scenario(roof, actor=team.person, name="What if")

    found = waiting_of(branch.pk, membership_for(team.person))

    assert not found.is_shown
    assert found.joint is None


def test_work_of_which_a_share_is_done_waits_no_more(roof, team):
    task = roof.tasks.get(name="Roof")
    plans.edit_settings(roof, actor=team.person, data_date=roof.scheduled_finish)
    tasks.edit_task(roof, task.key, actor=team.person, percent_complete=50.0)

    assert waiting_of(roof.pk, membership_for(team.person)) is None


def test_who_waits_for_nobody_or_has_begun_is_told_nothing(roof, road, team):
    task = fresh(roof.tasks.get(name="Roof"))
    tasks.edit_task(roof, task.key, actor=team.person, actual_start=task.start)

    assert waiting_of(roof.pk, membership_for(team.person)) is None
    assert waiting_of(road.pk, membership_for(team.person)) is None
