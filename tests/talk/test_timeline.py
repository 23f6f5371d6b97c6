"""The timeline of a project: what happened, and what people say of it."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import Role
from lineo.talk.services import add_comment
from lineo.talk.subjects import of_row
from lineo.talk.timeline import timeline_of
from planning.models import ForecastRecord, Update
from planning.services.promotions import promote_scenario
from planning.services.scenarios import branch_scenario, delete_scenario
from planning.services.updates import post_update
from tests.builders import join, make_chain, make_team

P50, P80 = dt.datetime(2026, 3, 2, 17), dt.datetime(2026, 3, 16, 17)


def forecast(scenario, p50=P50, p80=P80):
    return ForecastRecord.objects.create(
        scenario=scenario,
        revision=scenario.revision,
        iterations=1000,
        seed=1,
        engine_version="1",
        plan_hash="",
        p50=p50,
        p80=p80,
        p_target=0.7,
    )


@pytest.fixture
def client(team):
    client = Client()
    client.force_login(team.person)
    return client


def kinds(team, scenario, **options):
    page = timeline_of(scenario.project, team.membership, **options)
    return [entry.kind for entry in page.entries]


def test_all_that_happened_stands_in_order(team, scenario, task):
    forecast(scenario)
    post_update(scenario.project, author=team.person, body="We began.")
    scenario.refresh_from_db()
    branch = branch_scenario(scenario, name="Two crews", actor=team.person)
    promote_scenario(branch, actor=team.person, reason="Surer.")

    found = kinds(team, scenario)

    assert found.index("promotion") < found.index("update") < found.index("forecast")
    assert found.index("forecast") < len(found) - 1
    assert found[-1] == "changes"


def test_what_one_person_did_in_one_go_is_one_entry(team, scenario):
    make_chain(scenario, *(f"Task {number}" for number in range(5)), team=team)

    [entry] = timeline_of(scenario.project, team.membership).entries

    assert len(entry.changes) + entry.more >= 9


def test_it_can_show_one_kind(team, scenario, task):
    post_update(scenario.project, author=team.person, body="We began.")

    assert kinds(team, scenario, only="updates") == ["update"]


def test_a_forecast_says_how_far_the_date_moved(team, scenario):
    forecast(scenario)
    forecast(scenario, p80=P80 + dt.timedelta(days=3))

    newer, older = timeline_of(scenario.project, team.membership, only="forecasts").entries

    assert (newer.days, older.days) == (3.0, None)


def test_pages_follow_one_another_without_a_gap(team, scenario):
    for number in range(60):
        post_update(scenario.project, author=team.person, body=f"{number}")

    first = timeline_of(scenario.project, team.membership, only="updates")
    second = timeline_of(scenario.project, team.membership, only="updates", before=first.before)

    said = [entry.update.body for entry in [*first.entries, *second.entries]]
    assert said == [f"{number}" for number in reversed(range(60))]
    assert second.before is None


def test_an_update_keeps_the_figures_of_its_moment_for_ever(team, scenario, task):
    scenario.refresh_from_db()
    branch = branch_scenario(scenario, name="A whim", actor=team.person)
    forecast(branch)
    update = post_update(
        scenario.project, author=team.person, body="It slips.", title="Late", scenario=branch
    )

    delete_scenario(branch, actor=team.person)

    update.refresh_from_db()
    assert (update.p50, update.p80, update.chance) == (P50, P80, 0.7)
    assert update.forecast_id is None


def test_the_page_shows_an_update_with_its_comments(client, team, scenario):
    forecast(scenario)
    update = post_update(scenario.project, author=team.person, body="It **slips**.", title="Late")
    add_comment(of_row(update), author=team.person, body="Why?")

    page = client.get(reverse("talk:timeline", args=[scenario.project_id]))
    own = client.get(reverse("talk:update-talk", args=[update.pk]))

    assert "<strong>slips</strong>" in page.text
    assert "1 comment" in page.text
    assert "Why?" in own.text
    assert "<strong>slips</strong>" in own.text


def test_an_update_is_written_on_the_page(client, scenario):
    address = reverse("talk:post-update", args=[scenario.project_id])

    response = client.post(address, {"title": "Late", "body": "It slips.", "scenario": ""})

    assert response.status_code == 302
    assert Update.objects.get().title == "Late"


@pytest.mark.parametrize(
    "sent",
    [{"body": ""}, {"body": "x" * 50_001}, {"body": "x", "title": "y" * 201}, {"body": "a\x00b"}],
)
def test_what_makes_no_sense_is_kept_and_explained(client, scenario, sent):
    response = client.post(reverse("talk:post-update", args=[scenario.project_id]), sent)

    assert response.status_code == 422
    assert "errorlist" in response.text
    assert not Update.objects.exists()


def test_a_foreign_scenario_is_no_choice(client, scenario):
    other = make_team("Elsewhere")
    from tests.builders import make_baseline

    with other.context():
        foreign = make_baseline(other)
    sent = {"body": "x", "scenario": foreign.pk}

    assert (
        client.post(reverse("talk:post-update", args=[scenario.project_id]), sent).status_code
        == 422
    )


def test_a_viewer_reads_and_posts_nothing(team, scenario):
    viewer = Client()
    viewer.force_login(join(team, Role.VIEWER))

    page = viewer.get(reverse("talk:timeline", args=[scenario.project_id]))
    response = viewer.post(reverse("talk:post-update", args=[scenario.project_id]), {"body": "x"})

    assert "<textarea" not in page.text
    assert response.status_code == 403


def test_strangers_find_nothing_and_a_get_posts_nothing(client, scenario):
    stranger = Client()
    stranger.force_login(make_team("Elsewhere").person)

    assert stranger.get(reverse("talk:timeline", args=[scenario.project_id])).status_code == 404
    assert client.get(reverse("talk:post-update", args=[scenario.project_id])).status_code == 405


@pytest.mark.parametrize("before", ["nonsense", "2026-99-99", "2026-01-01", "\x00", ""])
def test_a_senseless_place_begins_at_the_top(client, scenario, before):
    address = reverse("talk:timeline", args=[scenario.project_id])

    assert client.get(address, {"before": before, "only": "x"}).status_code == 200


def test_the_page_asks_as_often_for_much_as_for_little(
    client, team, scenario, task, django_assert_max_num_queries
):
    for number in range(40):
        post_update(scenario.project, author=team.person, body=f"{number}")
    address = reverse("talk:timeline", args=[scenario.project_id])
    client.get(address)

    with django_assert_max_num_queries(22):
        client.get(address)
