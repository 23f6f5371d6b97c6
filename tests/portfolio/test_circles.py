"""Circles across projects are refused, whoever closes them and however."""

import pytest
from django.core.exceptions import ValidationError

from lineo.portfolio import following, services
from planning.core.plan import Dependency
from planning.models import Scenario, Task
from planning.services import history, scenarios, tasks
from planning.services.promotions import promote_scenario
from tests.builders import Team, make_baseline, make_team
from tests.planning.test_races import at_once
from tests.portfolio.builders import fresh, make_task, wait_for


def test_two_tasks_that_would_wait_for_each_other_are_named(house, road, team):
    roof, pave = make_task(house, "Roof", team=team), make_task(road, "Pave", team=team)
    wait_for(roof, "ROAD-1", team=team)

    with pytest.raises(ValidationError, match="ROAD-1 → HOUSE-1 → ROAD-1"):
        wait_for(pave, "HOUSE-1", team=team)

    assert fresh(pave).options == {}


def test_projects_may_wait_for_each_other_where_their_tasks_do_not(house, road, team):
    walls, roof = make_task(house, "Walls", team=team), make_task(house, "Roof", team=team)
    pave = make_task(road, "Pave", team=team)

    wait_for(pave, "HOUSE-1", team=team)
    waiting = wait_for(roof, "ROAD-1", team=team)

    assert waiting.start.isoformat() == "2026-01-07T08:00:00"
    assert fresh(walls).start.isoformat() == "2026-01-05T08:00:00"


def test_a_link_inside_a_plan_may_close_it_too(house, road, team):
    walls, roof = make_task(house, "Walls", team=team), make_task(house, "Roof", team=team)
    wait_for(make_task(road, "Pave", team=team), "HOUSE-2", team=team)
    wait_for(walls, "ROAD-1", team=team)

    with pytest.raises(ValidationError, match="circle across projects"):
        tasks.add_dependency(
            Scenario.objects.get(pk=house.pk), Dependency(walls.key, roof.key), actor=team.person
        )


def test_a_summary_hands_on_what_waits_for_it(house, road, team):
    build = make_task(house, "Build", team=team)
    roof = make_task(house, "Roof", team=team, parent=build.key)
    pave = make_task(road, "Pave", team=team)
    wait_for(pave, "HOUSE-1", team=team)

    with pytest.raises(ValidationError, match="circle across projects"):
        wait_for(roof, "ROAD-1", team=team)


def test_undo_closes_none(house, road, team):
    roof, pave = make_task(house, "Roof", team=team), make_task(road, "Pave", team=team)
    wait_for(roof, "ROAD-1", team=team)
    wait_for(roof, "", team=team)
    wait_for(pave, "HOUSE-1", team=team)

    with pytest.raises(ValidationError, match="circle across projects"):
        history.undo(Scenario.objects.get(pk=house.pk), actor=team.person)


def test_showing_or_promoting_another_scenario_closes_none(house, road, team):
    roof, pave = make_task(house, "Roof", team=team), make_task(road, "Pave", team=team)
    branch = scenarios.branch_scenario(road, name="Branch", actor=team.person)
    wait_for(branch.tasks.select_related("scenario__project").get(), "HOUSE-1", team=team)
    wait_for(roof, "ROAD-1", team=team)

    with pytest.raises(ValidationError, match="circle across projects"):
        services.choose_scenario(pave.scenario.project, branch, actor=team.person)
    with pytest.raises(ValidationError, match="circle across projects"):
        promote_scenario(branch, actor=team.person, reason="Because")

    assert Scenario.objects.get(pk=road.pk).is_baseline


def test_a_circle_that_stands_all_the_same_is_not_followed_for_ever(house, road, team, monkeypatch):
    roof, pave = make_task(house, "Roof", team=team), make_task(road, "Pave", team=team)
    wait_for(roof, "ROAD-1", team=team)
    with monkeypatch.context() as blind:
        blind.setattr(following, "refuse_circle", lambda *_: None)
        wait_for(pave, "HOUSE-1", team=team)

    assert following.follow(house) is None
    assert following.follow(road) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rounds", [6, pytest.param(100, marks=pytest.mark.long)])
def test_two_halves_of_a_circle_added_at_once_never_close_it(rounds: int) -> None:
    team = make_team()
    with team.context():
        house = make_baseline(team, name="House", code="HOUSE")
        road = make_baseline(team, name="Road", code="ROAD")
        roof, pave = make_task(house, "Roof", team=team), make_task(road, "Pave", team=team)

    for _round in range(rounds):
        results = at_once(
            team,
            lambda: wait_for(roof, "ROAD-1", team=team),
            lambda: wait_for(pave, "HOUSE-1", team=team),
        )

        assert sum(isinstance(result, ValidationError) for result in results) == 1, results
        with team.context():
            linked = Task.objects.filter(options__has_key="external_links")
            (held,) = linked.select_related("scenario__project")
            wait_for(held, "", team=team)


@pytest.mark.django_db(transaction=True)
def test_the_parts_of_a_circle_through_three_projects_added_at_once_never_close_it() -> None:
    team: Team = make_team()
    with team.context():
        rows = [
            make_task(make_baseline(team, name=code, code=code), "Work", team=team)
            for code in ("ONE", "TWO", "THREE")
        ]

    for _round in range(3):
        results = at_once(
            team,
            lambda: wait_for(rows[0], "TWO-1", team=team),
            lambda: wait_for(rows[1], "THREE-1", team=team),
            lambda: wait_for(rows[2], "ONE-1", team=team),
        )

        assert sum(isinstance(result, ValidationError) for result in results) == 1, results
        with team.context():
            linked = Task.objects.filter(options__has_key="external_links")
            for held in linked.select_related("scenario__project"):
                wait_for(held, "", team=team)
