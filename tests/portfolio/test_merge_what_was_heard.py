"""Two scenarios heard of another project at different moments: what was heard later stands."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from lineo.portfolio import following
from planning import snapshot
from planning.core.merge import Side
from planning.models import Scenario, Task
from planning.services import scenarios, tasks
from planning.services.merging import merge_scenario, propose
from tests.builders import Team
from tests.portfolio.builders import fresh, make_task, wait_for


@pytest.fixture
def roof(house: Scenario, road: Scenario, team: Team) -> Task:
    """A task that waits for a task of another project."""
    make_task(road, "Pave", team=team, days=3)
    return wait_for(make_task(house, "Roof", team=team, days=2), "ROAD-1", team=team)


@pytest.fixture
def branch(roof: Task, team: Team) -> Scenario:
    branch = scenarios.branch_scenario(roof.scenario, name="Late", actor=team.person)
    tasks.edit_task(branch, roof.key, actor=team.person, duration_minutes=4 * 480)
    return branch


def hear(scenario: Scenario, road: Scenario, *, days: int, team: Team) -> None:
    """Let the other project take so many days, and this scenario alone hear of it."""
    road.refresh_from_db()
    tasks.edit_task(road, road.tasks.get().key, actor=team.person, duration_minutes=days * 480)
    assert following.follow(scenario) is not None


def finish_heard(scenario: Scenario) -> datetime:
    scenario.refresh_from_db()
    (task,) = snapshot.plan_of(scenario).tasks
    (heard,) = task.external_dates
    return heard.finish


@pytest.mark.parametrize("later", Side)
def test_the_later_dates_stand_and_nothing_is_to_be_decided(
    roof: Task, branch: Scenario, road: Scenario, team: Team, later: Side
) -> None:
    order = [branch, roof.scenario] if later is Side.OURS else [roof.scenario, branch]
    for scenario, days in zip(order, (4, 8), strict=True):
        hear(scenario, road, days=days, team=team)
    wanted = max(map(finish_heard, order))

    proposal = propose(fresh(roof).scenario, branch)
    merge_scenario(fresh(roof).scenario, branch, actor=team.person)

    assert wanted == datetime(2026, 1, 14, 17)
    assert (proposal.merge.conflicts, proposal.merge.heard) == ((), (roof.key,))
    assert proposal.heard_later is later
    assert finish_heard(roof.scenario) == wanted
    assert fresh(roof).duration_minutes == 4 * 480


def test_the_page_says_whose_dates_stand(
    roof: Task, branch: Scenario, road: Scenario, team: Team, client: Client
) -> None:
    hear(roof.scenario, road, days=4, team=team)
    hear(branch, road, days=8, team=team)
    client.force_login(team.person)

    page = client.get(reverse("planning:merge", args=[roof.scenario_id]), {"from": branch.pk})

    assert "Both had heard other dates of another project for Roof" in page.text
    assert "those of “Late” stand" in page.text
    assert "decide it below" not in page.text


def test_what_only_one_of_them_heard_is_taken_and_not_told(
    roof: Task, branch: Scenario, road: Scenario, team: Team
) -> None:
    hear(branch, road, days=8, team=team)

    proposal = propose(fresh(roof).scenario, branch)
    merge_scenario(fresh(roof).scenario, branch, actor=team.person)

    assert proposal.merge.heard == ()
    assert finish_heard(roof.scenario) == datetime(2026, 1, 14, 17)
