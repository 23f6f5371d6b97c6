"""Webhooks on their pages and by the API."""

import pytest

from lineo.accounts.models import Role
from lineo.jobs.entry import run_waiting
from lineo.webhooks.models import Delivery, Webhook
from tests.builders import join, make_project, make_team

pytestmark = pytest.mark.django_db(transaction=True)

HIDDEN = ["/webhooks/{}/", "/api/v1/webhooks/{}/", "/api/v1/webhooks/{}/deliveries/"]


@pytest.fixture
def owner(client, team):
    client.force_login(team.person)
    return client


def test_a_secret_is_shown_once(owner, team, receiver):
    made = owner.post(
        "/webhooks/new/", {"url": receiver.url, "events": "scenario.*, plan.exported"}
    )

    with team.context():
        webhook = Webhook.objects.get()
    assert "whsec_" in made.text
    assert made["Cache-Control"] == "no-store"
    assert webhook.events == ["plan.exported", "scenario.*"]
    assert "whsec_" not in owner.get(f"/webhooks/{webhook.pk}/").text


@pytest.mark.parametrize(
    ("field", "value"),
    [("url", "http://example.com/"), ("url", "https://10.0.0.1/"), ("url", ""),
     ("events", "everything"), ("events", "Scenario.*")],
)  # fmt: skip
def test_what_is_wrong_is_told_and_nothing_is_lost(owner, team, field, value):
    given = {"url": "https://example.com/", "description": "My agent", "events": "", field: value}

    answer = owner.post("/webhooks/new/", given)

    assert answer.status_code == 422
    assert "My agent" in answer.text
    with team.context():
        assert not Webhook.objects.exists()


def test_what_was_delivered_stands_on_its_page(owner, team, hook, receiver):
    receiver.answers = [500]
    with team.context():
        make_project(team)
    run_waiting()

    page = owner.get(f"/webhooks/{hook[0].pk}/").text

    assert "project.created" in page
    assert "It answers 500." in page


def test_each_button_does_what_it_says(owner, team, hook, receiver):
    webhook = hook[0]
    owner.post(f"/webhooks/{webhook.pk}/test/")
    run_waiting()
    assert receiver.messages[-1]["type"] == "webhook.test"

    with team.context():
        delivery = Delivery.objects.latest("pk")
    owner.post(f"/deliveries/{delivery.pk}/resend/")
    run_waiting()
    assert receiver.ids[-1] == receiver.ids[-2]

    assert "whsec_" in owner.post(f"/webhooks/{webhook.pk}/rotate/").text
    owner.post(f"/webhooks/{webhook.pk}/enable/", {"enabled": "0"})
    assert "is disabled" in owner.get(f"/webhooks/{webhook.pk}/").text
    owner.post(f"/webhooks/{webhook.pk}/enable/", {"enabled": "1"})
    owner.post(f"/webhooks/{webhook.pk}/edit/", {"url": receiver.url, "events": "risk.*"})
    with team.context():
        webhook.refresh_from_db()
    assert (webhook.is_enabled, webhook.events) == (True, ["risk.*"])
    owner.post(f"/webhooks/{webhook.pk}/delete/")
    assert owner.get(f"/webhooks/{webhook.pk}/").status_code == 404


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER, Role.GUEST])
def test_they_are_for_those_who_administer(client, team, hook, role):
    client.force_login(join(team, role))

    assert client.get("/webhooks/").status_code == 403
    assert client.get("/api/v1/webhooks/").status_code == 403
    assert [client.get(one.format(hook[0].pk)).status_code for one in HIDDEN] == [404] * 3


def test_another_workspace_finds_nothing(client, team, hook):
    client.force_login(make_team("Elsewhere", role=Role.OWNER).person)

    assert [client.get(one.format(hook[0].pk)).status_code for one in HIDDEN] == [404] * 3
    assert client.get("/api/v1/webhooks/").json()["count"] == 0


def test_the_list_asks_as_often_for_many_as_for_one(
    owner, team, hook, django_assert_max_num_queries
):
    with team.context():
        for number in range(15):
            Webhook.objects.create(url=f"https://example.com/{number}", salt="x")

    with django_assert_max_num_queries(15):
        assert owner.get("/webhooks/").status_code == 200
