"""Every project on one axis: lanes, sorted, filtered and grouped, and as a file."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lineo.accounts.models import Membership, PolicyRule, Role
from lineo.accounts.policy import Action
from lineo.activity.models import AuditEntry
from lineo.portfolio import selectors
from lineo.portfolio.arranging import Arrangement
from lineo.portfolio.lanes import Axis, lanes_for
from lineo.portfolio.models import MilestoneForecast
from lineo.portfolio.page import portfolio_for
from planning.core.plan import TaskKind
from planning.models import ForecastRecord, Project, Scenario
from planning.services import projects, scenarios, tasks
from tests.api.caller import Caller
from tests.builders import Team, make_project, make_team
from tests.portfolio.builders import make_task, wait_for

PAGE = reverse("portfolio:portfolio")


def client_of(team: Team) -> Client:
    client = Client()
    client.force_login(team.person)
    return client


def forecast(scenario: Scenario, *, p80: datetime, chance: float | None = None, ago: int = 0):
    """Keep a forecast as a simulation does, made some days ago."""
    scenario.refresh_from_db()
    record = ForecastRecord.objects.create(
        scenario=scenario,
        revision=scenario.revision,
        iterations=1000,
        seed=1,
        p10=p80 - timedelta(days=6),
        p50=p80 - timedelta(days=2),
        p80=p80,
        p90=p80 + timedelta(days=1),
        p_target=chance,
    )
    ForecastRecord.objects.filter(pk=record.pk).update(
        created_at=timezone.now() - timedelta(days=ago)
    )
    Scenario.objects.filter(pk=scenario.pk).update(
        forecast_revision=scenario.revision, forecast_p80=p80, forecast_p_target=chance
    )
    return record


def names(team: Team, **query: str) -> list[str]:
    page = portfolio_for(team.membership, Arrangement.read(query))
    return [lane.name for lane in page.shown]


def test_a_lane_holds_dates_chance_trend_and_milestones(house, team):
    make_task(house, "Walls", team=team, days=5)
    handed = tasks.add_task(
        house,
        actor=team.person,
        name="Handed over",
        kind=TaskKind.MILESTONE,
        duration_minutes=0,
        target=datetime(2026, 2, 2, 17),
    )
    forecast(house, p80=datetime(2026, 1, 20, 17), ago=3)
    forecast(house, p80=datetime(2026, 1, 24, 17), chance=0.35)
    house.refresh_from_db()
    MilestoneForecast.objects.create(
        scenario=house,
        revision=house.revision,
        figures=[{"key": handed.key, "p80": "2026-01-22T17:00", "chance": 0.6}],
    )

    (lane,) = lanes_for(team.membership, {})

    assert (lane.start, lane.finish) == (datetime(2026, 1, 5, 8), datetime(2026, 1, 9, 17))
    assert lane.p80 == datetime(2026, 1, 24, 17)
    assert lane.chance == 0.35
    assert lane.is_in_danger
    assert [point.p80.day for point in lane.trend] == [20, 24]
    assert lane.moved_days == pytest.approx(4.0)
    (milestone,) = lane.milestones
    assert (milestone.name, milestone.chance) == ("Handed over", 0.6)
    assert milestone.p80 == datetime(2026, 1, 22, 17)


def test_the_trend_keeps_the_last_forecasts_alone(house, team):
    for ago in range(selectors.TREND + 3):
        forecast(house, p80=datetime(2026, 3, 1) + timedelta(days=ago), ago=ago)

    (lane,) = lanes_for(team.membership, {})

    assert len(lane.trend) == selectors.TREND
    assert lane.trend[-1].p80 == datetime(2026, 3, 1)


def test_the_scenario_that_a_project_shows_is_drawn(house, team):
    branch = scenarios.branch_scenario(house, name="Late", actor=team.person)
    Project.objects.filter(pk=house.project_id).update(shown_scenario=branch)

    (lane,) = lanes_for(team.membership, {})

    assert lane.scenario.name == "Late"
    assert not lane.is_baseline


def test_one_axis_reaches_every_moment(house, road, team):
    make_task(house, "Walls", team=team, days=30)
    forecast(road, p80=datetime(2026, 9, 1))
    lanes = lanes_for(team.membership, {})

    axis = Axis.of(lanes)

    assert axis is not None
    places = [axis.at(moment) for lane in lanes for moment in lane.moments]
    assert all(0 < place < 100 for place in places)
    assert [tick.at for tick in axis.ticks] == sorted(tick.at for tick in axis.ticks)


def test_lanes_are_sorted_filtered_and_grouped(house, road, team):
    make_project(team, name="Bridge", status="active")
    forecast(house, p80=datetime(2026, 2, 1), chance=0.9)
    forecast(road, p80=datetime(2026, 1, 15), chance=0.2)
    wait_for(make_task(house, "Roof", team=team), f"ROAD-{_number(road, team)}", team=team)

    assert names(team) == ["Road", "House", "Bridge"]
    assert names(team, sort="name") == ["Bridge", "House", "Road"]
    assert names(team, sort="p80") == ["Road", "House", "Bridge"]
    assert names(team, only="danger") == ["Road"]
    assert names(team, only="waiting") == ["House"]
    assert names(team, only="unknown") == ["Bridge"]
    assert names(team, status="active") == ["Bridge"]
    assert names(team, q="hou") == ["House"]
    groups = portfolio_for(team.membership, Arrangement.read({"group": "status"})).groups
    assert [(one.name, len(one.lanes)) for one in groups] == [("Planning", 2), ("Active", 1)]


@pytest.mark.parametrize("sort", ["name", "p80", "moved"])
def test_names_stand_as_people_look_them_up_also_where_all_else_is_alike(team, sort):
    for name in ("Zoo", "apple orchard", "Ärztehaus"):
        make_project(team, name=name)

    assert names(team, sort=sort) == ["apple orchard", "Ärztehaus", "Zoo"]


def _number(scenario: Scenario, team: Team) -> int:
    return make_task(scenario, "Pave", team=team).number


@pytest.mark.parametrize("query", [{"sort": "nonsense"}, {"group": "\x00"}, {"status": "'; --"}])
def test_a_query_that_makes_no_sense_is_none(house, team, query):
    assert names(team, **query) == ["House"]


@pytest.mark.django_db
def test_the_page_says_it_in_text_too(house, road, team):
    forecast(house, p80=datetime(2026, 2, 1), chance=0.2)
    Scenario.objects.filter(pk=house.pk).update(target=datetime(2026, 1, 30, 17))
    roof, _pave = make_task(house, "Roof", team=team), make_task(road, "Pave", team=team)
    wait_for(roof, "ROAD-1FS+2d", team=team)

    response = client_of(team).get(PAGE)

    text = response.content.decode()
    assert response.status_code == 200
    assert "Planned from" in text
    assert "waits for Road" in text
    assert "FS+2d" in text
    assert "20\xa0%" in text or "20 %" in text


def test_a_stranger_sees_nothing_of_it(house, team):
    other = make_team("Elsewhere")

    text = client_of(other).get(PAGE).content.decode()

    assert "House" not in text
    assert "No projects yet" in text


def test_a_guest_without_rules_sees_no_project(house, team):
    guest = make_team("Guests", role=Role.GUEST)

    assert client_of(guest).get(PAGE).status_code == 200
    with guest.context():
        assert lanes_for(guest.membership, {}) == []


def test_a_milestone_that_a_rule_hides_is_in_no_lane(house, team):
    for name in ("Handed over", "Secret"):
        tasks.add_task(
            house, actor=team.person, name=name, kind=TaskKind.MILESTONE, duration_minutes=0
        )
    secret = house.tasks.get(name="Secret")
    PolicyRule.objects.create(
        person=team.person,
        action=Action.READ,
        allows=False,
        kind="task",
        subject_id=house.project_id,
        task_key=secret.key,
    )

    (lane,) = lanes_for(Membership.objects.get(pk=team.membership.pk), {})

    assert [one.name for one in lane.milestones] == ["Handed over"]


def test_a_project_that_a_rule_hides_has_no_lane(house, road, team):
    PolicyRule.objects.create(
        person=team.person,
        action=Action.READ,
        allows=False,
        kind="project",
        subject_id=road.project_id,
    )

    lanes = lanes_for(Membership.objects.get(pk=team.membership.pk), {})

    assert [lane.name for lane in lanes] == ["House"]


def test_archived_projects_are_left_out(house, team):
    projects.archive_project(house.project, actor=team.person)

    assert lanes_for(team.membership, {}) == []


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_the_lanes_are_a_file_too(house, team, kind):
    forecast(house, p80=datetime(2026, 2, 1), chance=0.2)

    response = client_of(team).get(reverse("portfolio:picture", args=[f"lanes-{kind}"]))

    assert response.status_code == 200
    begins = b"<svg" if kind == "svg" else b"\x89PNG"
    assert response.content.startswith(begins)
    assert kind == "png" or b"House" in response.content


def test_a_file_of_them_holds_what_may_be_exported_and_is_in_the_trail(house, road, team):
    PolicyRule.objects.create(
        person=team.person,
        action=Action.EXPORT,
        allows=False,
        kind="project",
        subject_id=road.project_id,
    )

    response = client_of(team).get(reverse("portfolio:picture", args=["lanes-svg"]))

    assert b"House" in response.content
    assert b"Road" not in response.content
    told = AuditEntry.objects.get(action="portfolio.exported")
    assert (told.actor, told.after) == (team.person, "lanes.svg")


def test_who_may_export_nothing_takes_no_file_and_is_offered_none(house, team):
    PolicyRule.objects.create(
        role=Role.MEMBER,
        action=Action.EXPORT,
        allows=False,
        kind="workspace",
        subject_id=team.workspace.pk,
    )
    client = client_of(team)

    assert client.get(reverse("portfolio:picture", args=["lanes-svg"])).status_code == 403
    assert not AuditEntry.objects.filter(action="portfolio.exported").exists()
    assert "portfolio/pictures/" not in client.get(PAGE).text
    assert "House" in client.get(PAGE).text


def test_the_number_of_queries_does_not_grow_with_projects(
    house, road, team, django_assert_max_num_queries
):
    client = client_of(team)
    for number in range(8):
        made = projects.baseline_of(make_project(team, name=f"Project {number}"))
        forecast(made, p80=datetime(2026, 2, 1), chance=0.5)
        task = make_task(made, "Work", team=team)
        wait_for(task, f"HOUSE-{_number(house, team)}", team=team)
    client.get(PAGE)

    with django_assert_max_num_queries(30) as few:
        client.get(PAGE)
    first = len(few)
    for number in range(8, 16):
        made = projects.baseline_of(make_project(team, name=f"Project {number}"))
        forecast(made, p80=datetime(2026, 2, 1), chance=0.5)

    with django_assert_max_num_queries(first):
        client.get(PAGE)


def test_a_scenario_is_chosen_on_its_own_page(house, team):
    branch = scenarios.branch_scenario(house, name="Late", actor=team.person)
    address = reverse("portfolio:shown", args=[house.project_id])
    client = client_of(team)

    assert "Late" in client.get(address).content.decode()
    assert client.post(address, {"scenario": str(branch.pk)}).status_code == 302
    assert Project.objects.get(pk=house.project_id).shown_scenario_id == branch.pk
    assert client.post(address, {"scenario": "nonsense"}).status_code == 404
    assert client_of(make_team("Elsewhere")).get(address).status_code == 404


def test_the_api_tells_every_lane_unless_words_are_asked_for(team, house, road):
    caller = Caller(team.person)

    def told(**query: str) -> list[str]:
        return [one["name"] for one in caller.get("/api/v1/portfolio/", **query).json()["lanes"]]

    assert told() == ["House", "Road"]
    assert told(q="hou") == ["House"]
