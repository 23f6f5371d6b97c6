"""Figures for Prometheus, and the admin's page on the state of the site."""

from typing import Any

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from lineo.accounts.models import Role
from lineo.accounts.tenancy import workspace_context
from lineo.jobs import services
from tests.accounts.builders import make_workspace
from tests.builders import make_team

pytestmark = pytest.mark.django_db

TOKEN = {"Authorization": "Bearer of-good-news"}


@pytest.fixture
def with_token(settings: Any) -> None:
    settings.METRICS_TOKEN = "of-good-news"


def figures(client: Client) -> dict[tuple[str, ...], float]:
    answer = client.get("/metrics", headers=TOKEN)
    assert answer.status_code == 200
    return {
        (sample.name, *(value for _name, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def test_requests_are_counted_by_view_and_status(client: Client, with_token: None):
    counted = ("lineo_http_requests_total", "GET", "200", "api:site-health")
    before = figures(client).get(counted, 0)

    client.get("/api/v1/health/")
    client.get("/api/v1/health/")
    after = figures(client)

    assert after[counted] == before + 2
    assert after["lineo_http_request_seconds_count", "api:site-health"] >= 2


def test_what_waits_in_every_workspace_is_seen(client: Client, with_token: None, rq_queue: Any):
    for name in ("Bridge", "Tunnel"):
        with workspace_context(make_workspace(name)):
            services.enqueue("test.echo", payload={}, kind="echo")

    found = figures(client)

    assert found["lineo_queue_depth", "default"] == 2
    assert found["lineo_queue_age_seconds", "default"] >= 0
    assert found["lineo_jobs", "echo", "queued"] == 2
    assert found["lineo_database_up",] == 1


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer guess"}])
def test_without_the_token_there_is_no_such_page(
    client: Client, with_token: None, headers: dict[str, str]
):
    assert client.get("/metrics", headers=headers).status_code == 404


def test_without_the_setting_there_is_no_such_page(client: Client):
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_the_admin_shows_the_state_of_the_site(client: Client, rq_queue: Any):
    team = make_team(role=Role.OWNER)
    team.person.is_staff = True
    team.person.save()
    client.force_login(team.person)

    page = client.get("/admin/operations/")

    assert page.status_code == 200
    assert "No worker is known" in page.content.decode()
    assert "/admin/operations/" in client.get("/admin/").content.decode()


def test_who_is_no_staff_does_not_see_it(client: Client):
    client.force_login(make_team(role=Role.OWNER).person)

    assert client.get("/admin/operations/").status_code == 302


def test_a_strangers_methods_make_no_series_of_their_own(client: Client, with_token: None):
    client.generic("BREW", "/api/v1/health/")
    client.generic("STEEP", "/api/v1/health/")

    methods = {label[1] for label in figures(client) if label[0] == "lineo_http_requests_total"}

    assert not methods & {"BREW", "STEEP"}
    assert "other" in methods
