"""Goals: a date, the chance wanted, whose it is, and which are in danger."""

from datetime import datetime

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import Role
from lineo.portfolio import readings, services
from lineo.portfolio.goal_rows import goal_rows
from lineo.portfolio.models import Goal, GoalReading, MilestoneForecast
from lineo.portfolio.selectors import TREND
from planning.core.plan import TaskKind
from planning.models import ForecastRecord, Scenario
from planning.services import tasks
from simulations import results
from simulations.signals import forecast_stored
from tests.api.caller import Caller
from tests.builders import Team, join, make_team
from tests.portfolio.builders import make_task

FRIDAY = datetime(2026, 1, 9, 17)


def kept(scenario: Scenario, days: list[float], milestones: dict[str, list[float]] | None = None):
    """Leave a forecast of these finishes, in working days from the start, as a simulation does."""
    scenario.refresh_from_db()
    arrays = {"": days, **(milestones or {})}
    finishes = {
        key: np.array([one * 480 for one in some], np.int32).tobytes()
        for key, some in arrays.items()
    }
    record = ForecastRecord.objects.create(
        scenario=scenario, revision=scenario.revision, iterations=len(days), seed=1
    )
    Scenario.objects.filter(pk=scenario.pk).update(
        forecast_revision=scenario.revision,
        forecast={"tasks": [], "finish": {"percentiles": {}}},
        forecast_finishes=results.pack(finishes),
    )
    forecast_stored.send(
        sender=Scenario,
        workspace_id=scenario.workspace_id,
        scenario_id=scenario.pk,
        revision=scenario.revision,
        record_id=record.pk,
    )
    return record


@pytest.fixture
def goal(house: Scenario, team: Team) -> Goal:
    make_task(house, "Walls", team=team, days=4)
    return services.add_goal(
        house.project, actor=team.person, name="Roofed", by=FRIDAY, wanted=0.8, owner=team.person
    )


def test_each_stored_forecast_is_read_for_its_chance(goal, house, team):
    kept(house, [4, 5, 5, 6])
    kept(house, [4, 5, 6, 7])

    (row,) = goal_rows(team.membership)

    assert [chance for _made, chance in row.trend] == [0.75, 0.5]
    assert row.is_in_danger
    assert row.gap == pytest.approx(0.3)
    assert row.moved == pytest.approx(-0.25)


def test_the_last_minute_of_a_day_counts_as_that_day(goal, house, team):
    kept(house, [5.0])

    assert goal_rows(team.membership)[0].chance == 1.0


def test_a_milestone_is_a_goal_too(house, team):
    handed = tasks.add_task(
        house, actor=team.person, name="Keys", kind=TaskKind.MILESTONE, duration_minutes=0
    )
    goal = services.add_goal(
        house.project, actor=team.person, name="Keys", milestone=handed.key, by=FRIDAY
    )
    kept(house, [9, 9, 9, 9], {handed.key: [3, 4, 5, 6]})

    (row,) = goal_rows(team.membership)

    assert (row.goal, row.milestone, row.chance) == (goal, "Keys", 0.75)
    assert MilestoneForecast.objects.get(scenario=house).figures == []


def test_a_new_goal_is_read_from_the_forecast_that_stands(house, team):
    make_task(house, "Walls", team=team)
    kept(house, [4, 5, 6, 7])

    services.add_goal(house.project, actor=team.person, name="Roofed", by=FRIDAY)

    assert goal_rows(team.membership)[0].chance == 0.5


def test_another_date_forgets_what_was_said_of_the_former(goal, house, team):
    kept(house, [4, 5, 6, 7])

    services.edit_goal(goal, actor=team.person, by=datetime(2026, 1, 12, 17))

    assert [one.chance for one in GoalReading.objects.all()] == [0.75]


def test_of_a_forecast_that_is_out_of_date_a_chance_lies_between_its_percentiles(house, team):
    make_task(house, "Walls", team=team)
    kept(house, [4, 5, 6, 7])
    percentiles = {"10": "2026-01-07T17:00", "50": "2026-01-09T17:00", "90": "2026-01-13T17:00"}
    Scenario.objects.filter(pk=house.pk).update(
        forecast={"tasks": [], "finish": {"percentiles": percentiles}}, revision=99
    )
    stale = Scenario.objects.get(pk=house.pk)

    found = readings.chances_of(
        stale,
        [("", datetime(2026, 1, 8, 17)), ("", datetime(2026, 1, 1)), ("", datetime(2027, 1, 1))],
    )

    assert found == pytest.approx([0.3, 0.05, 0.95])


def test_without_a_forecast_nobody_knows(goal, team):
    (row,) = goal_rows(team.membership)

    assert (row.chance, row.gap, row.is_in_danger) == (None, None, False)


@pytest.mark.parametrize(
    "fields",
    [{"wanted": 0.0}, {"wanted": 1.5}, {"milestone": "nowhere"}, {"name": ""}, {"by": None}],
)
def test_a_goal_that_makes_no_sense_is_refused(house, team, fields):
    given = {"name": "Roofed", "by": FRIDAY, **fields}

    with pytest.raises(ValidationError):
        services.add_goal(house.project, actor=team.person, **given)


def test_viewers_set_no_goal(house, team):
    viewer = join(team, Role.VIEWER)

    with pytest.raises(PermissionDenied):
        services.add_goal(house.project, actor=viewer, name="Roofed", by=FRIDAY)


def client_of(team: Team) -> Client:
    client = Client()
    client.force_login(team.person)
    return client


def test_the_form_keeps_what_it_shows_more_coarsely(house, team):
    services.add_goal(
        house.project, actor=team.person, name="Roofed", by=datetime(2026, 1, 9, 12), wanted=0.855
    )
    shown = {"name": "Open", "by": "2026-01-09", "wanted": "86", "version": "1"}

    assert client_of(team).post(Goal.objects.get().get_absolute_url(), shown).status_code == 302

    goal = Goal.objects.get()
    assert (goal.name, goal.by, goal.wanted) == ("Open", datetime(2026, 1, 9, 12), 0.855)


def test_the_form_sets_changes_and_deletes_a_goal(house, team):
    client = client_of(team)
    make_task(house, "Walls", team=team)
    new = reverse("portfolio:add-goal", args=[house.project_id])

    assert client.get(new).status_code == 200
    assert client.post(new, {"by": "", "wanted": "80"}).status_code == 422
    assert client.post(new, {"by": "2026-01-09", "wanted": "70"}).status_code == 302
    goal = Goal.objects.get()
    assert (goal.name, goal.by, goal.wanted) == ("House", FRIDAY, 0.7)

    page = goal.get_absolute_url()
    assert "Nobody knows yet" in client.get(page).content.decode()
    changed = {"name": "Open", "by": "2026-01-16", "wanted": "90", "version": "1"}
    assert client.post(page, changed).status_code == 302
    assert client.post(page, changed).status_code == 409, "somebody was faster"
    assert Goal.objects.get().wanted == 0.9

    assert client.get(reverse("portfolio:delete-goal", args=[goal.pk])).status_code == 405
    assert client.post(reverse("portfolio:delete-goal", args=[goal.pk])).status_code == 302
    assert not Goal.objects.exists()


def test_foreign_and_missing_goals_look_the_same(goal, team):
    stranger = client_of(make_team("Elsewhere"))
    missing = goal.get_absolute_url().replace(str(goal.pk), "0194aaaa-0000-7000-8000-000000000000")

    foreign, none = stranger.get(goal.get_absolute_url()), stranger.get(missing)

    assert foreign.status_code == none.status_code == 404
    assert foreign.content == none.content


def test_the_api_sets_reads_and_guards_goals(house, team):
    caller = Caller(team.person)
    make_task(house, "Walls", team=team)
    address = f"/api/v1/projects/{house.project_id}/goals/"

    made = caller.post(address, {"name": "Open", "by": "2026-01-09T17:00", "wanted": 0.9})
    kept(house, [4, 5, 6, 7])

    assert made.status_code == 201
    found = caller.get(f"/api/v1/goals/{made.json()['id']}/")
    assert found.json()["chance"] == 0.5
    assert found.json()["gap"] == pytest.approx(0.4)
    assert found.json()["is_in_danger"] is True
    bad = caller.post(address, {"name": "Open", "by": "2026-01-09T17:00", "owner": str(house.pk)})
    assert bad.status_code == 422


def test_of_many_forecasts_those_of_the_trend_are_read_and_no_others(goal, house, team):
    records = [kept(house, [4, 5, 5, 6]) for _ in range(TREND)] + [kept(house, [4, 4, 4, 4])]

    (row,) = goal_rows(team.membership)

    assert [one.record for one in row.readings] == records[1:]
    assert row.chance == 1.0
    assert len(row.goal.readings.all()) == TREND
